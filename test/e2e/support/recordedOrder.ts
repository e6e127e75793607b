/** The recorded order of the sample shop: what its recorder says that a reader of it must find. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repoRoot } from "../../harness/paths.ts";

export type RecordedTask = {
  readonly id: string;
  readonly function: string;
  readonly queue: string;
  readonly collection: string;
  readonly parent?: string;
  readonly traceId?: string;
  readonly depth?: number;
  readonly status: "ok" | "error" | "running";
  readonly runTimes: number;
  readonly exception: string;
  readonly file: string;
  /** One-based line of the `def`. */
  readonly line: number;
};

export type RecordedOrder = {
  readonly traceId: string;
  readonly rootTaskId: string;
  /** Of the trace alone: the run holds one more, which nothing joins to it. */
  readonly tasks: readonly RecordedTask[];
};

/** A task and the tasks that it called, by the functions' names; siblings in the order of the alphabet. */
export type CallTree = { readonly name: string; readonly calls: readonly CallTree[] };

export const shopFolder = join(repoRoot, "media/samples/shop");

export function readRecordedOrder(): RecordedOrder {
  const { tasks, traceId, rootTaskId } = readRecorded();
  return { traceId, rootTaskId, tasks: tasks.filter(task => task.traceId === traceId) };
}

/** A task of the same run that nothing joins to the order. */
export function readStray(): RecordedTask {
  const recorded = readRecorded();
  return findTask(recorded, "stands alone", task => task.traceId === undefined);
}

function readRecorded(): RecordedOrder {
  const text = readFileSync(join(repoRoot, "test/fixtures/funboost/expected.json"), "utf8");
  return JSON.parse(text) as RecordedOrder;
}

/** The one task that `isWanted`; there must be one. */
export function findTask(
  { tasks }: RecordedOrder,
  what: string,
  isWanted: (task: RecordedTask) => boolean,
): RecordedTask {
  const task = tasks.find(isWanted);
  if (task === undefined) {
    throw new Error(`The recorded order holds no task that ${what}.`);
  }
  return task;
}

export function drawRecorded({ tasks, rootTaskId }: RecordedOrder): CallTree {
  const draw = (task: RecordedTask): CallTree => ({
    name: task.function,
    calls: sortCalls(tasks.filter(({ parent }) => parent === task.id).map(draw)),
  });
  const root = tasks.find(({ id }) => id === rootTaskId);
  if (root === undefined) {
    throw new Error("The recorded order has no root.");
  }
  return draw(root);
}

/** Rows in depth-first order, each with its level from one. */
export function drawRows(
  rows: readonly { readonly name: string; readonly level: number }[],
): readonly CallTree[] {
  type Branch = { readonly name: string; readonly level: number; readonly calls: Branch[] };
  const top: Branch[] = [];
  const way: Branch[] = [];
  for (const { name, level } of rows) {
    const branch: Branch = { name, level, calls: [] };
    way.length = Math.min(way.length, level - 1);
    (way.at(-1)?.calls ?? top).push(branch);
    way.push(branch);
  }
  const draw = ({ name, calls }: Branch): CallTree => ({ name, calls: sortCalls(calls.map(draw)) });
  return top.map(draw);
}

/** Every way of function names from the root, with how many tasks went it: the nodes of the aggregated graph. */
export function countCallPaths({ tasks }: RecordedOrder): ReadonlyMap<string, number> {
  const byId = new Map(tasks.map(task => [task.id, task]));
  const pathOf = (task: RecordedTask): string => {
    const parent = byId.get(task.parent ?? "");
    return parent === undefined ? task.function : `${pathOf(parent)}/${task.function}`;
  };
  const counts = new Map<string, number>();
  for (const path of tasks.map(pathOf)) {
    counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return counts;
}

function sortCalls(calls: readonly CallTree[]): readonly CallTree[] {
  const keyOf = (tree: CallTree): string => JSON.stringify(tree);
  return [...calls].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

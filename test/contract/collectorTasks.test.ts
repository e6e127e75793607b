/** The read API's questions about tasks, over all stores: an order that a real Funboost recorded, and stores that fail. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { TaskQuestion } from "../../src/collector/collectorApi.ts";
import { answerTasks } from "../../src/features/collector/taskAnswers.ts";
import { readDocumentFile } from "../../src/formats/tasks/documentFile.ts";
import { TraceError } from "../../src/model/failure.ts";
import { openLocalStore, type LocalStore } from "../../src/stores/local/localStore.ts";
import { StoreSet } from "../../src/stores/storeSet.ts";
import type { TraceStore } from "../../src/model/traceStore.ts";
import { workerPath } from "../unit/local/records.ts";
import { readRecorded, readRecordedDocuments } from "./recordedFunboost.ts";
import { addSpans } from "../unit/local/addSpans.ts";

const folder = mkdtempSync(join(tmpdir(), "traceside-tasks-"));
const order = readRecorded();
let local: LocalStore;

beforeAll(async () => {
  local = openLocalStore({ name: "local", file: join(folder, "traces.db"), workerPath });
  const text = [...readRecordedDocuments().values()].join("");
  const { records } = readDocumentFile(text, { store: "local", nowUnixMs: Date.UTC(2100, 0) });
  await addSpans(local, records);
});
afterAll(() => {
  local.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const unreachable = new TraceError({
  code: "storeUnreachable",
  store: "mongo",
  address: "mongo:27017",
  reason: "ECONNREFUSED",
});
const fail = (): Promise<never> => Promise.reject(unreachable);
const down = {
  kind: "mongodb",
  name: "mongo",
  findId: fail,
  readTrace: fail,
  readChildren: fail,
} as unknown as TraceStore;

interface Answer {
  readonly trace_id?: string;
  readonly task_id?: string;
  readonly task_count: number;
  readonly tasks: readonly Record<string, unknown>[];
  readonly stores: readonly unknown[];
}

async function ask(
  kind: TaskQuestion["kind"],
  id: string,
  stores: readonly TraceStore[] = [local],
): Promise<{ status: number } & Answer> {
  const { status, body } = await answerTasks(new StoreSet(stores, 5_000), { kind, id }, 5_000);
  return { status, ...(JSON.parse(body) as Answer) };
}

const tasks = order.tasks.filter(task => task.traceId === order.traceId);

test("a trace is all of its tasks, by depth and time", async () => {
  const answer = await ask("trace", order.traceId);
  expect(answer).toMatchObject({
    status: 200,
    trace_id: order.traceId,
    task_count: tasks.length,
    stores: [{ store: "local", answer: "found" }],
  });
  expect(answer.tasks.map(task => task["task_id"]).toSorted()).toEqual(
    tasks.map(task => task.id).toSorted(),
  );
  const depths = answer.tasks.map(task => Number(task["depth"]));
  expect(depths).toEqual(depths.toSorted((a, b) => a - b));
  for (const expected of tasks) {
    const task = answer.tasks.find(each => each["task_id"] === expected.id);
    expect(task, expected.function).toMatchObject({
      trace_id: order.traceId,
      parent_task_id: expected.parent ?? null,
      function: expected.function,
      queue_name: expected.queue,
      run_status: expected.status === "running" ? "running" : "finish",
      success: expected.status === "ok",
      run_times: expected.runTimes,
    });
    if (expected.status === "error") expect(task?.["exception"]).toBeTruthy();
    if (expected.status === "running") expect(task?.["time_end"]).toBeNull();
    else expect(task?.["time_cost"]).toBeGreaterThanOrEqual(0);
  }
});

test("a task names its trace", async () => {
  const leaf = tasks.at(-1)!;
  const answer = await ask("traceOfTask", leaf.id);
  expect(answer).toMatchObject({ status: 200, task_id: leaf.id, trace_id: order.traceId });
  expect(answer.tasks).toEqual((await ask("trace", order.traceId)).tasks);
});

test("a task has its children, oldest first", async () => {
  const answer = await ask("childrenOfTask", order.rootTaskId);
  const children = tasks.filter(task => task.parent === order.rootTaskId);
  expect(children.length).toBeGreaterThan(1);
  expect(answer.tasks.map(task => task["task_id"]).toSorted()).toEqual(
    children.map(task => task.id).toSorted(),
  );
  const starts = answer.tasks.map(task => Number(task["time_start"]));
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  expect(await ask("childrenOfTask", "nobody")).toMatchObject({ status: 200, tasks: [] });
});

test("a store that is down is named, and the others answer", async () => {
  const answer = await ask("trace", order.traceId, [down, local]);
  expect(answer).toMatchObject({ status: 200, task_count: tasks.length });
  expect(answer.stores).toEqual([
    { store: "mongo", answer: "failed", reason: "storeUnreachable" },
    { store: "local", answer: "found" },
  ]);
  expect(await ask("childrenOfTask", order.rootTaskId, [down])).toMatchObject({ status: 500 });
});

test("what nobody has is not found, with who was asked", async () => {
  for (const kind of ["trace", "traceOfTask"] as const) {
    expect(await ask(kind, "0190a000-0000-7000-8000-00000000dead")).toMatchObject({
      status: 404,
      error: "not found",
      stores: [{ store: "local", answer: "not found" }],
    });
  }
});

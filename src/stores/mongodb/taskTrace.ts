/**
 * From single tasks to their traces: up through the callers to the trace that a task belongs to, and from a trace's
 * name down to all its tasks. Knows no store's interface.
 */

import { toNumber } from "../../formats/encodings/bsonValue.ts";
import { createTraceFinder, type TaskIds } from "../../formats/tasks/taskIds.ts";
import { canonicalSpanId } from "../../model/ids.ts";
import { listPossibleSpanIds, listSpellings } from "../../model/idSpellings.ts";
import { earliestMsOf, toSpanConditions, toTraceConditions } from "./idConditions.ts";
import type { Call } from "./mongoConnection.ts";
import type { TaskHit, TaskReader } from "./taskReader.ts";

/** Ids asked for in one query. */
const BATCH = 1_000;
/** A chain of callers longer than this is cut; each step is a round trip. */
const MAX_LEVELS = 1_000;

export interface TraceTasks {
  readonly hits: readonly TaskHit[];
  readonly unfinished: readonly string[];
  readonly isCut: boolean;
}

/**
 * The trace id of each task. A task with none belongs to the task at the top of its callers that have none either;
 * only those are read, level by level, as long as time is left.
 */
export async function findTraceIds(
  reader: TaskReader,
  hits: readonly TaskHit[],
  call: Call,
): Promise<(hit: TaskHit) => string> {
  const known = new Map<string, TaskIds>();
  const asked = new Set<string>();
  let frontier: readonly TaskHit[] = hits;
  for (let level = 0; level < MAX_LEVELS && frontier.length > 0; level += 1) {
    for (const { ids } of frontier) if (ids.traceId === undefined) known.set(ids.taskId, ids);
    const parents = frontier.flatMap(({ ids }) =>
      ids.traceId === undefined && ids.parentTaskId !== undefined ? [ids.parentTaskId] : [],
    );
    const missing = [...new Set(parents)].filter(id => !known.has(id) && !asked.has(id));
    if (missing.length === 0 || call.remainingMs() === 0) break;
    for (const id of missing) asked.add(id);
    frontier = await reader.readTasks(missing.slice(0, BATCH), call);
  }
  const find = createTraceFinder([...known.values()]);
  return hit => find(hit.ids);
}

/** All tasks of a trace: those that carry its id, and below those that carry none, whatever they called. */
export async function readTraceTasks(
  reader: TaskReader,
  traceId: string,
  limit: number,
  call: Call,
): Promise<TraceTasks> {
  const names = listSpellings(traceId);
  const [byField, byKey] = await Promise.all([
    reader.readByIds(
      {
        conditions: ({ fields }) => toTraceConditions(fields.traceId, names),
        sinceUnixMs: earliestMsOf(traceId),
        limit,
      },
      call,
    ),
    // The first task of a trace may be what the trace is named for.
    reader.readTasks(listPossibleSpanIds(traceId), call),
  ]);
  const members = new Map<string, TaskHit>();
  const add = (hit: TaskHit): boolean => {
    const key = keyOf(hit);
    if (members.has(key) || members.size >= limit) return false;
    members.set(key, hit);
    return true;
  };
  for (const hit of byField.hits) if (names.includes(hit.ids.traceId ?? "")) add(hit);
  const roots = byKey.filter(hit => hit.ids.traceId === undefined && add(hit));
  const unfinished = new Set(byField.unfinished);
  let { isCut } = byField;
  for (let frontier = roots, level = 0; frontier.length > 0 && level < MAX_LEVELS; level += 1) {
    const below = await readCallees(reader, frontier, limit, call);
    for (const namespace of below.unfinished) unfinished.add(namespace);
    const known = members.size;
    frontier = below.hits.filter(hit => hit.ids.traceId === undefined && add(hit));
    isCut ||= below.isCut || known + frontier.length >= limit;
  }
  return { hits: [...members.values()], unfinished: [...unfinished], isCut };
}

/** Reads the tasks that these called: who names one of them as its parent, and whom they name as their children. */
async function readCallees(
  reader: TaskReader,
  callers: readonly TaskHit[],
  limit: number,
  call: Call,
): Promise<TraceTasks> {
  const hits: TaskHit[] = [];
  const unfinished: string[] = [];
  let isCut = false;
  for (let start = 0; start < callers.length && !isCut; start += BATCH) {
    const batch = callers.slice(start, start + BATCH);
    const ids = batch.map(hit => hit.ids.taskId);
    const below = await reader.readByIds(
      {
        conditions: ({ fields }) => toSpanConditions(fields.parentTaskId, ids),
        sinceUnixMs: earliestOf(batch),
        limit,
      },
      call,
    );
    const callerOf = new Map(
      batch.flatMap(({ tasks, document, ids: { taskId } }) =>
        tasks.profile.readChildren(document).map(id => [canonicalSpanId(id), taskId] as const),
      ),
    );
    const named = callerOf.size === 0 ? [] : await reader.readTasks([...callerOf.keys()], call);
    hits.push(...below.hits, ...named.map(hit => withCaller(hit, callerOf.get(hit.ids.taskId))));
    unfinished.push(...below.unfinished);
    isCut ||= below.isCut;
  }
  return { hits, unfinished, isCut };
}

/** Celery before 4 told a caller of its callees, and not a callee of its caller. */
function withCaller(hit: TaskHit, caller: string | undefined): TaskHit {
  return caller === undefined || hit.ids.parentTaskId !== undefined
    ? hit
    : { ...hit, ids: { ...hit.ids, parentTaskId: caller } };
}

/** Nothing that these tasks called was written before they were published themselves. */
function earliestOf(hits: readonly TaskHit[]): number | undefined {
  const slackMs = 600_000;
  const times = hits.map(({ document, ids }) => {
    const seconds = toNumber(document["publish_time"]) ?? toNumber(document["time_start"]);
    return seconds === undefined ? earliestMsOf(ids.taskId) : seconds * 1_000 - slackMs;
  });
  return times.reduce<number | undefined>(
    (earliest, each) =>
      earliest === undefined || each === undefined ? undefined : Math.min(earliest, each),
    Number.POSITIVE_INFINITY,
  );
}

/** One document of one collection. */
export function keyOf({ tasks, document }: TaskHit): string {
  return `${tasks.namespace}\n${typeof document["_id"]}\n${String(document["_id"])}`;
}

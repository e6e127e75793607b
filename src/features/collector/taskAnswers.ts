/**
 * The three questions of the read API about tasks, answered from all configured stores as plain JSON with the field
 * names that Funboost's users know. Knows no socket and no editor.
 *
 *     trace            { trace_id, total_cost, task_count, tasks: [task…], stores }    by depth, then by start
 *     traceOfTask      the same, with the task_id that was asked for
 *     childrenOfTask   { task_id, task_count, tasks: [task…], stores }                 oldest first
 *
 * Times are seconds since the epoch; what is unknown is null. A span of OpenTelemetry is a task like any other.
 */

import type { TaskAnswer, TaskQuestion } from "../../collector/collectorApi.ts";
import { getFailure, type StoreAnswer } from "../../model/failure.ts";
import { FIRST_SPAN, SpanFlag, SpanStatus } from "../../model/span.ts";
import { type SpanIndex, type Trace, type TraceColumns } from "../../model/trace.ts";
import { buildTrace } from "../../model/traceBuilder.ts";
import { askStore } from "../../stores/askStore.ts";
import { toErrorLine } from "../../stores/briefs.ts";
import type { StoreSet } from "../../stores/storeSet.ts";
import type { SpanBrief } from "../../model/traceStore.ts";

interface Task {
  readonly trace_id: string;
  readonly task_id: string;
  readonly parent_task_id: string | null;
  /** 0 for a root. Absent where only one level was asked for. */
  readonly depth?: number;
  readonly function: string;
  readonly queue_name: string | null;
  readonly service: string | null;
  readonly run_status: "running" | "finish";
  /** Whether it has finished, and without an error. */
  readonly success: boolean;
  readonly run_times: number;
  readonly publish_time: number | null;
  readonly time_start: number | null;
  readonly time_end: number | null;
  /** Seconds. */
  readonly time_cost: number | null;
  readonly exception: string | null;
}

/** More than any script reads at once. */
const MAX_TASKS = 50_000;
/** Why a task failed is asked of its store one by one. */
const MAX_REASONS = 500;

export async function answerTasks(
  stores: StoreSet,
  { kind, id }: TaskQuestion,
  timeoutMs: number,
): Promise<TaskAnswer> {
  const { signal } = new AbortController();
  try {
    switch (kind) {
      case "trace":
        return answer(await readTrace(stores, id, signal));
      case "traceOfTask": {
        const [first] = await stores.findFirst([id], signal, undefined, () => undefined);
        const traceId = first?.found.traceId ?? id;
        return answer({ task_id: id, ...(await readTrace(stores, traceId, signal)) });
      }
      case "childrenOfTask":
        return await readChildren(stores, id, signal, timeoutMs);
    }
  } catch (error) {
    const failure = getFailure(error);
    if (failure?.code !== "notFound") throw error;
    return answer({ error: "not found", id, stores: failure.answers.map(toStore) }, 404);
  }
}

async function readTrace(stores: StoreSet, traceId: string, signal: AbortSignal): Promise<object> {
  const gathering = stores.gather(traceId, undefined, () => undefined);
  await gathering.start(signal);
  const trace = buildTrace(traceId, gathering.parts);
  const tasks = listTasks(trace);
  const reasons = await readReasons(trace, tasks, signal);
  const starts = tasks.flatMap(({ task }) => task.publish_time ?? task.time_start ?? []);
  const ends = tasks.flatMap(({ task }) => task.time_end ?? []);
  const isKnown = starts.length > 0 && ends.length > 0;
  return {
    trace_id: trace.columns.traceId,
    total_cost: isKnown ? Math.max(0, findMax(ends) + findMax(starts.map(each => -each))) : null,
    task_count: tasks.length,
    tasks: tasks.slice(0, MAX_TASKS).map(({ task, index }) => ({
      ...task,
      exception: reasons.get(index) ?? null,
    })),
    stores: gathering.answers.map(toStore),
  };
}

interface Listed {
  readonly index: SpanIndex;
  readonly task: Task;
}

function listTasks({ columns, spanIds }: Trace): readonly Listed[] {
  const { count, parent, flags, strings } = columns;
  const depths = new Int32Array(count);
  const listed: Listed[] = [];
  const textOf = (index: number | undefined): string => strings[index ?? 0] ?? "";
  for (let index = FIRST_SPAN; index < count; index++) {
    const above = parent[index] ?? -1;
    // Parents stand before their children.
    const depth = above < 0 ? 0 : (depths[above] ?? 0) + 1;
    depths[index] = depth;
    if (((flags[index] ?? 0) & SpanFlag.placeholder) !== 0) continue;
    const times = readTimes(columns, index);
    listed.push({
      index,
      task: {
        trace_id: columns.traceId,
        task_id: spanIds[index] ?? "",
        parent_task_id: above < 0 ? null : (spanIds[above] ?? null),
        depth,
        function: textOf(columns.name[index]),
        queue_name: textOf(columns.queue[index]) || null,
        service: textOf(columns.service[index]) || null,
        ...times,
        success: times.run_status === "finish" && columns.status[index] !== SpanStatus.error,
        run_times: columns.attempts[index] ?? 1,
        exception: null,
      },
    });
  }
  return listed.sort(
    (a, b) =>
      (a.task.depth ?? 0) - (b.task.depth ?? 0) ||
      (a.task.time_start ?? 0) - (b.task.time_start ?? 0),
  );
}

type Times = Pick<Task, "run_status" | "publish_time" | "time_start" | "time_end" | "time_cost">;

function readTimes(columns: TraceColumns, index: number): Times {
  const isUntimed = ((columns.flags[index] ?? 0) & SpanFlag.untimed) !== 0;
  const toSeconds = (ns: number | undefined): number | null =>
    ns === undefined || Number.isNaN(ns) ? null : round(columns.originUnixMs / 1e3 + ns / 1e9);
  const startNs = isUntimed ? NaN : columns.startNs[index];
  const endNs = isUntimed ? NaN : columns.endNs[index];
  const costNs = (endNs ?? NaN) - (startNs ?? NaN);
  return {
    run_status: isUntimed || toSeconds(endNs) !== null ? "finish" : "running",
    publish_time: toSeconds(columns.queuedNs[index]),
    time_start: toSeconds(startNs),
    time_end: toSeconds(endNs),
    time_cost: Number.isNaN(costNs) ? null : round(costNs / 1e9),
  };
}

/** Reads the reasons of the tasks that failed, as far as their stores still have them. */
async function readReasons(
  trace: Trace,
  tasks: readonly Listed[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const { status } = trace.columns;
  const failed = tasks.filter(({ index }) => status[index] === SpanStatus.error);
  const reasons = new Map<number, string>();
  await Promise.allSettled(
    failed.slice(0, MAX_REASONS).map(async ({ index }) => {
      const { error } = await trace.readDetail(index, signal);
      const line = toErrorLine(error);
      if (line !== undefined) reasons.set(index, line);
    }),
  );
  return reasons;
}

async function readChildren(
  stores: StoreSet,
  taskId: string,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<TaskAnswer> {
  const children = new Map<string, SpanBrief>();
  const answers = await Promise.all(
    stores.stores.map(async (store): Promise<StoreAnswer> => {
      const asked = await askStore(store, signal, timeoutMs, each =>
        store.readChildren(taskId, each),
      );
      if (asked.kind === "failed") return { ...asked, store: store.name };
      for (const brief of asked.value) children.set(`${brief.traceId}/${brief.spanId}`, brief);
      const kind = asked.value.length > 0 ? "found" : "notFound";
      return { kind, store: store.name, tookMs: asked.tookMs };
    }),
  );
  const tasks = [...children.values()]
    .sort((a, b) => (a.startUnixMs ?? 0) - (b.startUnixMs ?? 0))
    .map(toTask);
  const isDown = answers.every(each => each.kind === "failed");
  return answer(
    { task_id: taskId, task_count: tasks.length, tasks, stores: answers.map(toStore) },
    isDown ? 500 : 200,
  );
}

function toTask(brief: SpanBrief): Task {
  const toSeconds = (unixMs: number | undefined): number | null =>
    unixMs === undefined ? null : round(unixMs / 1e3);
  const { startUnixMs, endUnixMs } = brief;
  const isFinished = endUnixMs !== undefined || startUnixMs === undefined;
  return {
    trace_id: brief.traceId,
    task_id: brief.spanId,
    parent_task_id: brief.parentSpanId ?? null,
    function: brief.name,
    queue_name: brief.queue ?? null,
    service: brief.service ?? null,
    run_status: isFinished ? "finish" : "running",
    success: isFinished && brief.status !== SpanStatus.error,
    run_times: brief.attempts ?? 1,
    publish_time: toSeconds(brief.queuedUnixMs),
    time_start: toSeconds(startUnixMs),
    time_end: toSeconds(endUnixMs),
    time_cost:
      startUnixMs === undefined || endUnixMs === undefined
        ? null
        : round((endUnixMs - startUnixMs) / 1e3),
    exception: brief.error ?? null,
  };
}

/** Who was asked, and what came of it. */
function toStore(each: StoreAnswer): object {
  return each.kind === "failed"
    ? { store: each.store, answer: "failed", reason: each.failure.code }
    : { store: each.store, answer: each.kind === "found" ? "found" : "not found" };
}

function answer(body: object, status: TaskAnswer["status"] = 200): TaskAnswer {
  return { status, body: JSON.stringify(body) };
}

/** A microsecond of this century still fits into a number of seconds. */
function round(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

/** As many as a trace has spans: too many to be arguments. */
function findMax(values: readonly number[]): number {
  return values.reduce((max, value) => Math.max(max, value), -Infinity);
}

/**
 * One Funboost result document becomes one span. Pure; knows no database.
 *
 * A document is the last state of a task: each attempt replaces it, so there is one span however often it ran, from
 * the first attempt's start to the last one's end. `facts` that shape it: times are seconds as floats; a result that
 * is not saved is the text 不保存结果; an exception stays after a later attempt went well; what was requeued, sent to the
 * dead letters or killed is a failure without an exception; a worker that died leaves `running` behind.
 */

import { canonicalTraceId, parseTraceparent } from "../../model/ids.ts";
import { EdgeKind, SpanFlag, SpanKind, SpanStatus, type SpanInput } from "../../model/span.ts";
import type {
  Attribute,
  SpanDetail,
  SpanError,
  SpanLink,
  TaskFacts,
} from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import {
  getPath,
  isDocument,
  toIdText,
  toNumber,
  toPlain,
  toDocumentText,
  toText,
  toUnixMs,
  type BsonDocument,
} from "../encodings/bsonValue.ts";
import { funboostIdFields, readTaskIds, type IdFields, type TaskIds } from "./taskIds.ts";

/** The facts that a reader knows besides the document. */
export interface TaskDocumentContext {
  /** Named in the detail as the source. */
  readonly store: string;
  /** The queue of a document that does not name its own. */
  readonly collection?: string;
  readonly fields?: IdFields;
  readonly nowUnixMs: number;
  /** A task still running whose document is older than this counts as dead. */
  readonly staleAfterMs?: number;
}

/** Funboost's own web page calls a task that ran silently for so long dead. */
export const DEFAULT_STALE_AFTER_MS = 600_000;

/** The fields that a span needs; everything else is read with the detail. */
export const funboostSpanFields: readonly string[] = [
  "queue_name",
  "function",
  "run_status",
  "success",
  "run_times",
  "publish_time",
  "time_start",
  "time_end",
  "insert_time",
  "utime",
  "host_name",
  "msg_dict.extra.otel_context.traceparent",
];

const OTEL_SPAN_ID = /^[0-9a-f]{16}$/;

/** Written by Funboost for a result that its user chose not to save. */
const resultNotSaved = "不保存结果";
/** Written as the result of a task that failed. */
const resultOfFailure = "FUNC_RUN_ERROR";

/** Whether it is a task at all, and not something else that lives in the same database. */
export function isFunboostDocument(
  document: BsonDocument,
  fields: IdFields = funboostIdFields,
): boolean {
  if ("run_status" in document || "time_start" in document) return true;
  const ids = readTaskIds(document, {
    ...fields,
    taskId: fields.taskId.filter(path => path !== "_id"),
  });
  return "function" in document
    ? ids.taskId !== ""
    : ids.traceId !== undefined || ids.parentTaskId !== undefined;
}

export function readFunboostDocument(
  document: BsonDocument,
  context: TaskDocumentContext,
): SpanRecord {
  const ids = readTaskIds(document, context.fields ?? funboostIdFields);
  const traceId = ids.traceId ?? canonicalTraceId(ids.taskId);
  return {
    traceId,
    span: toFunboostSpan(document, ids, context),
    detail: toDetail(document, ids, traceId, context),
  };
}

export function toFunboostSpan(
  document: BsonDocument,
  ids: TaskIds,
  context: Omit<TaskDocumentContext, "store">,
): SpanInput {
  const state = readState(document);
  const queue = toText(document["queue_name"]) || (context.collection ?? "");
  const startUnixNs = secondsToNs(document["time_start"]);
  const isStale = state === "running" && isSilent(document, context);
  const host = toText(document["host_name"]);
  const traceparent = toText(getPath(document, "msg_dict.extra.otel_context.traceparent"));
  const sentIn = parseTraceparent(traceparent)?.traceId;
  return {
    spanId: ids.taskId,
    ...(ids.taskId !== "" && { messageId: ids.taskId }),
    ...(sentIn !== undefined && sentIn !== ids.traceId && { messageTraceId: sentIn }),
    ...(host !== "" && { host }),
    ...(ids.parentTaskId !== undefined && { parentSpanId: ids.parentTaskId }),
    // The id of the message as OpenTelemetry knows it: drawn where a store has that span too.
    ...(ids.spanId !== undefined &&
      OTEL_SPAN_ID.test(ids.spanId) && {
        refs: [{ kind: EdgeKind.followsFrom, spanId: ids.spanId }],
      }),
    name: toText(document["function"]) || queue || ids.taskId,
    service: "",
    queue,
    kind: SpanKind.consumer,
    status: statuses[state],
    startUnixNs,
    endUnixNs: state === "running" ? undefined : (secondsToNs(document["time_end"]) ?? startUnixNs),
    queuedUnixNs: secondsToNs(document["publish_time"]),
    attempts: Math.max(1, toNumber(document["run_times"]) ?? 1),
    flags: isStale ? SpanFlag.noHeartbeat : 0,
  };
}

/** The first line of what went wrong, for a task that failed. */
export function getFunboostError(document: BsonDocument): SpanError | undefined {
  const message = toText(document["exception_msg"]);
  const type = toText(document["exception_type"]);
  // Before Funboost had the two apart, there was only `ValueError    out of stock`.
  const [, oldType, oldMessage] = /^(\S+) {4}([^]*)$/.exec(toText(document["exception"])) ?? [];
  const error = {
    type: type || oldType || undefined,
    message: message || (oldMessage ?? toText(document["exception"])),
  };
  return error.type === undefined && error.message === "" ? undefined : error;
}

type State = "running" | "ok" | "error";

function readState(document: BsonDocument): State {
  if (document["success"] === true) return "ok";
  if (document["run_status"] === "running") return "running";
  const hasEnded =
    document["run_status"] === "finish" || toNumber(document["time_end"]) !== undefined;
  return hasEnded ? "error" : "running";
}

const statuses: Readonly<Record<State, SpanStatus>> = {
  running: SpanStatus.unset,
  ok: SpanStatus.ok,
  error: SpanStatus.error,
};

/** Whether the last write lies so far back that the worker has probably gone. */
function isSilent(document: BsonDocument, context: Omit<TaskDocumentContext, "store">): boolean {
  const startSeconds = toNumber(document["time_start"]);
  const lastWriteMs =
    toUnixMs(document["insert_time"]) ??
    toUnixMs(document["utime"]) ??
    (startSeconds === undefined ? undefined : startSeconds * 1_000);
  const staleAfterMs = context.staleAfterMs ?? DEFAULT_STALE_AFTER_MS;
  return lastWriteMs !== undefined && context.nowUnixMs - lastWriteMs > staleAfterMs;
}

/** Fields that the detail shows in a place of their own, or that repeat another. */
const shown = new Set([
  "_id",
  "task_id",
  "queue_name",
  "function",
  "msg_dict",
  "params",
  "params_str",
  "result",
  "exception",
  "exception_type",
  "exception_msg",
  "time_start",
  "time_end",
  "time_cost",
  "publish_time",
  "publish_time_format",
  "insert_time_str",
  "insert_minutes",
]);

/** Who ran it. */
const resourceFields = [
  "host_name",
  "host_process",
  "process_id",
  "thread_id",
  "total_thread",
  "script_name",
  "script_name_long",
];

function toDetail(
  document: BsonDocument,
  ids: TaskIds,
  traceId: string,
  context: TaskDocumentContext,
): SpanDetail {
  const parameters = toPlain(document["params"]);
  const result = toPlain(document["result"]);
  const error = getFunboostError(document);
  return {
    spanId: ids.taskId,
    traceId,
    attributes: readAttributes(document),
    resource: resourceFields.flatMap(key => toAttribute(key, document[key])),
    events: [],
    links: readLinks(document),
    task: readTask(document, ids, context),
    ...(parameters !== undefined && { parameters }),
    ...(result !== undefined && isRealResult(result) && { result }),
    ...(error !== undefined && { error }),
    stores: [context.store],
    raw: toDocumentText(document),
  };
}

/** A chain of tasks longer than the mixin allows goes on in a new trace, which names the task that it continues. */
function readLinks(document: BsonDocument): readonly SpanLink[] {
  const id = toIdText(getPath(document, "msg_dict.extra.continues_task_id"));
  if (id === undefined) return [];
  return [{ kind: EdgeKind.followsFrom, traceId: id, spanId: id, attributes: [] }];
}

function isRealResult(result: unknown): boolean {
  return result !== "" && result !== resultNotSaved && result !== resultOfFailure;
}

function readTask(document: BsonDocument, ids: TaskIds, context: TaskDocumentContext): TaskFacts {
  const owner = findMethodOwner(document["params"]);
  const optional = (key: string, value: unknown): Record<string, string> => {
    const text = toText(value);
    return text === "" ? {} : { [key]: text };
  };
  return {
    taskId: ids.taskId,
    function: toText(document["function"]),
    queue: toText(document["queue_name"]) || (context.collection ?? ""),
    state: toText(document["run_status"]),
    ...optional("file", owner?.["cls_file"]),
    ...optional("className", owner?.["cls_name"]),
    ...optional("host", document["host_name"]),
    ...optional("process", document["process_id"]),
    ...optional("script", document["script_name_long"]),
  };
}

/** For methods Funboost puts the class and its file in place of `self` or `cls`. */
function findMethodOwner(params: unknown): BsonDocument | undefined {
  if (!isDocument(params)) return undefined;
  return Object.values(params).find(
    (value): value is BsonDocument =>
      isDocument(value) && "cls_file" in value && "cls_name" in value,
  );
}

/**
 * Reads what no other part of the detail shows; a message's options stand under their full path, so that they can be
 * searched.
 */
function readAttributes(document: BsonDocument): readonly Attribute[] {
  const rest = Object.entries(document)
    .filter(([key]) => !shown.has(key) && !resourceFields.includes(key))
    .flatMap(([key, value]) => toAttribute(key, value));
  const extra = getPath(document, "msg_dict.extra");
  const options = isDocument(extra)
    ? Object.entries(extra)
        .filter(([key]) => !shown.has(key))
        .flatMap(([key, value]) => toAttribute(`msg_dict.extra.${key}`, value))
    : [];
  const unsaved =
    document["result"] === resultNotSaved ? toAttribute("result", resultNotSaved) : [];
  return [...rest, ...options, ...unsaved];
}

function toAttribute(key: string, value: unknown): readonly Attribute[] {
  const plain = toPlain(value);
  const isEmpty =
    plain === undefined ||
    plain === "" ||
    (typeof plain === "object" && Object.keys(plain).length === 0);
  return isEmpty ? [] : [{ key, value: plain }];
}

/** Microseconds are what a double of seconds still holds exactly. */
function secondsToNs(seconds: unknown): bigint | undefined {
  const number = toNumber(seconds);
  return number === undefined || !Number.isFinite(number)
    ? undefined
    : BigInt(Math.round(number * 1e6)) * 1_000n;
}

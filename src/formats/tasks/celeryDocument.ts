/**
 * One document of Celery's result backend (`celery_taskmeta`) becomes one span. Pure; knows no database.
 *
 * Celery stores no start, so a task is a point at the moment it was done and says that it is untimed. Name, arguments,
 * worker and queue are there only with `result_extended`. There is no trace id either: a trace is named for the task
 * at the top of the `parent_id`s, which whoever reads the other documents has to find.
 */

import { canonicalTraceId, shortId } from "../../model/ids.ts";
import { SpanFlag, SpanKind, SpanStatus, type SpanInput } from "../../model/span.ts";
import type { Attribute, AttributeValue, SpanDetail, SpanError } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import {
  isBytes,
  toIdText,
  toNumber,
  toPlain,
  toDocumentText,
  toText,
  toUnixMs,
  type BsonDocument,
} from "../encodings/bsonValue.ts";
import type { TaskDocumentContext } from "./funboostDocument.ts";
import { celeryIdFields, readTaskIds, type TaskIds } from "./taskIds.ts";

/** The fields that a span needs; everything else is read with the detail. */
export const celerySpanFields: readonly string[] = [
  "status",
  "name",
  "queue",
  "worker",
  "retries",
  "date_done",
  "parent_id",
];

const failed = ["FAILURE", "REVOKED", "REJECTED"];
const done = ["SUCCESS", "IGNORED"];

/** The states that Celery ends in, by how they ended. */
export const celeryStates = { failed, done } as const;

export function isCeleryDocument(document: BsonDocument): boolean {
  return typeof document["status"] === "string" && "date_done" in document;
}

export function readCeleryDocument(
  document: BsonDocument,
  context: TaskDocumentContext,
): SpanRecord {
  const ids = readTaskIds(document, context.fields ?? celeryIdFields);
  const traceId = ids.traceId ?? canonicalTraceId(ids.taskId);
  return {
    traceId,
    span: toCelerySpan(document, ids),
    detail: toDetail(document, ids, traceId, context),
  };
}

export function toCelerySpan(document: BsonDocument, ids: TaskIds): SpanInput {
  const doneMs = readDoneMs(document);
  const doneNs = doneMs === undefined ? undefined : BigInt(Math.round(doneMs)) * 1_000_000n;
  return {
    spanId: ids.taskId,
    ...(ids.taskId !== "" && { messageId: ids.taskId }),
    ...(ids.parentTaskId !== undefined && { parentSpanId: ids.parentTaskId }),
    name: toText(document["name"]) || shortId(ids.taskId),
    service: "",
    queue: toText(document["queue"]),
    kind: SpanKind.consumer,
    status: toStatus(toText(document["status"])),
    startUnixNs: doneNs,
    endUnixNs: doneNs,
    attempts: (toNumber(document["retries"]) ?? 0) + 1,
    flags: SpanFlag.untimed,
  };
}

/** When the task was done, in milliseconds; Celery before 5 wrote text, in UTC. */
function readDoneMs(document: BsonDocument): number | undefined {
  const done = document["date_done"];
  if (typeof done !== "string") return toUnixMs(done);
  const unixMs = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(done) ? done : `${done}Z`);
  return Number.isNaN(unixMs) ? undefined : unixMs;
}

/**
 * The ids of the tasks that this one called, as far as Celery noted them: `[[id, parent], null]` for a task, and
 * `[[id, parent], [task, …]]` for a group of them, which is no task itself. Bytes are told by nobody but Python.
 */
export function readCeleryChildren(document: BsonDocument): readonly string[] {
  const ids: string[] = [];
  const waiting: unknown[] = [[undefined, decode(document["children"])]];
  while (waiting.length > 0) {
    const tuple: unknown = waiting.pop();
    if (!Array.isArray(tuple)) continue;
    const [self, members] = tuple as readonly unknown[];
    if (Array.isArray(members)) {
      waiting.push(...(members as readonly unknown[]));
      continue;
    }
    const id = toIdText(Array.isArray(self) ? self[0] : self);
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

export function getCeleryError(document: BsonDocument): SpanError | undefined {
  const stack = readText(document["traceback"]);
  if (stack === "" && !failed.includes(toText(document["status"]))) return undefined;
  const thrown = isBytes(document["result"]) ? undefined : decode(document["result"]);
  const isKnown = typeof thrown === "object" && "exc_type" in thrown;
  const [lastLine = ""] = stack.trimEnd().split("\n").slice(-1);
  return {
    type: isKnown ? toText(thrown["exc_type"]) : undefined,
    message: isKnown ? messageOf(thrown["exc_message"]) : lastLine || toText(thrown),
    ...(stack !== "" && { stack }),
  };
}

/** A text that may be in JSON, as older workers wrote it; `"null"` is none, and neither are bytes. */
function readText(value: unknown): string {
  const text = isBytes(value) ? undefined : decode(value);
  return typeof text === "string" ? text : "";
}

/** An exception's arguments, which are its message where there is one of them. */
function messageOf(args: AttributeValue): string {
  if (!Array.isArray(args)) return toText(args);
  return (args as readonly unknown[]).map(toText).join(", ");
}

function toStatus(state: string): SpanStatus {
  if (done.includes(state)) return SpanStatus.ok;
  return failed.includes(state) ? SpanStatus.error : SpanStatus.unset;
}

const shown = new Set([
  "_id",
  "name",
  "queue",
  "args",
  "kwargs",
  "result",
  "traceback",
  "status",
  "parent_id",
  "worker",
]);

function toDetail(
  document: BsonDocument,
  ids: TaskIds,
  traceId: string,
  context: TaskDocumentContext,
): SpanDetail {
  const worker = toText(document["worker"]);
  const [args, kwargs] = [decode(document["args"]), decode(document["kwargs"])];
  const hasParameters = args !== undefined || kwargs !== undefined;
  // Until a task is done its result tells of the process that runs it.
  const isDone = done.includes(toText(document["status"]));
  const written = document["result"];
  const result = isDone || isBytes(written) ? decode(written) : undefined;
  const error = getCeleryError(document);
  const attributes = Object.entries(document).flatMap(([key, each]): readonly Attribute[] => {
    const value = toPlain(each);
    return shown.has(key) || value === undefined ? [] : [{ key, value }];
  });
  return {
    spanId: ids.taskId,
    traceId,
    attributes,
    resource: worker === "" ? [] : [{ key: "worker", value: worker }],
    events: [],
    links: [],
    task: {
      taskId: ids.taskId,
      function: toText(document["name"]),
      queue: toText(document["queue"]),
      state: toText(document["status"]),
      ...(worker !== "" && { host: worker.replace(/^.*@/, "") }),
    },
    ...(hasParameters && { parameters: { args, kwargs } }),
    ...(result !== undefined && { result }),
    ...(error !== undefined && { error }),
    stores: [context.store],
    raw: toDocumentText(document),
  };
}

/** Celery encodes values as JSON inside a string; a value of another serializer stays as it is. */
function decode(value: unknown): AttributeValue {
  const plain = toPlain(value);
  if (typeof plain !== "string") return plain;
  try {
    return toPlain(JSON.parse(plain));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return plain;
  }
}

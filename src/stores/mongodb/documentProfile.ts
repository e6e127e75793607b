/**
 * The two kinds of task documents that a MongoDB database may hold, seen alike: Funboost's (and whatever has ids of
 * its own beside or inside them) and Celery's. Knows documents and filters, no connection.
 */

import type { Document, Filter } from "mongodb";
import {
  toNumber,
  toPlain,
  toText,
  toUnixMs,
  type BsonDocument,
} from "../../formats/encodings/bsonValue.ts";
import {
  celerySpanFields,
  celeryStates,
  getCeleryError,
  isCeleryDocument,
  readCeleryChildren,
  readCeleryDocument,
  toCelerySpan,
} from "../../formats/tasks/celeryDocument.ts";
import {
  funboostSpanFields,
  getFunboostError,
  isFunboostDocument,
  readFunboostDocument,
  toFunboostSpan,
  type TaskDocumentContext,
} from "../../formats/tasks/funboostDocument.ts";
import {
  celeryIdFields,
  funboostIdFields,
  type IdFields,
  type TaskIds,
  withFields,
} from "../../formats/tasks/taskIds.ts";
import type { SpanInput } from "../../model/span.ts";
import type { SpanError } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import type { TraceQuery } from "../../model/traceStore.ts";
import { listTags } from "../matchTrace.ts";

/** A field that tells when a document was last written, the newest first in a search. */
export interface TimeField {
  readonly path: string;
  readonly unit: "date" | "seconds";
}

export interface DocumentProfile {
  readonly kind: "funboost" | "celery";
  readonly fields: IdFields;
  readonly stateField: string;
  /** Read for every span of a trace. */
  readonly spanFields: readonly string[];
  /** Read in addition for a span in short. */
  readonly errorFields: readonly string[];
  readonly queueField: string;
  readonly functionField: string;
  /** In order of preference; a collection is searched by the first that its documents have. */
  readonly timeFields: readonly TimeField[];
  isTask(document: BsonDocument): boolean;
  toSpan(
    document: BsonDocument,
    ids: TaskIds,
    context: Omit<TaskDocumentContext, "store">,
  ): SpanInput;
  readRecord(document: BsonDocument, context: TaskDocumentContext): SpanRecord;
  getError(document: BsonDocument): SpanError | undefined;
  /** Ids of callees that the document itself names. */
  readChildren(document: BsonDocument): readonly string[];
  /** Conditions that all must hold, on single tasks; `undefined` where no task of this kind can match. */
  toConditions(query: TraceQuery): readonly Filter<Document>[] | undefined;
}

export function createFunboostProfile(fields: Partial<IdFields> = {}): DocumentProfile {
  const idFields = withFields(funboostIdFields, fields);
  return {
    kind: "funboost",
    fields: idFields,
    stateField: "run_status",
    spanFields: funboostSpanFields,
    errorFields: ["exception", "exception_type", "exception_msg"],
    queueField: "queue_name",
    functionField: "function",
    timeFields: [
      { path: "insert_time", unit: "date" },
      { path: "utime", unit: "date" },
      { path: "time_start", unit: "seconds" },
      { path: "publish_time", unit: "seconds" },
    ],
    isTask: document => isFunboostDocument(document, idFields),
    toSpan: toFunboostSpan,
    readRecord: readFunboostDocument,
    getError: getFunboostError,
    readChildren: () => [],
    toConditions: toFunboostConditions,
  };
}

export function createCeleryProfile(fields: Partial<IdFields> = {}): DocumentProfile {
  return {
    kind: "celery",
    fields: withFields(celeryIdFields, fields),
    stateField: "status",
    spanFields: [...celerySpanFields, "children"],
    errorFields: ["result", "traceback"],
    queueField: "queue",
    functionField: "name",
    timeFields: [{ path: "date_done", unit: "date" }],
    isTask: isCeleryDocument,
    toSpan: toCelerySpan,
    readRecord: readCeleryDocument,
    getError: getCeleryError,
    readChildren: readCeleryChildren,
    toConditions: toCeleryConditions,
  };
}

function toFunboostConditions(query: TraceQuery): readonly Filter<Document>[] {
  const conditions: Filter<Document>[] = [];
  if (query.operation !== undefined) conditions.push({ function: query.operation });
  if (query.status === "ok") conditions.push({ success: true });
  if (query.status === "error") conditions.push({ success: false, run_status: "finish" });
  if (query.status === "running") conditions.push({ success: false, run_status: "running" });
  if (query.minDurationMs !== undefined) {
    conditions.push({ time_cost: { $gte: query.minDurationMs / 1_000 } });
  }
  if (query.maxDurationMs !== undefined) {
    conditions.push({ time_cost: { $lte: query.maxDurationMs / 1_000 } });
  }
  if (query.fromUnixMs !== undefined) {
    // What started later was also written later, and that has an index.
    conditions.push({ time_start: { $gte: query.fromUnixMs / 1_000 } });
  }
  if (query.toUnixMs !== undefined) {
    conditions.push({ time_start: { $lte: query.toUnixMs / 1_000 } });
  }
  const text = ["function", "queue_name", "params_str", "exception"];
  return [...conditions, ...toTagConditions(query), ...toTextConditions(query, text)];
}

/** Celery knows when a task was done and not for how long it ran. */
function toCeleryConditions(query: TraceQuery): readonly Filter<Document>[] | undefined {
  if (query.minDurationMs !== undefined || query.maxDurationMs !== undefined) return undefined;
  const { failed, done } = celeryStates;
  const conditions: Filter<Document>[] = [];
  if (query.operation !== undefined) conditions.push({ name: query.operation });
  if (query.status === "ok") conditions.push({ status: { $in: done } });
  if (query.status === "error") conditions.push({ status: { $in: failed } });
  if (query.status === "running") conditions.push({ status: { $nin: [...done, ...failed] } });
  if (query.fromUnixMs !== undefined) {
    conditions.push({ date_done: { $gte: new Date(query.fromUnixMs) } });
  }
  if (query.toUnixMs !== undefined) {
    conditions.push({ date_done: { $lte: new Date(query.toUnixMs) } });
  }
  const text = ["name", "result", "traceback", "queue"];
  return [...conditions, ...toTagConditions(query), ...toTextConditions(query, text)];
}

/** A tag is a field path; its value may be stored as text, number or truth. */
function toTagConditions(query: TraceQuery): readonly Filter<Document>[] {
  return listTags(query).map(({ keys, text }) => {
    const forms: unknown[] = [text];
    if (text.trim() !== "" && Number.isFinite(Number(text))) forms.push(Number(text));
    if (text === "true" || text === "false") forms.push(text === "true");
    // A path that begins with a dollar would be an operator.
    const paths = keys.map(path => ({ [path.replace(/^\$+/, "")]: { $in: forms } }));
    return paths.length === 1 ? (paths[0] ?? {}) : { $or: paths };
  });
}

function toTextConditions(
  { text }: TraceQuery,
  paths: readonly string[],
): readonly Filter<Document>[] {
  const trimmed = text?.trim() ?? "";
  if (trimmed === "") return [];
  const escaped = trimmed.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  // A pattern in BSON ends at its first null byte.
  const pattern = new RegExp(escaped.replaceAll("\u0000", "\\x00"), "i");
  return [{ $or: paths.map(path => ({ [path]: pattern })) }];
}

/** When a document was last written, in milliseconds; 0 where it does not say. */
export function readTimeMs(document: BsonDocument, field: TimeField): number {
  const value = document[field.path];
  return field.unit === "date" ? (toUnixMs(value) ?? 0) : (toNumber(value) ?? 0) * 1_000;
}

/** The bound of a time field in the field's own unit. */
export function toTimeValue(unixMs: number, field: TimeField): Date | number {
  return field.unit === "date" ? new Date(unixMs) : unixMs / 1_000;
}

export function readState(document: BsonDocument, profile: DocumentProfile): string | undefined {
  return toText(toPlain(document[profile.stateField])) || undefined;
}

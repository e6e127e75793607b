/**
 * A file of task documents as `mongoexport`, Compass or `mongosh` write it becomes span records: one document, an
 * array, or one a line, in plain JSON or extended JSON, relaxed or canonical. Pure; reads no file.
 */

import { canonicalSpanId } from "../../model/ids.ts";
import type { Problem } from "../../model/problem.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import { isDocument, type BsonDocument } from "../encodings/bsonValue.ts";
import { isCeleryDocument, readCeleryChildren, readCeleryDocument } from "./celeryDocument.ts";
import { fromExtendedJson } from "../encodings/extendedJson.ts";
import {
  isFunboostDocument,
  readFunboostDocument,
  type TaskDocumentContext,
} from "./funboostDocument.ts";
import { isLogLine, isTracedSpan } from "../plain/plainSpans.ts";
import {
  celeryIdFields,
  createTraceFinder,
  funboostIdFields,
  readTaskIds,
  type IdFields,
} from "./taskIds.ts";
import { note, notes } from "../traceFormat.ts";

/** Celery's other backends (Redis, files, a table) write the id beside the result; MongoDB's makes it the document's. */
const celeryFileFields: IdFields = { ...celeryIdFields, taskId: ["_id", "task_id"] };

/** Whether these are task documents; for telling them from the other formats that are JSON too. */
export function isTaskDocument(value: unknown): value is BsonDocument {
  if (!isDocument(value)) return false;
  if (isCeleryDocument(value) || "run_status" in value || "time_start" in value) return true;
  // Much else in files carries the id of a trace.
  const hasTask = readTaskIds(value, funboostIdFields).taskId !== "";
  if (!hasTask || !isFunboostDocument(value) || isLogLine(value)) return false;
  // MongoDB keeps spans of other tracers, too.
  return !isTracedSpan(fromExtendedJson(value));
}

/** `context.store` names the file. Nothing is lost in silence: what is no task document becomes a problem. */
export function readDocumentFile(text: string, context: TaskDocumentContext): SpanRecords {
  const { values, problems } = parseValues(text, context.store);
  const documents = values.filter(isTaskDocument);
  const strangers = values.length - documents.length;
  const unread = `${strangers} of ${values.length} are no task documents`;
  return {
    records: readTaskDocuments(documents, context),
    problems: [...problems, ...notes(context, [strangers, unread])],
  };
}

/** Documents that may call one another: one without a trace id belongs to the trace of the task that called it. */
export function readTaskDocuments(
  written: readonly BsonDocument[],
  context: TaskDocumentContext,
): readonly SpanRecord[] {
  const documents = written.map(withCeleryNames);
  const fieldsOf = (document: BsonDocument) =>
    context.fields ?? (isCeleryDocument(document) ? celeryFileFields : funboostIdFields);
  const parents = listCeleryParents(documents);
  const ids = documents.map(document => {
    const taskIds = readTaskIds(document, fieldsOf(document));
    const parentTaskId = taskIds.parentTaskId ?? parents.get(taskIds.taskId);
    return parentTaskId === undefined ? taskIds : { ...taskIds, parentTaskId };
  });
  const findTrace = createTraceFinder(ids);
  return documents.map((document, index) => {
    const record = isCeleryDocument(document)
      ? readCeleryDocument(document, { ...context, fields: fieldsOf(document) })
      : readFunboostDocument(document, context);
    const taskIds = ids[index];
    if (taskIds === undefined) return record;
    const traceId = findTrace(taskIds);
    const { parentTaskId } = taskIds;
    const span = {
      ...record.span,
      ...(parentTaskId !== undefined && { parentSpanId: parentTaskId }),
    };
    return { traceId, span, detail: { ...record.detail, traceId } };
  });
}

/** Django's table of Celery's results has other names for some of its columns. */
function withCeleryNames(document: BsonDocument): BsonDocument {
  if (!("task_name" in document && isCeleryDocument(document))) return document;
  const { task_name: name, task_args: args, task_kwargs: kwargs, ...rest } = document;
  return { name, args, kwargs, ...rest };
}

/** Who called whom, from the notes of the callers: Celery before 4 had no `parent_id`. */
function listCeleryParents(documents: readonly BsonDocument[]): ReadonlyMap<string, string> {
  const callers = documents.filter(isCeleryDocument);
  return new Map(
    callers.flatMap(caller => {
      const { taskId } = readTaskIds(caller, celeryFileFields);
      return readCeleryChildren(caller).map(id => [canonicalSpanId(id), taskId] as const);
    }),
  );
}

function parseValues(
  text: string,
  store: string,
): { readonly values: readonly unknown[]; readonly problems: readonly Problem[] } {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  try {
    const value: unknown = JSON.parse(trimmed);
    return { values: Array.isArray(value) ? value : [value], problems: [] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const values: unknown[] = [];
  const problems: Problem[] = [];
  trimmed.split("\n").forEach((line, index) => {
    if (line.trim() === "") return;
    try {
      values.push(JSON.parse(line));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problems.push(note({ store }, `${index + 1}: ${error.message}`));
    }
  });
  return { values, problems };
}

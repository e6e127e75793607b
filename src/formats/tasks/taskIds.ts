/**
 * The ids of a task document, read from an ordered list of field paths. Pure.
 *
 * A path may lead to an id of any kind (text, integer, ObjectId, UUID) or to a W3C `traceparent`, of which the part
 * that was asked for is taken.
 */

import { canonicalSpanId, canonicalTraceId, isNoId, parseTraceparent } from "../../model/ids.ts";
import { getPath, toIdText, toNumber, type BsonDocument } from "../encodings/bsonValue.ts";

/** Field paths by id; the first path that holds an id wins. */
export interface IdFields {
  readonly traceId: readonly string[];
  readonly taskId: readonly string[];
  readonly parentTaskId: readonly string[];
  readonly depth: readonly string[];
  readonly spanId: readonly string[];
}

/** Every path that may hold an id. */
export function listIdPaths(fields: IdFields): readonly string[] {
  const { traceId, taskId, parentTaskId, depth, spanId } = fields;
  return [...new Set([...traceId, ...taskId, ...parentTaskId, ...depth, ...spanId])];
}

/** Where Funboost and those who extend it put ids: beside the task, in its message, in its workflow, in OpenTelemetry's. */
export const funboostIdFields: IdFields = {
  traceId: [
    "trace_id",
    "msg_dict.extra.trace_id",
    "msg_dict.extra.workflow_context.workflow_id",
    "msg_dict.extra.otel_context.traceparent",
  ],
  taskId: ["task_id", "msg_dict.extra.task_id", "_id"],
  parentTaskId: [
    "parent_task_id",
    "msg_dict.extra.parent_task_id",
    "msg_dict.extra.workflow_context.parent_task_id",
  ],
  depth: ["depth", "msg_dict.extra.depth", "msg_dict.extra.workflow_context.chain_depth"],
  spanId: ["span_id", "msg_dict.extra.span_id", "msg_dict.extra.otel_context.traceparent"],
};

/** Celery writes the caller's id and no trace id. */
export const celeryIdFields: IdFields = {
  traceId: [],
  taskId: ["_id"],
  parentTaskId: ["parent_id"],
  depth: [],
  spanId: [],
};

/** The user's own paths come first; what they do not hold is looked for where it usually stands. */
export function withFields(defaults: IdFields, own: Partial<IdFields> = {}): IdFields {
  const join = (key: keyof IdFields): readonly string[] => [
    ...new Set([...(own[key] ?? []), ...defaults[key]]),
  ];
  return {
    traceId: join("traceId"),
    taskId: join("taskId"),
    parentTaskId: join("parentTaskId"),
    depth: join("depth"),
    spanId: join("spanId"),
  };
}

export interface TaskIds {
  /** Empty where the document has none, as Funboost writes for messages without an id. */
  readonly taskId: string;
  readonly traceId?: string;
  readonly parentTaskId?: string;
  readonly depth?: number;
  /** Not the span's id here, which is the task's: OpenTelemetry's id of the message that was sent. */
  readonly spanId?: string;
}

export function readTaskIds(document: BsonDocument, fields: IdFields): TaskIds {
  const traceId = firstId(document, fields.traceId, "traceId");
  const taskId = firstId(document, fields.taskId, "spanId") ?? toIdText(document["_id"]) ?? "";
  const parentTaskId = firstId(document, fields.parentTaskId, "spanId");
  const spanId = firstId(document, fields.spanId, "spanId");
  const depth = fields.depth
    .map(path => toNumber(getPath(document, path)))
    .find(each => each !== undefined);
  return {
    taskId: canonicalSpanId(taskId),
    ...(traceId !== undefined && { traceId: canonicalTraceId(traceId) }),
    ...(parentTaskId !== undefined && { parentTaskId: canonicalSpanId(parentTaskId) }),
    ...(spanId !== undefined && { spanId: canonicalSpanId(spanId) }),
    ...(depth !== undefined && { depth }),
  };
}

function firstId(
  document: BsonDocument,
  paths: readonly string[],
  part: "traceId" | "spanId",
): string | undefined {
  for (const path of paths) {
    const id = toIdText(getPath(document, path));
    if (id === undefined || isNoId(id)) continue;
    return parseTraceparent(id)?.[part] ?? id;
  }
  return undefined;
}

/**
 * Finds the trace of tasks that carry no trace id: that of the nearest caller that has one, else it is named for the
 * task at the top. A circle ends where it closes.
 */
export function createTraceFinder(all: readonly TaskIds[]): (ids: TaskIds) => string {
  const byTask = new Map(all.map(each => [each.taskId, each]));
  const known = new Map<string, string>();
  return ids => {
    const passed = new Set<string>();
    let at = ids;
    let traceId = known.get(at.taskId) ?? at.traceId;
    while (traceId === undefined) {
      passed.add(at.taskId);
      const parent = at.parentTaskId === undefined ? undefined : byTask.get(at.parentTaskId);
      if (parent === undefined || passed.has(parent.taskId)) {
        traceId = canonicalTraceId(at.taskId);
      } else {
        at = parent;
        traceId = known.get(at.taskId) ?? at.traceId;
      }
    }
    for (const taskId of passed) known.set(taskId, traceId);
    return traceId;
  };
}

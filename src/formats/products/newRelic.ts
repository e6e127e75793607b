/**
 * Spans of New Relic become span records: as they are sent to its Trace API, and rows of its queries. Pure.
 *
 *     [{"common": {"attributes": {…}}, "spans": [{"trace.id": …, "id": …, "attributes": {"duration.ms": 12, …}}]}]
 *     {"trace.id": …, "id": …, "parentId": …, "name": …, "timestamp": 1604369401234, "duration.ms": 12, "appName": …}
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { readMappedSpans, renameFields } from "../plain/mappedSpans.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import type { FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";

const TRACE_IDS = ["trace.id", "traceId"];

export function isNewRelic(item: JsonObject): boolean {
  const spans = listObjects(item["spans"]);
  return spans.length > 0 ? spans.some(span => "trace.id" in toSpan(item, span)) : isRow(item);
}

/** Elastic has ids of the same name, and calls other things otherwise. */
function isRow(item: JsonObject): boolean {
  const isTraced = "trace.id" in item || ("traceId" in item && "entityGuid" in item);
  return isTraced && ("id" in item || "guid" in item) && "timestamp" in item;
}

export function readNewRelic(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const spans = items.flatMap(item =>
    Array.isArray(item["spans"])
      ? listObjects(item["spans"]).map(span => ({ source: span, span: toSpan(item, span) }))
      : [{ source: item, span: item }],
  );
  const mapped = spans.map(({ source, span }) => ({ source, span: toPlain(span) }));
  return readMappedSpans(mapped, context);
}

/** Whatever is common to all of a batch comes first; any field may stand among the attributes. */
function toSpan(batch: JsonObject, span: JsonObject): JsonObject {
  const { common } = batch as { common?: unknown };
  const shared = isObject(common) ? common : {};
  const attributesOf = (owner: JsonObject): JsonObject =>
    isObject(owner["attributes"]) ? owner["attributes"] : {};
  const all = { ...shared, ...attributesOf(shared), ...span, ...attributesOf(span) };
  return Object.fromEntries(Object.entries(all).filter(([key]) => key !== "attributes"));
}

function toPlain(span: JsonObject): JsonObject {
  const traceId = TRACE_IDS.find(key => key in span);
  const service = ["service.name", "appName", "entity.name", "entityName"].find(key => key in span);
  // Rows have seconds as well, and no unit in the name.
  const duration = "duration.ms" in span ? undefined : "duration_s";
  const { duration: seconds, ...rest } = span as { duration?: unknown };
  return {
    ...renameFields(rest, {
      ...(traceId !== undefined && { [traceId]: "trace_id" }),
      ...("id" in span ? { id: "span_id" } : { guid: "span_id" }),
      "parent.id": "parent_span_id",
      parentId: "parent_span_id",
      ...(service !== undefined && { [service]: "service" }),
      "otel.status_code": "status",
      "otel.status_description": "status_message",
      timestamp: "start_time_ms",
    }),
    ...(duration !== undefined && seconds !== undefined && { [duration]: seconds }),
    ...(["error.message", "error.class"].some(key => toPlainText(span[key]) !== "") && {
      error: { type: span["error.class"], message: span["error.message"] },
    }),
    ...(service !== undefined && service !== "service.name" && { [service]: span[service] }),
  };
}

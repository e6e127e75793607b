/**
 * Rows of Honeycomb become span records: what its queries answer, what is downloaded as JSON or CSV, and events as they
 * are sent to its batch API. Span events and links are rows of their own there. Pure.
 *
 *     {"trace.trace_id": …, "trace.span_id": …, "trace.parent_id": …, "name": "GET /", "duration_ms": 5, "Timestamp": …}
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { readMappedSpans, renameFields } from "../plain/mappedSpans.ts";
import { isObject, type JsonObject } from "../values/jsonObject.ts";
import { notes, type FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";

const idFields = {
  "trace.trace_id": "trace_id",
  "trace.span_id": "span_id",
  "trace.parent_id": "parent_span_id",
};
const linkFields = { "trace.link.trace_id": "trace_id", "trace.link.span_id": "span_id" };

export function isHoneycombRow(item: JsonObject): boolean {
  const row = toRow(item);
  return "trace.trace_id" in row && ("trace.span_id" in row || "trace.parent_id" in row);
}

export function readHoneycombRows(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const rows = items.map(toRow);
  const kindOf = (row: JsonObject): string => toPlainText(row["meta.annotation_type"]) || "span";
  const annotations = Map.groupBy(
    rows.filter(row => kindOf(row) !== "span"),
    row => `${kindOf(row)} ${toPlainText(row["trace.parent_id"])}`,
  );
  const spans = rows.filter(row => kindOf(row) === "span");
  const take = (kind: string, row: JsonObject): readonly JsonObject[] => {
    const key = `${kind} ${toPlainText(row["trace.span_id"])}`;
    const found = annotations.get(key) ?? [];
    annotations.delete(key);
    return found;
  };
  const mapped = spans.map(row => ({
    source: row,
    span: {
      ...renameFields(row, idFields),
      events: take("span_event", row).map(event => withoutIds(event)),
      links: take("link", row).map(link => renameFields(withoutIds(link), linkFields)),
    },
  }));
  const { records, problems } = readMappedSpans(mapped, context);
  const lost = [...annotations.values()].flat().length;
  const text = `${lost} events and links belong to no span of this file`;
  return { records, problems: [...problems, ...notes(context, [lost, text])] };
}

/** The batch API has the fields under `data`, and the time beside them. */
function toRow(item: JsonObject): JsonObject {
  return isObject(item["data"]) && "trace.trace_id" in item["data"]
    ? { time: item["time"], ...item["data"] }
    : item;
}

function withoutIds(row: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(row).filter(([key]) => !(key in idFields) && key !== "meta.annotation_type"),
  );
}

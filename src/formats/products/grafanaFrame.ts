/** Rows of the trace frames that Grafana's data sources answer become span records. Pure. */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { findText } from "../values/attributeValues.ts";
import { readMappedSpans, renameFields } from "../plain/mappedSpans.ts";
import { toAttributes } from "../plain/plainFields.ts";
import { listObjects, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";

/** All data sources give these columns, also those of Jaeger and Zipkin. */
export function isGrafanaRow(item: JsonObject): boolean {
  return ["traceID", "spanID", "operationName", "serviceTags", "startTime"].every(
    key => key in item,
  );
}

export function readGrafanaRows(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const mapped = items.map(item => ({ source: item, span: toPlain(item) }));
  const { records, problems } = readMappedSpans(mapped, context);
  const cut = items.filter(item => Object.values(item).some(isLost)).length;
  const text = `${cut} spans have lost their tags and logs: Grafana writes none into CSV, but into JSON`;
  return { records, problems: cut === 0 ? problems : [...problems, note(context, text)] };
}

/** Recognises what Grafana puts into CSV for what is no text. */
function isLost(value: unknown): boolean {
  return typeof value === "string" && /^\[object Object\](?:,\[object Object\])*$/.test(value);
}

/** Times are milliseconds with fractions, whatever the data source has. */
function toPlain(row: JsonObject): JsonObject {
  const { references, logs, ...rest } = row as { references?: unknown; logs?: unknown };
  const found = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isLost(value)));
  return {
    ...renameFields(found, {
      serviceTags: "resource",
      startTime: "start_time_ms",
      duration: "duration_ms",
      tags: "attributes",
    }),
    events: listObjects(logs).map(toEvent),
    links: listObjects(references).map(link => renameFields(link, { tags: "attributes" })),
  };
}

/** Where a log has no name, OpenTracing has it among the fields. */
function toEvent(log: JsonObject): JsonObject {
  const fields = toAttributes(log["fields"]);
  const name = toPlainText(log["name"]) || findText(fields, "event", "message");
  return { ...renameFields(log, { timestamp: "timestamp_ms", fields: "attributes" }), name };
}

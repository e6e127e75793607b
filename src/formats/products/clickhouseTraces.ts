/**
 * Rows of `otel_traces`, the table into which the Collector's exporter for ClickHouse writes, become span records: as
 * `FORMAT JSON`, `JSONEachRow` and `CSVWithNames` print them. Pure.
 *
 *     {"Timestamp": "2024-05-01 10:00:00.123456789", "TraceId": …, "SpanName": …, "Duration": 52100000,
 *      "SpanAttributes": {…}, "Events.Timestamp": […], "Events.Name": […], "Events.Attributes": […]}
 */

import { EdgeKind } from "../../model/span.ts";
import type { SpanEvent, SpanLink } from "../../model/spanDetail.ts";
import { toBigInt, toRawText } from "../values/attributeValues.ts";
import { parseInspectedValue } from "../encodings/inspectedText.ts";
import { readKind, readScope, readStatus } from "../otlp/otlpJson.ts";
import type { OtelSpan } from "../otlp/otelSpan.ts";
import { readEach } from "../otlp/otlpSpan.ts";
import { toAttributes } from "../plain/plainFields.ts";
import { listObjects, toObject, type JsonObject } from "../values/jsonObject.ts";
import { toPlainText } from "../values/wireValue.ts";
import { readMoment } from "../values/writtenTimes.ts";

export function isClickhouseRow(item: JsonObject): boolean {
  return ["TraceId", "SpanId", "SpanName", "Timestamp"].every(key => key in item);
}

export const readClickhouseRows = readEach(readRow);

/** The columns that have a field of their own in a span; others are attributes. */
const COLUMNS = new Set([
  ...["Timestamp", "TraceId", "SpanId", "ParentSpanId", "SpanName", "SpanKind", "ServiceName"],
  ...["ResourceAttributes", "ScopeName", "ScopeVersion", "SpanAttributes", "Duration"],
  ...["StatusCode", "StatusMessage", "Events", "Links"],
  ...["Events.Timestamp", "Events.Name", "Events.Attributes"],
  ...["Links.TraceId", "Links.SpanId", "Links.TraceState", "Links.Attributes"],
]);

function readRow(row: JsonObject): OtelSpan {
  const text = (key: string): string => toPlainText(row[key]);
  const startUnixNs = readMoment(row["Timestamp"]);
  const durationNs = toBigInt(row["Duration"]);
  const service = text("ServiceName");
  const resource = toAttributes(toMap(row["ResourceAttributes"]));
  const isNamed = service === "" || resource.some(each => each.key === "service.name");
  const rest = Object.entries(row).filter(
    ([key, value]) => !COLUMNS.has(key) && value !== "" && value !== null,
  );
  return {
    traceId: text("TraceId"),
    spanId: text("SpanId"),
    parentSpanId: text("ParentSpanId"),
    name: text("SpanName"),
    kind: readKind(text("SpanKind")),
    status: readStatus(text("StatusCode")),
    statusMessage: text("StatusMessage"),
    startUnixNs,
    ...(startUnixNs !== undefined &&
      durationNs !== undefined && { endUnixNs: startUnixNs + durationNs }),
    attributes: [
      ...toAttributes(toMap(row["SpanAttributes"])),
      ...toAttributes(Object.fromEntries(rest)),
    ],
    resource: [...(isNamed ? [] : [{ key: "service.name", value: service }]), ...resource],
    scope: readScope({ name: row["ScopeName"], version: row["ScopeVersion"] }),
    events: listNested(row, "Events").map((event): SpanEvent => ({
      name: toPlainText(event["Name"]),
      timeUnixNs: String(readMoment(event["Timestamp"]) ?? 0n),
      attributes: toAttributes(toMap(event["Attributes"])),
    })),
    links: listNested(row, "Links").map((link): SpanLink => ({
      kind: EdgeKind.link,
      traceId: toPlainText(link["TraceId"]),
      spanId: toPlainText(link["SpanId"]),
      attributes: toAttributes(toMap(link["Attributes"])),
    })),
    raw: () => toRawText(row),
  };
}

/** A nested column is a list of objects, or a list for each of their fields. */
function listNested(row: JsonObject, column: string): readonly JsonObject[] {
  if (column in row) return listObjects(toList(row[column]));
  const items: Map<string, unknown>[] = [];
  for (const [key, list] of Object.entries(row)) {
    if (!key.startsWith(`${column}.`)) continue;
    toList(list).forEach((value, index) => {
      (items[index] ??= new Map()).set(key.slice(column.length + 1), value);
    });
  }
  return items.map(item => Object.fromEntries(item));
}

/** In CSV, maps and lists are texts in ClickHouse's own form: `{'http.method':'GET'}`, `['a','b']`. */
function toMap(value: unknown): unknown {
  return toObject(typeof value === "string" ? parseInspectedValue(value) : value);
}

function toList(value: unknown): readonly unknown[] {
  const list = typeof value === "string" ? parseInspectedValue(value) : value;
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}

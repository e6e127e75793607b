/**
 * Tables of MLflow's `search_traces` become span records: a row a trace, with its spans as JSON or as Python prints them.
 * Pure.
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { parseInspectedValue } from "../encodings/inspectedText.ts";
import { parseExact } from "../encodings/jsonText.ts";
import { readMappedSpans } from "../plain/mappedSpans.ts";
import { listNestedSpans } from "../plain/nestedSpans.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { notes, type FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";

/** The object that `mlflow.get_trace(…).to_json()` writes. */
function isTrace({ info, data }: JsonObject & { info?: unknown; data?: unknown }): boolean {
  return isObject(info) && ("request_id" in info || "trace_id" in info) && isObject(data);
}

const FACTS = ["execution_time_ms", "execution_duration", "request_time", "timestamp_ms"];

export function isMlflowRow(item: JsonObject): boolean {
  if (isTrace(item)) return true;
  const isNamed = "request_id" in item || "trace_id" in item;
  // Of a table that was cut down to these columns, the text of the spans is enough.
  const isText = typeof item["spans"] === "string" && /^\s*\[\s*\{/.test(item["spans"]);
  const hasState = "status" in item === !("state" in item) && hasFacts(item);
  return isNamed && "spans" in item && (isText || hasState);
}

function hasFacts(item: JsonObject): boolean {
  return FACTS.some(key => key in item);
}

export function readMlflowRows(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const spans = items.map(listSpans);
  const mapped = spans.flat().map(span => ({ source: span, span: withValues(span) }));
  const { records, problems } = readMappedSpans(mapped, context);
  const unread = spans.filter(each => each.length === 0).length;
  const text = `the spans of ${unread} of ${items.length} traces cannot be read`;
  return { records, problems: [...problems, ...notes(context, [unread, text])] };
}

/** The values that go in and out are attributes in JSON, which other views of the span read, too. */
function withValues(span: JsonObject): JsonObject {
  const { attributes } = span;
  if (!isObject(attributes)) return span;
  const input = parseValue(attributes["mlflow.spanInputs"]);
  const output = parseValue(attributes["mlflow.spanOutputs"]);
  return { ...span, input, output };
}

function listSpans(row: JsonObject): readonly JsonObject[] {
  const { info, data: held } = row as { info?: unknown; data?: unknown };
  if (isObject(info) && isObject(held)) {
    const { request_metadata: metadata, trace_metadata: more, tags, ...facts } = info;
    const resource = Object.fromEntries(
      [facts, metadata, more, tags].flatMap(each => (isObject(each) ? Object.entries(each) : [])),
    );
    const traceId = toPlainText(info["trace_id"] ?? info["request_id"]);
    return listNestedSpans({ trace_id: traceId, spans: held["spans"] }).map(span => ({
      ...span,
      resource: span["resource"] ?? resource,
    }));
  }
  const trace = parseValue(row["trace"]);
  const data = isObject(trace) && isObject(trace["data"]) ? trace["data"]["spans"] : undefined;
  const spans = listObjects(parseValue(row["spans"]) ?? data);
  const traceId = toPlainText(row["trace_id"] ?? row["request_id"]);
  return listNestedSpans({ trace_id: traceId, spans });
}

function parseValue(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const parsed = parseExact(value);
  return "value" in parsed ? parsed.value : parseInspectedValue(value);
}

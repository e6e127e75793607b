/**
 * The text that OpenTelemetry's console exporters print becomes span records: Go's `stdouttrace` and Python's
 * `ConsoleSpanExporter` print JSON, one object after the other; JavaScript's prints objects as `console.dir` does,
 * which `inspectedText.ts` reads, and browsers and loggers put them into JSON. Pure.
 */

import { EdgeKind } from "../../model/span.ts";
import { SpanStatus } from "../../model/span.ts";
import type { Attribute, SpanEvent, SpanLink } from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import {
  microsToNs,
  toAttributeValue,
  toBigInt,
  toInteger,
  toRawText,
} from "../values/attributeValues.ts";
import { parseInspectedText } from "../encodings/inspectedText.ts";
import { readKind, readScope, readStatus } from "../otlp/otlpJson.ts";
import type { OtelSpan } from "../otlp/otelSpan.ts";
import { readEach, readLinkKind } from "../otlp/otlpSpan.ts";
import { isObject, listObjects, toObject, type JsonObject } from "../values/jsonObject.ts";
import type { FileContext } from "../traceFormat.ts";
import { readMoment } from "../values/writtenTimes.ts";

type Context = Pick<FileContext, "store">;

export function isGoSpan(item: JsonObject): boolean {
  return isObject(item["SpanContext"]) && typeof item["SpanContext"]["TraceID"] === "string";
}

export const readGoSpans = readEach(readGoSpan);

function readGoSpan(span: JsonObject): OtelSpan {
  const ids = goIds(span["SpanContext"]);
  const status = toObject(span["Status"]);
  const scope = toObject(span["InstrumentationScope"] ?? span["InstrumentationLibrary"]);
  return {
    ...ids,
    parentSpanId: goIds(span["Parent"]).spanId,
    name: text(span["Name"]),
    kind: readKind(span["SpanKind"]),
    status: readGoStatus(status["Code"]),
    statusMessage: text(status["Description"]),
    startUnixNs: readMoment(span["StartTime"]),
    endUnixNs: readMoment(span["EndTime"]),
    attributes: goAttributes(span["Attributes"]),
    resource: goAttributes(span["Resource"]),
    scope: readScope({ name: scope["Name"], version: scope["Version"] }),
    events: listObjects(span["Events"]).map((event): SpanEvent => ({
      name: text(event["Name"]),
      timeUnixNs: String(readMoment(event["Time"]) ?? 0n),
      attributes: goAttributes(event["Attributes"]),
    })),
    links: listObjects(span["Links"]).map((link): SpanLink => {
      const attributes = goAttributes(link["Attributes"]);
      return { kind: readLinkKind(attributes), ...goIds(link["SpanContext"]), attributes };
    }),
    raw: () => toRawText(span),
  };
}

/** In Go's own numbers an error comes before OK: BuildKit's history of a build has those. */
function readGoStatus(code: unknown): SpanStatus {
  return typeof code === "number"
    ? ([SpanStatus.unset, SpanStatus.error, SpanStatus.ok][code] ?? SpanStatus.unset)
    : readStatus(code);
}

function goIds(context: unknown): { readonly traceId: string; readonly spanId: string } {
  const { TraceID, SpanID } = toObject(context) as { TraceID?: unknown; SpanID?: unknown };
  return { traceId: text(TraceID), spanId: text(SpanID) };
}

function goAttributes(attributes: unknown): readonly Attribute[] {
  return listObjects(attributes).map(each => {
    const { Type, Value } = toObject(each["Value"]) as { Type?: unknown; Value?: unknown };
    const integer = Type === "INT64" ? toBigInt(Value) : undefined;
    return {
      key: text(each["Key"]),
      value: integer === undefined ? toAttributeValue(Value) : toInteger(integer),
    };
  });
}

/** Others write the same object with numbers for times, like MLflow: those are plain spans. */
export function isPythonSpan(item: JsonObject): boolean {
  const { context, start_time: start } = item as { context?: unknown; start_time?: unknown };
  const isNumber = typeof start === "number" || /^\d+$/.test(text(start));
  return start !== undefined && !isNumber && typeof toObject(context)["trace_id"] === "string";
}

export const readPythonSpans = readEach(readPythonSpan);

function readPythonSpan(span: JsonObject): OtelSpan {
  const status = toObject(span["status"]);
  const scope = toObject(span["instrumentation_scope"] ?? span["instrumentation_info"]);
  const resource = toObject(span["resource"]);
  return {
    ...pythonIds(span["context"]),
    parentSpanId: withoutPrefix(span["parent_id"]),
    name: text(span["name"]),
    kind: readKind(span["kind"]),
    // Phoenix writes the same objects with the status beside them.
    status: readStatus(status["status_code"] ?? span["status_code"]),
    statusMessage: text(status["description"] ?? span["status_message"]),
    startUnixNs: readMoment(span["start_time"]),
    endUnixNs: readMoment(span["end_time"]),
    attributes: mapAttributes(span["attributes"]),
    // Older versions print the attributes themselves.
    resource: mapAttributes(isObject(resource["attributes"]) ? resource["attributes"] : resource),
    scope: readScope(scope),
    events: listObjects(span["events"]).map((event): SpanEvent => ({
      name: text(event["name"]),
      timeUnixNs: String(readMoment(event["timestamp"]) ?? 0n),
      attributes: mapAttributes(event["attributes"]),
    })),
    links: listObjects(span["links"]).map((link): SpanLink => {
      const attributes = mapAttributes(link["attributes"]);
      return { kind: EdgeKind.link, ...pythonIds(link["context"]), attributes };
    }),
    raw: () => toRawText(span),
  };
}

function pythonIds(context: unknown): { readonly traceId: string; readonly spanId: string } {
  const { trace_id, span_id } = toObject(context) as { trace_id?: unknown; span_id?: unknown };
  return { traceId: withoutPrefix(trace_id), spanId: withoutPrefix(span_id) };
}

/** Python prints ids as `0x1f2e…`. */
function withoutPrefix(id: unknown): string {
  return text(id).replace(/^0x/, "");
}

/**
 * JavaScript's `ConsoleSpanExporter` prints the span's id as `id` and times in microseconds. A span that was put into
 * JSON as it is has a context and times of `[seconds, nanoseconds]`.
 */
export function isJavaScriptSpan(item: JsonObject): boolean {
  if (typeof toObject(item["status"])["code"] !== "number") return false;
  return typeof item["traceId"] === "string"
    ? typeof item["id"] === "string"
    : text(contextOf(item)["traceId"]) !== "" && Array.isArray(item["startTime"]);
}

/** Whether printed spans are among the text: cheap, because it is asked of every text. */
export function isJavaScriptText(text: string): boolean {
  return /^[ \t]{2,}traceId: '[0-9a-f]{32}',$/m.test(text);
}

export function readJavaScriptText(text: string, context: Context): SpanRecords {
  return readJavaScriptSpans(parseInspectedText(text).filter(isJavaScriptSpan), context);
}

export const readJavaScriptSpans = readEach(readJavaScriptSpan);

function readJavaScriptSpan(span: JsonObject): OtelSpan {
  const status = toObject(span["status"]);
  const scope = toObject(span["instrumentationScope"] ?? span["instrumentationLibrary"]);
  const parent = toObject(span["parentSpanContext"]);
  const context = contextOf(span);
  const resource = toObject(span["resource"]);
  const startUnixNs = hrTimeToNs(span["startTime"]) ?? microsToNs(span["timestamp"]);
  const durationNs =
    hrTimeToNs(span["duration"] ?? span["_duration"]) ?? microsToNs(span["duration"]) ?? 0n;
  return {
    traceId: text(span["traceId"]) || text(context["traceId"]),
    spanId: text(span["id"]) || text(context["spanId"]),
    parentSpanId: text(span["parentId"]) || text(span["parentSpanId"]) || text(parent["spanId"]),
    name: text(span["name"]),
    // The SDK counts from zero, without "unspecified".
    kind: readKind(Number(span["kind"]) + 1),
    status: readStatus(status["code"]),
    statusMessage: text(status["message"]),
    startUnixNs,
    endUnixNs:
      hrTimeToNs(span["endTime"]) ??
      (startUnixNs === undefined ? undefined : startUnixNs + durationNs),
    attributes: mapAttributes(span["attributes"]),
    resource: mapAttributes(resource["attributes"] ?? resource["_attributes"]),
    scope: readScope(scope),
    events: listObjects(span["events"]).map((event): SpanEvent => ({
      name: text(event["name"]),
      timeUnixNs: String(hrTimeToNs(event["time"]) ?? 0n),
      attributes: mapAttributes(event["attributes"]),
    })),
    links: listObjects(span["links"]).map((link): SpanLink => {
      const context = toObject(link["context"]);
      return {
        kind: EdgeKind.link,
        traceId: text(context["traceId"]),
        spanId: text(context["spanId"]),
        attributes: mapAttributes(link["attributes"]),
      };
    }),
    raw: () => toRawText(span),
  };
}

/** The fields of a class are private, and in JSON nonetheless. */
function contextOf(span: JsonObject): JsonObject {
  return toObject(span["spanContext"] ?? span["_spanContext"]);
}

/** `[seconds, nanoseconds]`. */
function hrTimeToNs(time: unknown): bigint | undefined {
  if (!Array.isArray(time)) return undefined;
  const [seconds, nanos] = time as unknown[];
  return (toBigInt(seconds) ?? 0n) * 1_000_000_000n + (toBigInt(nanos) ?? 0n);
}

function mapAttributes(attributes: unknown): readonly Attribute[] {
  return Object.entries(toObject(attributes)).map(([key, value]) => ({
    key,
    value: toAttributeValue(value),
  }));
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

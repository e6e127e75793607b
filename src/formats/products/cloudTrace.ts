/**
 * Spans of Google Cloud Trace become span records: those of its v2 API and of OpenCensus, whose texts can be cut, and
 * traces of its v1 API, whose ids are decimal numbers. Pure.
 *
 *     {"name": "projects/p/traces/TRACE/spans/SPAN", "displayName": {"value": "GET /"}, "startTime": "…"}
 *     {"projectId": "p", "traceId": "…", "spans": [{"spanId": "1158…", "kind": "RPC_SERVER", "labels": {…}}]}
 */

import { EdgeKind, SpanStatus } from "../../model/span.ts";
import type { Attribute, AttributeValue, SpanEvent, SpanLink } from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { toAttributeValue, toBigInt, toInteger, toRawText } from "../values/attributeValues.ts";
import { readKind } from "../otlp/otlpJson.ts";
import type { OtelSpan } from "../otlp/otelSpan.ts";
import { toSpanRecord } from "../otlp/otlpSpan.ts";
import { toAttributes } from "../plain/plainFields.ts";
import { writeStack } from "../values/stackText.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import type { FileContext } from "../traceFormat.ts";
import { toPlainText } from "../values/wireValue.ts";
import { readMoment } from "../values/writtenTimes.ts";

const NAME = /^projects\/([^/]+)\/traces\/([0-9a-f]{32})\/spans\/([0-9a-f]{1,16})$/i;

export function isCloudTrace(item: JsonObject): boolean {
  return [...listSpans(toCamelCase(item))].length > 0;
}

/** As protobuf's JSON has them unless it is told to keep the names of the protocol. */
function toCamelCase(item: JsonObject, depth = 0): JsonObject {
  const isSnake = (span: JsonObject): boolean => "display_name" in span && "start_time" in span;
  if (depth === 0 && !isSnake(item) && !listObjects(item["spans"]).some(isSnake)) return item;
  const convert = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(convert)
      : isObject(value)
        ? toCamelCase(value, depth + 1)
        : value;
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => [
      key.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      // The names of attributes are their own.
      depth > MOST_LEVELS
        ? value
        : key === "attribute_map"
          ? mapValues(value, convert)
          : convert(value),
    ]),
  );
}

/** A span, its attributes, one of them and its text. */
const MOST_LEVELS = 8;

function mapValues(value: unknown, convert: (each: unknown) => unknown): unknown {
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, convert(each)]))
    : value;
}

export function readCloudTraces(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const spans = items.flatMap(item => [...listSpans(toCamelCase(item))]);
  return { records: spans.map(span => toSpanRecord(span, context.store)), problems: [] };
}

function* listSpans(item: JsonObject): Generator<OtelSpan> {
  if (isV1Trace(item)) {
    for (const span of listObjects(item["spans"])) yield readV1Span(span, item);
  } else if (isV2Span(item)) {
    yield readV2Span(item);
  } else {
    for (const inner of listObjects(item["spans"] ?? item["Spans"]).filter(isV2Span)) {
      const { traceId, node, resource } = item;
      yield readV2Span({ traceId, node, resource, ...inner });
    }
    for (const inner of listObjects(item["traces"]).filter(isV1Trace)) yield* listSpans(inner);
  }
}

function isV1Trace(item: JsonObject): boolean {
  return "projectId" in item && "traceId" in item && Array.isArray(item["spans"]);
}

function isV2Span(item: JsonObject): boolean {
  const isNamed = NAME.test(toPlainText(item["name"]));
  return (
    "startTime" in item &&
    (isNamed || (isText(item["displayName"] ?? item["name"]) && "spanId" in item))
  );
}

/** A text that the exporter may have cut. */
function isText(value: unknown): boolean {
  return isObject(value) && typeof value["value"] === "string";
}

function toText(value: unknown): string {
  return toPlainText(isObject(value) ? value["value"] : value);
}

function readV2Span(span: JsonObject): OtelSpan {
  const [, project, traceId, spanId] = NAME.exec(toPlainText(span["name"])) ?? [];
  const status = isObject(span["status"]) ? span["status"] : {};
  const code = Number(status["code"] ?? 0);
  const stack = readStack(span["stackTrace"]);
  const message = toPlainText(status["message"]);
  const attributes = readAttributes(span["attributes"]);
  return {
    traceId: traceId ?? toPlainText(span["traceId"]),
    spanId: toPlainText(span["spanId"]) || (spanId ?? ""),
    parentSpanId: toPlainText(span["parentSpanId"]),
    name: toText(span["displayName"] ?? span["name"]),
    kind: readKind(toPlainText(span["spanKind"] ?? span["kind"])),
    // Codes of gRPC: 0 is OK, and what others leave out.
    status: code !== 0 ? SpanStatus.error : "code" in status ? SpanStatus.ok : SpanStatus.unset,
    statusMessage: message,
    startUnixNs: readMoment(span["startTime"]),
    endUnixNs: readMoment(span["endTime"]),
    attributes: [
      ...attributes.filter(each => !isResource(each)),
      ...(stack === "" ? [] : [{ key: "code.stacktrace", value: stack }]),
      ...(code === 0 ? [] : [{ key: "rpc.grpc.status_code", value: code }]),
    ],
    resource: [
      ...attributes
        .filter(isResource)
        .map(each => ({ ...each, key: each.key.replace("g.co/r/", "") })),
      ...readAttributes(
        isObject(span["resource"]) ? { attributeMap: span["resource"]["labels"] } : {},
      ),
      ...readNode(span["node"]),
      ...(project === undefined ? [] : [{ key: "gcp.project_id", value: project }]),
    ],
    events: listTimed(span, "timeEvents", "timeEvent").map(readEvent),
    links: listTimed(span, "links", "link").map((link): SpanLink => ({
      kind: EdgeKind.link,
      traceId: toPlainText(link["traceId"]),
      spanId: toPlainText(link["spanId"]),
      attributes: [
        ...readAttributes(link["attributes"]),
        ...(link["type"] === undefined
          ? []
          : [{ key: "link.type", value: toAttributeValue(link["type"]) }]),
      ],
    })),
    raw: () => toRawText(span),
  };
}

/** The process that sent spans, as OpenCensus tells of it beside them. */
function readNode(node: unknown): readonly Attribute[] {
  const part = (key: string): JsonObject =>
    isObject(node) && isObject(node[key]) ? node[key] : {};
  const told = {
    "service.name": part("serviceInfo")["name"],
    "host.name": part("identifier")["hostName"],
    "process.pid": part("identifier")["pid"],
  };
  return toAttributes(told).filter(({ value }) => toPlainText(value) !== "");
}

/** Whatever Google's exporters know of the program stands among the attributes: `service.name`, `g.co/r/k8s_pod/…`. */
function isResource({ key }: Attribute): boolean {
  return /^(?:g\.co\/r\/|service\.|telemetry\.sdk\.|host\.|cloud\.|k8s\.)/.test(key);
}

function listTimed(span: JsonObject, key: string, inner: string): readonly JsonObject[] {
  const held = span[key];
  return listObjects(isObject(held) ? held[inner] : held);
}

function readEvent(event: JsonObject): SpanEvent {
  const annotation = isObject(event["annotation"]) ? event["annotation"] : {};
  const message = isObject(event["messageEvent"]) ? event["messageEvent"] : undefined;
  return {
    name: message === undefined ? toText(annotation["description"]) : "message",
    timeUnixNs: String(readMoment(event["time"]) ?? 0n),
    attributes: [
      ...readAttributes(annotation["attributes"]),
      ...toAttributes(message).map(each => ({ ...each, key: `message.${each.key}` })),
    ],
  };
}

function readAttributes(value: unknown): readonly Attribute[] {
  if (!isObject(value)) return [];
  const map = isObject(value["attributeMap"]) ? value["attributeMap"] : {};
  const dropped = value["droppedAttributesCount"];
  return [
    ...Object.entries(map).map(([key, each]) => ({ key, value: readValue(each) })),
    ...(dropped === undefined || dropped === 0
      ? []
      : [{ key: "otel.dropped_attributes_count", value: toAttributeValue(dropped) }]),
  ];
}

function readValue(value: unknown): AttributeValue {
  if (!isObject(value)) return toAttributeValue(value);
  const written = value["stringValue"] ?? value["string_value"];
  if (written !== undefined) return toText(written);
  const integer = toBigInt(value["intValue"]);
  if (integer !== undefined) return toInteger(integer);
  return toAttributeValue(value["boolValue"] ?? value["doubleValue"] ?? value);
}

function readStack(value: unknown): string {
  const held =
    isObject(value) && isObject(value["stackFrames"]) ? value["stackFrames"]["frame"] : [];
  const frames = listObjects(held).map(frame => ({
    file: toText(frame["fileName"]),
    line: frame["lineNumber"],
    name: toText(frame["functionName"]),
  }));
  return writeStack(frames.reverse(), "").trimEnd();
}

function readV1Span(span: JsonObject, trace: JsonObject): OtelSpan {
  const labels = toAttributes(span["labels"]);
  const find = (...keys: readonly string[]): string =>
    toPlainText(labels.find(({ key }) => keys.includes(key))?.value);
  const service = find("service.name", "g.co/gae/app/module", "/component");
  const http = Number(find("/http/status_code", "http.status_code"));
  const error = find("/error/message", "error.message");
  return {
    traceId: toPlainText(trace["traceId"]),
    spanId: toHexId(span["spanId"]),
    parentSpanId: toHexId(span["parentSpanId"]),
    name: toPlainText(span["name"]),
    kind: readKind(toPlainText(span["kind"]).replace(/^RPC_/, "")),
    status: error !== "" || http >= 500 ? SpanStatus.error : SpanStatus.unset,
    statusMessage: error,
    startUnixNs: readMoment(span["startTime"]),
    endUnixNs: readMoment(span["endTime"]),
    attributes: labels,
    resource: [
      ...(service === "" ? [] : [{ key: "service.name", value: service }]),
      { key: "gcp.project_id", value: toPlainText(trace["projectId"]) },
    ],
    events: [],
    links: [],
    raw: () => toRawText(span),
  };
}

/** A decimal number of 64 bits. */
function toHexId(id: unknown): string {
  const text = toPlainText(id);
  const number = /^\d{1,20}$/.test(text) ? BigInt(text) : 0n;
  return number === 0n ? "" : BigInt.asUintN(64, number).toString(16).padStart(16, "0");
}

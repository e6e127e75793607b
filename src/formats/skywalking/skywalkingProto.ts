/**
 * SkyWalking's segments in protobuf, as agents send them over gRPC, become segments in JSON, which `skywalking.ts`
 * knows how to read; logs that name a span become log records. Pure.
 */

import { canonicalTraceId } from "../../model/ids.ts";
import type { LogRecord, LogRecords } from "../../model/logRecord.ts";
import type { Attribute } from "../../model/spanDetail.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { decodeProto, many, one, type ProtoMessage } from "../encodings/protoReader.ts";
import { layers, readSkywalking, spanTypes } from "./skywalking.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";
import { toNanos, toPlainText, UnitPower } from "../values/wireValue.ts";

const pair: ProtoMessage = { 1: one("key", "string"), 2: one("value", "string") };
const reference: ProtoMessage = {
  1: one("refType", ["CrossProcess", "CrossThread"]),
  2: one("traceId", "string"),
  3: one("parentTraceSegmentId", "string"),
  4: one("parentSpanId", "int"),
  5: one("parentService", "string"),
  6: one("parentServiceInstance", "string"),
  7: one("parentEndpoint", "string"),
  8: one("networkAddressUsedAtPeer", "string"),
};
const span: ProtoMessage = {
  1: one("spanId", "int"),
  2: one("parentSpanId", "int"),
  3: one("startTime", "int"),
  4: one("endTime", "int"),
  5: many("refs", () => reference),
  6: one("operationName", "string"),
  7: one("peer", "string"),
  8: one("spanType", spanTypes),
  9: one("spanLayer", layers),
  10: one("componentId", "int"),
  11: one("isError", "bool"),
  12: many("tags", () => pair),
  13: many("logs", () => ({ 1: one("time", "int"), 2: many("data", () => pair) })),
  14: one("skipAnalysis", "bool"),
};
const segment: ProtoMessage = {
  1: one("traceId", "string"),
  2: one("traceSegmentId", "string"),
  3: many("spans", () => span),
  4: one("service", "string"),
  5: one("serviceInstance", "string"),
  6: one("isSizeLimited", "bool"),
};
const segments: ProtoMessage = { 1: many("segments", () => segment) };

const body: ProtoMessage = {
  1: one("type", "string"),
  2: one("text", () => ({ 1: one("text", "string") })),
  3: one("json", () => ({ 1: one("json", "string") })),
  4: one("yaml", () => ({ 1: one("yaml", "string") })),
};
const log: ProtoMessage = {
  1: one("timestamp", "int"),
  2: one("service", "string"),
  3: one("serviceInstance", "string"),
  4: one("endpoint", "string"),
  5: one("body", () => body),
  6: one("traceContext", () => ({
    1: one("traceId", "string"),
    2: one("traceSegmentId", "string"),
    3: one("spanId", "int"),
  })),
  7: one("tags", () => ({ 1: many("data", () => pair) })),
};

/** Far more than an agent puts into one message. */
const MAX_MESSAGES = 1_000_000;

type Context = Pick<FileContext, "store">;

/** A `SegmentObject`. Throws a `WireError` where it is none. */
export function readSegment(bytes: Uint8Array, context: Context): SpanRecords {
  return readSentSegments([decode(bytes, segment)], context);
}

/** A `SegmentCollection`. Throws a `WireError` where it is none. */
export function readSegments(bytes: Uint8Array, context: Context): SpanRecords {
  return readSentSegments(listObjects(decode(bytes, segments)["segments"]), context);
}

function decode(bytes: Uint8Array, type: ProtoMessage): JsonObject {
  const target: Record<string, unknown> = {};
  decodeProto(bytes, type, target, MAX_MESSAGES);
  return target;
}

/** Reads segments that were sent, of which every span is read or lost. */
export function readSentSegments(all: readonly JsonObject[], context: Context): SpanRecords {
  const { records, problems } = readSkywalking(all.filter(isKnown), context);
  const sent = all.map(({ spans }) => (Array.isArray(spans) ? spans.length : 0));
  const lost = sent.reduce((sum, count) => sum + count, 0) - records.length;
  if (lost === 0) return { records, problems };
  const told = note(context, `${lost} spans of no segment with an id and a trace id`);
  return { records, problems: problems.length > 0 ? problems : [told], lost };
}

function isKnown(each: JsonObject): boolean {
  return toPlainText(each["traceSegmentId"]) !== "" && toPlainText(each["traceId"]) !== "";
}

/** A `LogData`. Throws a `WireError` where it is none. */
export function readSkywalkingLog(bytes: Uint8Array): LogRecords {
  return { records: [toLogRecord(decode(bytes, log))], problems: [] };
}

/** A `LogData` as protobuf's JSON has it. */
export function toLogRecord(data: JsonObject): LogRecord {
  const context = isObject(data["traceContext"]) ? data["traceContext"] : {};
  const traceId = toPlainText(context["traceId"]);
  const segmentId = toPlainText(context["traceSegmentId"]);
  const tags = isObject(data["tags"]) ? listObjects(data["tags"]["data"]) : [];
  const said = readBody(data["body"]);
  const name = /\S.*/.exec(said)?.[0].trimEnd() ?? "log";
  const facts: readonly Attribute[] = [
    { key: "log.severity", value: findTag(tags, "level") || "UNSPECIFIED" },
    ...(said === name ? [] : [{ key: "log.body", value: said }]),
    { key: "log.logger", value: findTag(tags, "logger") },
    ...tags
      .filter(each => each["key"] !== "level" && each["key"] !== "logger")
      .map(each => ({ key: toPlainText(each["key"]), value: toPlainText(each["value"]) })),
    { key: "endpoint", value: toPlainText(data["endpoint"]) },
    { key: "resource.service.name", value: toPlainText(data["service"]) },
    { key: "resource.service.instance.id", value: toPlainText(data["serviceInstance"]) },
  ];
  return {
    traceId: traceId === "" ? "" : canonicalTraceId(traceId),
    ...(segmentId !== "" && { spanId: `${segmentId}:${toPlainText(context["spanId"]) || "0"}` }),
    event: {
      name,
      timeUnixNs: String(toNanos(data["timestamp"], UnitPower.ms) ?? 0n),
      attributes: facts.filter(({ value }) => value !== ""),
    },
  };
}

/** Text, JSON or YAML: each a message with one field of its own name. */
function readBody(value: unknown): string {
  if (!isObject(value)) return "";
  for (const key of ["text", "json", "yaml"]) {
    const inner = value[key];
    if (isObject(inner)) return toPlainText(inner[key]);
  }
  return "";
}

function findTag(tags: readonly JsonObject[], key: string): string {
  return toPlainText(tags.find(each => each["key"] === key)?.["value"]);
}

/**
 * OTLP in protobuf becomes OTLP in JSON, which `otlpJson.ts` knows how to read: a table of the fields that we know.
 * Pure; the wire itself is `protoReader.ts`.
 */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { readOtlpJson } from "./otlpJson.ts";
import {
  decodeProto,
  many,
  one,
  WireError,
  WireReader,
  type ProtoMessage,
} from "../encodings/protoReader.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";

export const anyValue: ProtoMessage = {
  1: one("stringValue", "string"),
  2: one("boolValue", "bool"),
  3: one("intValue", "int"),
  4: one("doubleValue", "double"),
  5: one("arrayValue", () => ({ 1: many("values", () => anyValue) })),
  6: one("kvlistValue", () => ({ 1: many("values", () => keyValue) })),
  7: one("bytesValue", "base64"),
};
export const keyValue: ProtoMessage = { 1: one("key", "string"), 2: one("value", () => anyValue) };
const event: ProtoMessage = {
  1: one("timeUnixNano", "fixed64"),
  2: one("name", "string"),
  3: many("attributes", () => keyValue),
  4: one("droppedAttributesCount", "uint"),
};
const link: ProtoMessage = {
  1: one("traceId", "hex"),
  2: one("spanId", "hex"),
  3: one("traceState", "string"),
  4: many("attributes", () => keyValue),
  5: one("droppedAttributesCount", "uint"),
  6: one("flags", "fixed32"),
};
const span: ProtoMessage = {
  1: one("traceId", "hex"),
  2: one("spanId", "hex"),
  3: one("traceState", "string"),
  4: one("parentSpanId", "hex"),
  5: one("name", "string"),
  6: one("kind", "uint"),
  7: one("startTimeUnixNano", "fixed64"),
  8: one("endTimeUnixNano", "fixed64"),
  9: many("attributes", () => keyValue),
  10: one("droppedAttributesCount", "uint"),
  11: many("events", () => event),
  12: one("droppedEventsCount", "uint"),
  13: many("links", () => link),
  14: one("droppedLinksCount", "uint"),
  15: one("status", () => ({ 2: one("message", "string"), 3: one("code", "uint") })),
  16: one("flags", "fixed32"),
};
export const scope: ProtoMessage = {
  1: one("name", "string"),
  2: one("version", "string"),
  3: many("attributes", () => keyValue),
};
export const resource: ProtoMessage = { 1: many("attributes", () => keyValue) };
const resourceSpans: ProtoMessage = {
  1: one("resource", () => resource),
  2: many("scopeSpans", () => ({
    1: one("scope", () => scope),
    2: many("spans", () => span),
    3: one("schemaUrl", "string"),
  })),
  3: one("schemaUrl", "string"),
};
/** `TracesData`, `ExportTraceServiceRequest` and Tempo's `Trace` are one on the wire. */
const tracesData: ProtoMessage = { 1: many("resourceSpans", () => resourceSpans) };
/** The message that Tempo's v2 API wraps around it. */
const traceAnswer: ProtoMessage = { 1: one("trace", () => tracesData) };

/** Whether these bytes are traces: the first group has a span with ids of the right length. */
export function isOtlpProto(bytes: Uint8Array): boolean {
  const start = splitMessages(bytes)?.[0] ?? bytes;
  return decodeOtlp(start.subarray(0, findEndOfFirstField(start))).items.some(hasSpanWithId);
}

export function readOtlpProto(bytes: Uint8Array, context: Pick<FileContext, "store">): SpanRecords {
  const { items, error } = decodeOtlp(bytes);
  const { records, problems } = readOtlpJson(items, context);
  return {
    records,
    problems: error === undefined ? problems : [...problems, note(context, error)],
  };
}

interface Decoded {
  readonly items: readonly JsonObject[];
  /** Why it is not all of the file. */
  readonly error?: string;
}

function decodeOtlp(bytes: Uint8Array): Decoded {
  const frames = splitMessages(bytes);
  if (frames !== undefined) return decodeAll(frames, tracesData);
  const plain = decodeAll([bytes], tracesData);
  // An answer of Tempo's reads as groups without spans.
  return plain.items.some(hasSpanWithId) ? plain : decodeAll([bytes], traceAnswer);
}

function decodeAll(messages: readonly Uint8Array[], type: ProtoMessage): Decoded {
  const items: JsonObject[] = [];
  for (const bytes of messages) {
    const target: Record<string, unknown> = {};
    items.push(target);
    try {
      decodeProto(bytes, type, target);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return { items, error: error.message };
    }
  }
  return { items };
}

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

function hasSpanWithId(item: JsonObject): boolean {
  const data = isObject(item["trace"]) ? item["trace"] : item;
  return listObjects(data["resourceSpans"]).some(group =>
    listObjects(group["scopeSpans"]).some(scoped =>
      // A metric has its name where a span has its trace's id, and some names are as long.
      listObjects(scoped["spans"]).some(
        each => TRACE_ID.test(String(each["traceId"])) && SPAN_ID.test(String(each["spanId"])),
      ),
    ),
  );
}

/**
 * The Collector's file exporter writes each message after its length, four bytes, the greatest first. gRPC has a byte
 * before it that says whether the message is zipped.
 */
export function splitMessages(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  return [4, 5].map(head => splitFrames(bytes, head)).find(frames => frames !== undefined);
}

function splitFrames(bytes: Uint8Array, head: number): readonly Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Uint8Array[] = [];
  let at = 0;
  while (at + head <= bytes.length) {
    const length = view.getUint32(at + head - 4);
    const isPlain = head === 4 || bytes[at] === 0;
    if (!isPlain || length === 0 || at + head + length > bytes.length) return undefined;
    frames.push(bytes.subarray(at + head, at + head + length));
    at += head + length;
  }
  return at === bytes.length && frames.length > 0 ? frames : undefined;
}

function findEndOfFirstField(bytes: Uint8Array): number {
  const reader = new WireReader(bytes);
  try {
    reader.skipField(reader.readTag());
    return reader.place;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return bytes.length;
  }
}

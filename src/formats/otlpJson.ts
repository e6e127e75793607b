/**
 * OpenTelemetry's own JSON becomes span records, in every shape that is in use: requests and what collectors write to
 * files, answers of Jaeger's v3 API (`result`), of Tempo (`batches`, `trace`; ids in base64, kinds by name) and of
 * Aspire's dashboard (`data`), keys in snake case, and `instrumentationLibrarySpans` from before scopes were called so.
 * Pure.
 */

import { SpanFlag, SpanKind, SpanStatus } from "../model/span.ts";
import type { Attribute, AttributeValue, SpanEvent, SpanLink } from "../model/spanDetail.ts";
import type { SpanRecord, SpanRecords } from "../model/spanRecord.ts";
import {
  base64ToHex,
  toAttributeValue,
  toBigInt,
  toInteger,
  toRawText,
} from "./attributeValues.ts";
import { readLinkKind, toSpanRecord, type OtelSpan } from "./otlpSpan.ts";
import { isObject, listObjects, note, type FileContext, type JsonObject } from "./traceFormat.ts";

/** Whether it holds spans of OTLP, however wrapped; it may hold none. */
export function isOtlpTraces(item: JsonObject): boolean {
  return findResourceSpans(item) !== undefined;
}

export function readOtlpJson(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const records: SpanRecord[] = [];
  let withoutTrace = 0;
  for (const item of items) {
    for (const group of listObjects(findResourceSpans(item))) {
      for (const span of listSpans(group)) {
        if (span.traceId === "") withoutTrace += 1;
        else records.push(toSpanRecord(span, context.store));
      }
    }
  }
  if (withoutTrace === 0) return { records, problems: [] };
  const problems = [note(context, `${withoutTrace} spans without a trace id`)];
  return { records, problems, lost: withoutTrace };
}

/** Jaeger's, Tempo's, that of Aspire's dashboard, and Faro's, in which browsers send more than traces. */
const envelopes = ["result", "trace", "data", "traces"];

/** The list under its many names; a group that stands alone is a list of one. */
function findResourceSpans(item: JsonObject): readonly unknown[] | undefined {
  for (const key of ["resourceSpans", "resource_spans", "batches"]) {
    const groups: unknown = item[key];
    if (Array.isArray(groups) && (key !== "batches" || groups.every(isGroup))) {
      return groups as readonly unknown[];
    }
  }
  for (const key of envelopes) {
    const inner = item[key];
    // Only one envelope at a time, and never one inside of itself: nothing here may recurse without end.
    if (isObject(inner) && !envelopes.some(each => each in inner)) return findResourceSpans(inner);
  }
  return isGroup(item) ? [item] : undefined;
}

const scopeKeys = [
  "scopeSpans",
  "scope_spans",
  "instrumentationLibrarySpans",
  "instrumentation_library_spans",
];

function isGroup(value: unknown): boolean {
  return isObject(value) && scopeKeys.some(key => Array.isArray(value[key]));
}

function* listSpans(group: JsonObject): Generator<OtelSpan> {
  const resource = readAttributes(isObject(group["resource"]) ? group["resource"] : {});
  for (const key of scopeKeys) {
    for (const scoped of listObjects(group[key])) {
      const scope = readScope(get(scoped, "scope") ?? get(scoped, "instrumentationLibrary"));
      for (const span of listObjects(scoped["spans"])) yield readSpan(span, resource, scope);
    }
  }
}

function readSpan(
  span: JsonObject,
  resource: readonly Attribute[],
  scope: OtelSpan["scope"],
): OtelSpan {
  const status = isObject(span["status"]) ? span["status"] : {};
  const flags = Number(toBigInt(span["flags"]) ?? 0n);
  return {
    traceId: readId(get(span, "traceId")),
    spanId: readId(get(span, "spanId")),
    parentSpanId: readId(get(span, "parentSpanId")),
    name: toText(span["name"]),
    kind: readKind(span["kind"]),
    status: readStatus(status["code"]),
    statusMessage: toText(status["message"]),
    startUnixNs: toBigInt(get(span, "startTimeUnixNano")),
    endUnixNs: toBigInt(get(span, "endTimeUnixNano")),
    attributes: readAttributes(span),
    resource,
    scope,
    events: listObjects(span["events"]).map(readEvent),
    links: listObjects(span["links"]).map(readLink),
    flags: (flags & REMOTE_PARENT) === REMOTE_PARENT ? SpanFlag.remoteParent : 0,
    raw: () => toRawText(span),
  };
}

/** 0x100 says that it is known, 0x200 that it is so. */
const REMOTE_PARENT = 0x300;

function readEvent(event: JsonObject): SpanEvent {
  return {
    name: toText(event["name"]),
    timeUnixNs: String(toBigInt(get(event, "timeUnixNano")) ?? 0n),
    attributes: readAttributes(event),
  };
}

function readLink(link: JsonObject): SpanLink {
  const attributes = readAttributes(link);
  return {
    kind: readLinkKind(attributes),
    traceId: readId(get(link, "traceId")),
    spanId: readId(get(link, "spanId")),
    attributes,
  };
}

export function readScope(scope: unknown): OtelSpan["scope"] {
  if (!isObject(scope)) return undefined;
  const name = toText(scope["name"]);
  const version = toText(scope["version"]);
  if (name === "" && version === "") return undefined;
  return { name, ...(version !== "" && { version }) };
}

export function readAttributes(owner: JsonObject): readonly Attribute[] {
  return listObjects(owner["attributes"]).map(each => ({
    key: toText(each["key"]),
    value: readAnyValue(each["value"]),
  }));
}

/** Deeper than anyone nests on purpose. */
const MAX_DEPTH = 64;

/** One of OTLP's typed values; a value that is not wrapped in its type is taken as it is. */
export function readAnyValue(value: unknown, depth = 0): AttributeValue {
  if (!isObject(value)) return toAttributeValue(value);
  if (depth > MAX_DEPTH) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    switch (key) {
      case "stringValue":
      case "string_value":
      case "boolValue":
      case "bool_value":
      case "bytesValue":
      case "bytes_value":
        return toAttributeValue(inner);
      case "intValue":
      case "int_value": {
        const integer = toBigInt(inner);
        return integer === undefined ? toAttributeValue(inner) : toInteger(integer);
      }
      case "doubleValue":
      case "double_value": {
        // Not-a-number and the infinities are words, and stay so: JSON has no numbers for them.
        const double = Number(inner);
        return Number.isFinite(double) ? double : toAttributeValue(inner);
      }
      case "arrayValue":
      case "array_value":
        return list(isObject(inner) ? inner["values"] : inner).map(each =>
          readAnyValue(each, depth + 1),
        );
      case "kvlistValue":
      case "kvlist_value":
        return Object.fromEntries(
          listObjects(isObject(inner) ? inner["values"] : inner).map(each => [
            toText(each["key"]),
            readAnyValue(each["value"], depth + 1),
          ]),
        );
      default:
    }
  }
  return undefined;
}

const kinds = Object.keys(SpanKind);

/** A number, or its name as proto3 JSON and others write it: `SPAN_KIND_SERVER`, `Server`, `server`. */
export function readKind(kind: unknown): SpanKind {
  const index =
    typeof kind === "string"
      ? kinds.indexOf(kind.replace(/^(?:SPAN_KIND_|SpanKind\.)/i, "").toLowerCase())
      : Number(kind);
  return index in kinds ? (index as SpanKind) : SpanKind.unspecified;
}

/** `2`, `STATUS_CODE_ERROR`, `Error`, `ERROR`. */
export function readStatus(code: unknown): SpanStatus {
  const name =
    typeof code === "string"
      ? code.replace(/^(?:STATUS_CODE_|StatusCode\.)/i, "").toLowerCase()
      : code;
  if (name === "error" || name === SpanStatus.error) return SpanStatus.error;
  return name === "ok" || name === SpanStatus.ok ? SpanStatus.ok : SpanStatus.unset;
}

/** Sixteen and eight bytes in base64, as proto3 JSON would have them; OTLP itself writes hexadecimal digits. */
const BASE64_ID = /^(?:[A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{11}=)$/;

export function readId(id: unknown): string {
  const text = toText(id);
  return BASE64_ID.test(text) ? base64ToHex(text) : text;
}

const snakeKeys = new Map<string, string>();

/** A field by its name in camel case, or the same in snake case. */
export function get(object: JsonObject, key: string): unknown {
  const value = object[key];
  if (value !== undefined) return value;
  let snake = snakeKeys.get(key);
  if (snake === undefined) {
    snake = key.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
    snakeKeys.set(key, snake);
  }
  return object[snake];
}

export function toText(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * OpenTelemetry's own JSON becomes span records, in every shape that is in use: requests and what collectors write to
 * files, answers of Jaeger's v3 API (`result`), of Tempo (`batches`, `trace`; ids in base64, kinds by name) and of
 * Aspire's dashboard (`data`), keys in snake case, and `instrumentationLibrarySpans` from before scopes were called so.
 * Pure.
 */

import { lookupTable } from "../../base/lookupTable.ts";
import { numericSpanId, numericTraceId } from "../../model/ids.ts";
import { SpanFlag, SpanKind, SpanStatus } from "../../model/span.ts";
import type { Attribute, SpanEvent, SpanLink } from "../../model/spanDetail.ts";
import type { Problem } from "../../model/problem.ts";
import type { SpanRecord, SpanRecords } from "../../model/spanRecord.ts";
import { knownTime } from "../../model/traceMerge.ts";
import { toBigInt, toRawText } from "../values/attributeValues.ts";
import type { OtelSpan } from "./otelSpan.ts";
import { readLinkKind, toSpanRecord } from "./otlpSpan.ts";
import { readAttributes, UnreadValues } from "./otlpValue.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { note, type FileContext } from "../traceFormat.ts";
import { toIdText, toNanos, UnitPower } from "../values/wireValue.ts";
import { readMoment } from "../values/writtenTimes.ts";

/** Whether it holds spans of OTLP, however wrapped; it may hold none. */
export function isOtlpTraces(item: JsonObject): boolean {
  return findResourceSpans(item) !== undefined;
}

export function readOtlpJson(
  items: readonly JsonObject[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const records: SpanRecord[] = [];
  const unread = new UnreadValues();
  let withoutTrace = 0;
  for (const item of items) {
    for (const group of listObjects(findResourceSpans(item))) {
      for (const span of listSpans(group, unread)) {
        if (span.traceId === "") withoutTrace += 1;
        else records.push(toSpanRecord(span, context.store));
      }
    }
  }
  const problems: Problem[] = [];
  if (unread.count > 0) {
    const text = `${unread.count} values could not be read, the first at ${unread.firstPath}`;
    problems.push(note(context, text));
  }
  if (withoutTrace === 0) return { records, problems };
  problems.push(note(context, `${withoutTrace} spans without a trace id`));
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

function* listSpans(group: JsonObject, unread: UnreadValues): Generator<OtelSpan> {
  const resource = readAttributes(isObject(group["resource"]) ? group["resource"] : {}, unread);
  for (const key of scopeKeys) {
    for (const scoped of listObjects(group[key])) {
      const scope = readScope(get(scoped, "scope") ?? get(scoped, "instrumentationLibrary"));
      for (const span of listObjects(scoped["spans"])) {
        const before = unread.count;
        const read = readSpan(span, resource, scope, unread);
        unread.prefixFirst(before, `span ${read.spanId}`);
        yield read;
      }
    }
  }
}

function readSpan(
  span: JsonObject,
  resource: readonly Attribute[],
  scope: OtelSpan["scope"],
  unread: UnreadValues,
): OtelSpan {
  const status = isObject(span["status"]) ? span["status"] : {};
  const flags = Number(toBigInt(span["flags"]) ?? 0n);
  return {
    traceId: readTraceId(get(span, "traceId")),
    spanId: readSpanId(get(span, "spanId")),
    parentSpanId: readSpanId(get(span, "parentSpanId")),
    name: toText(span["name"]),
    kind: readKind(span["kind"]),
    status: readStatus(status["code"]),
    statusMessage: toText(status["message"]),
    startUnixNs: knownTime(findTime(span, "startTimeUnixNano", unread)),
    endUnixNs: knownTime(findTime(span, "endTimeUnixNano", unread)),
    attributes: readAttributes(span, unread),
    resource,
    scope,
    events: listObjects(span["events"]).map(event => readEvent(event, unread)),
    links: listObjects(span["links"]).map(link => readLink(link, unread)),
    flags: (flags & REMOTE_PARENT) === REMOTE_PARENT ? SpanFlag.remoteParent : 0,
    raw: () => toRawText(span),
  };
}

/** 0x100 says that it is known, 0x200 that it is so. */
const REMOTE_PARENT = 0x300;

/** A number of nanoseconds; what is none is read where it tells a moment all the same. */
export function readTime(written: unknown): bigint | undefined {
  return toBigInt(written) ?? toNanos(written, UnitPower.ns) ?? readMoment(written);
}

function findTime(owner: JsonObject, key: string, unread: UnreadValues): bigint | undefined {
  const written = get(owner, key);
  const time = readTime(written);
  const isAbsent = written === undefined || written === null || written === "";
  if (time === undefined && !isAbsent) unread.add(key);
  return time;
}

function readEvent(event: JsonObject, unread: UnreadValues): SpanEvent {
  return {
    name: toText(event["name"]),
    timeUnixNs: String(findTime(event, "timeUnixNano", unread) ?? 0n),
    attributes: readAttributes(event, unread),
  };
}

function readLink(link: JsonObject, unread: UnreadValues): SpanLink {
  const attributes = readAttributes(link, unread);
  return {
    kind: readLinkKind(attributes),
    traceId: readTraceId(get(link, "traceId")),
    spanId: readSpanId(get(link, "spanId")),
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

const kinds = Object.keys(SpanKind);

/** The names that others give to kinds: SkyWalking, Datadog and OpenCensus, Istio, message queues. */
const kindNames = lookupTable<SpanKind>({
  entry: SpanKind.server,
  exit: SpanKind.client,
  local: SpanKind.internal,
  inbound: SpanKind.server,
  incoming: SpanKind.server,
  outbound: SpanKind.client,
  outgoing: SpanKind.client,
  publisher: SpanKind.producer,
  subscriber: SpanKind.consumer,
});

/** A number, or its name as proto3 JSON and others write it: `SPAN_KIND_SERVER`, `Server`, `RPC_SERVER`, `Entry`. */
export function readKind(kind: unknown): SpanKind {
  if (typeof kind !== "string" || /^\d$/.test(kind)) {
    return Number(kind) in kinds ? (Number(kind) as SpanKind) : SpanKind.unspecified;
  }
  const name = kind
    .replace(/^k(?=[A-Z][a-z])/, "")
    .replace(/^(?:SPAN_KIND_|SpanKind\.|KIND_|RPC_)/i, "")
    .toLowerCase();
  const index = kinds.indexOf(name);
  if (index >= 0) return index as SpanKind;
  return kindNames[name] ?? SpanKind.unspecified;
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

/** Hexadecimal digits stay as they are written; bytes in base64, as proto3's JSON has them, and others become digits. */
export function readTraceId(id: unknown): string {
  const text = toIdText(id);
  return HEX_ID.test(text) ? text : numericTraceId(text);
}

export function readSpanId(id: unknown): string {
  const text = toIdText(id);
  return HEX_ID.test(text) && text.length === 16 ? text : numericSpanId(text);
}

const HEX_ID = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/i;

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

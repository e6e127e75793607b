/**
 * Span records become OpenTelemetry's JSON: the mapping of proto3 with hexadecimal ids, as OTLP/HTTP and collectors'
 * files have it. Pure; the other way round is `otlpJson.ts`.
 *
 * What the reader read is written again, nanoseconds included. Ids that are no W3C ids (tasks, SkyWalking) are written
 * as W3C ids made from them, because nothing else decodes; what they were, and all else that has no field, is kept in
 * attributes of our own (`roundTripAttributes.ts`), which the reader takes back.
 */

import { createHash } from "node:crypto";
import { canonicalTraceId, isAbsentId, isNoId } from "../../model/ids.ts";
import { EdgeKind, SpanFlag, SpanStatus } from "../../model/span.ts";
import type {
  Attribute,
  AttributeValue,
  SpanDetail,
  SpanEvent,
  SpanLink,
} from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { mark, MARKED_FLAGS } from "./roundTripAttributes.ts";
import {
  listMembers,
  listWrittenAttributes,
  listWrittenEvents,
  listWrittenResource,
} from "./writtenSpan.ts";

/** Collects spans by resource and scope, each as text already, so that a large trace is held once. */
export class OtlpJsonWriter {
  /** Resource → scope → spans. */
  readonly #resources = new Map<string, Map<string, string[]>>();

  add(record: SpanRecord): void {
    const { span, detail } = record;
    const resource = JSON.stringify({
      attributes: writeAttributes(listWrittenResource(span, detail)),
    });
    const scope = JSON.stringify(detail.scope ?? {});
    let scopes = this.#resources.get(resource);
    if (scopes === undefined) this.#resources.set(resource, (scopes = new Map<string, string[]>()));
    let spans = scopes.get(scope);
    if (spans === undefined) scopes.set(scope, (spans = []));
    spans.push(JSON.stringify(writeSpan(record.traceId, span, detail)));
  }

  /** The text of an `ExportTraceServiceRequest`, in pieces. */
  *listPieces(): Generator<string> {
    yield '{"resourceSpans":[';
    let beforeResource = "";
    for (const [resource, scopes] of this.#resources) {
      yield `${beforeResource}{"resource":${resource},"scopeSpans":[`;
      beforeResource = ",";
      let beforeScope = "";
      for (const [scope, spans] of scopes) {
        yield `${beforeScope}{"scope":${scope},"spans":[`;
        beforeScope = ",";
        yield* listMembers(spans);
        yield "]}";
      }
      yield "]}";
    }
    yield "]}";
  }
}

export function writeOtlpJson(records: Iterable<SpanRecord>): string {
  const writer = new OtlpJsonWriter();
  for (const record of records) writer.add(record);
  return [...writer.listPieces()].join("");
}

function writeSpan(traceId: string, span: SpanRecord["span"], detail: SpanDetail): object {
  const writtenTraceId = toW3cTraceId(traceId);
  const writtenSpanId = toW3cSpanId(span.spanId);
  const { parentSpanId, startUnixNs, endUnixNs } = span;
  const hasParent = parentSpanId !== undefined && !isAbsentId(parentSpanId);
  const writtenParentId = hasParent ? toW3cSpanId(parentSpanId) : undefined;
  const markedFlags = (span.flags ?? 0) & MARKED_FLAGS;
  // A span without any time is known for one that has none.
  const isSaid = markedFlags === SpanFlag.untimed && (startUnixNs ?? endUnixNs) === undefined;
  const attributes = [
    ...listWrittenAttributes(span, detail),
    ...(writtenTraceId === traceId ? [] : [{ key: mark.traceId, value: traceId }]),
    ...(writtenSpanId === span.spanId ? [] : [{ key: mark.spanId, value: span.spanId }]),
    ...(!hasParent || writtenParentId === parentSpanId
      ? []
      : [{ key: mark.parentSpanId, value: parentSpanId }]),
    ...(markedFlags === 0 || isSaid ? [] : [{ key: mark.flags, value: markedFlags }]),
    ...(endUnixNs !== undefined || isSaid ? [] : [{ key: mark.running, value: true }]),
    ...(span.warnings === undefined ? [] : [{ key: mark.warnings, value: span.warnings }]),
  ];
  const isRemote = ((span.flags ?? 0) & SpanFlag.remoteParent) !== 0;
  return {
    traceId: writtenTraceId,
    spanId: writtenSpanId,
    ...(writtenParentId !== undefined && { parentSpanId: writtenParentId }),
    ...(isRemote && { flags: REMOTE_PARENT }),
    name: span.name,
    kind: span.kind ?? 0,
    ...(startUnixNs !== undefined && { startTimeUnixNano: String(startUnixNs) }),
    // Every exporter of OpenTelemetry writes it: what has none says so in an attribute.
    ...(endUnixNs !== undefined && { endTimeUnixNano: String(endUnixNs) }),
    attributes: writeAttributes(attributes),
    events: listWrittenEvents(span, detail).map(writeEvent),
    links: detail.links.filter(link => !isNoId(link.spanId)).map(link => writeLink(link, traceId)),
    status: writeStatus(span.status ?? SpanStatus.unset, detail),
  };
}

/** 0x100 says that it is known, 0x200 that it is so. */
const REMOTE_PARENT = 0x300;

function writeStatus(code: SpanStatus, detail: SpanDetail): object {
  const message = code === SpanStatus.error ? (detail.error?.message ?? "") : "";
  return { ...(code !== SpanStatus.unset && { code }), ...(message !== "" && { message }) };
}

function writeEvent(event: SpanEvent): object {
  const { name, timeUnixNs, attributes } = event;
  return { timeUnixNano: timeUnixNs, name, attributes: writeAttributes(attributes) };
}

function writeLink(link: SpanLink, ownTraceId: string): object {
  const isFollows = link.kind === EdgeKind.followsFrom;
  const isSaid = link.attributes.some(each => each.key === "opentracing.ref_type");
  const isOther = link.kind === EdgeKind.crossThread || link.kind === EdgeKind.crossProcess;
  const traceId = isNoId(link.traceId) ? ownTraceId : link.traceId;
  const writtenTraceId = toW3cTraceId(traceId);
  const writtenSpanId = toW3cSpanId(link.spanId);
  const isSame = canonicalTraceId(traceId) === writtenTraceId;
  const attributes = [
    ...link.attributes,
    ...(isFollows && !isSaid ? [{ key: "opentracing.ref_type", value: "follows_from" }] : []),
    ...(isOther ? [{ key: mark.linkKind, value: link.kind }] : []),
    ...(isSame ? [] : [{ key: mark.traceId, value: traceId }]),
    ...(writtenSpanId === link.spanId ? [] : [{ key: mark.spanId, value: link.spanId }]),
  ];
  return {
    traceId: writtenTraceId,
    spanId: writtenSpanId,
    attributes: writeAttributes(attributes),
  };
}

function writeAttributes(attributes: readonly Attribute[]): object[] {
  return attributes.map(({ key, value }) => ({ key, value: writeAnyValue(value) }));
}

/** The call stack bounds how deep it may nest: the readers cut at the same depth. */
function writeAnyValue(value: AttributeValue): object {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "number":
      // JSON has one kind of number, and so have we: what has no fraction is an integer.
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
    case "object":
      return isList(value)
        ? { arrayValue: { values: value.map(writeAnyValue) } }
        : {
            kvlistValue: {
              values: Object.entries(value).map(([key, each]) => ({
                key,
                value: writeAnyValue(each),
              })),
            },
          };
    default:
      return {};
  }
}

function isList(value: AttributeValue): value is readonly AttributeValue[] {
  return Array.isArray(value);
}

const TRACE_ID = /^[0-9a-f]{32}$/i;
const SPAN_ID = /^[0-9a-f]{16}$/i;

/** A UUID is one but for its dashes; anything else becomes one by its hash. */
export function toW3cTraceId(id: string): string {
  if (TRACE_ID.test(id)) return id;
  if (SPAN_ID.test(id)) return id.padStart(32, "0");
  const bare = id.replaceAll("-", "");
  return TRACE_ID.test(bare) ? bare : hash(id, 32);
}

export function toW3cSpanId(id: string): string {
  return SPAN_ID.test(id) ? id : hash(id, 16);
}

function hash(id: string, digits: number): string {
  return createHash("sha256").update(id).digest("hex").slice(0, digits);
}

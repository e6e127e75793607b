/**
 * The facts that neither OpenTelemetry nor Jaeger has a field for, as attributes of what we write: a reader takes them
 * back, so that a trace that went out comes in again as it was. Pure; knows no wire format.
 */

import { EdgeKind, SpanFlag } from "../../model/span.ts";
import type { Attribute, AttributeValue, SpanLink } from "../../model/spanDetail.ts";
import { findAttribute, findText, toAttributeValue, toBigInt } from "../values/attributeValues.ts";
import { parseExact } from "../encodings/jsonText.ts";
import type { OtelSpan } from "./otelSpan.ts";

export const mark = {
  /** Ids that are no W3C ids, and so were written as ones that are made from them. */
  traceId: "traceside.trace_id",
  spanId: "traceside.span_id",
  parentSpanId: "traceside.parent_span_id",
  linkKind: "traceside.link_kind",
  flags: "traceside.flags",
  /** Jaeger's spans have a service each: where there was none, it is the queue. */
  noService: "traceside.no_service",
  /**
   * The values that a plain span was called with and gave back, as JSON; tasks have attributes of their own for that.
   */
  parameters: "traceside.parameters",
  result: "traceside.result",
  /** A span without an end is still running, or its end was never told: it is not one that took no time. */
  running: "traceside.running",
  /** As Jaeger itself calls what it has to say of a span, where it speaks OpenTelemetry. */
  warnings: "@jaeger@warnings",
} as const;

const marks: ReadonlySet<string> = new Set(Object.values(mark));
const edgeKinds: readonly unknown[] = Object.values(EdgeKind);

/** The flags that no field of OpenTelemetry carries. */
export const MARKED_FLAGS = SpanFlag.noHeartbeat | SpanFlag.untimed | SpanFlag.adjusted;

/** The span that was written, without the marks. */
export function takeMarks(span: OtelSpan): OtelSpan {
  const links = span.links.some(link => link.attributes.some(isMark))
    ? span.links.map(takeLinkMarks)
    : span.links;
  const { attributes } = span;
  if (!attributes.some(isMark)) return links === span.links ? span : { ...span, links };
  const warnings = listTexts(findAttribute(attributes, mark.warnings));
  const flags = Number(toBigInt(findAttribute(attributes, mark.flags)) ?? 0n) & MARKED_FLAGS;
  const isRunning = findAttribute(attributes, mark.running) === true;
  const hasService = findAttribute(attributes, mark.noService) !== true;
  const { endUnixNs, ...rest } = span;
  const parameters = parseMark(attributes, mark.parameters);
  const result = parseMark(attributes, mark.result);
  return {
    ...rest,
    links,
    ...(endUnixNs !== undefined && !isRunning && { endUnixNs }),
    traceId: findText(attributes, mark.traceId) ?? span.traceId,
    spanId: findText(attributes, mark.spanId) ?? span.spanId,
    parentSpanId: findText(attributes, mark.parentSpanId) ?? span.parentSpanId,
    ...(warnings.length > 0 && { warnings }),
    ...(parameters !== undefined && { parameters }),
    ...(result !== undefined && { result }),
    ...(!hasService && { resource: span.resource.filter(each => each.key !== "service.name") }),
    flags: (span.flags ?? 0) | flags,
    attributes: attributes.filter(each => !isMark(each)),
  };
}

function takeLinkMarks(link: SpanLink): SpanLink {
  const { attributes } = link;
  const kind = findAttribute(attributes, mark.linkKind);
  return {
    kind: edgeKinds.includes(kind) ? (kind as EdgeKind) : link.kind,
    traceId: findText(attributes, mark.traceId) ?? link.traceId,
    spanId: findText(attributes, mark.spanId) ?? link.spanId,
    attributes: attributes.filter(each => !isMark(each)),
  };
}

function parseMark(attributes: readonly Attribute[], key: string): AttributeValue {
  const text = findText(attributes, key);
  const parsed = text === undefined ? undefined : parseExact(text);
  return parsed !== undefined && "value" in parsed ? toAttributeValue(parsed.value) : text;
}

function isMark({ key }: Attribute): boolean {
  return marks.has(key);
}

function listTexts(value: AttributeValue): readonly string[] {
  const values: readonly AttributeValue[] = Array.isArray(value) ? value : [value];
  return values.filter(each => typeof each === "string");
}

/**
 * Zipkin lets a span arrive in pieces: a tracer reports what it has, another host adds what it saw. Here they become
 * one. Pure; knows no wire form.
 */

import { SpanKind } from "../../model/span.ts";
import { toRawText } from "../values/attributeValues.ts";
import type { ZipkinEndpoint, ZipkinSpan } from "./zipkinTypes.ts";

/** Whole spans of one id: more of them, or more pieces of one, are a mistake that must not cost more with each. */
const MOST_WHOLE = 16;
const MOST_PIECES = 100;

/**
 * The spans of one trace, put together. Two whole spans of one id stay two, for the builder to report. What has
 * no kind and no end is a late piece, often with a time of its own: it joins the whole span of its endpoint, or else
 * the first, which is the caller's where there are two sides.
 */
export function mergePartialSpans(spans: readonly ZipkinSpan[]): readonly ZipkinSpan[] {
  const whole: ZipkinSpan[] = [];
  const byId = new Map<string, number[]>();
  const ordered = [...spans].sort((a, b) => rank(a) - rank(b));
  for (const span of ordered) {
    const known = byId.get(span.spanId) ?? [];
    const fitting = known.filter(index => arePartsOfOne(whole[index] as ZipkinSpan, span));
    const service = span.local?.serviceName;
    const at = fitting.find(index => whole[index]?.local?.serviceName === service) ?? fitting[0];
    if (at !== undefined) {
      whole[at] = merge(whole[at] as ZipkinSpan, span);
    } else {
      if (known.length < MOST_WHOLE) known.push(whole.length);
      byId.set(span.spanId, known);
      whole.push(span);
    }
  }
  return whole;
}

/** The callers first, then the called, then late pieces. */
function rank(span: ZipkinSpan): number {
  if (isLatePart(span)) return 2;
  return span.kind === SpanKind.server || span.kind === SpanKind.consumer ? 1 : 0;
}

function isLatePart({ kind, durationNs }: ZipkinSpan): boolean {
  return kind === SpanKind.unspecified && durationNs === undefined;
}

function arePartsOfOne(a: ZipkinSpan, b: ZipkinSpan): boolean {
  return (
    a.raw.length < MOST_PIECES &&
    agree(a.name, b.name, "") &&
    (isLatePart(b) ||
      (a.shared === b.shared &&
        agree(a.kind, b.kind, SpanKind.unspecified) &&
        agree(a.startUnixNs, b.startUnixNs, undefined) &&
        agree(a.durationNs, b.durationNs, undefined))) &&
    agree(a.local?.serviceName, b.local?.serviceName, "") &&
    agree(a.local?.ipv4, b.local?.ipv4, undefined) &&
    agree(a.local?.ipv6, b.local?.ipv6, undefined) &&
    agree(a.local?.port, b.local?.port, undefined)
  );
}

function agree<T>(a: T | undefined, b: T | undefined, unknown: T | undefined): boolean {
  return a === b || a === undefined || b === undefined || a === unknown || b === unknown;
}

function merge(a: ZipkinSpan, b: ZipkinSpan): ZipkinSpan {
  const annotations = new Set(
    a.annotations.map(({ timeUnixNs, value }) => `${timeUnixNs} ${value}`),
  );
  const known = new Set(a.tags.map(({ key }) => key));
  const isAgain = toRawText(a.raw.at(-1)) === toRawText(b.raw[0]);
  return {
    ...a,
    parentSpanId: a.parentSpanId ?? b.parentSpanId,
    name: a.name || b.name,
    kind: a.kind || b.kind,
    startUnixNs: a.startUnixNs ?? b.startUnixNs,
    durationNs: a.durationNs ?? b.durationNs,
    local: uniteEndpoints(a.local, b.local),
    remote: uniteEndpoints(a.remote, b.remote),
    annotations: [
      ...a.annotations,
      ...b.annotations.filter(each => !annotations.has(`${each.timeUnixNs} ${each.value}`)),
    ],
    tags: [...a.tags, ...b.tags.filter(({ key }) => !known.has(key))],
    debug: a.debug || b.debug,
    raw: isAgain ? a.raw : [...a.raw, ...b.raw],
  };
}

function uniteEndpoints(
  a: ZipkinEndpoint | undefined,
  b: ZipkinEndpoint | undefined,
): ZipkinEndpoint | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { ...b, ...a, serviceName: a.serviceName || b.serviceName };
}

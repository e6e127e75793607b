/**
 * How much of a file a format explains: what its reader learns of the spans in a small part of the file. Attributes do
 * not count, because whoever keeps all that he does not know as attributes would always know most. Pure.
 */

import type { SpanRecord } from "../model/spanRecord.ts";
import type { FileContent, TraceFormat } from "./traceFormat.ts";

/** The same for every candidate, and told to nobody. */
const context = { store: "sample", nowUnixMs: 0 };

export function scoreFormat(format: TraceFormat, sample: FileContent): number {
  return format.read(sample, context).records.reduce((sum, each) => sum + countFacts(each), 0);
}

function countFacts({ span, detail }: SpanRecord): number {
  const { startUnixNs = 0n, endUnixNs = 0n } = span;
  const facts = [
    ...[span.name, span.service, span.queue, span.parentSpanId, span.messageId, span.host],
    ...[span.kind, span.status, span.attempts, span.queuedUnixNs],
    ...[startUnixNs > 0n, endUnixNs > 0n && endUnixNs >= startUnixNs],
    ...[detail.scope, detail.task, detail.error, detail.parameters, detail.result],
    ...[...detail.events, ...detail.links],
  ];
  return facts.filter(Boolean).length;
}

/** Of each list in JSON, and of the values in all of them together. */
const MOST_ELEMENTS = 64;
const MOST_VALUES = 2_000;
/** What lies deeper is taken as it is: no reader but that of nested spans, which needs no copy, looks there. */
const MAX_DEPTH = 64;

/** Enough of a file to tell formats apart, however large it is. Text and bytes have too little in common to be cut. */
export function takeSample(content: FileContent): FileContent {
  if (content.kind !== "json") return content;
  let left = MOST_VALUES;
  const cut = (value: unknown, depth: number): unknown => {
    if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return value;
    if (!Array.isArray(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, cut(each, depth + 1)]),
      );
    }
    const kept = value.slice(0, Math.min(MOST_ELEMENTS, Math.max(1, left)));
    left -= kept.length;
    return kept.map(each => cut(each, depth + 1));
  };
  return { kind: "json", items: cut(content.items, 0) as readonly unknown[] };
}

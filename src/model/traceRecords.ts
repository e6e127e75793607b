/** A trace as it is shown, back into span records: what writers of formats take. Pure but for asking for details. */

import { SpanFlag, type SpanInput, type SpanKind, type SpanStatus } from "./span.ts";
import type { SpanRecord } from "./spanRecord.ts";
import type { SpanIndex, Trace } from "./trace.ts";
import { NS_PER_MS } from "./units.ts";

/** Details are asked for one span at a time; so many questions stand at once. */
const QUESTIONS = 64;

/** Hands over every span that a store has, parents first. Rejects where a store can no longer tell a span's detail. */
export async function readTraceRecords(
  trace: Trace,
  signal: AbortSignal,
  add: (record: SpanRecord, span: SpanIndex) => void,
): Promise<void> {
  const { count, flags, traceId } = trace.columns;
  for (let start = 0; start < count; start += QUESTIONS) {
    signal.throwIfAborted();
    const spans = Array.from(
      { length: Math.min(QUESTIONS, count - start) },
      (_, i) => (start + i) as SpanIndex,
    );
    const known = spans.filter(span => ((flags[span] ?? 0) & SpanFlag.placeholder) === 0);
    const details = await Promise.all(known.map(span => trace.readDetail(span, signal)));
    for (const [i, span] of known.entries()) {
      const detail = details[i];
      if (detail !== undefined) add({ traceId, span: toSpanInput(trace, span), detail }, span);
    }
  }
}

/**
 * Takes a span from the columns again; what was made up for the picture (a start taken from the parent) is left out.
 */
export function toSpanInput({ columns, spanIds }: Trace, span: SpanIndex): SpanInput {
  const flags = columns.flags[span] ?? 0;
  const originNs = BigInt(columns.originUnixMs) * BigInt(NS_PER_MS);
  const toUnixNs = (ns: number | undefined): bigint | undefined =>
    ns === undefined || Number.isNaN(ns) ? undefined : originNs + BigInt(Math.round(ns));
  const parent = columns.parent[span] ?? -1;
  // A store that knows no times may still know one moment of a span; else it stands where its parent begins.
  const isUntimed =
    (flags & SpanFlag.untimed) !== 0 &&
    parent >= 0 &&
    columns.startNs[span] === columns.startNs[parent];
  const hasStart = (flags & SpanFlag.noStart) === 0 && !isUntimed;
  const getText = (column: Int32Array): string => columns.strings[column[span] ?? 0] ?? "";
  const queue = getText(columns.queue);
  const host = getText(columns.host);
  return {
    spanId: spanIds[span] ?? "",
    parentSpanId: parent < 0 ? undefined : spanIds[parent],
    name: getText(columns.name),
    service: getText(columns.service),
    queue: queue === "" ? undefined : queue,
    kind: columns.kind[span] as SpanKind,
    status: columns.status[span] as SpanStatus,
    startUnixNs: hasStart ? toUnixNs(columns.startNs[span]) : undefined,
    endUnixNs: isUntimed ? undefined : toUnixNs(columns.endNs[span]),
    queuedUnixNs: toUnixNs(columns.queuedNs[span]),
    attempts: queue === "" ? undefined : columns.attempts[span],
    ...(host !== "" && { host }),
    flags: flags & ~(SpanFlag.placeholder | SpanFlag.clamped | SpanFlag.noStart),
  };
}

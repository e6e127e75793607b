/**
 * The rules that the detectors of calls share: which spans are calls, and calls of one operation below one span. Pure.
 */

import { FIRST_SPAN, SpanFlag, SpanKind } from "../../model/span.ts";
import type { SpanIndex, TraceColumns } from "../../model/trace.ts";
import type { AnalysedTrace } from "../analysedTrace.ts";
import { isAsynchronous, isRunning } from "../times.ts";

/** The prefixes that SQL, Redis, MongoDB and HTTP clients name their spans by where they say no kind. */
const CALL_NAME =
  /^(?:select|insert|update|delete|merge|replace|find|aggregate|getmore|hget|hgetall|hmget|hset|mget|lrange|zrange|evalsha|http|https|get|post|put|patch|grpc|redis|mongo|mysql|pg|postgres|sql|db|query)\b/i;

/** Statements, which no function is named like: SDKs call a span internal where the program says no kind. */
const STATEMENT = /^(?:SELECT|INSERT|UPDATE|DELETE|MERGE|REPLACE) \S/;

/** By span: 1 for what asks another process something and waits for the answer. */
export function markCalls(columns: TraceColumns): Uint8Array {
  const { count, kind, parent, service, flags, name, strings } = columns;
  const isCallName = Uint8Array.from(strings, text => (CALL_NAME.test(text) ? 1 : 0));
  const isStatement = Uint8Array.from(strings, text => (STATEMENT.test(text) ? 1 : 0));
  const isCall = new Uint8Array(count);
  for (let span = FIRST_SPAN; span < count; span++) {
    const above = parent[span]!;
    if (flags[span]! & (SpanFlag.placeholder | SpanFlag.untimed)) continue;
    if (kind[span] === SpanKind.client) isCall[span] = 1;
    else if (kind[span] === SpanKind.internal) isCall[span] = isStatement[name[span]!]!;
    else if (kind[span] === SpanKind.unspecified || kind[span] === SpanKind.server) {
      // Without the client's own span, the server's stands for the call.
      const isRemote =
        above >= 0 &&
        service[span] !== 0 &&
        service[above] !== 0 &&
        service[span] !== service[above] &&
        isCall[above] === 0;
      if (isRemote || isCallName[name[span]!]) isCall[span] = 1;
    }
  }
  return isCall;
}

/** Spans of one operation below one span, in order of their starts; each list has at least `least`. */
export function* listRepeated(
  { columns, operations: { operationOfSpan, count } }: AnalysedTrace,
  least: number,
  /** The span whose children they are, −1 for roots; `undefined` leaves a span out. */
  parentOf: (span: SpanIndex) => SpanIndex | undefined,
): Iterable<{ readonly under: SpanIndex; readonly spans: readonly SpanIndex[] }> {
  const groups = new Map<number, SpanIndex[]>();
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const under = operationOfSpan[span]! < 0 ? undefined : parentOf(span);
    if (under === undefined) continue;
    const key = (under + 1) * count + operationOfSpan[span]!;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [span]);
    else known.push(span);
  }
  for (const [key, spans] of groups) {
    if (spans.length < least) continue;
    spans.sort((a, b) => columns.startNs[a]! - columns.startNs[b]! || a - b);
    yield { under: (Math.floor(key / count) - 1) as SpanIndex, spans };
  }
}

/** How long spans, in order of their starts, ran: each for itself, and by the clock. */
export function sumRuns(
  { columns, endNs }: Pick<AnalysedTrace, "columns" | "endNs">,
  spans: readonly SpanIndex[],
): { readonly totalNs: number; readonly clockNs: number; readonly longestNs: number } {
  let [totalNs, clockNs, longestNs] = [0, 0, 0];
  let coveredTo = Number.NEGATIVE_INFINITY;
  for (const span of spans) {
    const start = columns.startNs[span]!;
    const end = isRunning(columns, span) ? endNs : columns.endNs[span]!;
    totalNs += end - start;
    longestNs = Math.max(longestNs, end - start);
    clockNs += Math.max(0, end - Math.max(start, coveredTo));
    coveredTo = Math.max(coveredTo, end);
  }
  return { totalNs, clockNs, longestNs };
}

/** How much of these spans' time the critical path spends in them and in what they called. */
export function sumCritical(
  { critical, tree, columns }: AnalysedTrace,
  spans: readonly SpanIndex[],
  criticalSums: Float64Array,
): number {
  let ns = 0;
  for (const span of spans) {
    ns += isAsynchronous(columns, span)
      ? critical.runNs[span]!
      : criticalSums[tree.subtreeEnd[span]!]! - criticalSums[span]!;
  }
  return ns;
}

/** `sums[end] - sums[from]` is the critical time of the spans in [from, end). */
export function buildCriticalSums({ critical: { runNs } }: AnalysedTrace): Float64Array {
  const sums = new Float64Array(runNs.length + 1);
  for (let span = FIRST_SPAN; span < runNs.length; span++) {
    sums[span + 1] = sums[span]! + runNs[span]!;
  }
  return sums;
}

/** Where on the time axis a span was itself at work: the picture behind `buildSelfTimes`. Pure. */

import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import { NS_PER_MS } from "../model/units.ts";
import { isAsynchronous, isRunning, listByStart } from "./times.ts";
import type { TraceTree } from "./tree.ts";

/**
 * From, to, from, to … in nanoseconds, ascending: the stretches in which the span ran and none of its synchronous
 * children did.
 *
 *     parent   |--------------|      0–3, 6–7, 13–15
 *       a         |--|
 *       b              |-----|
 */
export function buildSelfIntervals(
  columns: TraceColumns,
  tree: TraceTree,
  span: SpanIndex,
  endOfTraceNs: number,
): Float64Array {
  const endOf = (each: SpanIndex): number =>
    isRunning(columns, each) ? endOfTraceNs : columns.endNs[each]!;
  const end = endOf(span);
  const intervals: number[] = [];
  let coveredTo = columns.startNs[span]!;
  for (const child of listByStart(columns, tree, span)) {
    if (isAsynchronous(columns, child)) continue;
    const from = Math.min(columns.startNs[child]!, end);
    if (from > coveredTo) intervals.push(coveredTo, from);
    coveredTo = Math.max(coveredTo, Math.min(endOf(child), end));
  }
  if (end > coveredTo) intervals.push(coveredTo, end);
  return Float64Array.from(intervals);
}

/** Shorter stretches are what any call spends around its own calls. */
const LEAST_SPAN_SHARE = 0.1;
/** A gap in a short span changes nothing that a person waits for. */
const LEAST_TRACE_SHARE = 0.01;
const LEAST_NS = NS_PER_MS;

/**
 * The stretches of `buildSelfIntervals` that are long and that no span tells of: a tenth of the span, a hundredth of the
 * trace, and a millisecond at least. A span that waited for no call has none: that it worked itself is all there is to
 * say, and a task that published others was not made of them.
 */
export function listGaps(
  selfIntervals: Float64Array,
  spanNs: number,
  traceNs: number,
): Float64Array {
  const leastNs = Math.max(LEAST_SPAN_SHARE * spanNs, LEAST_TRACE_SHARE * traceNs, LEAST_NS);
  const gaps: number[] = [];
  for (let i = 0; i < selfIntervals.length; i += 2) {
    const lengthNs = selfIntervals[i + 1]! - selfIntervals[i]!;
    if (lengthNs >= leastNs && lengthNs < spanNs) {
      gaps.push(selfIntervals[i]!, selfIntervals[i + 1]!);
    }
  }
  return Float64Array.from(gaps);
}

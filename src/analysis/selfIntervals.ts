/** Where on the time axis a span was itself at work: the picture behind `buildSelfTimes`. Pure. */

import type { SpanIndex, TraceColumns } from "../model/trace.ts";
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

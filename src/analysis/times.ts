/** Durations of spans: how long each waited, ran, and was itself at work. Pure. */

import { FIRST_SPAN, nextSpan, SpanFlag, SpanKind } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import type { TraceTree } from "./tree.ts";

/** The latest moment that anything in the trace tells of, in nanoseconds from the origin: where running bars are cut. */
export function getTraceEndNs(columns: TraceColumns): number {
  let end = 0;
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const last = columns.endNs[span]!;
    end = Math.max(end, Number.isNaN(last) ? columns.startNs[span]! : last);
  }
  return end;
}

/** The earliest moment, publish times included. */
export function getTraceStartNs(columns: TraceColumns): number {
  let start = Number.POSITIVE_INFINITY;
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const queued = columns.queuedNs[span]!;
    start = Math.min(start, Number.isNaN(queued) ? columns.startNs[span]! : queued);
  }
  return columns.count === 0 ? 0 : start;
}

/** NaN while it runs. */
export function getDurationNs(columns: TraceColumns, span: SpanIndex): number {
  return columns.endNs[span]! - columns.startNs[span]!;
}

/** From publishing to the start of the run; NaN where unknown. */
export function getQueueWaitNs(columns: TraceColumns, span: SpanIndex): number {
  return columns.startNs[span]! - columns.queuedNs[span]!;
}

export function isRunning(columns: TraceColumns, span: SpanIndex): boolean {
  return Number.isNaN(columns.endNs[span]!);
}

/**
 * Up to when a span is known to have run: one that runs until now, a silent one until the last moment that the trace tells
 * of; one that nobody has begun has not run.
 */
export function getRunEndNs(
  columns: TraceColumns,
  span: SpanIndex,
  heardNs: number,
  nowNs = heardNs,
): number {
  const flags = columns.flags[span]!;
  if (!isRunning(columns, span)) return columns.endNs[span]!;
  if (flags & SpanFlag.noStart) return columns.startNs[span]!;
  return flags & SpanFlag.noHeartbeat ? heardNs : nowNs;
}

/**
 * A consumer's run is not its parent's waiting: the parent handed the work over, and another worker does it.
 *
 *     producer task  |=====|              self: all of it
 *       consumer task    ....|======|     queued, then run by another worker
 */
export function isAsynchronous(columns: TraceColumns, span: SpanIndex): boolean {
  return columns.kind[span] === SpanKind.consumer;
}

/**
 * The time in which a span ran and none of its synchronous children did, in nanoseconds; a running span is counted
 * to `nowNs`, by `getRunEndNs`; a placeholder has none.
 *
 *     parent   |--------------|      self: 3 + 2 + 1
 *       a         |---|              (children that overlap are counted once, what sticks out is cut)
 *       b           |----|
 *       c                   |-----|
 */
export function buildSelfTimes(
  columns: TraceColumns,
  tree: TraceTree,
  endOfTraceNs: number,
  nowNs = endOfTraceNs,
): Float64Array {
  const { count, parent, startNs, flags } = columns;
  const covered = new Float64Array(count);
  const coveredTo = startNs.slice();
  const lastStart = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const unsorted = new Set<SpanIndex>();
  const endOf = (span: SpanIndex): number => getRunEndNs(columns, span, endOfTraceNs, nowNs);
  const cover = (child: SpanIndex, above: SpanIndex): void => {
    if (isAsynchronous(columns, child)) return;
    const from = Math.max(startNs[child]!, coveredTo[above]!);
    const to = Math.min(endOf(child), endOf(above));
    if (!(to > from)) return;
    covered[above]! += to - from;
    coveredTo[above] = to;
  };
  // In the order of the rows, the children of each come by their starts.
  for (let span = FIRST_SPAN; span < count; span++) {
    const above = parent[span]!;
    if (above < 0) continue;
    if (startNs[span]! < lastStart[above]!) unsorted.add(above);
    lastStart[above] = startNs[span]!;
    cover(span, above);
  }
  for (const above of unsorted) {
    covered[above] = 0;
    coveredTo[above] = startNs[above]!;
    for (const child of listByStart(columns, tree, above)) cover(child, above);
  }
  return covered.map((coveredNs, span) =>
    flags[span]! & SpanFlag.placeholder
      ? 0
      : Math.max(0, endOf(span as SpanIndex) - startNs[span]! - coveredNs),
  );
}

/**
 * The children in order of their starts, so that one sweep unites their intervals. They stand so by themselves, but
 * where spans were moved for the skew of their clocks.
 */
export function* listByStart(
  { startNs }: Pick<TraceColumns, "startNs">,
  { subtreeEnd }: Pick<TraceTree, "subtreeEnd">,
  span: SpanIndex,
): Iterable<SpanIndex> {
  const last = subtreeEnd[span]!;
  let isSorted = true;
  let before = Number.NEGATIVE_INFINITY;
  for (let child = nextSpan(span); child < last && isSorted; child = subtreeEnd[child]!) {
    isSorted = startNs[child]! >= before;
    before = startNs[child]!;
  }
  const children: SpanIndex[] = [];
  for (let child = nextSpan(span); child < last; child = subtreeEnd[child]!) {
    if (isSorted) yield child;
    else children.push(child);
  }
  yield* children.sort((a, b) => startNs[a]! - startNs[b]!);
}

/** The facts of a group of alike siblings, read once when its row is first drawn. Pure. */

import { isRunning } from "../../src/analysis/times.ts";
import { SpanStatus } from "../../src/model/span.ts";
import type { SpanIndex, TraceColumns } from "../../src/model/trace.ts";

export interface GroupFacts {
  readonly members: readonly SpanIndex[];
  readonly totalNs: number;
  readonly leastNs: number;
  readonly mostNs: number;
  readonly fromNs: number;
  readonly toNs: number;
  /** Failed members, and failed spans below any. */
  readonly errors: number;
  readonly errorsBelow: number;
  readonly running: number;
  /** From, to, from, to … in which any of them ran, ascending. */
  readonly intervals: Float64Array;
}

export function readGroup(
  columns: TraceColumns,
  members: readonly SpanIndex[],
  getEndNs: (span: SpanIndex) => number,
  countErrorsBelow: (span: SpanIndex) => number,
): GroupFacts {
  let totalNs = 0;
  let leastNs = Number.POSITIVE_INFINITY;
  let mostNs = 0;
  let errors = 0;
  let errorsBelow = 0;
  let running = 0;
  const intervals: number[] = [];
  // Siblings stand by start, but where they were moved for the skew of their clocks.
  const byStart = [...members].sort((a, b) => columns.startNs[a]! - columns.startNs[b]!);
  for (const span of byStart) {
    const from = columns.startNs[span]!;
    const to = Math.max(from, getEndNs(span));
    totalNs += to - from;
    leastNs = Math.min(leastNs, to - from);
    mostNs = Math.max(mostNs, to - from);
    if (isRunning(columns, span)) running += 1;
    if (columns.status[span] === SpanStatus.error) errors += 1;
    errorsBelow += countErrorsBelow(span);
    const last = intervals.at(-1);
    if (last === undefined || from > last) intervals.push(from, to);
    else intervals[intervals.length - 1] = Math.max(last, to);
  }
  return {
    members,
    totalNs,
    leastNs,
    mostNs,
    fromNs: intervals[0] ?? 0,
    toNs: intervals.at(-1) ?? 0,
    errors,
    errorsBelow,
    running,
    intervals: Float64Array.from(intervals),
  };
}

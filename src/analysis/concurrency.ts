/** How many spans ran at each moment. Pure; n log n, because starts and ends are sorted apart. */

import { FIRST_SPAN, SpanFlag } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import { getTraceEndNs, isRunning } from "./times.ts";

/** `running[i]` spans run from `atNs[i]` to `atNs[i + 1]`; after the last moment none does. */
export interface Concurrency {
  readonly atNs: Float64Array;
  readonly running: Int32Array;
  readonly most: number;
}

/**
 * Counts all spans, or those that `isCounted`: leaves say how much work went on side by side, the tasks of a queue how many
 * of its workers were busy.
 */
export function buildConcurrency(
  columns: TraceColumns,
  isCounted: (span: SpanIndex) => boolean = () => true,
): Concurrency {
  const traceEndNs = getTraceEndNs(columns);
  const starts: number[] = [];
  const ends: number[] = [];
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (columns.flags[span]! & SpanFlag.placeholder || !isCounted(span)) continue;
    starts.push(columns.startNs[span]!);
    ends.push(isRunning(columns, span) ? traceEndNs : columns.endNs[span]!);
  }
  const sortedStarts = Float64Array.from(starts).sort();
  const sortedEnds = Float64Array.from(ends).sort();
  const atNs: number[] = [];
  const running: number[] = [];
  let [started, ended, most] = [0, 0, 0];
  while (ended < sortedEnds.length) {
    const moment = Math.min(sortedStarts[started] ?? Number.POSITIVE_INFINITY, sortedEnds[ended]!);
    while (sortedStarts[started] === moment) started += 1;
    while (ended < started && sortedEnds[ended] === moment) ended += 1;
    most = Math.max(most, started - ended);
    if (running.at(-1) === started - ended) continue;
    atNs.push(moment);
    running.push(started - ended);
  }
  return { atNs: Float64Array.from(atNs), running: Int32Array.from(running), most };
}

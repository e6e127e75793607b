/**
 * The tasks that the critical path waited for in queues, and what the workers of each queue did meanwhile: whether they
 * ran other tasks, or nothing that this trace knows. Pure; n log n.
 *
 *     mail  welcome   =======                busy: its one worker ran `welcome`
 *     mail  receipt     .....====
 */

import { findFirst } from "../../base/binarySearch.ts";
import { FIRST_SPAN } from "../../model/span.ts";
import type { SpanIndex } from "../../model/trace.ts";
import { NS_PER_MS } from "../../model/units.ts";
import { buildConcurrency } from "../concurrency.ts";
import { isTask } from "../groups.ts";
import { isRunning } from "../times.ts";
import type { AnalysedTrace } from "../analysedTrace.ts";
import { SegmentKind } from "../criticalPath.ts";
import type { QueueWaitAnswer } from "./answer.ts";

/** A share of the critical path. */
const LEAST_SHARE = 0.15;
/** A worker that polls or is sent its tasks needs some milliseconds for each. */
const LEAST_NS = 20 * NS_PER_MS;
const BUSY_SHARE = 0.5;

interface Interval {
  readonly startNs: number;
  readonly endNs: number;
}

export function findQueueWaits(trace: AnalysedTrace): QueueWaitAnswer[] {
  const { columns, critical } = trace;
  const byQueue = new Map<number, { intervals: Interval[]; spans: SpanIndex[] }>();
  critical.span.forEach((span, i) => {
    if (critical.kind[i] !== SegmentKind.wait) return;
    const queue = columns.queue[span] || columns.service[span]!;
    const known = byQueue.get(queue) ?? { intervals: [], spans: [] };
    byQueue.set(queue, known);
    known.intervals.push({ startNs: critical.startNs[i]!, endNs: critical.endNs[i]! });
    known.spans.push(span);
  });
  const answers: QueueWaitAnswer[] = [];
  for (const [queue, { intervals, spans }] of byQueue) {
    const waitNs = intervals.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
    if (waitNs < LEAST_NS || waitNs < LEAST_SHARE * critical.lengthNs) continue;
    const { busyShare, meanwhile } = readWork(trace, queue, intervals, waitNs);
    const longestFirst = [...new Set(spans)].sort(
      (a, b) => critical.waitNs[b]! - critical.waitNs[a]!,
    );
    const isOfQueue = (span: SpanIndex): boolean =>
      columns.queue[span] === queue && isTask(columns, span);
    answers.push({
      code: "queueWait",
      certainty: busyShare >= BUSY_SHARE ? "likely" : "certain",
      costNs: waitNs,
      spans: longestFirst,
      queue,
      tasks: longestFirst.length,
      longestNs: critical.waitNs[longestFirst[0]!]!,
      busyShare,
      workers: buildConcurrency(columns, isOfQueue).most,
      meanwhile: busyShare >= BUSY_SHARE ? meanwhile : undefined,
    });
  }
  return answers;
}

function readWork(
  { columns, endNs }: AnalysedTrace,
  queue: number,
  /** In order, without overlap: the path is in one place at a time. */
  intervals: readonly Interval[],
  waitNs: number,
): { readonly busyShare: number; readonly meanwhile: SpanIndex | undefined } {
  const waitedBefore = buildWaited(intervals);
  const runs: { readonly span: SpanIndex; readonly startNs: number; readonly endNs: number }[] = [];
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (columns.queue[span] !== queue || !isTask(columns, span)) continue;
    const end = isRunning(columns, span) ? endNs : columns.endNs[span]!;
    runs.push({ span, startNs: columns.startNs[span]!, endNs: end });
  }
  runs.sort((a, b) => a.startNs - b.startNs);
  let [busyNs, longestNs, coveredTo] = [0, 0, Number.NEGATIVE_INFINITY];
  let meanwhile: SpanIndex | undefined;
  for (const { span, startNs, endNs: runEndNs } of runs) {
    const overlapNs = waitedBefore(runEndNs) - waitedBefore(startNs);
    const newFromNs = Math.max(startNs, coveredTo);
    if (runEndNs > newFromNs) busyNs += waitedBefore(runEndNs) - waitedBefore(newFromNs);
    coveredTo = Math.max(coveredTo, runEndNs);
    if (overlapNs > longestNs) {
      longestNs = overlapNs;
      meanwhile = span;
    }
  }
  return { busyShare: waitNs > 0 ? busyNs / waitNs : 0, meanwhile };
}

/** How much of these intervals lies before a moment. */
function buildWaited(intervals: readonly Interval[]): (atNs: number) => number {
  const sums = new Float64Array(intervals.length + 1);
  intervals.forEach(({ startNs, endNs }, i) => (sums[i + 1] = sums[i]! + endNs - startNs));
  return atNs => {
    const after = findFirst(intervals.length, i => intervals[i]!.endNs > atNs);
    const inside = intervals[after];
    return sums[after]! + (inside === undefined ? 0 : Math.max(0, atNs - inside.startNs));
  };
}

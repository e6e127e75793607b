/**
 * Slow starts: an operation whose first run took far longer than all others (a cold cache, a connection that had to be
 * opened), and a root that was alone for long before it called anything. Pure; n log n.
 */

import { takeRank } from "../takeRank.ts";
import { SpanStatus } from "../../model/span.ts";
import type { SpanIndex } from "../../model/trace.ts";
import { NS_PER_MS } from "../../model/units.ts";
import { isAsynchronous, isRunning, listByStart } from "../times.ts";
import type { AnalysedTrace } from "../analysedTrace.ts";
import type { SlowStartAnswer } from "./answer.ts";

const LEAST_RUNS = 5;
/** The first run against the median of the others, and against the longest of them. */
const LEAST_RATIO = 4;
const LEAST_OVER_LONGEST = 2;
const LEAST_SHARE = 0.1;
/** A share of the whole trace: a root may well think before it calls. */
const LATE_SHARE = 0.3;
/** Against the root's other times alone. */
const LATE_RATIO = 3;
const LEAST_NS = 10 * NS_PER_MS;

export function findSlowStarts(trace: AnalysedTrace): SlowStartAnswer[] {
  return [...findColdRuns(trace), ...findLateFirstCall(trace)];
}

function* findColdRuns(trace: AnalysedTrace): Iterable<SlowStartAnswer> {
  const { columns, critical, startNs, endNs } = trace;
  const { count, spans, spansStart } = trace.operations;
  for (let operation = 0; operation < count; operation += 1) {
    const runs = spans.subarray(spansStart[operation], spansStart[operation + 1]);
    if (runs.length < LEAST_RUNS) continue;
    let first = runs[0]!;
    for (const span of runs) if (columns.startNs[span]! < columns.startNs[first]!) first = span;
    const lengthOf = (span: SpanIndex): number =>
      (isRunning(columns, span) ? endNs : columns.endNs[span]!) - columns.startNs[span]!;
    const firstNs = lengthOf(first);
    // The usual run is looked for where no other was nearly as long.
    if (runs.some(span => span !== first && firstNs < LEAST_OVER_LONGEST * lengthOf(span))) {
      continue;
    }
    const others = Float64Array.from(
      runs.filter(span => span !== first),
      lengthOf,
    );
    const usualNs = takeRank(others, 0.5);
    const isCold = firstNs >= LEAST_RATIO * usualNs;
    const costNs = firstNs - usualNs;
    const isWorth = costNs >= LEAST_NS && costNs >= LEAST_SHARE * (endNs - startNs);
    const isOver = !isRunning(columns, first) && columns.status[first] !== SpanStatus.error;
    // What only waited for something slower below it is no cause.
    if (!isCold || !isWorth || !isOver || critical.runNs[first]! * 2 < costNs) continue;
    yield {
      code: "slowStart",
      certainty: "likely",
      costNs,
      spans: [first],
      reason: { kind: "coldRun", usualNs, runs: runs.length },
    };
  }
}

function* findLateFirstCall(trace: AnalysedTrace): Iterable<SlowStartAnswer> {
  const { columns, tree, startNs, endNs } = trace;
  const lengthOf = (span: SpanIndex): number => columns.endNs[span]! - columns.startNs[span]!;
  const root = tree.roots.find(each => lengthOf(each) >= 0.5 * (endNs - startNs));
  if (root === undefined || tree.childCount[root]! < 2) return;
  let [firstNs, longestNs, coveredTo] = [Number.NaN, 0, columns.startNs[root]!];
  for (const child of listByStart(columns, tree, root)) {
    if (isAsynchronous(columns, child)) continue;
    const aloneNs = Math.max(0, columns.startNs[child]! - coveredTo);
    if (Number.isNaN(firstNs)) firstNs = aloneNs;
    else longestNs = Math.max(longestNs, aloneNs);
    coveredTo = Math.max(coveredTo, columns.endNs[child]!);
  }
  longestNs = Math.max(longestNs, columns.endNs[root]! - coveredTo);
  const isLate = firstNs >= LATE_SHARE * (endNs - startNs) && firstNs >= LATE_RATIO * longestNs;
  if (!isLate || firstNs < LEAST_NS) return;
  yield {
    code: "slowStart",
    certainty: "certain",
    costNs: firstNs,
    spans: [root],
    reason: { kind: "lateFirstCall" },
  };
}

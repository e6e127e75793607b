/**
 * The same call again and again where one would do: `N + 1`. Also where each call stands alone below one of many alike
 * spans, as with an ORM's lazy fields. Pure; n log n.
 *
 *     list orders    ==================          list orders    ==================
 *       SELECT order  ==                           load item      ====
 *       SELECT item      ==                          SELECT item   ==
 *       SELECT item        ==                      load item          ====
 *       SELECT item          ==  …                   SELECT item       ==  …
 */

import { findFirst } from "../../base/binarySearch.ts";
import { type IndexArray, newIndexArray } from "../../base/indexArray.ts";
import { takeRank } from "../takeRank.ts";
import { FIRST_SPAN, SpanStatus } from "../../model/span.ts";
import type { SpanIndex, TraceColumns } from "../../model/trace.ts";
import { NS_PER_MS } from "../../model/units.ts";
import type { AnalysedTrace } from "../analysedTrace.ts";
import type { RepeatedCallsAnswer } from "./answer.ts";
import { buildCriticalSums, listRepeated, markCalls, sumCritical, sumRuns } from "./siblingRuns.ts";

/** Sentry's own least number: fewer calls in a row are as often meant. */
const LEAST_CALLS = 5;
const LIKELY_CALLS = 10;
/** Less of the trace's time than this is not worth a change. */
const LEAST_SHARE = 0.1;
const LEAST_NS = NS_PER_MS;
/** Four of five pauses are no longer than this many calls with their usual pause: calls in a loop come evenly. */
const MOST_PAUSE = 3;
/** Few calls with so many others between them are steps that happen to share a query. */
const MOST_OTHERS = 0.5;
/** Calls that overlap by more than this are made side by side, as a batch should be. */
const MOST_OVERLAP = 0.1;
/** Below the number of any span, and of a root's parent. */
const NOT_COUNTED = -2;

export function findRepeatedCalls(trace: AnalysedTrace): RepeatedCallsAnswer[] {
  const { columns, tree } = trace;
  const wholeNs = trace.endNs - trace.startNs;
  const isCall = markCalls(columns);
  const sums = buildCriticalSums(trace);
  // The highest span that has nothing below it but one way down to the call.
  const top = new Int32Array(columns.count);
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const above = columns.parent[span]!;
    top[span] = above >= 0 && tree.childCount[above] === 1 ? top[above]! : span;
  }
  const under = newIndexArray<SpanIndex>(columns.count);
  under.fill(NOT_COUNTED);
  const callsUnder = new Int32Array(columns.count + 1);
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const above = columns.parent[span]!;
    // A call within a call is the same call, told by both its ends.
    const isInner = above >= 0 && isCall[above] === 1 && tree.childCount[above] === 1;
    if (isCall[span] === 0 || isInner) continue;
    under[span] = columns.parent[top[span]!]!;
    callsUnder[under[span]! + 1]! += 1;
  }
  // Most spans call too little for any of it to be repeated.
  const parentOf = (span: SpanIndex): SpanIndex | undefined =>
    under[span]! >= 0 && callsUnder[under[span]! + 1]! >= LEAST_CALLS ? under[span] : undefined;
  let starts: ReadonlyMap<SpanIndex, readonly number[]> | undefined;
  const countBetween = (parent: SpanIndex, fromNs: number, toNs: number): number => {
    starts ??= gatherStarts(columns, under);
    const childStarts = starts.get(parent) ?? [];
    return (
      findFirst(childStarts.length, i => childStarts[i]! > toNs) -
      findFirst(childStarts.length, i => childStarts[i]! >= fromNs)
    );
  };
  const answers: RepeatedCallsAnswer[] = [];
  for (const { under: parent, spans } of listRepeated(trace, LEAST_CALLS, parentOf)) {
    const criticalNs = sumCritical(trace, spans, sums);
    if (criticalNs < LEAST_NS || criticalNs < LEAST_SHARE * wholeNs) continue;
    const { totalNs, clockNs } = sumRuns(trace, spans);
    const failed = spans.filter(span => columns.status[span] === SpanStatus.error).length;
    // `HTTP POST` to many places is not the same call: where the callee is known, it must be one too.
    const callees = new Set(
      spans.map(span => (tree.childCount[span] === 1 ? columns.name[span + 1]! : -1)),
    );
    if (callees.size * 3 > spans.length) continue;
    const isSerial = totalNs - clockNs <= MOST_OVERLAP * totalNs;
    if (!isSerial || failed * 2 > spans.length || !isEven(trace, spans)) continue;
    if (spans.length < LIKELY_CALLS) {
      const [first, last] = [spans[0]!, spans.at(-1)!];
      const calls = countBetween(parent, columns.startNs[first]!, columns.startNs[last]!);
      if (calls - spans.length > MOST_OTHERS * spans.length) continue;
    }
    answers.push({
      code: "repeatedCalls",
      certainty: spans.length >= LIKELY_CALLS ? "likely" : "possible",
      // One call would still take its time.
      costNs: criticalNs * (1 - 1 / spans.length),
      spans,
      calls: spans.length,
      totalNs,
      under: parent,
    });
  }
  return answers;
}

/** The starts of the calls under each span, in order. */
function gatherStarts(
  columns: TraceColumns,
  under: IndexArray<SpanIndex>,
): ReadonlyMap<SpanIndex, readonly number[]> {
  const starts = new Map<SpanIndex, number[]>();
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (under[span]! < 0) continue;
    const known = starts.get(under[span]!);
    if (known === undefined) starts.set(under[span]!, [columns.startNs[span]!]);
    else known.push(columns.startNs[span]!);
  }
  for (const childStarts of starts.values()) childStarts.sort((a, b) => a - b);
  return starts;
}

function isEven({ columns }: AnalysedTrace, spans: readonly SpanIndex[]): boolean {
  const pauses = new Float64Array(spans.length - 1);
  for (let i = 0; i < pauses.length; i += 1) {
    pauses[i] = Math.max(0, columns.startNs[spans[i + 1]!]! - columns.endNs[spans[i]!]!);
  }
  const lengths = Float64Array.from(spans, span => columns.endNs[span]! - columns.startNs[span]!);
  const usualNs = takeRank(pauses, 0.5) + takeRank(lengths, 0.5);
  return takeRank(pauses, 0.8) <= MOST_PAUSE * usualNs;
}

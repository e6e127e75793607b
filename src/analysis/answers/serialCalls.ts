/**
 * Calls of one span, one after the other, which might run side by side: each begins as soon as the one before has ended, and
 * no other work of the span lies between. Whether one needs the other's answer, a trace does not say. Pure; n log n.
 *
 *     checkout    ====================
 *       tax        ====                       saved: all but the longest
 *       shipping       =====
 *       credit              =====
 *       stock                    ====
 */

import { FIRST_SPAN, SpanStatus } from "../../model/span.ts";
import type { SpanIndex } from "../../model/trace.ts";
import { NS_PER_MS } from "../../model/units.ts";
import { listByStart } from "../times.ts";
import type { AnalysedTrace } from "../analysedTrace.ts";
import type { SerialCallsAnswer } from "./answer.ts";
import { buildCriticalSums, markCalls, sumCritical, sumRuns } from "./siblingRuns.ts";

/** Three in a row are as often a chain, in which each needs the one before. */
const LEAST_CALLS = 4;
/** A share of the trace's time that could be saved. */
const LEAST_SHARE = 0.3;
const LEAST_NS = NS_PER_MS;
/** Where more than this share of a call lies between two, the caller works on the answer first. */
const MOST_PAUSE = 0.1;
/** A call that is much shorter than the longest hides nothing beside it. */
const LEAST_OF_LONGEST = 0.2;

export function findSerialCalls(trace: AnalysedTrace): SerialCallsAnswer[] {
  const { columns, tree } = trace;
  const wholeNs = trace.endNs - trace.startNs;
  const isCall = markCalls(columns);
  const sums = buildCriticalSums(trace);
  const answers: SerialCallsAnswer[] = [];
  // Whose calls together are too short saves too little: their order is not looked at.
  const callsNs = new Float64Array(columns.count);
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const ns = columns.endNs[span]! - columns.startNs[span]!;
    if (isCall[span] === 1 && columns.parent[span]! >= 0 && ns > 0) {
      callsNs[columns.parent[span]!]! += ns;
    }
  }
  const leastNs = Math.max(LEAST_NS, LEAST_SHARE * wholeNs);
  for (let under = FIRST_SPAN; under < columns.count; under++) {
    if (tree.childCount[under]! < LEAST_CALLS || callsNs[under]! < leastNs) continue;
    for (const spans of listChains(trace, under, isCall)) {
      const { totalNs, longestNs } = sumRuns(trace, spans);
      const names = new Set(spans.map(span => columns.name[span]!));
      // Many calls of one name are the repeated calls' matter.
      if (spans.length < LEAST_CALLS || names.size * 2 < spans.length) continue;
      const isOnPath = sumCritical(trace, spans, sums) >= 0.9 * totalNs;
      const costNs = totalNs - longestNs;
      if (!isOnPath || costNs < leastNs) continue;
      answers.push({
        code: "serialCalls",
        certainty: "possible",
        costNs,
        spans,
        totalNs,
        longestNs,
        under,
      });
    }
  }
  return answers;
}

/** Calls that follow each other at once, and are of about one length. */
function* listChains(
  { columns, tree }: AnalysedTrace,
  under: SpanIndex,
  isCall: Uint8Array,
): Iterable<readonly SpanIndex[]> {
  const lengthOf = (span: SpanIndex): number => columns.endNs[span]! - columns.startNs[span]!;
  const trim = (chain: readonly SpanIndex[]): readonly SpanIndex[] => {
    const longest = chain.reduce((most, span) => Math.max(most, lengthOf(span)), 0);
    return chain.filter(span => lengthOf(span) >= LEAST_OF_LONGEST * longest);
  };
  let chain: SpanIndex[] = [];
  for (const span of listByStart(columns, tree, under)) {
    const before = chain.at(-1);
    if (before !== undefined) {
      const pauseNs = columns.startNs[span]! - columns.endNs[before]!;
      const limitNs = MOST_PAUSE * lengthOf(before);
      if (!(Math.abs(pauseNs) <= limitNs)) {
        yield trim(chain);
        chain = [];
      }
    }
    const isPart = isCall[span] === 1 && columns.status[span] !== SpanStatus.error;
    if (isPart && lengthOf(span) > 0) chain.push(span);
    else if (chain.length > 0) {
      yield trim(chain);
      chain = [];
    }
  }
  yield trim(chain);
}

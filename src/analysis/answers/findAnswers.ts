/** All answers about a trace, the most telling first. Pure; n log n. The rule of each is in docs/analysis.md. */

import type { SpanIndex } from "../../model/trace.ts";
import type { AnalysedTrace } from "../analysedTrace.ts";
import type { Answer, Certainty } from "./answer.ts";
import { findBottleneck, findIdle } from "./criticalAnswers.ts";
import { findFailure } from "./failureTravel.ts";
import { findLostContext } from "./lostContext.ts";
import { findQueueWaits } from "./queueWaits.ts";
import { findRepeatedCalls } from "./repeatedCalls.ts";
import { findRetries } from "./retries.ts";
import { findSerialCalls } from "./serialCalls.ts";
import { findSlowStarts } from "./slowStart.ts";
import { findNoHeartbeat, findStillQueued } from "./stillQueued.ts";

/** Retries that cost less of the trace than this, and are fewer than these, are how retries are meant to be. */
const RETRY_SHARE = 0.05;
const MANY_RETRIES = 3;

/** A failure that somebody carried on after is told before retries of the same thing. */
const HANDLED_SHARE = 0.65;
/** Whatever has no price in time stands above where the time went, and below what cost most of it. */
const UNPRICED_SHARE = 0.6;

const weights: Readonly<Record<Certainty, number>> = { certain: 1, likely: 0.9, possible: 0.6 };

/** `nowUnixMs`: whether what is missing may still come. */
export function findAnswers(trace: AnalysedTrace, nowUnixMs: number): Answer[] {
  if (trace.columns.count === 0) return [];
  const wholeNs = Math.max(1, trace.endNs - trace.startNs);
  const retries = findRetries(trace).filter(
    ({ costNs, retries: count, hasSucceeded }) =>
      costNs >= RETRY_SHARE * wholeNs || count >= MANY_RETRIES || !hasSucceeded,
  );
  const attempts = new Set(retries.flatMap(({ spans }) => spans));
  const repeated = findRepeatedCalls(trace).filter(
    ({ spans }) => spans.filter(span => attempts.has(span)).length * 2 < spans.length,
  );
  const coldRuns = findSlowStarts(trace);
  // One line tells of a thing: the general one gives way to the one that says why.
  const sumOf = (spans: readonly SpanIndex[]): number =>
    spans.reduce((sum, span) => sum + trace.critical.runNs[span]!, 0);
  const explained = new Set([...repeated, ...retries, ...coldRuns].flatMap(({ spans }) => spans));
  const bottleneck = findBottleneck(trace).filter(
    ({ spans, costNs }) => sumOf(spans.filter(span => explained.has(span))) * 2 < costNs,
  );
  const answers: Answer[] = [
    ...findFailure(trace),
    ...findStillQueued(trace, nowUnixMs),
    ...findNoHeartbeat(trace),
    ...keepWorst(retries),
    ...keepWorst(repeated),
    ...keepWorst(findSerialCalls(trace)),
    ...findQueueWaits(trace),
    ...findLostContext(trace, nowUnixMs),
    ...keepWorst(coldRuns),
    ...findIdle(trace),
    ...bottleneck,
  ];
  return answers
    .map(answer => ({ answer, weight: weigh(answer, wholeNs) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ answer }) => answer);
}

/** Three of a kind say what there is to say. */
function keepWorst<A extends Answer>(answers: readonly A[]): A[] {
  const costOf = ({ costNs }: A): number => (Number.isNaN(costNs) ? 0 : costNs);
  return [...answers].sort((a, b) => costOf(b) - costOf(a)).slice(0, 3);
}

/** Sorts by what failed, then what hangs, then by the share of the trace's time that it cost and how sure that is. */
function weigh(answer: Answer, wholeNs: number): number {
  if (answer.code === "failure") return answer.hasReachedRoot ? 4 : HANDLED_SHARE;
  if (answer.code === "stillQueued" || answer.code === "noHeartbeat") return 3;
  const share = Number.isNaN(answer.costNs) ? UNPRICED_SHARE : Math.min(1, answer.costNs / wholeNs);
  // Where the time went is a fact; what to do about it is the better line.
  return (answer.code === "bottleneck" ? 0.5 : 1) * share * weights[answer.certainty];
}

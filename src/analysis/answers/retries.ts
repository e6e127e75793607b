/**
 * Retries and what they cost: a call that failed, and after it the same call below the same span, again and again until it
 * succeeds or the caller gives up. Pure; n log n.
 *
 *     order        =================
 *       charge       ==!                    cost: from the first attempt's start to the last one's
 *       charge           ==!
 *       charge                 ===
 */

import { FIRST_SPAN, SpanStatus } from "../../model/span.ts";
import type { SpanIndex } from "../../model/trace.ts";
import { isTask } from "../groups.ts";
import type { AnalysedTrace } from "../analysedTrace.ts";
import type { RetriesAnswer } from "./answer.ts";
import { listRepeated } from "./siblingRuns.ts";

/** One failure and one success may be two different calls; from here on it is a habit. */
const SURE_RETRIES = 2;

export function findRetries(trace: AnalysedTrace): RetriesAnswer[] {
  return [...findRepeatedAttempts(trace), ...findCountedAttempts(trace)];
}

function* findRepeatedAttempts(trace: AnalysedTrace): Iterable<RetriesAnswer> {
  const { columns } = trace;
  const isFailed = (span: SpanIndex): boolean => columns.status[span] === SpanStatus.error;
  // Where nothing failed nothing was tried again: most spans need no group.
  const hasFailedChild = new Uint8Array(columns.count + 1);
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (isFailed(span)) hasFailedChild[columns.parent[span]! + 1] = 1;
  }
  const parentOf = (span: SpanIndex): SpanIndex | undefined => {
    const parent = columns.parent[span]!;
    return hasFailedChild[parent + 1] === 1 ? parent : undefined;
  };
  for (const { spans } of listRepeated(trace, 2, parentOf)) {
    const runs = listRuns(trace, spans);
    const attempts = runs.reduce((sum, run) => sum + run.length, 0);
    // In a loop over many things some fail; in a retry most of the calls are attempts.
    if (attempts * 2 < spans.length) continue;
    for (const run of runs) {
      const last = run.at(-1)!;
      const retries = run.filter(isFailed).length - (isFailed(last) ? 1 : 0);
      const isSure = retries >= SURE_RETRIES && run.length === spans.length;
      // Several things in a loop that all fail look the same as one thing that is tried again.
      if (isFailed(last) && !isBackedOff(trace, run) && retries < SURE_RETRIES) continue;
      if (isFailed(last) && hasFallback(trace, run)) continue;
      yield {
        code: "retries",
        certainty: isSure ? "likely" : "possible",
        costNs: columns.startNs[last]! - columns.startNs[run[0]!]!,
        spans: run,
        retries,
        hasSucceeded: !isFailed(last),
        isCounted: false,
      };
    }
  }
}

/** Failed attempts in a row, each begun after the one before had ended, with what came after them. */
function listRuns({ columns }: AnalysedTrace, spans: readonly SpanIndex[]): SpanIndex[][] {
  const runs: SpanIndex[][] = [];
  let run: SpanIndex[] = [];
  for (const span of spans) {
    const before = run.at(-1);
    if (before !== undefined && !(columns.startNs[span]! >= columns.endNs[before]!)) run = [];
    run.push(span);
    const isFailed = columns.status[span] === SpanStatus.error;
    if (run.length === 2) runs.push(run);
    if (!isFailed) run = [];
  }
  return runs;
}

/** Tells whether the same other call follows each failure, the last one too: it does what the failed one should have done. */
function hasFallback(
  { columns, tree, operations: { operationOfSpan } }: AnalysedTrace,
  run: readonly SpanIndex[],
): boolean {
  const following = run.map(span => {
    const next = tree.subtreeEnd[span]!;
    const isSibling = next < columns.count && columns.parent[next] === columns.parent[span];
    return isSibling ? operationOfSpan[next]! : -1;
  });
  const [first = -1] = following;
  return (
    first >= 0 && first !== operationOfSpan[run[0]!] && following.every(each => each === first)
  );
}

/** The pauses between attempts do not get shorter, as they would between things in a loop by chance. */
function isBackedOff({ columns }: AnalysedTrace, run: readonly SpanIndex[]): boolean {
  const pauses = run.slice(1).map((span, i) => columns.startNs[span]! - columns.endNs[run[i]!]!);
  const first = pauses[0] ?? 0;
  return first > 0 && pauses.every((pause, i) => i === 0 || pause >= pauses[i - 1]! * 0.9);
}

/** A queue that keeps one row a task only says how often it was tried. */
function* findCountedAttempts({ columns }: AnalysedTrace): Iterable<RetriesAnswer> {
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const attempts = columns.attempts[span]!;
    if (attempts < 2 || !isTask(columns, span)) continue;
    yield {
      code: "retries",
      certainty: "certain",
      costNs: Number.NaN,
      spans: [span],
      retries: attempts - 1,
      hasSucceeded: columns.status[span] !== SpanStatus.error,
      isCounted: true,
    };
  }
}

/** Where the failure of a trace began and how far up it travelled. Pure and linear. */

import { FIRST_SPAN, SpanStatus } from "../../model/span.ts";
import type { SpanIndex, TraceColumns } from "../../model/trace.ts";
import { isRunning } from "../times.ts";
import type { AnalysedTrace } from "../analysedTrace.ts";
import type { FailureAnswer } from "./answer.ts";

export function findFailure({ columns }: AnalysedTrace): FailureAnswer[] {
  const { first, failed } = findFirstFailure(columns);
  if (first === undefined) return [];
  const spans: SpanIndex[] = [];
  let at = first;
  for (; at >= 0 && columns.status[at] === SpanStatus.error; at = columns.parent[at]!) {
    spans.push(at);
  }
  return [
    {
      code: "failure",
      certainty: "certain",
      costNs: Number.NaN,
      spans,
      hasReachedRoot: at < 0,
      failed,
    },
  ];
}

/**
 * The first of the failed spans that have no failed span below them: those whose failure reached a root come before those
 * that somebody carried on after, and of these the one that ended first.
 *
 *     order        =============!
 *       cache        ==!                   carried on: `fetch` did not fail
 *         fetch …
 *       reserve          ====!             first: it failed, and with it what called it
 */
export function findFirstFailure(columns: TraceColumns): {
  readonly first: SpanIndex | undefined;
  readonly failed: number;
} {
  const { count, parent, status } = columns;
  // Parents stand first, so one pass down knows of each span whether all above it failed.
  const reachesRoot = new Uint8Array(count);
  const failedBelow = new Uint8Array(count);
  let failed = 0;
  for (let span = FIRST_SPAN; span < count; span++) {
    if (status[span] !== SpanStatus.error) continue;
    failed += 1;
    const above = parent[span]!;
    reachesRoot[span] = above < 0 ? 1 : reachesRoot[above]!;
  }
  let first: SpanIndex | undefined;
  for (let span = (count - 1) as SpanIndex; span >= 0; span--) {
    const above = parent[span]!;
    const isFailed = status[span] === SpanStatus.error;
    if (above >= 0 && (isFailed || failedBelow[span] === 1)) failedBelow[above] = 1;
    if (!isFailed || failedBelow[span] === 1) continue;
    const reach = first === undefined ? 1 : reachesRoot[span]! - reachesRoot[first]!;
    if (reach > 0 || (reach === 0 && endsBefore(columns, span, first!))) first = span;
  }
  return { first, failed };
}

/** A running span has not ended yet; of two that end together the one that stands first counts. */
function endsBefore(columns: TraceColumns, a: SpanIndex, b: SpanIndex): boolean {
  const endOf = (span: SpanIndex): number =>
    isRunning(columns, span) ? Number.POSITIVE_INFINITY : columns.endNs[span]!;
  return endOf(a) <= endOf(b);
}

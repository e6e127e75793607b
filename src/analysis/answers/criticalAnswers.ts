/**
 * The facts that the critical path itself says: the operation in which it is longest, and the longest time in which
 * nothing ran.
 */

import { FIRST_SPAN, SpanFlag } from "../../model/span.ts";
import type { SpanIndex, TraceColumns } from "../../model/trace.ts";
import { NS_PER_MS } from "../../model/units.ts";
import type { AnalysedTrace } from "../analysedTrace.ts";
import { SegmentKind } from "../criticalPath.ts";
import type { BottleneckAnswer, IdleAnswer } from "./answer.ts";

/** Below this the time went nowhere in particular. */
const LEAST_SHARE = 0.3;
/** Two spans need no words: a picture says it all. */
const LEAST_SPANS = 3;
const IDLE_SHARE = 0.2;
const IDLE_NS = 20 * NS_PER_MS;

export function findBottleneck({ critical, operations }: AnalysedTrace): BottleneckAnswer[] {
  const { count, spans, spansStart, operationOfSpan } = operations;
  if (spans.length < LEAST_SPANS) return [];
  const sums = new Float64Array(count);
  critical.runNs.forEach((ns, span) => {
    if (ns > 0) sums[operationOfSpan[span]!]! += ns;
  });
  let best = 0;
  for (let operation = 1; operation < count; operation += 1) {
    if (sums[operation]! > sums[best]!) best = operation;
  }
  const ns = sums[best]!;
  if (!(ns >= LEAST_SHARE * critical.lengthNs) || ns < NS_PER_MS) return [];
  const longestFirst = [...spans.subarray(spansStart[best], spansStart[best + 1])]
    .filter(span => critical.runNs[span]! > 0)
    .sort((a, b) => critical.runNs[b]! - critical.runNs[a]!);
  return [
    {
      code: "bottleneck",
      certainty: "certain",
      costNs: ns,
      spans: longestFirst,
      runs: longestFirst.length,
      share: ns / critical.lengthNs,
    },
  ];
}

/** A gap of the path is where its cause had ended: other spans may have run meanwhile, and only the rest is idle. */
export function findIdle({ columns, critical }: AnalysedTrace): IdleAnswer[] {
  const leastNs = Math.max(IDLE_NS, IDLE_SHARE * critical.lengthNs);
  let longest:
    { readonly startNs: number; readonly ns: number; readonly span: SpanIndex } | undefined;
  for (let i = 0; i < critical.span.length; i += 1) {
    const [span, startNs] = [critical.span[i]!, critical.startNs[i]!];
    const isPlaceholder = (columns.flags[span]! & SpanFlag.placeholder) !== 0;
    if (critical.kind[i] !== SegmentKind.gap || isPlaceholder) continue;
    if (critical.endNs[i]! - startNs < leastNs) continue;
    const hole = findHole(columns, startNs, critical.endNs[i]!, span);
    if (hole.ns > (longest?.ns ?? 0)) longest = hole;
  }
  if (longest === undefined || longest.ns < leastNs) return [];
  const { ns, span, startNs } = longest;
  return [{ code: "idle", certainty: "certain", costNs: ns, spans: [span], startNs }];
}

/** The longest time between the two in which no span ran, and the span that ended it. */
function findHole(
  { count, startNs, endNs, flags }: TraceColumns,
  fromNs: number,
  toNs: number,
  last: SpanIndex,
): { readonly startNs: number; readonly ns: number; readonly span: SpanIndex } {
  const within: SpanIndex[] = [last];
  for (let span = FIRST_SPAN; span < count; span++) {
    const isKnown = (flags[span]! & (SpanFlag.placeholder | SpanFlag.untimed)) === 0;
    if (isKnown && startNs[span]! < toNs && !(endNs[span]! <= fromNs)) within.push(span);
  }
  within.sort((a, b) => startNs[a]! - startNs[b]!);
  let hole = { startNs: fromNs, ns: 0, span: last };
  let coveredTo = fromNs;
  for (const span of within) {
    const ns = startNs[span]! - coveredTo;
    if (ns > hole.ns) hole = { startNs: coveredTo, ns, span };
    // One that runs still, or that nobody knows the end of, may have run all the time.
    coveredTo = Number.isNaN(endNs[span]!) ? toNs : Math.max(coveredTo, endNs[span]!);
  }
  return hole;
}

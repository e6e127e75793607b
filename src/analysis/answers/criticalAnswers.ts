/**
 * The facts that the critical path itself says: the operation in which it is longest, and the longest time in which
 * nothing ran.
 */

import { SpanFlag } from "../../model/span.ts";
import type { SpanIndex } from "../../model/trace.ts";
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
  const own = [...spans.subarray(spansStart[best], spansStart[best + 1])]
    .filter(span => critical.runNs[span]! > 0)
    .sort((a, b) => critical.runNs[b]! - critical.runNs[a]!);
  return [
    {
      code: "bottleneck",
      certainty: "certain",
      costNs: ns,
      spans: own,
      runs: own.length,
      share: ns / critical.lengthNs,
    },
  ];
}

export function findIdle({ columns, critical }: AnalysedTrace): IdleAnswer[] {
  let longest = -1;
  const lengthOf = (i: number): number => critical.endNs[i]! - critical.startNs[i]!;
  for (let i = 0; i < critical.span.length; i += 1) {
    const isPlaceholder = (columns.flags[critical.span[i]!]! & SpanFlag.placeholder) !== 0;
    const isGap = critical.kind[i] === SegmentKind.gap && !isPlaceholder;
    if (isGap && (longest < 0 || lengthOf(i) > lengthOf(longest))) longest = i;
  }
  const ns = longest < 0 ? 0 : lengthOf(longest);
  if (ns < IDLE_NS || ns < IDLE_SHARE * critical.lengthNs) return [];
  const span: SpanIndex = critical.span[longest]!;
  return [
    {
      code: "idle",
      certainty: "certain",
      costNs: ns,
      spans: [span],
      startNs: critical.startNs[longest]!,
    },
  ];
}

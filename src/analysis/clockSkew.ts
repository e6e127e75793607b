/**
 * Clocks of different machines differ: a span then seems to begin before the call that caused it. Finds such spans and
 * says how far each would have to be moved, by Jaeger's rules and, for a call and its server, Zipkin's. Pure; moves
 * nothing by itself.
 *
 *     call       host a      |---------|            call         |---------|
 *       serve    host b  |---|                 →      serve         |---|       in the middle: latency is split
 *         query  host b   |-|                           query        |-|        the same clock, so as far as `serve`
 *
 * A span is compared with its parent where their clocks differ: by host, or where no host is known by service. What
 * follows on a task or a message may outlive what caused it, so there only a start before the cause is a contradiction.
 */

import type { Problem } from "../model/problem.ts";
import { FIRST_SPAN, SpanFlag, SpanKind } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import { NS_PER_MS, NS_PER_US } from "../model/units.ts";
import { isAsynchronous } from "./times.ts";

/** Why a span is moved. */
export const SkewReason = {
  none: 0,
  /** Its parent's clock is its own, and the parent is moved. */
  sameClock: 1,
  /** It began before its parent; it is moved to the parent's start. */
  beforeParent: 2,
  /** It is shorter than its parent and yet not within it; it is moved into the middle. */
  outsideParent: 3,
  /** It was taken from its queue before it was published. */
  beforePublish: 4,
} as const;
export type SkewReason = (typeof SkewReason)[keyof typeof SkewReason];

export interface ClockSkew {
  /** The shift that is to be added to the times of each span, in nanoseconds. */
  readonly shiftNs: Float64Array;
  readonly reason: Uint8Array;
  /** Spans that contradict their parents, in order. */
  readonly skewed: readonly SpanIndex[];
  /** How many spans would be moved: those, and what shares their clocks below them. */
  readonly moved: number;
}

/** Stores cut times to milliseconds, and Funboost rounds them: without hosts, less than this proves nothing. */
const TOLERANCE_NS = NS_PER_MS;

export function findClockSkew(columns: TraceColumns, problems: readonly Problem[]): ClockSkew {
  const { count, parent, startNs, flags } = columns;
  const shiftNs = new Float64Array(count);
  const reason = new Uint8Array(count);
  const skewed: SpanIndex[] = [];
  const lateByNs = listLatePublishes(problems);
  let moved = 0;
  for (let span = FIRST_SPAN; span < count; span++) {
    const above = parent[span]!;
    const isAlone = above < 0 || (flags[above]! & SpanFlag.placeholder) !== 0;
    // What the server has moved already stands where it belongs.
    if (flags[span]! & (SpanFlag.adjusted | SpanFlag.placeholder)) continue;
    const clocks = isAlone ? "unknown" : compareClocks(columns, span, above);
    const parentShiftNs = isAlone ? 0 : shiftNs[above]!;
    let why: SkewReason = SkewReason.none;
    if (clocks === "same" || flags[span]! & (SpanFlag.untimed | SpanFlag.noStart)) {
      shiftNs[span] = parentShiftNs;
      if (parentShiftNs !== 0) why = SkewReason.sameClock;
    } else if (!isAlone) {
      const endOfParentNs = columns.endNs[above]! + parentShiftNs;
      const found = compareWithParent(columns, span, above, {
        startNs: startNs[above]! + parentShiftNs,
        endNs: endOfParentNs,
        isProven: clocks === "different",
      });
      shiftNs[span] = found.shiftNs;
      why = found.reason;
    }
    const lateNs = lateByNs.get(span);
    const isLate = lateNs !== undefined && lateNs >= TOLERANCE_NS && clocks !== "same";
    if (isLate && shiftNs[span]! < lateNs + parentShiftNs) {
      shiftNs[span] = lateNs + parentShiftNs;
      why = SkewReason.beforePublish;
    }
    reason[span] = why;
    if (shiftNs[span] !== 0) moved += 1;
    if (why > SkewReason.sameClock) skewed.push(span);
  }
  return { shiftNs, reason, skewed, moved };
}

/** The same trace with its spans moved; rows keep their order, so that the eye finds them again. */
export function correctClockSkew(
  columns: TraceColumns,
  { shiftNs }: ClockSkew,
  problems: readonly Problem[],
): TraceColumns {
  const lateByNs = listLatePublishes(problems);
  const startNs = columns.startNs.map((ns, span) => ns + shiftNs[span]!);
  const queuedNs = columns.queuedNs.map((ns, at) => {
    const span = at as SpanIndex;
    // It was published by the parent's clock; the builder may have moved that moment back to the start.
    const above = columns.parent[span]!;
    const publishedNs = ns + (lateByNs.get(span) ?? 0) + (above < 0 ? 0 : shiftNs[above]!);
    return Number.isNaN(ns) ? ns : Math.min(publishedNs, startNs[span]!);
  });
  return {
    ...columns,
    startNs,
    queuedNs,
    endNs: columns.endNs.map((ns, span) => ns + shiftNs[span]!),
  };
}

/** By how much tasks seem to have started before they were published. */
function listLatePublishes(problems: readonly Problem[]): ReadonlyMap<SpanIndex, number> {
  const late = new Map<SpanIndex, number>();
  for (const problem of problems) {
    if (problem.code !== "queuedAfterStart") continue;
    for (const span of problem.spans) late.set(span, problem.byNs);
  }
  return late;
}

/** `unknown`: different services on hosts that nobody names, so that the clocks may well be one. */
function compareClocks(
  { host, service }: TraceColumns,
  a: SpanIndex,
  b: SpanIndex,
): "same" | "different" | "unknown" {
  if (host[a] !== 0 && host[b] !== 0) return host[a] === host[b] ? "same" : "different";
  const isApart = service[a] !== 0 && service[b] !== 0 && service[a] !== service[b];
  return isApart ? "unknown" : "same";
}

function compareWithParent(
  columns: TraceColumns,
  span: SpanIndex,
  above: SpanIndex,
  parent: { readonly startNs: number; readonly endNs: number; readonly isProven: boolean },
): { readonly shiftNs: number; readonly reason: SkewReason } {
  const start = columns.startNs[span]!;
  const durationNs = columns.endNs[span]! - start;
  const parentDurationNs = parent.endNs - parent.startNs;
  const earlyNs = parent.startNs - start;
  const isEarly = earlyNs > (parent.isProven ? 0 : TOLERANCE_NS);
  // NaN, of a span that runs, is never at most anything.
  const fitsInLength = durationNs <= parentDurationNs && !isAsynchronous(columns, span);
  if (!fitsInLength) {
    if (!isEarly) return { shiftNs: 0, reason: SkewReason.none };
    // A message takes its time: Zipkin lets no server begin in the microsecond of its call.
    const isCall =
      columns.kind[above] === SpanKind.client && columns.kind[span] === SpanKind.server;
    return { shiftNs: earlyNs + (isCall ? NS_PER_US : 0), reason: SkewReason.beforeParent };
  }
  const isOutside = isEarly || (parent.isProven && start + durationNs > parent.endNs);
  if (!isOutside) return { shiftNs: 0, reason: SkewReason.none };
  return {
    shiftNs: earlyNs + (parentDurationNs - durationNs) / 2,
    reason: SkewReason.outsideParent,
  };
}

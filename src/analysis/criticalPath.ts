/**
 * The critical path: the chain of waiting that set when a trace ended. Walks back from the end; at each moment the path is
 * in the child that ended last before it, or else in the span itself. A task is left for what published it, over its wait
 * in the queue; a span with links for the cause that ended last.
 *
 *     order       ====--=                     path: order, SELECT, order, wait in mail, send
 *       SELECT       ==
 *       send @mail         ..======
 *
 * Pure; n log n, because the children of each span on the path are sorted by their ends; a loop, because a trace may nest
 * deeper than the call stack. Children are cut to their parents, and of two siblings that overlap by less than 1 % of
 * their parent the later one follows the earlier one: both as in Uber's CRISP.
 */

import { type IndexArray, newIndexArray, toIndexArray } from "../base/indexArray.ts";
import { FIRST_SPAN, nextSpan, NO_SPAN, SpanFlag } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import { isTask } from "./groups.ts";
import { getTraceEndNs, isAsynchronous, isRunning } from "./times.ts";
import type { TraceTree } from "./tree.ts";

/** Clocks of two hosts differ a little, so calls in a row may seem to overlap by this share of their parent. */
const OVERLAP_SHARE = 0.01;

export const SegmentKind = {
  /** The span ran, and nothing that it waited for did. */
  run: 0,
  /** The span was published and waited in its queue. */
  wait: 1,
  /** Nothing is known to have run before the span, though its cause had ended. */
  gap: 2,
} as const;
export type SegmentKind = (typeof SegmentKind)[keyof typeof SegmentKind];

/** In order of time; the segments follow each other without overlap and without a hole. */
export interface CriticalSegments {
  readonly span: IndexArray<SpanIndex>;
  readonly startNs: Float64Array;
  readonly endNs: Float64Array;
  readonly kind: Uint8Array;
}

export interface CriticalPath extends CriticalSegments {
  /** By span: how long the path is in it. */
  readonly runNs: Float64Array;
  /** By span: how long the path waits for it to begin, in a queue or for an unknown reason. */
  readonly waitNs: Float64Array;
  readonly lengthNs: number;
}

/**
 * The path of the whole trace, or of what a span waited for: then nothing after that span's end counts. What runs goes on
 * to `traceEndNs`.
 */
export function findCriticalPath(
  columns: TraceColumns,
  tree: TraceTree,
  of?: SpanIndex,
  traceEndNs = getTraceEndNs(columns),
): CriticalPath {
  const end = of ?? findLast(columns, traceEndNs);
  const walk = new Walk(columns, tree, traceEndNs);
  if (end !== undefined) walk.run(end, of !== undefined);
  return walk.finish();
}

/** 1 for each span that the path runs in or waits for. */
export function markCritical({ runNs, waitNs }: CriticalPath): Uint8Array {
  return Uint8Array.from(runNs, (ns, span) => (ns > 0 || waitNs[span]! > 0 ? 1 : 0));
}

/** The segments of each span, in order of time: those of it are `order[start[span]]` to `order[start[span + 1] - 1]`. */
export interface CriticalIndex {
  readonly path: CriticalSegments;
  readonly start: Int32Array;
  readonly order: Int32Array;
}

/** Without what the path is by span, which nobody draws. */
export function indexCriticalPath(critical: CriticalPath): CriticalIndex {
  const { runNs, span, startNs, endNs, kind } = critical;
  const path = { span, startNs, endNs, kind };
  const count = runNs.length;
  const start = new Int32Array(count + 1);
  for (const span of path.span) start[span + 1]! += 1;
  for (let span = FIRST_SPAN; span < count; span++) start[span + 1]! += start[span]!;
  const order = new Int32Array(path.span.length);
  const next = start.slice(0, count);
  path.span.forEach((span, i) => (order[next[span]!++] = i));
  return { path, start, order };
}

class Walk {
  readonly #columns: TraceColumns;
  readonly #tree: TraceTree;
  readonly #traceEndNs: number;
  /** Causes beside the tree: `#causes[#causeStart[span]]` to `#causes[#causeStart[span + 1] - 1]`. */
  readonly #causes: IndexArray<SpanIndex>;
  readonly #causeStart: Int32Array;
  /** The children of each visited span that it waited for and the path has not come to yet, the earliest end first. */
  readonly #waiting = new Map<SpanIndex, SpanIndex[]>();
  /** A span that the path came to from above is cut to this. */
  readonly #floorNs: Float64Array;
  readonly #ceilingNs: Float64Array;
  readonly #isLeft: Uint8Array;
  readonly #span: SpanIndex[] = [];
  readonly #startNs: number[] = [];
  readonly #endNs: number[] = [];
  readonly #kind: SegmentKind[] = [];

  constructor(columns: TraceColumns, tree: TraceTree, traceEndNs: number) {
    const { count, edgeFrom, edgeTo } = columns;
    this.#columns = columns;
    this.#tree = tree;
    this.#traceEndNs = traceEndNs;
    this.#causeStart = new Int32Array(count + 1);
    for (const to of edgeTo) this.#causeStart[to + 1]! += 1;
    for (let span = FIRST_SPAN; span < count; span++) {
      this.#causeStart[span + 1]! += this.#causeStart[span]!;
    }
    this.#causes = newIndexArray(edgeTo.length);
    const next = this.#causeStart.slice(0, count);
    for (let edge = 0; edge < edgeTo.length; edge += 1) {
      const to = edgeTo[edge]!;
      this.#causes[next[to]!] = edgeFrom[edge]!;
      next[to]! += 1;
    }
    this.#floorNs = columns.startNs.slice();
    this.#ceilingNs = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    this.#isLeft = new Uint8Array(count);
  }

  /** `isAlone`: the path ends where the span begins. */
  run(last: SpanIndex, isAlone: boolean): void {
    let span = last;
    let atNs = this.#endOf(last);
    let cameFromChild = false;
    this.#ceilingNs[last] = atNs;
    for (;;) {
      const child = this.#takeChild(span, atNs, cameFromChild);
      if (child !== undefined) {
        const endNs = Math.min(atNs, this.#endOf(child));
        this.#push(span, endNs, atNs, this.#runKind(span));
        this.#ceilingNs[child] = endNs;
        this.#floorNs[child] = Math.max(this.#columns.startNs[child]!, this.#floorNs[span]!);
        [span, atNs, cameFromChild] = [child, endNs, false];
        continue;
      }
      const startNs = Math.min(atNs, this.#floorNs[span]!);
      this.#push(span, startNs, atNs, this.#runKind(span));
      if ((isAlone && span === last) || this.#isLeft[span] === 1) return;
      this.#isLeft[span] = 1;
      const above = this.#columns.parent[span]!;
      if (above >= 0 && !this.#isDetached(span)) {
        [span, atNs, cameFromChild] = [above, startNs, true];
        continue;
      }
      const cause = this.#findCause(span, startNs);
      const queuedNs = Math.min(startNs, this.#columns.queuedNs[span]!);
      const leftNs = cause?.atNs ?? (Number.isNaN(queuedNs) ? startNs : queuedNs);
      // A task without a publish time waited since its cause was done: no shorter wait is known.
      const waitsFromNs = Number.isNaN(queuedNs)
        ? isTask(this.#columns, span)
          ? leftNs
          : startNs
        : Math.max(leftNs, queuedNs);
      this.#push(span, waitsFromNs, startNs, SegmentKind.wait);
      this.#push(span, leftNs, waitsFromNs, SegmentKind.gap);
      if (cause === undefined) return;
      [span, atNs, cameFromChild] = [cause.span, leftNs, false];
    }
  }

  finish(): CriticalPath {
    const { count } = this.#columns;
    const runNs = new Float64Array(count);
    const waitNs = new Float64Array(count);
    let lengthNs = 0;
    this.#span.forEach((span, i) => {
      const ns = this.#endNs[i]! - this.#startNs[i]!;
      (this.#kind[i] === SegmentKind.run ? runNs : waitNs)[span]! += ns;
      lengthNs += ns;
    });
    return {
      span: toIndexArray(this.#span.reverse()),
      startNs: Float64Array.from(this.#startNs.reverse()),
      endNs: Float64Array.from(this.#endNs.reverse()),
      kind: Uint8Array.from(this.#kind.reverse()),
      runNs,
      waitNs,
      lengthNs,
    };
  }

  #push(span: SpanIndex, startNs: number, endNs: number, kind: SegmentKind): void {
    if (!(endNs > startNs)) return;
    this.#span.push(span);
    this.#startNs.push(startNs);
    this.#endNs.push(endNs);
    this.#kind.push(kind);
  }

  /** Nobody saw a placeholder run. */
  #runKind(span: SpanIndex): SegmentKind {
    return this.#columns.flags[span]! & SpanFlag.placeholder ? SegmentKind.gap : SegmentKind.run;
  }

  #endOf(span: SpanIndex): number {
    return Math.min(this.#ceilingNs[span]!, getLastNs(this.#columns, span, this.#traceEndNs));
  }

  /** Nobody waited for it: another worker ran it, or its parent had ended before it began. */
  #isDetached(span: SpanIndex): boolean {
    const { parent, flags, startNs, endNs } = this.#columns;
    const above = parent[span]!;
    if (above < 0 || flags[above]! & SpanFlag.placeholder) return above < 0;
    return isAsynchronous(this.#columns, span) || startNs[span]! >= endNs[above]!;
  }

  /** The child that ended last before a moment; never asked for a later moment than before. */
  #takeChild(span: SpanIndex, atNs: number, cameFromChild: boolean): SpanIndex | undefined {
    if (this.#tree.childCount[span] === 0) return undefined;
    let waiting = this.#waiting.get(span);
    if (waiting === undefined) this.#waiting.set(span, (waiting = this.#listWaited(span)));
    const { startNs } = this.#columns;
    const floorNs = this.#floorNs[span]!;
    const overlapNs = cameFromChild ? OVERLAP_SHARE * (this.#endOf(span) - startNs[span]!) : 0;
    for (let child = waiting.pop(); child !== undefined; child = waiting.pop()) {
      const endNs = Math.min(this.#endOf(child), this.#ceilingNs[span]!);
      const isBefore = endNs <= atNs || (endNs - atNs < overlapNs && startNs[child]! < atNs);
      if (isBefore && endNs > floorNs && endNs > startNs[child]!) return child;
    }
    return undefined;
  }

  #listWaited(span: SpanIndex): SpanIndex[] {
    const { subtreeEnd } = this.#tree;
    const waited: SpanIndex[] = [];
    const last = subtreeEnd[span]!;
    for (let child = nextSpan(span); child < last; child = subtreeEnd[child]!) {
      if (!this.#isDetached(child)) waited.push(child);
    }
    const ceilingNs = this.#ceilingNs[span]!;
    const cutEnd = (child: SpanIndex): number => Math.min(ceilingNs, this.#endOf(child));
    // Of two that end together the longer one held up the parent.
    return waited.sort(
      (a, b) =>
        cutEnd(a) - cutEnd(b) || this.#columns.startNs[b]! - this.#columns.startNs[a]! || b - a,
    );
  }

  /** Finds the cause of a span that nobody waited for: of all causes the one that was done last. */
  #findCause(
    span: SpanIndex,
    startNs: number,
  ): { readonly span: SpanIndex; readonly atNs: number } | undefined {
    const { parent, queuedNs } = this.#columns;
    const queued = queuedNs[span]!;
    const latestNs = Number.isNaN(queued) ? startNs : Math.min(queued, startNs);
    let best: { readonly span: SpanIndex; readonly atNs: number } | undefined;
    const consider = (cause: SpanIndex): void => {
      const atNs = Math.min(latestNs, this.#endOf(cause));
      if (atNs < this.#columns.startNs[cause]! || (best !== undefined && best.atNs >= atNs)) return;
      best = { span: cause, atNs };
    };
    if (parent[span]! >= 0) consider(parent[span]!);
    for (let i = this.#causeStart[span]!; i < this.#causeStart[span + 1]!; i += 1) {
      consider(this.#causes[i]!);
    }
    return best;
  }
}

/** A running span goes on to the end of the trace; of one without heartbeat nobody knows how long it ran. */
function getLastNs(columns: TraceColumns, span: SpanIndex, traceEndNs: number): number {
  if (!isRunning(columns, span)) return columns.endNs[span]!;
  return columns.flags[span]! & SpanFlag.noHeartbeat ? columns.startNs[span]! : traceEndNs;
}

/**
 * The span that ended last, in the part of the trace that lasted longest: spans that are joined by neither parents nor
 * links have nothing to do with each other.
 */
function findLast(columns: TraceColumns, traceEndNs: number): SpanIndex | undefined {
  const { count, parent, edgeFrom, edgeTo, startNs, flags } = columns;
  const root = newIndexArray<SpanIndex>(count);
  for (let span = FIRST_SPAN; span < count; span++) {
    root[span] = parent[span]! < 0 ? span : root[parent[span]!]!;
  }
  const find = (span: SpanIndex): SpanIndex => {
    let at = root[span]!;
    // Each step halves the way for the next one.
    while (root[at] !== at) at = root[at] = root[root[at]!]!;
    return at;
  };
  for (let edge = 0; edge < edgeFrom.length; edge += 1) {
    const [from, to] = [find(edgeFrom[edge]!), find(edgeTo[edge]!)];
    root[Math.max(from, to)] = Math.min(from, to) as SpanIndex;
  }
  const firstNs = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const lastNs = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const last = newIndexArray<SpanIndex>(count);
  last.fill(NO_SPAN);
  for (let span = FIRST_SPAN; span < count; span++) {
    if (flags[span]! & (SpanFlag.placeholder | SpanFlag.untimed)) continue;
    const part = find(span);
    const end = getLastNs(columns, span, traceEndNs);
    firstNs[part] = Math.min(firstNs[part]!, startNs[span]!);
    if (end > lastNs[part]!) {
      lastNs[part] = end;
      last[part] = span;
    }
  }
  let best = -1;
  for (let span = FIRST_SPAN; span < count; span++) {
    if (last[span]! < 0) continue;
    const length = lastNs[span]! - firstNs[span]!;
    if (best < 0 || length > lastNs[best]! - firstNs[best]!) best = span;
  }
  return best < 0 ? undefined : last[best];
}

/**
 * Where the boxes of a flame view stand: every span over time, or call paths by the work below them. Pure; n log n. Knows no pixel.
 *
 *     over time                        by call path
 *     order     [=============]        order   [===================]
 *     charge      [====]               charge  [==========]
 *     mail           [====]            mail               [=====]
 *
 * Boxes of one lane never overlap, so that a lane is sorted by start and by end, and a frame finds what it can show by
 * binary search. What runs at the same time as a sibling stands in a lane below it.
 */

import { type IndexArray, newIndexArray } from "../base/indexArray.ts";
import { FIRST_SPAN } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import type { CallPaths } from "./callGraphPaths.ts";
import { isRunning } from "./times.ts";
import type { TraceTree } from "./tree.ts";

export type FlameMode = "time" | "paths";

/** A span, or a call path. */
export type FlameBox = number;

export interface FlameLayout {
  readonly mode: FlameMode;
  readonly count: number;
  /** Nanoseconds from the trace's origin; by call path, nanoseconds of self time from the left. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly lane: Int32Array;
  readonly laneCount: number;
  /** The boxes lane by lane, each lane ascending: `order[laneStart[lane]]` to `order[laneStart[lane + 1] - 1]`. */
  readonly order: Int32Array;
  readonly laneStart: Int32Array;
  /** −1 for a root, else an index smaller than the box's own. */
  readonly parent: Int32Array;
  /** The span that a box leads to: itself, or the longest of the path. */
  readonly spanOf: IndexArray<SpanIndex>;
  readonly boxOfSpan: Int32Array;
  /** The whole: from the first to the last that has a box. */
  readonly startNs: number;
  readonly endNs: number;
  /** False where widths are numbers of calls, because nothing took time. */
  readonly isTimed: boolean;
}

/** A span stands in the first free lane below its parent's. */
export function layOutByTime(
  columns: TraceColumns,
  startNs: number,
  traceEndNs: number,
): FlameLayout {
  const { count, parent } = columns;
  const from = columns.startNs;
  const to = new Float64Array(count);
  const lane = new Int32Array(count);
  const free = new FreeLanes(count);
  let laneCount = 0;
  for (let span = FIRST_SPAN; span < count; span++) {
    const runs = isRunning(columns, span);
    to[span] = Math.max(from[span]!, runs ? traceEndNs : columns.endNs[span]!);
    const above = parent[span]!;
    // Nothing comes after what runs, which may become longer.
    const takenTo = runs ? Infinity : to[span]!;
    lane[span] = free.take(above < 0 ? 0 : lane[above]! + 1, from[span]!, takenTo);
    laneCount = Math.max(laneCount, lane[span]! + 1);
  }
  const itself = newIndexArray<SpanIndex>(count);
  for (let span = FIRST_SPAN; span < count; span++) itself[span] = span;
  return {
    mode: "time",
    count,
    from,
    to,
    lane,
    laneCount,
    // In their own order spans of one lane ascend: each begins where the one before has ended.
    ...sortIntoLanes(lane, laneCount, itself),
    parent,
    spanOf: itself,
    boxOfSpan: itself,
    startNs,
    endNs: traceEndNs,
    isTimed: true,
  };
}

/**
 * A path is as wide as the self time of its spans and of all below, so that parallel work never sticks out of its parent;
 * the widest stands first. A trace in which nothing took time shows how often each was called.
 */
export function layOutByPath(columns: TraceColumns, paths: CallPaths): FlameLayout {
  const { count, parent, spans, spansStart } = paths;
  const isTimed = paths.selfNs.some(ns => ns > 0);
  const width = Float64Array.from({ length: count }, (_, path) =>
    isTimed ? paths.selfNs[path]! : spansStart[path + 1]! - spansStart[path]!,
  );
  const spanOf = newIndexArray<SpanIndex>(count);
  const lane = new Int32Array(count);
  let laneCount = 0;
  for (let path = 0; path < count; path += 1) {
    const above = parent[path]!;
    spanOf[path] = findLongest(columns, spans.subarray(spansStart[path], spansStart[path + 1]));
    lane[path] = above < 0 ? 0 : lane[above]! + 1;
    laneCount = Math.max(laneCount, lane[path]! + 1);
  }
  for (let path = count - 1; path >= 0; path -= 1) {
    if (parent[path]! >= 0) width[parent[path]!]! += width[path]!;
  }
  const from = new Float64Array(count);
  const to = new Float64Array(count);
  const bySibling = Int32Array.from({ length: count }, (_, path) => path).sort(
    (a, b) => parent[a]! - parent[b]! || width[b]! - width[a]! || a - b,
  );
  let above = -1;
  let nextNs = 0;
  for (const path of bySibling) {
    if (parent[path] !== above) {
      above = parent[path]!;
      nextNs = from[above]!;
    }
    from[path] = nextNs;
    nextNs += width[path]!;
    to[path] = nextNs;
  }
  // Of two at one place the one without a width ends first.
  const byPlace = bySibling.sort((a, b) => from[a]! - from[b]! || to[a]! - to[b]!);
  return {
    mode: "paths",
    count,
    from,
    to,
    lane,
    laneCount,
    ...sortIntoLanes(lane, laneCount, byPlace),
    parent,
    spanOf,
    boxOfSpan: paths.pathOfSpan,
    startNs: 0,
    endNs: width.reduce((sum, ns, path) => (parent[path]! < 0 ? sum + ns : sum), 0),
    isTimed,
  };
}

/** 1 for each box of which any span has a 1. */
export function gatherFlags(layout: FlameLayout, flags: ArrayLike<number>): Uint8Array {
  const gathered = new Uint8Array(layout.count);
  layout.boxOfSpan.forEach((box, span) => {
    if (flags[span] === 1) gathered[box] = 1;
  });
  return gathered;
}

/** `sums[j] - sums[i]` is how many of the boxes `order[i]` to `order[j - 1]` have a 1. */
export function sumInOrder({ order, count }: FlameLayout, flags: Uint8Array): Int32Array {
  const sums = new Int32Array(count + 1);
  order.forEach((box, i) => {
    sums[i + 1] = sums[i]! + flags[box]!;
  });
  return sums;
}

/** Direct calls of a box, in their order from left to right. */
export function listCalls(
  layout: FlameLayout,
  tree: Pick<TraceTree, "subtreeEnd">,
  box: FlameBox,
): readonly FlameBox[] {
  const { parent, from, count } = layout;
  // Spans of a subtree are neighbours; paths are not, but there are few of them.
  const end = layout.mode === "time" ? (tree.subtreeEnd[box] ?? count) : count;
  const calls: FlameBox[] = [];
  for (let i = box + 1; i < end; i += 1) if (parent[i] === box) calls.push(i);
  return calls.sort((a, b) => from[a]! - from[b]! || a - b);
}

/** The siblings of a box and itself, in their order from left to right. */
export function listSiblings(
  layout: FlameLayout,
  tree: Pick<TraceTree, "subtreeEnd">,
  box: FlameBox,
): readonly FlameBox[] {
  const above = layout.parent[box]!;
  if (above >= 0) return listCalls(layout, tree, above);
  const roots: FlameBox[] = [];
  for (let i = 0; i < layout.count; i += 1) if (layout.parent[i]! < 0) roots.push(i);
  return roots.sort((a, b) => layout.from[a]! - layout.from[b]! || a - b);
}

/** A running span may be what hangs. */
function findLongest(columns: TraceColumns, spans: IndexArray<SpanIndex>): SpanIndex {
  let longest = spans[0]!;
  let mostNs = -1;
  for (const span of spans) {
    const ns = isRunning(columns, span)
      ? Number.POSITIVE_INFINITY
      : columns.endNs[span]! - columns.startNs[span]!;
    if (ns > mostNs) {
      mostNs = ns;
      longest = span;
    }
  }
  return longest;
}

/** `boxes` must ascend within each lane. */
function sortIntoLanes(
  lane: Int32Array,
  laneCount: number,
  boxes: Int32Array,
): Pick<FlameLayout, "order" | "laneStart"> {
  const laneStart = new Int32Array(laneCount + 1);
  for (const each of lane) laneStart[each + 1]! += 1;
  for (let i = 0; i < laneCount; i += 1) laneStart[i + 1]! += laneStart[i]!;
  const order = new Int32Array(boxes.length);
  const next = laneStart.slice(0, laneCount);
  for (const box of boxes) order[next[lane[box]!]!++] = box;
  return { order, laneStart };
}

/** When each lane is free again, in a tree of minima: the first free one below another is found in log n steps. */
class FreeLanes {
  readonly #size: number;
  /** The leaves are the lanes; a node has the earliest end of both below it. */
  readonly #freeNs: Float64Array;

  constructor(count: number) {
    // One lane more than spans, so that there is always a free one.
    this.#size = 2 ** Math.ceil(Math.log2(count + 2));
    this.#freeNs = new Float64Array(this.#size * 2).fill(Number.NEGATIVE_INFINITY);
  }

  take(fromLane: number, startNs: number, endNs: number): number {
    const freeNs = this.#freeNs;
    let node = fromLane + this.#size;
    while (freeNs[node]! > startNs) {
      // Up while nothing stands to the right, then over to it.
      while (node % 2 === 1) node >>= 1;
      node += 1;
    }
    while (node < this.#size) {
      node *= 2;
      if (freeNs[node]! > startNs) node += 1;
    }
    const lane = node - this.#size;
    freeNs[node] = endNs;
    for (node >>= 1; node > 0; node >>= 1) {
      freeNs[node] = Math.min(freeNs[node * 2]!, freeNs[node * 2 + 1]!);
    }
    return lane;
  }
}

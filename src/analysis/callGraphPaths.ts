/**
 * Spans gathered by call path: the names, with their queues or services, from the root down. Pure, one pass, columns.
 * Knows nothing of how much of it is shown.
 *
 *     order                         order              ×1
 *       charge, charge, charge        charge           ×3
 *         SELECT                        SELECT         ×2
 *         SELECT                    ship               ×1
 *     ship
 */

import { type IndexArray, newIndexArray } from "../base/indexArray.ts";
import { FIRST_SPAN, SpanFlag, SpanStatus } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import { getGroup } from "./groups.ts";
import { getRunEndNs, isRunning } from "./times.ts";
import { isQueued } from "./unfinished.ts";

/** The index of a call path; parents before children, like spans. */
export type PathIndex = number & { readonly __brand: "PathIndex" };

export const FIRST_PATH = 0 as PathIndex;
/** Above the roots. */
export const NO_PATH = -1 as PathIndex;

/** Every span its own node, or spans of one call path together. */
export type CallGraphMode = "aggregated" | "spans";

/** Which call path each span is of. */
export interface SpanPaths {
  readonly count: number;
  /** −1 for a root, else an index smaller than the path's own. */
  readonly parent: IndexArray<PathIndex>;
  readonly pathOfSpan: IndexArray<PathIndex>;
}

export interface CallPaths extends SpanPaths {
  /** The spans of a path, in their order: `spans[spansStart[path]]` to `spans[spansStart[path + 1] - 1]`. */
  readonly spans: IndexArray<SpanIndex>;
  readonly spansStart: Int32Array;
  /** Sums over the spans of the path; a running span is counted to the end of the trace. */
  readonly totalNs: Float64Array;
  readonly selfNs: Float64Array;
  readonly maxNs: Float64Array;
  /** Time in the queue before the start. */
  readonly waitNs: Float64Array;
  readonly errors: Int32Array;
  readonly running: Int32Array;
  /** Tasks that no worker has begun; not among the running. */
  readonly queued: Int32Array;
  /** Marked as running, but silent for so long that they are not counted as running. */
  readonly silent: Int32Array;
  /** Attempts beyond the first. */
  readonly retries: Int32Array;
}

export function buildCallPaths(
  columns: TraceColumns,
  selfNs: Float64Array,
  endOfTraceNs: number,
  mode: CallGraphMode,
): CallPaths {
  const { count, pathOfSpan, parent } =
    mode === "spans" ? takeSpans(columns) : gatherSpans(columns);
  const spansStart = new Int32Array(count + 1);
  for (const path of pathOfSpan) spansStart[path + 1]! += 1;
  for (let path = 0; path < count; path += 1) spansStart[path + 1]! += spansStart[path]!;
  const spans = newIndexArray<SpanIndex>(columns.count);
  const next = spansStart.slice(0, count);
  const paths: CallPaths = {
    count,
    parent,
    pathOfSpan,
    spans,
    spansStart,
    totalNs: new Float64Array(count),
    selfNs: new Float64Array(count),
    maxNs: new Float64Array(count),
    waitNs: new Float64Array(count),
    errors: new Int32Array(count),
    running: new Int32Array(count),
    queued: new Int32Array(count),
    silent: new Int32Array(count),
    retries: new Int32Array(count),
  };
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const path = pathOfSpan[span]!;
    spans[next[path]!] = span;
    next[path]! += 1;
    const startNs = columns.startNs[span]!;
    const runs = isRunning(columns, span);
    // Nobody saw a placeholder run; its times are only those of what hangs below it.
    const isPlaceholder = (columns.flags[span]! & SpanFlag.placeholder) !== 0;
    const totalNs = isPlaceholder
      ? 0
      : Math.max(0, getRunEndNs(columns, span, endOfTraceNs) - startNs);
    const queuedNs = columns.queuedNs[span]!;
    paths.totalNs[path]! += totalNs;
    paths.selfNs[path]! += selfNs[span]!;
    paths.maxNs[path] = Math.max(paths.maxNs[path]!, totalNs);
    if (!Number.isNaN(queuedNs)) paths.waitNs[path]! += startNs - queuedNs;
    if (columns.status[span] === SpanStatus.error) paths.errors[path]! += 1;
    if (columns.flags[span]! & SpanFlag.noHeartbeat) paths.silent[path]! += 1;
    else if (isQueued(columns, span)) paths.queued[path]! += 1;
    else if (runs) paths.running[path]! += 1;
    paths.retries[path]! += columns.attempts[span]! - 1;
  }
  return paths;
}

function takeSpans({ count, parent }: TraceColumns): SpanPaths {
  const pathOfSpan = newIndexArray<PathIndex>(count);
  for (let path = FIRST_PATH; path < count; path++) pathOfSpan[path] = path;
  // A path is its span, so the columns of spans are those of paths.
  return { count, parent: parent as Int32Array as IndexArray<PathIndex>, pathOfSpan };
}

/** Open addressing in one array, because a map of as many pairs as spans takes several times as long. */
function gatherSpans(columns: TraceColumns): SpanPaths {
  const pathOfSpan = newIndexArray<PathIndex>(columns.count);
  const parent = newIndexArray<PathIndex>(columns.count);
  const labelOf = new Int32Array(columns.count);
  let count = FIRST_PATH;
  const labels = new Map<number, number>();
  const stringCount = columns.strings.length;
  // At most half full; each place holds a path, plus one.
  const places = new Int32Array(2 ** (Math.ceil(Math.log2(Math.max(1, columns.count))) + 1));
  const mask = places.length - 1;
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    // Two indices make one exact number as long as their product stays below 2^53: 94 million of each.
    const name = getGroup(columns, span) * stringCount + columns.name[span]!;
    let label = labels.get(name);
    if (label === undefined) labels.set(name, (label = labels.size));
    const above = columns.parent[span]!;
    const parentPath = above < 0 ? NO_PATH : pathOfSpan[above]!;
    let place = hashPair(parentPath, label) & mask;
    let path = (places[place]! - 1) as PathIndex;
    while (path >= 0 && (parent[path] !== parentPath || labelOf[path] !== label)) {
      place = (place + 1) & mask;
      path = (places[place]! - 1) as PathIndex;
    }
    if (path < 0) {
      path = count;
      count++;
      parent[path] = parentPath;
      labelOf[path] = label;
      places[place] = count;
    }
    pathOfSpan[span] = path;
  }
  return { count, pathOfSpan, parent: parent.slice(0, count) };
}

/** Spreads neighbours, of which both numbers have many. */
function hashPair(a: number, b: number): number {
  let hash = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** The spans of a path, the slowest first; a running span counts as endless, for it may be what hangs. */
export function listSlowestFirst(
  columns: TraceColumns,
  { pathOfSpan }: SpanPaths,
  path: PathIndex,
): readonly SpanIndex[] {
  const lengthOf = (span: SpanIndex): number =>
    isRunning(columns, span) ? Number.MAX_VALUE : columns.endNs[span]! - columns.startNs[span]!;
  const spans: SpanIndex[] = [];
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (pathOfSpan[span] === path) spans.push(span);
  }
  return spans.sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
}

interface PathsOf {
  readonly columns: TraceColumns;
  readonly paths: SpanPaths;
}

/** Where paths of a trace are after it has grown: by their names from the root down, of which the first counts. */
export function matchPaths(
  before: PathsOf,
  after: PathsOf,
  requested: readonly PathIndex[],
): ReadonlyMap<PathIndex, PathIndex> {
  const firsts = new Map([before, after].map(each => [each, listFirstSpans(each.paths)]));
  const labelOf = (of: PathsOf, path: PathIndex): string => {
    const { columns } = of;
    const span = firsts.get(of)![path]!;
    return `${columns.strings[getGroup(columns, span)]}\n${columns.strings[columns.name[span]!]}`;
  };
  const byLabel = new Map<string, PathIndex>();
  for (let path = FIRST_PATH; path < after.paths.count; path++) {
    const key = `${after.paths.parent[path]}\n${labelOf(after, path)}`;
    if (!byLabel.has(key)) byLabel.set(key, path);
  }
  const moved = new Map<PathIndex, PathIndex>();
  for (const path of requested) {
    const way: PathIndex[] = [];
    for (let at = path; at >= 0; at = before.paths.parent[at]!) way.push(at);
    let now: PathIndex | undefined = NO_PATH;
    while (way.length > 0 && now !== undefined) {
      now = byLabel.get(`${now}\n${labelOf(before, way.pop()!)}`);
    }
    if (now !== undefined) moved.set(path, now);
  }
  return moved;
}

function listFirstSpans({ count, pathOfSpan }: SpanPaths): IndexArray<SpanIndex> {
  const firsts = newIndexArray<SpanIndex>(count);
  for (let span = (pathOfSpan.length - 1) as SpanIndex; span >= 0; span--) {
    firsts[pathOfSpan[span]!] = span;
  }
  return firsts;
}

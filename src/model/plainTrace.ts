/**
 * The quick way from a store's columns to those of a trace, for a trace of one store in which nothing is odd: every id
 * is there once, every parent is there, every span has a start and ends after it. No object is made of any span. What
 * is odd is for `TraceBuilder`, which gives the same columns for what is not. Pure.
 */

import { newIndexArray } from "../base/indexArray.ts";
import { isAbsentId, isNoId } from "./ids.ts";
import { FIRST_SPAN, NO_SPAN, SpanFlag, type SpanInput } from "./span.ts";
import { allocateSpanColumns } from "./spanColumns.ts";
import { YEAR_MS } from "./strayTimes.ts";
import { type SpanIndex, type TraceColumns } from "./trace.ts";
import { NS_PER_MS } from "./units.ts";

/** The spans of a trace in any order, as a store has read them. */
export interface SpanCells {
  readonly count: number;
  /** All span ids in a row, and where each ends. */
  readonly spanIds: string;
  readonly spanIdEnds: Int32Array;
  /** The index of the parent; −1 for none; −2 − i for `outside[i]`, an id that no span of the trace has. */
  readonly parent: Int32Array;
  readonly outside: readonly string[];
  readonly strings: readonly string[];
  readonly name: Int32Array;
  readonly service: Int32Array;
  readonly queue: Int32Array;
  readonly host: Int32Array;
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  readonly flags: Int32Array;
  readonly attempts: Int32Array;
  /** Nanoseconds since the Unix epoch; 0 where unknown. */
  readonly startNs: BigInt64Array;
  readonly endNs: BigInt64Array;
  readonly queuedNs: BigInt64Array;
  /** The fields that few spans have. */
  readonly extras: readonly (readonly [
    span: number,
    extras: Pick<SpanInput, "refs" | "messageId" | "messageTraceId" | "warnings">,
  ])[];
  /** The keys of the few spans whose detail is not asked for by their id. */
  readonly detailKeys: readonly (readonly [span: number, key: string])[];
}

export interface PlainColumns {
  readonly columns: Omit<TraceColumns, "traceId">;
  /** The cell of each span. */
  readonly cellOf: Int32Array;
}

/** `undefined` where something is odd, and `TraceBuilder` has to look. */
export function buildPlainColumns(cells: SpanCells): PlainColumns | undefined {
  const { count } = cells;
  if (count === 0 || cells.detailKeys.length > 0 || hasOddIds(cells)) return undefined;
  const origin = findOrigin(cells);
  if (origin === undefined) return undefined;
  const starts = subtract(cells.startNs, origin);
  const ends = subtract(cells.endNs, origin);
  const queued = subtract(cells.queuedNs, origin);
  const [absent] = subtract(BigInt64Array.of(0n), origin);
  const cellOf = order(cells.parent, starts);
  if (cellOf === undefined) return undefined;
  const columns = {
    count,
    originUnixMs: Number(origin / BigInt(NS_PER_MS)),
    strings: [""],
    ...allocateSpanColumns(count),
    edgeFrom: newIndexArray<SpanIndex>(0),
    edgeTo: newIndexArray<SpanIndex>(0),
    edgeKind: new Uint8Array(0),
  };
  internInOrder(cells, cellOf, columns);
  const spanOf = newIndexArray<SpanIndex>(count);
  for (let span = FIRST_SPAN; span < count; span++) {
    const cell = cellOf[span]!;
    spanOf[cell] = span;
    const parent = cells.parent[cell]!;
    const start = starts[cell]!;
    const end = ends[cell]!;
    const flags = cells.flags[cell]!;
    columns.parent[span] = parent < 0 ? NO_SPAN : spanOf[parent]!;
    columns.startNs[span] = start;
    const unknownEnd = (flags & SpanFlag.untimed) !== 0 ? start : Number.NaN;
    columns.endNs[span] = end === absent ? unknownEnd : end;
    if (queued[cell] !== absent) columns.queuedNs[span] = queued[cell]!;
    columns.kind[span] = cells.kind[cell]!;
    columns.status[span] = cells.status[cell]!;
    columns.flags[span] = flags;
    columns.attempts[span] = Math.min(255, Math.max(1, cells.attempts[cell]!));
  }
  return { columns, cellOf };
}

function hasOddIds({ spanIds, spanIdEnds, outside, extras }: SpanCells): boolean {
  const idAt = (i: number): string => spanIds.slice(spanIdEnds[i - 1] ?? 0, spanIdEnds[i]);
  if (!outside.every(isNoId)) return true;
  for (const [i, { messageId, refs, warnings }] of extras) {
    if (refs !== undefined || warnings !== undefined || messageId === idAt(i)) return true;
  }
  for (let i = 0; i < spanIdEnds.length; i += 1) {
    const first = spanIds[spanIdEnds[i - 1] ?? 0];
    // Only what begins so may be no id.
    const mayBeNone = first === undefined || first === "0" || first === "-" || first === "n";
    if ((mayBeNone || spanIdEnds[i] === (spanIdEnds[i - 1] ?? 0)) && isAbsentId(idAt(i))) {
      return true;
    }
  }
  return false;
}

/** The whole millisecond at which the trace begins; `undefined` where times are odd, or too far apart for a double. */
function findOrigin({ count, startNs, endNs, queuedNs }: SpanCells): bigint | undefined {
  let first = startNs[0] as bigint;
  let last = first;
  let firstQueued = first;
  for (let i = 0; i < count; i += 1) {
    const start = startNs[i] as bigint;
    const end = endNs[i] as bigint;
    const queued = queuedNs[i] as bigint;
    if (start <= 0n || (end !== 0n && end < start) || queued > start || queued < 0n) {
      return undefined;
    }
    if (start < first) first = start;
    if (start > last) last = start;
    if (end > last) last = end;
    if (queued !== 0n && queued < firstQueued) firstQueued = queued;
  }
  if (firstQueued > first) firstQueued = first;
  const isWide = last - first > BigInt(YEAR_MS * NS_PER_MS);
  if (isWide || last - firstQueued >= BigInt(Number.MAX_SAFE_INTEGER) - BigInt(NS_PER_MS)) {
    return undefined;
  }
  return firstQueued - (firstQueued % BigInt(NS_PER_MS));
}

/** Half by half, because a big integer is an object: exact, as the differences of all times that are known fit a double. */
function subtract(times: BigInt64Array, origin: bigint): Float64Array {
  const { buffer, byteOffset, length } = times;
  const lows = new Uint32Array(buffer, byteOffset, length * 2);
  const highs = new Int32Array(buffer, byteOffset, length * 2);
  const low = Number(BigInt.asUintN(32, origin));
  const high = Number(origin >> 32n);
  const offsets = new Float64Array(length);
  for (let i = 0; i < length; i += 1) {
    offsets[i] = (highs[2 * i + 1]! - high) * 2 ** 32 + (lows[2 * i]! - low);
  }
  return offsets;
}

/** Depth first, siblings by start, and in their order where they start together; `undefined` where there is a circle. */
function order(parent: Int32Array, starts: Float64Array): Int32Array | undefined {
  const count = starts.length;
  let links = linkSiblings(
    parent,
    starts,
    Int32Array.from(starts, (_, i) => i),
  );
  if (!links.isSorted) links = linkSiblings(parent, starts, sortByStart(starts));
  const { firstChild, nextSibling, firstRoot } = links;
  const cellOf = new Int32Array(count);
  let length = 0;
  for (let cell = firstRoot; cell >= 0;) {
    cellOf[length++] = cell;
    let next = firstChild[cell]!;
    for (let above = cell; next < 0 && above >= 0; above = parent[above]!) {
      next = nextSibling[above]!;
    }
    cell = next;
  }
  // What goes in circles hangs from no root.
  return length === count ? cellOf : undefined;
}

/** Whole nanoseconds and an index fit one double for most traces, and doubles are sorted without a call of ours for each. */
function sortByStart(starts: Float64Array): Int32Array {
  const count = starts.length;
  const inOrder = new Int32Array(count);
  for (let i = 0; i < count; i += 1) inOrder[i] = i;
  let lastNs = 0;
  for (const start of starts) if (start > lastNs) lastNs = start;
  if ((lastNs + 1) * count > Number.MAX_SAFE_INTEGER) {
    return inOrder.sort((a, b) => starts[a]! - starts[b]!);
  }
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i += 1) keys[i] = starts[i]! * count + i;
  keys.sort();
  for (let i = 0; i < count; i += 1) inOrder[i] = keys[i]! % count;
  return inOrder;
}

function linkSiblings(parent: Int32Array, starts: Float64Array, inOrder: Int32Array) {
  const firstChild = new Int32Array(starts.length).fill(-1);
  const nextSibling = new Int32Array(starts.length).fill(-1);
  let firstRoot = -1;
  let isSorted = true;
  for (let i = inOrder.length - 1; i >= 0; i -= 1) {
    const cell = inOrder[i]!;
    const above = parent[cell]!;
    const next = above < 0 ? firstRoot : firstChild[above]!;
    if (next >= 0 && starts[cell]! > starts[next]!) isSorted = false;
    nextSibling[cell] = next;
    if (above < 0) firstRoot = cell;
    else firstChild[above] = cell;
  }
  return { firstChild, nextSibling, firstRoot, isSorted };
}

type Texts = Pick<TraceColumns, "name" | "service" | "queue" | "host"> & { strings: string[] };

/** Fills the columns of texts, which are numbered as they are met. */
function internInOrder(cells: SpanCells, cellOf: Int32Array, columns: Texts): void {
  const { strings } = columns;
  const numbers = new Int32Array(cells.strings.length).fill(-1);
  const empty = cells.strings.indexOf("");
  if (empty >= 0) numbers[empty] = 0;
  const keys = ["name", "service", "queue", "host"] as const;
  const pairs = keys.map(key => ({ from: cells[key], to: columns[key] }));
  for (let span = FIRST_SPAN; span < cellOf.length; span++) {
    const cell = cellOf[span]!;
    for (const { from, to } of pairs) {
      const text = from[cell]!;
      if (numbers[text] === -1) numbers[text] = strings.push(cells.strings[text] ?? "") - 1;
      to[span] = numbers[text]!;
    }
  }
}

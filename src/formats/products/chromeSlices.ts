/** Chrome's trace events as nested slices: what began and ended on one thread or under one asynchronous id. Pure. */

import type { JsonObject } from "../values/jsonObject.ts";
import { toPlainText } from "../values/wireValue.ts";

export interface Slice {
  /** Its number among those of the recording, from 1; 0 until it has one. */
  index: number;
  readonly event: JsonObject;
  /** The event that ended it, where that is one of its own. */
  end?: JsonObject;
  readonly parent: Slice | undefined;
  readonly startUs: number;
  /** Infinite while nothing has ended it. */
  endUs: number;
  /** Moments while it was the innermost. */
  readonly instants: JsonObject[];
}

/** Takes the slices of one thread or track, and how many ends had no beginning. */
export type TakeSlices = (slices: Slice[], unmatchedEnds: number) => void;

/** Recorders round to the thousandth of a microsecond: an end so close behind that of the caller is within it. */
const ROUNDING_US = 0.0011;

/** The events of one thread. A complete event lies in another when it begins and ends within it. */
export function nestThreadEvents(events: readonly JsonObject[], take: TakeSlices): void {
  nest(events.toSorted(compareEvents), take);
}

/** The events of one asynchronous id: they nest by their beginnings and ends alone. */
export function nestAsyncEvents(events: readonly JsonObject[], take: TakeSlices): void {
  nest(
    events.toSorted((a, b) => timeOf(a) - timeOf(b)),
    take,
  );
}

/** The longest of complete events that begin together is the caller; recorders write it last, when it has ended. */
function compareEvents(a: JsonObject, b: JsonObject): number {
  const difference = timeOf(a) - timeOf(b);
  if (difference !== 0 || a["ph"] !== "X" || b["ph"] !== "X") return difference;
  return durationOf(b) - durationOf(a);
}

function nest(events: readonly JsonObject[], take: TakeSlices): void {
  const slices: Slice[] = [];
  const open: Slice[] = [];
  /** Slices whose caller ended before them; their own ends may still come. */
  const outlived: Slice[] = [];
  let unmatched = 0;
  for (const event of events) {
    const at = timeOf(event);
    while (isOver(open.at(-1), at)) open.pop();
    const phase = toPlainText(event["ph"]);
    if (phase === "E" || phase === "e" || phase === "F") {
      if (!end(open, outlived, event)) unmatched += 1;
      continue;
    }
    const isSpan = phase === "X" || phase === "B" || phase === "b" || phase === "S";
    const inner = open.at(-1);
    if (!isSpan && inner !== undefined) {
      inner.instants.push(event);
      continue;
    }
    const endUs = phase === "X" ? at + durationOf(event) : isSpan ? Infinity : at;
    // Two that overlap without one being within the other are side by side.
    while (phase === "X" && (open.at(-1)?.endUs ?? Infinity) + ROUNDING_US < endUs) open.pop();
    const slice: Slice = {
      index: 0,
      event,
      parent: open.at(-1),
      startUs: at,
      endUs,
      instants: [],
    };
    slices.push(slice);
    if (isSpan) open.push(slice);
  }
  take(slices, unmatched);
}

function isOver(slice: Slice | undefined, at: number): boolean {
  return slice !== undefined && slice.endUs <= at;
}

/** Ends the innermost that has begun under this name. What it called ends by itself, or never. */
function end(open: Slice[], outlived: Slice[], event: JsonObject): boolean {
  const name = toPlainText(event["name"]);
  const isNamed = ({ event: begin }: Slice): boolean =>
    begin["ph"] !== "X" && (name === "" || toPlainText(begin["name"]) === name);
  const at = open.findLastIndex(isNamed);
  const late = at < 0 ? outlived.findLastIndex(isNamed) : -1;
  const [slice, ...inner] = at < 0 ? outlived.splice(late, late < 0 ? 0 : 1) : open.splice(at);
  if (slice === undefined) return false;
  slice.end = event;
  slice.endUs = timeOf(event);
  outlived.push(...inner);
  return true;
}

/** Finds the slice of a thread in which a moment lies. */
export class SliceFinder {
  readonly #threads: Map<string, readonly Slice[]>;

  /** Takes the slices of each thread in the order of their starts, as they were nested. */
  constructor(slices: readonly Slice[], threadOf: (event: JsonObject) => string) {
    const isOfThread = ({ event }: Slice): boolean => event["ph"] === "X" || event["ph"] === "B";
    this.#threads = Map.groupBy(slices.filter(isOfThread), slice => threadOf(slice.event));
  }

  /** The innermost that encloses the moment; or the next to begin, where that was asked for and there is one. */
  find(thread: string, at: number, isNext: boolean): Slice | undefined {
    const slices = this.#threads.get(thread) ?? [];
    let low = 0;
    for (let high = slices.length; low < high;) {
      const middle = (low + high) >> 1;
      const startUs = slices[middle]?.startUs ?? at;
      if (isNext ? startUs < at : startUs <= at) low = middle + 1;
      else high = middle;
    }
    if (isNext && slices[low] !== undefined) return slices[low];
    let slice = slices[low - 1];
    while (slice !== undefined && slice.endUs < at) slice = slice.parent;
    return slice;
  }
}

function timeOf(event: JsonObject): number {
  return Number(event["ts"]);
}

/** Without a duration it is that of the thread's own clock, or a moment. */
function durationOf(event: JsonObject): number {
  return Number(event["dur"] ?? event["tdur"] ?? 0);
}

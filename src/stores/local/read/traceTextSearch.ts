/**
 * Finds the spans of a trace that hold a text, a stretch of them at a time, so that the first are told while the others
 * are looked into and no other question waits long. What the trace consists of is read once for all its stretches and for
 * the next text; where that one goes on from a text that few spans hold, only those are looked into. Knows no threads.
 */

import type { FoundKeys } from "../../../model/spanDetail.ts";
import { CACHED_BLOCKS, endOfBlock } from "../log/batchBytes.ts";
import { ENTRY_WORDS } from "../log/spanEntries.ts";
import type { SpanBytes } from "./spanBytes.ts";
import { TextSearch } from "./textSearch.ts";
import { toDetailKey } from "./traceCells.ts";
import type { TraceReader, TraceSegments } from "./traceReader.ts";

/** The first are seen at once, and other questions of the store are answered in between. */
const STRETCH_MS = 40;
/** Nobody waits for what is prepared, and any question may come meanwhile. */
const PREPARED_MS = 10;
/** Looking into single spans pays where no more than one of so many is left. */
const FEW = 20;

/** A trace as it was read. */
interface Snapshot {
  /** The entries that all else here holds for. */
  readonly segments: TraceSegments;
  /** The places of all its spans among those that count. */
  readonly all: Int32Array;
  /** How many spans of the same id stand before each; absent where no id is there twice. */
  readonly slots: Uint32Array | undefined;
  /** The search under way: how many spans it has looked into, and the places of those that it found. */
  current: { readonly text: string; readonly looked: number; readonly found: readonly number[] };
  /** The last that has looked into all of them. */
  complete: { readonly text: string; readonly found: Int32Array } | undefined;
}

export class TraceTextSearch {
  readonly #reader: TraceReader;
  readonly #spans: SpanBytes;
  readonly #nowMs: () => number;
  #snapshot: Snapshot | undefined;

  constructor(reader: TraceReader, spans: SpanBytes, nowMs = (): number => performance.now()) {
    this.#reader = reader;
    this.#spans = spans;
    this.#nowMs = nowMs;
  }

  /** `from`: how many spans the search has looked into; `text` is not empty. */
  find(traceId: string, text: string, from: number): FoundKeys {
    const snapshot = this.#read(traceId);
    if (snapshot === undefined) return { keys: [], next: undefined };
    const { all, segments } = snapshot;
    const few = from === 0 ? narrow(snapshot, text) : undefined;
    const places = few ?? all;
    const endMs = few === undefined ? this.#nowMs() + STRETCH_MS : Number.POSITIVE_INFINITY;
    const search = new TextSearch(text);
    const found: number[] = [];
    let next = from;
    while (next < places.length && (next === from || this.#nowMs() < endMs)) {
      const block = places.subarray(next, findEndOfBlock(segments, places, next));
      for (const place of this.#listHolders(segments, block, search)) found.push(place);
      next += block.length;
    }
    const looked = few === undefined ? next : all.length;
    remember(snapshot, text, from, looked, found);
    return {
      keys: found.flatMap(place => this.#readKey(snapshot, place)),
      next: looked < all.length ? looked : undefined,
    };
  }

  /** Inflates the bytes of a trace, as many as are cached, so that the first search finds them. */
  async prepare(traceId: string, yieldAndCheckCancelled: () => Promise<void>): Promise<void> {
    const snapshot = this.#read(traceId);
    if (snapshot === undefined) return;
    const { all, segments } = snapshot;
    const { batches, deduplicated, entries } = segments;
    let endMs = this.#nowMs() + PREPARED_MS;
    for (let at = 0, blocks = 0; at < all.length && blocks < CACHED_BLOCKS; blocks += 1) {
      const index = deduplicated[all[at]!]!;
      this.#spans.readSpan(batches[index]!, entries.position(index));
      at = findEndOfBlock(segments, all, at);
      if (this.#nowMs() < endMs) continue;
      await yieldAndCheckCancelled();
      endMs = this.#nowMs() + PREPARED_MS;
    }
  }

  *#listHolders(
    { entries, batches, deduplicated }: TraceSegments,
    block: Int32Array,
    search: TextSearch,
  ): Generator<number, void, undefined> {
    const positions = Array.from(block, place => entries.position(deduplicated[place]!));
    const batch = batches[deduplicated[block[0]!]!]!;
    for (const at of this.#spans.listHolders(batch, positions, search)) yield block[at]!;
  }

  /** None where the span has gone meanwhile. */
  #readKey({ segments, slots }: Snapshot, place: number): string[] {
    const row = this.#reader.readRow(segments, segments.deduplicated[place]!);
    return row === undefined ? [] : [toDetailKey(row.spanId, slots?.[place] ?? 0)];
  }

  #read(traceId: string): Snapshot | undefined {
    const traces = this.#reader.findTraces(traceId);
    if (traces.length === 0) return undefined;
    const segments = this.#reader.readCachedSegments(...traces);
    if (this.#snapshot?.segments === segments) return this.#snapshot;
    const { length } = segments.deduplicated;
    return (this.#snapshot = {
      segments,
      all: Int32Array.from({ length }, (_, place) => place),
      slots: countSlots(segments),
      current: { text: "", looked: 0, found: [] },
      complete: undefined,
    });
  }
}

/** Lists the only places that can hold the text, because they hold a part of it; `undefined` where that is not known, or not few. */
function narrow({ all, complete }: Snapshot, text: string): Int32Array | undefined {
  const isPart = complete !== undefined && text.includes(complete.text);
  return isPart && complete.found.length * FEW <= all.length ? complete.found : undefined;
}

/** Two panels may search one trace in turns: then neither search is known as a whole. */
function remember(
  snapshot: Snapshot,
  text: string,
  from: number,
  looked: number,
  added: readonly number[],
): void {
  const before = from === 0 ? { text, looked: 0, found: [] } : snapshot.current;
  if (before.text !== text || before.looked !== from) return;
  const found = [...before.found, ...added];
  snapshot.current = { text, looked, found };
  if (looked === snapshot.all.length) snapshot.complete = { text, found: Int32Array.from(found) };
}

/** Where the run of places ends whose spans begin in one block, one behind the other. */
function findEndOfBlock(
  { entries, batches, deduplicated }: TraceSegments,
  places: Int32Array,
  from: number,
): number {
  const first = deduplicated[places[from]!]!;
  const blockEnd = endOfBlock(entries.position(first));
  let before = -1;
  let end = from;
  for (; end < places.length; end += 1) {
    const index = deduplicated[places[end]!]!;
    const position = entries.position(index);
    if (position >= blockEnd || position <= before || batches[index] !== batches[first]) break;
    before = position;
  }
  return end;
}

function countSlots({ entries, deduplicated }: TraceSegments): Uint32Array | undefined {
  if (!entries.hasDoubles) return undefined;
  const counts = new Map<bigint, number>();
  return Uint32Array.from(deduplicated, index => {
    const id = entries.times[index * (ENTRY_WORDS / 2)] as bigint;
    const count = counts.get(id) ?? 0;
    counts.set(id, count + 1);
    return count;
  });
}

/** The row of a trace while spans of it are added, and which spans it has. Pure. */

import {
  countSpans,
  ENTRY_WORDS,
  EntryBits,
  isRootBefore,
  rootRank,
  type SpanEntries,
} from "./spanEntries.ts";

/** A row of `trace`, and the ids of its spans. */
export interface TraceState {
  readonly number: number;
  sortNs: bigint;
  startNs: bigint;
  endNs: bigint;
  spans: number;
  errors: number;
  running: number;
  rootBatch: number;
  rootPosition: number;
  rootRank: number;
  rootNs: bigint;
  readonly labels: number[];
  /** The ids of spans and logs, as `shortId` makes them. */
  readonly ids: IdSet;
}

/** A list while they are few, as of most traces. */
export class IdSet {
  readonly #few: number[] = [];
  #many: Set<number> | undefined;

  /** False where it was there already. */
  add(id: number): boolean {
    if (this.#many !== undefined) {
      const { size } = this.#many;
      return this.#many.add(id).size > size;
    }
    if (this.#few.includes(id)) return false;
    this.#few.push(id);
    if (this.#few.length > FEW) this.#many = new Set(this.#few);
    return true;
  }
}

const FEW = 32;

export function newState(number: number): TraceState {
  return {
    number,
    sortNs: BigInt(Date.now()) * 1_000_000n,
    startNs: 0n,
    endNs: 0n,
    spans: 0,
    errors: 0,
    running: 0,
    rootBatch: 0,
    rootPosition: 0,
    rootRank: 2,
    rootNs: 0n,
    labels: [],
    ids: new IdSet(),
  };
}

export function resetCounts(state: TraceState): void {
  state.startNs = state.endNs = state.rootNs = 0n;
  state.spans = state.errors = state.running = 0;
  state.rootRank = 2;
}

export function addCounts(
  state: TraceState,
  entries: SpanEntries,
  deduplicated: Int32Array | undefined,
  batchOf: (index: number) => number,
): void {
  const counts = countSpans(entries, deduplicated);
  state.spans += counts.spans;
  state.errors += counts.errors;
  state.running += counts.running;
  const { startNs, endNs, root } = counts;
  if (startNs !== 0n && (state.startNs === 0n || startNs < state.startNs)) state.startNs = startNs;
  if (endNs > state.endNs) state.endNs = endNs;
  if (root < 0) return;
  const bits = entries.bits(root);
  const rank = rootRank(bits);
  const rootNs = (bits & EntryBits.noStart) === 0 ? entries.start(root) : 0n;
  if (!isRootBefore(rank, rootNs, state.rootRank, state.rootNs)) return;
  state.rootBatch = batchOf(root);
  state.rootPosition = entries.position(root);
  state.rootRank = rank;
  state.rootNs = rootNs;
}

/**
 * Tells two spans apart nearly always; who meets the same twice looks closer. Many logs have the id of one span, so
 * theirs is made with the hash of what they say.
 *
 * A number holds 53 of an id's 64 bits. The bits that do not fit are mixed into the others, by a step that can be
 * undone: ids that differ in one half only, as those of a tracer that counts, are never taken for one.
 */
export function shortId(words: Uint32Array, index: number): number {
  const at = index * ENTRY_WORDS;
  const isLog = (words[at + 7]! & EntryBits.log) !== 0;
  const second = words[isLog ? at + 2 : at + 1]!;
  const low = (words[at]! ^ Math.imul(second, 0x9e3779b1)) >>> 0;
  return (isLog ? -1 : 1) * (low + (second & 0x1fffff) * 2 ** 32);
}

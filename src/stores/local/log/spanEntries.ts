/**
 * The entry of each span that the file has without reading it: 32 bytes, by which a trace is counted and a span is
 * found in it. Pure; knows no wire format and no file.
 *
 *     word 0, 1   the span id: its eight bytes, or a hash of any other id
 *     word 2, 3   the start, nanoseconds since the Unix epoch; 0 unknown; of a waiting task when it was published
 *     word 4, 5   the end; 0 unknown
 *     word 6      where the span stands in its batch
 *     word 7      `EntryBits`
 *
 * A span may come again. The same again is a retry of delivery and changes nothing; a later version of it (a running
 * task that finished, a further attempt) takes its place; a different span of the same id (Zipkin's client and server,
 * a tracer's mistake) is kept beside it, for the reader to judge.
 */

import { hash } from "node:crypto";
import { grow } from "../../../base/grow.ts";
import { SpanStatus } from "../../../model/span.ts";
import { hashWords, readHex64 } from "./idHash.ts";

export const ENTRY_BYTES = 32;
export const ENTRY_WORDS = 8;

/** In word 7: two bits of status, three of kind, flags, seven of attempts, and a hash of name, service and queue. */
export const EntryBits = {
  statusMask: 0b11,
  kindShift: 2,
  kindMask: 0b111,
  hasParent: 1 << 5,
  untimed: 1 << 6,
  /** Not a span but a log that belongs to one, or to the trace where the id is 0. */
  log: 1 << 7,
  attemptsShift: 8,
  attemptsMask: 0x7f,
  /** The start is when it ended or was published, for it is not known to have started. */
  noStart: 1 << 15,
  identityShift: 16,
} as const;
/** Kind, and the hash of name, service and queue: what another span of the same id differs in. */
const IDENTITY = 0xffff0000 | (EntryBits.kindMask << EntryBits.kindShift);

/** Writes the two words of an entry: the id itself where it is one of 64 bits, as is answered, else a hash. */
export function writeIdWords(spanId: string, words: Uint32Array, at: number): boolean {
  if (readHex64(spanId, words, at)) return true;
  const bytes = hash("sha1", spanId, "buffer");
  words[at] = bytes.readUInt32LE(0);
  words[at + 1] = bytes.readUInt32LE(4);
  return false;
}

/** Entries in a row, in the order in which they came. */
export class SpanEntries {
  count = 0;
  /** Whether an id is there twice, as `deduplicate` has found. Logs do not count. */
  hasDoubles = false;
  /** A hash table of ids, as `deduplicate` has made it: one more than the latest span of an id, 0 where none is. */
  #slots = new Int32Array(1);
  words: Uint32Array<ArrayBuffer>;
  times: BigUint64Array;

  constructor(expected = 1_024) {
    this.words = new Uint32Array(ENTRY_WORDS * Math.max(1, expected));
    this.times = new BigUint64Array(this.words.buffer);
  }

  /** Where the words of a new one go. */
  add(): number {
    const at = this.count * ENTRY_WORDS;
    if (at === this.words.length) this.#makeRoom(this.count + 1);
    this.count += 1;
    return at;
  }

  #makeRoom(count: number): void {
    this.words = grow(this.words, count * ENTRY_WORDS);
    this.times = new BigUint64Array(this.words.buffer);
  }

  addFrom(words: Uint32Array, at: number): void {
    const to = this.add();
    const target = this.words;
    for (let word = 0; word < ENTRY_WORDS; word += 1) target[to + word] = words[at + word]!;
  }

  addBlob(blob: Uint8Array): void {
    const count = blob.byteLength / ENTRY_BYTES;
    this.#makeRoom(this.count + count);
    const bytes = new Uint8Array(this.words.buffer);
    bytes.set(blob, this.count * ENTRY_BYTES);
    this.count += count;
  }

  bits(index: number): number {
    return this.words[index * ENTRY_WORDS + 7]!;
  }

  start(index: number): bigint {
    return this.times[index * 4 + 1] as bigint;
  }

  end(index: number): bigint {
    return this.times[index * 4 + 2] as bigint;
  }

  position(index: number): number {
    return this.words[index * ENTRY_WORDS + 6]!;
  }

  isLog(index: number): boolean {
    return (this.bits(index) & EntryBits.log) !== 0;
  }

  isRunning(index: number): boolean {
    return this.end(index) === 0n && (this.bits(index) & EntryBits.untimed) === 0;
  }

  isError(index: number): boolean {
    return (this.bits(index) & EntryBits.statusMask) === SpanStatus.error;
  }

  isSameId(a: number, b: number): boolean {
    const { words } = this;
    const [i, j] = [a * ENTRY_WORDS, b * ENTRY_WORDS];
    return words[i] === words[j] && words[i + 1] === words[j + 1];
  }

  /** Whether all but the place is the same. */
  isSame(a: number, b: number): boolean {
    const { words } = this;
    const [i, j] = [a * ENTRY_WORDS, b * ENTRY_WORDS];
    for (const word of [0, 1, 2, 3, 4, 5, 7]) if (words[i + word] !== words[j + word]) return false;
    return true;
  }

  /** For each entry the one before it with the same id, or −1; `undefined` where no id is there twice. */
  #linkSameIds(): Int32Array | undefined {
    const { count, words } = this;
    const previous = new Int32Array(count).fill(-1);
    let hasDoubles = false;
    const slots = new Int32Array(2 ** (Math.ceil(Math.log2(count + 1)) + 1));
    this.#slots = slots;
    const mask = slots.length - 1;
    for (let index = 0; index < count; index += 1) {
      if (this.isLog(index)) continue;
      const at = index * ENTRY_WORDS;
      let slot = hashWords(words[at]!, words[at + 1]!) & mask;
      for (;;) {
        const other = slots[slot]! - 1;
        if (other < 0) break;
        if (this.isSameId(other, index)) {
          previous[index] = other;
          hasDoubles = true;
          break;
        }
        slot = (slot + 1) & mask;
      }
      slots[slot] = index + 1;
    }
    return hasDoubles ? previous : undefined;
  }

  /** The latest span of an id, of what `deduplicate` has seen; −1 where none has it. */
  findLatest(low: number, high: number): number {
    const { words } = this;
    const mask = this.#slots.length - 1;
    for (let slot = hashWords(low, high) & mask; ; slot = (slot + 1) & mask) {
      const index = this.#slots[slot]! - 1;
      const at = index * ENTRY_WORDS;
      if (index < 0 || (words[at] === low && words[at + 1] === high)) return index;
    }
  }

  /** The spans that count, in the order in which they first came: of a span that came again its latest version. */
  deduplicate(): Int32Array {
    const { count } = this;
    const previous = this.#linkSameIds();
    this.hasDoubles = previous !== undefined;
    const deduplicated = new Int32Array(count);
    let length = 0;
    if (previous === undefined) {
      for (let index = 0; index < count; index += 1) {
        if (!this.isLog(index)) deduplicated[length++] = index;
      }
      return deduplicated.subarray(0, length);
    }
    // Which spans of an id have been taken so far, as places in `deduplicated`, at the latest entry of that id.
    const takenOf = new Map<number, number[]>();
    for (let index = 0; index < count; index += 1) {
      if (this.isLog(index)) continue;
      const before = previous[index]!;
      const places = before < 0 ? [] : (takenOf.get(before) ?? []);
      takenOf.delete(before);
      takenOf.set(index, places);
      const place = this.#findPlace(index, places, deduplicated);
      if (place === "known") continue;
      if (place === "other") {
        places.push(length);
        deduplicated[length++] = index;
      } else {
        deduplicated[place] = index;
      }
    }
    return deduplicated.subarray(0, length);
  }

  /** Where a later version goes; else whether it is known or another span. */
  #findPlace(
    index: number,
    places: readonly number[],
    deduplicated: Int32Array,
  ): number | "known" | "other" {
    for (const place of places) {
      const answer = this.compare(deduplicated[place]!, index);
      if (answer === "known") return "known";
      if (answer === "later") return place;
    }
    return "other";
  }

  /** How one stands to one of the same id that came before. */
  compare(present: number, next: number): "known" | "later" | "other" {
    const [before, after] = [this.bits(present), this.bits(next)];
    if (((before ^ after) & IDENTITY) !== 0) return "other";
    const attempts = attemptsOf(before);
    const isNewer = attemptsOf(after) > attempts;
    // Batches come in any order: news of a run that is known to have ended is old.
    if (!this.isRunning(present) && this.isRunning(next) && !isNewer) return "known";
    const [start, nextStart] = [startOf(this, present), startOf(this, next)];
    // What waits has no start yet; what runs keeps its own.
    const isWaiting = this.isRunning(present) && (start === 0n || nextStart === 0n);
    return isNewer || isWaiting || start === nextStart ? "later" : "other";
  }
}

function attemptsOf(bits: number): number {
  return (bits >>> EntryBits.attemptsShift) & EntryBits.attemptsMask;
}

function startOf(entries: SpanEntries, index: number): bigint {
  return (entries.bits(index) & EntryBits.noStart) === 0 ? entries.start(index) : 0n;
}

export interface TraceCounts {
  readonly spans: number;
  readonly errors: number;
  readonly running: number;
  /** 0 where no span has one. */
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** The entry of the span that stands for the trace: of those without a parent the one that started first. */
  readonly root: number;
}

/** Counts the entries that are left after deduplication; without that, every entry is one. */
export function countSpans(entries: SpanEntries, deduplicated?: Int32Array): TraceCounts {
  const spans = deduplicated?.length ?? entries.count;
  const { words } = entries;
  let errors = 0;
  let running = 0;
  /** Where in the words the earliest and the latest time stand: 64 bits, compared without making a number of them. */
  let startAt = -1;
  let endAt = -1;
  let root = -1;
  for (let i = 0; i < spans; i += 1) {
    const index = deduplicated === undefined ? i : deduplicated[i]!;
    const at = index * ENTRY_WORDS;
    const bits = words[at + 7]!;
    const hasStart = words[at + 2] !== 0 || words[at + 3] !== 0;
    const hasEnd = words[at + 4] !== 0 || words[at + 5] !== 0;
    if ((bits & EntryBits.statusMask) === SpanStatus.error) errors += 1;
    if (!hasEnd && (bits & EntryBits.untimed) === 0) running += 1;
    if (hasStart && (startAt < 0 || isEarlier(words, at + 2, startAt))) startAt = at + 2;
    if (hasEnd && (endAt < 0 || isEarlier(words, endAt, at + 4))) endAt = at + 4;
    if (hasStart && (bits & EntryBits.noStart) === 0) {
      if (endAt < 0 || isEarlier(words, endAt, at + 2)) endAt = at + 2;
    }
    if (root < 0 || isBetterRoot(entries, index, root)) root = index;
  }
  return {
    ...{ spans, errors, running, root },
    startNs: startAt < 0 ? 0n : (entries.times[startAt / 2] as bigint),
    endNs: endAt < 0 ? 0n : (entries.times[endAt / 2] as bigint),
  };
}

function isEarlier(words: Uint32Array, a: number, b: number): boolean {
  const [high, otherHigh] = [words[a + 1]!, words[b + 1]!];
  return high < otherHigh || (high === otherHigh && words[a]! < words[b]!);
}

function isBetterRoot(entries: SpanEntries, offer: number, present: number): boolean {
  const rank = rootRank(entries.bits(offer));
  const presentRank = rootRank(entries.bits(present));
  if (rank !== presentRank) return rank < presentRank;
  return isRootBefore(rank, startOf(entries, offer), presentRank, startOf(entries, present));
}

/** 0 where it has no parent, 1 where its parent has not come (yet). */
export function rootRank(bits: number): number {
  return (bits & EntryBits.hasParent) === 0 ? 0 : 1;
}

export function isRootBefore(
  rank: number,
  startNs: bigint,
  otherRank: number,
  otherStartNs: bigint,
): boolean {
  if (rank !== otherRank) return rank < otherRank;
  return startNs !== 0n && (otherStartNs === 0n || startNs < otherStartNs);
}

/**
 * The values that were read from a stretch of bytes, so that the same stretch is not read again: of the attributes that
 * a program sends, nearly all are ones that it has sent before. Exact, for it compares the bytes. Pure; knows no wire
 * format.
 */

import type { TermSink } from "../index/terms.ts";

/** Longer ones seldom come twice. */
const MAX_BYTES = 512;
const MAX_ENTRIES = 32_768;
const ARENA_BYTES = 2 ** 21;
const SLOTS = 2 * MAX_ENTRIES;
/** The stretches that came once and are known to have come: 64 KB. */
const ONCE = 2 ** 14;
const MAX_TERMS = 2 ** 19;

/** The number of words that an entry has in `#facts`. */
const WORDS = 8;
const HASH = 0;
const AT = 1;
const LENGTH = 2;
const TERMS_FROM = 3;
const TERMS_TO = 4;
const NOTES = 5;

/** The index of a stretch that is known, until `add` forgets all. */
export type CacheEntry = number;

export class AttributeCache {
  /** The terms of all entries, one after the other. */
  readonly #terms = new Uint32Array(MAX_TERMS);
  readonly #arena = new Uint8Array(ARENA_BYTES);
  readonly #arenaView = new DataView(this.#arena.buffer);
  readonly #facts = new Int32Array(MAX_ENTRIES * WORDS);
  readonly #slots = new Int32Array(SLOTS);
  /** The hashes of stretches that came once: what never comes again is not remembered. */
  readonly #once = new Int32Array(ONCE);
  #count = 0;
  #arenaEnd = 0;
  #termsEnd = 0;
  /** The keys of entries that were forgotten lie below it. */
  #firstKey = 0;
  #sought = 0;

  /** −1 where it is not known. Stretches of another `kind` are others. */
  find(bytes: DataView, from: number, to: number, kind: number): CacheEntry {
    const length = to - from;
    if (length > MAX_BYTES) return -1;
    let hash = Math.imul(length, 0x85ebca6b) ^ kind;
    let at = from;
    for (; at + 4 <= to; at += 4) {
      hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ bytes.getInt32(at, true), 0x9e3779b1);
    }
    for (; at < to; at += 1) {
      hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ bytes.getUint8(at), 0x9e3779b1);
    }
    hash ^= hash >>> 15;
    this.#sought = hash;
    const facts = this.#facts;
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const entry = this.#slots[slot]! - 1;
      if (entry < 0) return -1;
      const fact = entry * WORDS;
      if (facts[fact + HASH] !== hash || facts[fact + LENGTH] !== length) continue;
      if (this.#isSame(bytes, from, to, facts[fact + AT]!)) return entry;
    }
  }

  #isSame(bytes: DataView, from: number, to: number, start: number): boolean {
    const arena = this.#arenaView;
    let at = from;
    let arenaAt = start;
    for (; at + 4 <= to; at += 4, arenaAt += 4) {
      if (bytes.getInt32(at, true) !== arena.getInt32(arenaAt, true)) return false;
    }
    for (; at < to; at += 1, arenaAt += 1) {
      if (bytes.getUint8(at) !== arena.getUint8(arenaAt)) return false;
    }
    return true;
  }

  /** Adds what `find` has just not found; −1 where it is too long to be worth it, or came for the first time. */
  add(bytes: Uint8Array, from: number, to: number, terms: readonly number[]): CacheEntry {
    const length = to - from;
    if (length > MAX_BYTES || terms.length > MAX_BYTES) return -1;
    const once = this.#sought & (ONCE - 1);
    if (this.#once[once] !== this.#sought) {
      this.#once[once] = this.#sought;
      return -1;
    }
    const isFull =
      this.#count === MAX_ENTRIES ||
      this.#arenaEnd + length > ARENA_BYTES ||
      this.#termsEnd + terms.length > MAX_TERMS;
    if (isFull) this.forget();
    const entry = this.#count;
    const facts = this.#facts;
    const fact = entry * WORDS;
    facts[fact + HASH] = this.#sought;
    facts[fact + AT] = this.#arenaEnd;
    facts[fact + LENGTH] = length;
    facts[fact + TERMS_FROM] = this.#termsEnd;
    for (let at = from; at < to; at += 1) this.#arena[this.#arenaEnd++] = bytes[at]!;
    for (const term of terms) this.#terms[this.#termsEnd++] = term;
    facts[fact + TERMS_TO] = this.#termsEnd;
    facts.fill(0, fact + NOTES, fact + WORDS);
    let slot = this.#sought & (SLOTS - 1);
    while (this.#slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    this.#slots[slot] = entry + 1;
    this.#count += 1;
    return entry;
  }

  forget(): void {
    this.#firstKey += this.#count;
    this.#count = this.#arenaEnd = this.#termsEnd = 0;
    this.#slots.fill(0);
  }

  /** Returns the key by which `addTerms` knows it: at least 1; what none of the last billion entries has had. */
  keyOf(entry: CacheEntry): number {
    return ((this.#firstKey + entry) & 0x3fffffff) + 1;
  }

  /** Adds the terms that its owner gave it. */
  addTerms(entry: CacheEntry, sink: TermSink): void {
    const terms = this.#terms;
    const from = this.#facts[entry * WORDS + TERMS_FROM]!;
    const to = this.#facts[entry * WORDS + TERMS_TO]!;
    if (sink.addKeyed !== undefined) sink.addKeyed(this.keyOf(entry), terms, from, to);
    else for (let i = from; i < to; i += 1) sink.add(terms[i]!);
  }

  /** One of three numbers that its owner keeps with it; 0 at first. */
  note(entry: CacheEntry, index: 0 | 1 | 2): number {
    return this.#facts[entry * WORDS + NOTES + index]!;
  }

  setNote(entry: CacheEntry, index: 0 | 1 | 2, note: number): void {
    this.#facts[entry * WORDS + NOTES + index] = note;
  }
}

/**
 * What the spans of one commit gather before they are written: their traces, and the terms of each trace. Flat arrays,
 * because a commit holds a hundred thousand terms, and because another thread writes it. Knows no wire format and no
 * file.
 */

import type { TermSink } from "./terms.ts";

/** The index of a trace in the commit. */
export type LocalTrace = number;

/** The traces of a commit by their ids: 128 bits as four numbers, or any other text. */
export class CommitTraces {
  count = 0;
  #words = new Uint32Array(4 * 1_024);
  #slots = new Int32Array(4_096);
  readonly #texts = new Map<string, LocalTrace>();
  readonly #textOf = new Map<LocalTrace, string>();

  /** Sixteen bytes from `at` on. */
  addBytes(bytes: Buffer, at: number): LocalTrace {
    return this.#add(
      bytes.readInt32LE(at),
      bytes.readInt32LE(at + 4),
      bytes.readInt32LE(at + 8),
      bytes.readInt32LE(at + 12),
    );
  }

  /** A canonical trace id. */
  addText(id: string): LocalTrace {
    if (HEX_128.test(id)) return this.addBytes(Buffer.from(id, "hex"), 0);
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const local = this.#next();
    this.#texts.set(id, local);
    this.#textOf.set(local, id);
    return local;
  }

  /** Ends this set. */
  take(): CommittedTraces {
    const { count } = this;
    const ids = new Uint8Array(this.#words.slice(0, count * 4).buffer);
    const texts = new Map(this.#textOf);
    this.count = 0;
    this.#slots.fill(0);
    this.#texts.clear();
    this.#textOf.clear();
    return { count, ids, texts };
  }

  #add(a: number, b: number, c: number, d: number): LocalTrace {
    const mask = this.#slots.length - 1;
    let slot = (Math.imul(a ^ Math.imul(c, 0x9e3779b1), 0x85ebca6b) ^ b ^ d) & mask;
    slot = (slot ^ (slot >>> 7)) & mask;
    for (;;) {
      const local = (this.#slots[slot] as number) - 1;
      if (local < 0) break;
      const at = local * 4;
      const words = this.#words;
      if (
        words[at] === a >>> 0 &&
        words[at + 1] === b >>> 0 &&
        words[at + 2] === c >>> 0 &&
        words[at + 3] === d >>> 0 &&
        !this.#textOf.has(local)
      ) {
        return local;
      }
      slot = (slot + 1) & mask;
    }
    const local = this.#next();
    const at = local * 4;
    this.#words[at] = a;
    this.#words[at + 1] = b;
    this.#words[at + 2] = c;
    this.#words[at + 3] = d;
    this.#slots[slot] = local + 1;
    if (this.count * 2 > this.#slots.length) this.#growSlots();
    return local;
  }

  #next(): LocalTrace {
    const local = this.count;
    this.count += 1;
    if (local * 4 + 4 > this.#words.length) {
      const words = new Uint32Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
    }
    return local;
  }

  #growSlots(): void {
    const count = this.count;
    const words = this.#words;
    this.#slots = new Int32Array(this.#slots.length * 4);
    const mask = this.#slots.length - 1;
    for (let local = 0; local < count; local += 1) {
      if (this.#textOf.has(local)) continue;
      const at = local * 4;
      const a = words[at] as number;
      const c = words[at + 2] as number;
      let slot =
        (Math.imul(a ^ Math.imul(c, 0x9e3779b1), 0x85ebca6b) ^
          (words[at + 1] as number) ^
          (words[at + 3] as number)) &
        mask;
      slot = (slot ^ (slot >>> 7)) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = local + 1;
    }
  }
}

const HEX_128 = /^[0-9a-f]{32}$/;

/** The traces of a commit, as they are written. */
export interface CommittedTraces {
  readonly count: number;
  /** Sixteen bytes each. */
  readonly ids: Uint8Array;
  /** The ids that are other texts. */
  readonly texts: ReadonlyMap<LocalTrace, string>;
}

/** Pairs in no order, some more than once. */
export interface TermPairs {
  readonly terms: Uint32Array;
  readonly traces: Uint32Array;
}

/** Terms with the traces that have them. */
export class CommitTerms implements TermSink {
  #count = 0;
  #terms: Uint32Array = new Uint32Array(PAIRS);
  #traces: Uint32Array = new Uint32Array(PAIRS);
  #spare: TermPairs | undefined;
  /** Pairs of a trace, counted from 1, and a key: an open hash table. */
  #seen = new Int32Array(PAIRS);
  #seenCount = 0;
  /** The trace that `add` adds to. */
  trace: LocalTrace = 0;

  add(term: number): void {
    const at = this.#count;
    if (at === this.#terms.length) this.#grow();
    this.#terms[at] = term;
    this.#traces[at] = this.trace;
    this.#count = at + 1;
  }

  addKeyed(key: number, terms: Uint32Array, from: number, to: number): void {
    if (!this.isFirst(key)) return;
    const { trace } = this;
    const own = this.#count;
    while (own + to - from > this.#terms.length) this.#grow();
    const ownTerms = this.#terms;
    const ownTraces = this.#traces;
    for (let i = 0; i < to - from; i += 1) {
      ownTerms[own + i] = terms[from + i] as number;
      ownTraces[own + i] = trace;
    }
    this.#count = own + to - from;
  }

  /** Whether the trace meets this key for the first time. */
  isFirst(key: number): boolean {
    const owner = this.trace + 1;
    const seen = this.#seen;
    const mask = seen.length - 1;
    let at = seenSlot(owner, key) & mask;
    while (seen[at] !== 0) {
      if (seen[at] === owner && seen[at + 1] === key) return false;
      at = (at + 2) & mask;
    }
    seen[at] = owner;
    seen[at + 1] = key;
    this.#seenCount += 1;
    if (this.#seenCount * 4 > seen.length) this.#growSeen();
    return true;
  }

  /** What a commit had that has been written: its memory is used again. */
  giveBack({ terms, traces }: TermPairs): void {
    const spare = { terms: new Uint32Array(terms.buffer), traces: new Uint32Array(traces.buffer) };
    if (spare.terms.length === spare.traces.length) this.#spare = spare;
  }

  #grow(): void {
    const terms = new Uint32Array(this.#terms.length * 2);
    const traces = new Uint32Array(this.#terms.length * 2);
    terms.set(this.#terms);
    traces.set(this.#traces);
    this.#terms = terms;
    this.#traces = traces;
  }

  #growSeen(): void {
    const old = this.#seen;
    const seen = new Int32Array(old.length * 2);
    const mask = seen.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      const owner = old[from] as number;
      if (owner === 0) continue;
      const key = old[from + 1] as number;
      let at = seenSlot(owner, key) & mask;
      while (seen[at] !== 0) at = (at + 2) & mask;
      seen[at] = owner;
      seen[at + 1] = key;
    }
    this.#seen = seen;
  }

  /** Ends this set. The next has the memory of one that was written, where that has been given back. */
  take(): TermPairs {
    const count = this.#count;
    const pairs = {
      terms: this.#terms.subarray(0, count),
      traces: this.#traces.subarray(0, count),
    };
    const { terms, traces } = this.#spare ?? noPairs();
    this.#spare = undefined;
    this.#terms = terms;
    this.#traces = traces;
    this.#count = this.#seenCount = 0;
    this.#seen.fill(0);
    return pairs;
  }
}

const PAIRS = 2 ** 14;

function noPairs(): TermPairs {
  return { terms: new Uint32Array(PAIRS), traces: new Uint32Array(PAIRS) };
}

/** Even, for each takes two places. */
function seenSlot(owner: number, key: number): number {
  const hash = Math.imul(owner, 0x9e3779b1) ^ Math.imul(key, 0x85ebca6b);
  return (hash ^ (hash >>> 15)) << 1;
}

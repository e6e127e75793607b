/**
 * The rows that the spans of one commit gather before they are written: their traces, and the terms of each trace. Flat
 * arrays, because a commit holds a hundred thousand terms, and because another thread writes it. Knows no wire format
 * and no file.
 */

import { grow } from "../../../base/grow.ts";
import { hashWords } from "./idHash.ts";
import { sortPairs, type Pairs } from "../index/pairSort.ts";
import type { TermSink } from "../index/terms.ts";

/** The index of a trace in the commit. */
export type LocalTrace = number;

/** The traces of a commit by their ids: 128 bits as four numbers, or any other text. */
export class CommitTraces {
  count = 0;
  #words = new Uint32Array(4 * 1_024);
  #slots = new Int32Array(4_096);
  readonly #texts = new Map<string, LocalTrace>();
  readonly #textOf = new Map<LocalTrace, string>();
  #lastText: string | undefined;
  #lastLocal: LocalTrace = 0;

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
    // Spans of one trace mostly come together.
    if (id === this.#lastText) return this.#lastLocal;
    const local = this.#addText(id);
    this.#lastText = id;
    this.#lastLocal = local;
    return local;
  }

  #addText(id: string): LocalTrace {
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
    this.#lastText = undefined;
    return { count, ids, texts };
  }

  #add(a: number, b: number, c: number, d: number): LocalTrace {
    const mask = this.#slots.length - 1;
    let slot = hashWords(a, b, c, d) & mask;
    for (;;) {
      const local = this.#slots[slot]! - 1;
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
    this.#words = grow(this.#words, local * 4 + 4);
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
      let slot = hashWords(words[at]!, words[at + 1]!, words[at + 2], words[at + 3]) & mask;
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

/** Terms with the traces that have them. */
export class CommitTerms implements TermSink {
  #count = 0;
  #terms: Uint32Array = new Uint32Array(PAIRS);
  #traces: Uint32Array = new Uint32Array(PAIRS);
  /** As long as what is filled, or absent. */
  #spare: Pairs | undefined;
  /** For each trace the keys that it met last, by their lowest bits: those of a span stand close to each other. */
  #recent = new Int32Array(RECENT * 1_024);
  /** The trace that `add` adds to. */
  trace: LocalTrace = 0;

  add(term: number): void {
    const at = this.#count;
    if (at === this.#terms.length) this.#makeRoom(at + 1);
    this.#terms[at] = term;
    this.#traces[at] = this.trace;
    this.#count = at + 1;
  }

  addKeyed(key: number, terms: Uint32Array, from: number, to: number): void {
    if (!this.isFirst(key)) return;
    const { trace } = this;
    const first = this.#count;
    this.#makeRoom(first + to - from);
    const ownTerms = this.#terms;
    const ownTraces = this.#traces;
    for (let i = 0; i < to - from; i += 1) {
      ownTerms[first + i] = terms[from + i]!;
      ownTraces[first + i] = trace;
    }
    this.#count = first + to - from;
  }

  /** False where the trace has met this key; true also where it met too many since, for twice does no harm. */
  isFirst(key: number): boolean {
    const slot = this.trace * RECENT + (key & (RECENT - 1));
    if (slot >= this.#recent.length) this.#recent = grow(this.#recent, slot * 2);
    if (this.#recent[slot] === key) return false;
    this.#recent[slot] = key;
    return true;
  }

  /** Takes the memory back of a commit that has been written: it is used again. */
  giveBack({ terms, traces }: Pairs): void {
    this.#spare = {
      terms: new Uint32Array(terms.buffer),
      traces: new Uint32Array(traces.buffer),
    };
  }

  #makeRoom(count: number): void {
    this.#terms = grow(this.#terms, count);
    this.#traces = grow(this.#traces, count);
  }

  /** Ends this set: its pairs sorted by term and then by trace, each once. */
  take(): Pairs {
    const { length } = this.#terms;
    const room = this.#spare?.terms.length === length ? this.#spare : makePairs(length);
    this.#spare = undefined;
    const filled = { terms: this.#terms, traces: this.#traces };
    const { sorted, free } = sortPairs(filled, room, this.#count);
    this.#terms = free.terms;
    this.#traces = free.traces;
    this.#count = 0;
    if (this.#recent.length > MANY_RECENT) this.#recent = new Int32Array(MANY_RECENT);
    else this.#recent.fill(0);
    return sorted;
  }
}

function makePairs(length: number): Pairs {
  return { terms: new Uint32Array(length), traces: new Uint32Array(length) };
}

const PAIRS = 2 ** 14;
const RECENT = 128;
/** Room for 8,192 traces: the 4 MB are kept for the next commit. */
const MANY_RECENT = RECENT * 8_192;

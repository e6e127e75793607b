/**
 * How the index lies in its pages: sorted pairs of a term and a trace, as differences. Pure.
 *
 *     for each term   (term − the one before) * 2 + (1 where it has several traces)
 *                     how many, where several
 *                     the first trace − the segment's first; then each trace − the one before
 *
 * All are varints. A page begins anew, so that each is read alone; a term with many traces goes on in the next page.
 */

import { findFirst } from "../../../base/binarySearch.ts";
import { Damage } from "../file/sqliteError.ts";

/** The bytes that fit a leaf of SQLite's tree of 4,096 bytes with its header and row number. */
const PAGE_BYTES = 4_040;
/** The longest that one term with one trace can be: five bytes each. */
const MARGIN = 24;

export interface PageSink {
  (body: Uint8Array, firstKey: bigint): void;
}

/** Takes terms in order, each with its traces in order. */
export class PageWriter {
  readonly #firstTrace: number;
  readonly #sink: PageSink;
  readonly #bytes = new Uint8Array(PAGE_BYTES);
  #at = 0;
  #term = 0;
  #firstKey = 0n;
  entryCount = 0;

  constructor(firstTrace: number, sink: PageSink) {
    this.#firstTrace = firstTrace;
    this.#sink = sink;
  }

  /** `traces[from..to)`, ascending, at least one. */
  add(term: number, traces: Uint32Array, from: number, to: number): void {
    this.entryCount += to - from;
    let next = from;
    while (next < to) {
      if (this.#at + MARGIN > PAGE_BYTES) this.flush();
      if (this.#at === 0) {
        this.#term = 0;
        this.#firstKey = (BigInt(term) << 32n) | BigInt(traces[next]!);
      }
      next = this.#addRun(term, traces, next, to);
    }
  }

  /** As many as there is room for; answers with where the rest begins. */
  #addRun(term: number, traces: Uint32Array, from: number, to: number): number {
    // A trace after another takes five bytes at most, so this many fit in any case.
    const room = Math.floor((PAGE_BYTES - this.#at - MARGIN) / 5) + 1;
    const count = Math.min(to - from, room);
    const isSeveral = count > 1;
    this.#put((term - this.#term) * 2 + (isSeveral ? 1 : 0));
    this.#term = term;
    if (isSeveral) this.#put(count);
    let before = this.#firstTrace;
    for (let i = from; i < from + count; i += 1) {
      const trace = traces[i]!;
      this.#put(trace - before);
      before = trace;
    }
    return from + count;
  }

  #put(value: number): void {
    const bytes = this.#bytes;
    let rest = value;
    while (rest >= 0x80) {
      if (rest < 0x80000000) {
        bytes[this.#at++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      } else {
        bytes[this.#at++] = (rest % 0x80) | 0x80;
        rest = Math.floor(rest / 0x80);
      }
    }
    bytes[this.#at++] = rest;
  }

  flush(): void {
    if (this.#at === 0) return;
    this.#sink(this.#bytes.slice(0, this.#at), this.#firstKey);
    this.#at = 0;
  }
}

/** Steps through the terms of a page. */
export class PageCursor {
  readonly #firstTrace: number;
  readonly #bytes: Uint8Array;
  #at = 0;
  term = 0;
  count = 0;

  constructor(bytes: Uint8Array, firstTrace: number) {
    this.#bytes = bytes;
    this.#firstTrace = firstTrace;
  }

  /** False at the end of the page. Before the next, `readTraces` or `skipTraces`. */
  next(): boolean {
    if (this.#at >= this.#bytes.length) return false;
    const head = this.#read();
    this.term += Math.floor(head / 2);
    this.count = head % 2 === 0 ? 1 : this.#read();
    // Each trace takes a byte at least.
    if (!(this.count <= this.#bytes.length - this.#at)) throw new Damage("a page of the index");
    return true;
  }

  /** Into `target` from `at` on; there must be room for `count`. */
  readTraces(target: Uint32Array, at: number): void {
    let trace = this.#firstTrace;
    for (let i = 0; i < this.count; i += 1) {
      trace += this.#read();
      target[at + i] = trace;
    }
  }

  /** The same into a set, one bit each; in one loop, because a common term has a million. */
  markTraces(words: Uint32Array): void {
    const bytes = this.#bytes;
    let at = this.#at;
    let trace = this.#firstTrace;
    for (let left = this.count; left > 0; left -= 1) {
      let byte = bytes[at++]!;
      let step = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = bytes[at++]!;
        step += (byte & 0x7f) * 2 ** shift;
      }
      trace += step;
      words[trace >>> 5] = words[trace >>> 5]! | (1 << (trace & 31));
    }
    this.#at = at;
  }

  skipTraces(): void {
    const bytes = this.#bytes;
    for (let left = this.count; left > 0; this.#at += 1) {
      if (!(bytes[this.#at]! >= 0x80)) left -= 1;
    }
  }

  #read(): number {
    const bytes = this.#bytes;
    let value = bytes[this.#at++]!;
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let scale = 0x80; ; scale *= 0x80) {
      const byte = bytes[this.#at++]!;
      value += (byte & 0x7f) * scale;
      // Behind the end of a damaged page there is no byte, and no end either.
      if (!(byte >= 0x80)) return value;
    }
  }
}

/** The first page that may hold the key: the last whose first key is not above it. */
export function findPage(directory: BigUint64Array, key: bigint): number {
  const next = findFirst(directory.length, page => (directory[page] as bigint) > key);
  return Math.max(0, next - 1);
}

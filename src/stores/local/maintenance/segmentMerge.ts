/**
 * Makes one segment of several, a slice of work at a time: what is written of it meanwhile is listed nowhere, and the
 * old ones are read until it is done. Leaves out traces that have gone. Knows the index, and not what its terms mean.
 */

import type { DatabaseSync } from "node:sqlite";
import { grow } from "../../../base/grow.ts";
import { transact } from "../file/database.ts";
import { PageWriter, type PageCursor } from "../index/segmentPage.ts";
import { takeNumbers, type Segment, type TermIndex } from "../index/termIndex.ts";
import { numberOf } from "../file/numberOf.ts";

/** In merging, a number may take up to five bytes where it took one or two. */
const MOST_GROWTH = 4;
/** Rows of traces looked at, and terms merged, between two looks at the clock. */
const LIVE_STRETCH = 5_000;
const TERM_STRETCH = 256;
const PAGES_PER_WRITE = 256;
const NO_TERM = Infinity;

interface Input {
  readonly segment: Segment;
  page: number;
  cursor: PageCursor | undefined;
  /** Infinity at the end. */
  term: number;
}

export class SegmentMerge {
  readonly #sql: DatabaseSync;
  readonly #index: TermIndex;
  readonly #inputs: Input[];
  readonly #firstTrace: number;
  readonly #lastTrace: number;
  readonly #live: Uint8Array;
  readonly #writer: PageWriter;
  readonly #firstPage: number;
  readonly #reserved: number;
  readonly #directory: bigint[] = [];
  #pages: Uint8Array[] = [];
  #written = 0;
  #lookedTo: number;
  #isLiveKnown = false;
  #traces = new Uint32Array(4_096);

  constructor(sql: DatabaseSync, index: TermIndex, segments: readonly Segment[]) {
    this.#sql = sql;
    this.#index = index;
    this.#firstTrace = Math.min(...segments.map(each => each.firstTrace));
    this.#lastTrace = Math.max(...segments.map(each => each.lastTrace));
    this.#live = new Uint8Array(this.#lastTrace - this.#firstTrace + 1);
    this.#lookedTo = this.#firstTrace - 1;
    this.#inputs = segments.map(segment => ({ segment, page: -1, cursor: undefined, term: 0 }));
    const pageCount = segments.reduce((sum, each) => sum + each.directory.length, 0);
    this.#reserved = pageCount * MOST_GROWTH + 64;
    this.#firstPage = transact(sql, () => {
      const first = takeNumbers(sql, "page", this.#reserved);
      // Whoever comes after a crash clears these away.
      sql
        .prepare("INSERT INTO dropped (first_page, last_page) VALUES (?, ?)")
        .run(first, first + this.#reserved - 1);
      return first;
    });
    this.#writer = new PageWriter(this.#firstTrace, (body, key) => {
      this.#pages.push(body);
      this.#directory.push(key);
    });
    for (const input of this.#inputs) this.#advance(input);
  }

  /** True when it is done. */
  step(untilMs: number): boolean {
    while (!this.#isLiveKnown) {
      this.#isLiveKnown = this.#lookForLive();
      if (performance.now() > untilMs) return false;
    }
    for (;;) {
      for (let i = 0; i < TERM_STRETCH; i += 1) {
        if (!this.#mergeTerm()) {
          this.#finish();
          return true;
        }
      }
      if (this.#pages.length >= PAGES_PER_WRITE) transact(this.#sql, () => this.#writePages());
      if (performance.now() > untilMs) return false;
    }
  }

  #lookForLive(): boolean {
    const rows = this.#sql
      .prepare(`SELECT id FROM trace WHERE id > ? AND id <= ? ORDER BY id LIMIT ${LIVE_STRETCH}`)
      .all(this.#lookedTo, this.#lastTrace);
    for (const row of rows) {
      this.#lookedTo = numberOf(row, "id");
      this.#live[this.#lookedTo - this.#firstTrace] = 1;
    }
    return rows.length < LIVE_STRETCH;
  }

  /** The smallest term of all, with the traces of every input that has it. False at the end. */
  #mergeTerm(): boolean {
    let term = NO_TERM;
    for (const input of this.#inputs) if (input.term < term) term = input.term;
    if (term === NO_TERM) return false;
    let count = 0;
    for (const input of this.#inputs) {
      while (input.term === term) {
        const { cursor } = input;
        if (cursor === undefined) break;
        this.#traces = grow(this.#traces, count + cursor.count);
        cursor.readTraces(this.#traces, count);
        const end = this.#dropGone(count, count + cursor.count);
        count = joinSorted(this.#traces, count, end);
        this.#advance(input);
      }
    }
    if (count > 0) this.#writer.add(term, this.#traces, 0, count);
    return true;
  }

  #dropGone(from: number, to: number): number {
    const traces = this.#traces;
    let end = from;
    for (let i = from; i < to; i += 1) {
      const trace = traces[i]!;
      if (this.#live[trace - this.#firstTrace] === 1) traces[end++] = trace;
    }
    return end;
  }

  #advance(input: Input): void {
    while (input.cursor?.next() !== true) {
      input.page += 1;
      input.cursor =
        input.page < input.segment.directory.length
          ? this.#index.openPage(input.segment, input.page)
          : undefined;
      if (input.cursor === undefined) {
        input.term = NO_TERM;
        return;
      }
    }
    input.term = input.cursor.term;
  }

  #writePages(): void {
    this.#index.writePages(this.#firstPage + this.#written, this.#pages);
    this.#written += this.#pages.length;
    this.#pages = [];
  }

  #finish(): void {
    this.#writer.flush();
    const segments = this.#inputs.map(input => input.segment);
    transact(this.#sql, () => {
      this.#writePages();
      this.#sql.prepare("DELETE FROM dropped WHERE first_page = ?").run(this.#firstPage);
      for (const segment of segments) dropSegment(this.#sql, segment);
      if (this.#writer.entryCount === 0) return;
      this.#index.addSegment({
        firstBatch: Math.min(...segments.map(each => each.firstBatch)),
        lastBatch: Math.max(...segments.map(each => each.lastBatch)),
        firstTrace: this.#firstTrace,
        lastTrace: this.#lastTrace,
        entryCount: this.#writer.entryCount,
        firstPage: this.#firstPage,
        directory: BigUint64Array.from(this.#directory),
      });
    });
  }
}

/** Its pages go later, a few at a time. In a transaction. */
export function dropSegment(sql: DatabaseSync, { id, firstPage, directory }: Segment): void {
  sql.prepare("DELETE FROM segment WHERE id = ?").run(id);
  sql
    .prepare("INSERT INTO dropped (first_page, last_page) VALUES (?, ?)")
    .run(firstPage, firstPage + directory.length - 1);
}

/**
 * Two ascending lists one behind the other, the second from `middle` on, become one with each trace once; answers with
 * its length. Segments follow each other, so little of the first is above the second's beginning.
 */
function joinSorted(traces: Uint32Array, middle: number, end: number): number {
  if (middle === 0 || middle === end) return end;
  const first = traces[middle]!;
  let from = middle;
  while (from > 0 && traces[from - 1]! >= first) from -= 1;
  if (from === middle) return end;
  const tail = traces.slice(from, middle);
  let next = middle;
  let to = from;
  for (const trace of tail) {
    while (next < end && traces[next]! < trace) traces[to++] = traces[next++]!;
    if (next < end && traces[next] === trace) next += 1;
    traces[to++] = trace;
  }
  while (next < end) traces[to++] = traces[next++]!;
  return to;
}

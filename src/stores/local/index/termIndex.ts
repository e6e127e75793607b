/**
 * The inverted index: which traces have a term. Knows the tables `segment` and `page`, not what the terms mean.
 *
 * A segment never changes, so what is remembered of one holds as long as it is listed. It may name traces that have
 * gone; who asks looks whether they are there.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { grow } from "../../../base/grow.ts";
import { findPage, PageCursor, PageWriter } from "./segmentPage.ts";
import type { TraceBits } from "./traceBits.ts";
import { numberOf } from "../file/numberOf.ts";

export interface Segment {
  readonly id: number;
  readonly firstBatch: number;
  readonly lastBatch: number;
  readonly firstTrace: number;
  readonly lastTrace: number;
  readonly entryCount: number;
  readonly firstPage: number;
  readonly directory: BigUint64Array;
}

/** Traces that have one of the terms `from` to `to`, both included: more than one for a range of durations. */
export interface TermRange {
  readonly from: number;
  readonly to: number;
}

const ALL_TRACES = 0xffffffff;

export class TermIndex {
  readonly #sql: DatabaseSync;
  readonly #listIds: StatementSync;
  readonly #readSegment: StatementSync;
  readonly #readPage: StatementSync;
  #known = new Map<number, Segment>();

  constructor(sql: DatabaseSync) {
    this.#sql = sql;
    this.#listIds = sql.prepare("SELECT id FROM segment ORDER BY last_batch, id");
    this.#readSegment = sql.prepare("SELECT * FROM segment WHERE id = ?");
    this.#readPage = sql.prepare("SELECT body FROM page WHERE id = ?");
  }

  /** In the order of their batches. Inside the transaction in which they are then read. */
  listSegments(): readonly Segment[] {
    const known = new Map<number, Segment>();
    for (const row of this.#listIds.all()) {
      const id = numberOf(row, "id");
      known.set(id, this.#known.get(id) ?? this.#load(id));
    }
    this.#known = known;
    return [...known.values()];
  }

  #load(id: number): Segment {
    const row = this.#readSegment.get(id) as Record<string, number> & { directory: Uint8Array };
    return {
      id,
      firstBatch: numberOf(row, "first_batch"),
      lastBatch: numberOf(row, "last_batch"),
      firstTrace: numberOf(row, "first_trace"),
      lastTrace: numberOf(row, "last_trace"),
      entryCount: numberOf(row, "entry_count"),
      firstPage: numberOf(row, "first_page"),
      directory: new BigUint64Array(row.directory.slice().buffer),
    };
  }

  openPage(segment: Segment, index: number): PageCursor | undefined {
    const body = this.#readPage.get(segment.firstPage + index)?.["body"];
    return body instanceof Uint8Array ? new PageCursor(body, segment.firstTrace) : undefined;
  }

  /** About how many entries the range has, from the directories alone: right to a page in each segment. */
  estimate(segments: readonly Segment[], { from, to }: TermRange): number {
    let count = 0;
    for (const { directory, entryCount } of segments) {
      if (directory.length === 0) continue;
      const first = findPage(directory, BigInt(from) << 32n);
      const last = findPage(directory, (BigInt(to) << 32n) | 0xffffffffn);
      if (last > first) count += ((last - first) * entryCount) / directory.length;
    }
    return count;
  }

  /** The traces with one of the terms; in no order, some more than once. */
  gather(segments: readonly Segment[], range: TermRange): Uint32Array {
    let found = new Uint32Array(256);
    let count = 0;
    for (const cursor of this.#listCursors(segments, range)) {
      found = grow(found, count + cursor.count);
      cursor.readTraces(found, count);
      count += cursor.count;
    }
    return found.subarray(0, count);
  }

  /** The same into a set. */
  mark(segments: readonly Segment[], range: TermRange, bits: TraceBits): void {
    for (const cursor of this.#listCursors(segments, range)) cursor.markTraces(bits.words);
  }

  /** Stands at each run of a term in the range, to be read. */
  *#listCursors(segments: readonly Segment[], { from, to }: TermRange): Generator<PageCursor> {
    const low = BigInt(from) << 32n;
    const high = (BigInt(to) << 32n) | BigInt(ALL_TRACES);
    for (const segment of segments) {
      const { directory } = segment;
      for (let page = findPage(directory, low); page < directory.length; page += 1) {
        if ((directory[page] as bigint) > high) break;
        const cursor = this.openPage(segment, page);
        if (cursor === undefined) break;
        while (cursor.next() && cursor.term <= to) {
          if (cursor.term < from) cursor.skipTraces();
          else yield cursor;
        }
      }
    }
  }

  /** A segment of what a commit brings; `addTerms` adds them in order. In a transaction. */
  write(
    range: Pick<Segment, "firstBatch" | "lastBatch" | "firstTrace" | "lastTrace">,
    addTerms: (writer: PageWriter) => void,
  ): void {
    const pages: Uint8Array[] = [];
    const directory: bigint[] = [];
    const writer = new PageWriter(range.firstTrace, (body, key) => {
      pages.push(body);
      directory.push(key);
    });
    addTerms(writer);
    writer.flush();
    if (writer.entryCount === 0) return;
    const firstPage = this.takePages(pages.length);
    this.writePages(firstPage, pages);
    this.addSegment({
      ...range,
      firstPage,
      entryCount: writer.entryCount,
      directory: BigUint64Array.from(directory),
    });
  }

  takePages(count: number): number {
    return takeNumbers(this.#sql, "page", count);
  }

  writePages(first: number, bodies: readonly Uint8Array[]): void {
    const insert = this.#sql.prepare("INSERT INTO page (id, body) VALUES (?, ?)");
    bodies.forEach((body, i) => insert.run(first + i, body));
  }

  addSegment(segment: Omit<Segment, "id">): void {
    this.#sql
      .prepare(
        `INSERT INTO segment (id, first_batch, last_batch, first_trace, last_trace, entry_count,
           first_page, directory) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        takeNumbers(this.#sql, "segment", 1),
        segment.firstBatch,
        segment.lastBatch,
        segment.firstTrace,
        segment.lastTrace,
        segment.entryCount,
        segment.firstPage,
        new Uint8Array(segment.directory.buffer),
      );
  }
}

export type Counter = "trace" | "batch" | "page" | "segment";

/** Numbers that nobody has had; the first of them. In a transaction. */
export function takeNumbers(sql: DatabaseSync, counter: Counter, count: number): number {
  const row = sql
    .prepare("UPDATE counter SET value = value + ? WHERE name = ? RETURNING value")
    .get(count, counter);
  return numberOf(row, "value") - count;
}

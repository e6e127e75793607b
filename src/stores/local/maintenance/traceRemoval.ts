/**
 * Takes traces out of the file, and the bytes of batches that few traces still need. Knows the tables, no threads.
 *
 * A batch goes when the last of its traces does. Where less than half of it is still needed, the rest is written again
 * and the batch goes too.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { blockRange } from "../log/batchBytes.ts";
import type { BatchWriter } from "../log/batchWriter.ts";
import { copyEntries } from "./copyEntries.ts";
import type { Captures } from "../file/captures.ts";
import { transact } from "../file/database.ts";
import type { DrawnPieces } from "../file/drawnPieces.ts";
import { CommitBuilder, type Commit } from "../log/commitBuilder.ts";
import type { SpanBytes } from "../read/spanBytes.ts";
import { ENTRY_BYTES, SpanEntries } from "../log/spanEntries.ts";
import { lowHalf } from "../file/traceIds.ts";
import { numberOf } from "../file/numberOf.ts";

/** A transaction of some 5 ms. */
const TRACES_AT_ONCE = 256;
/** Bytes of one commit; a segment more, which is a request at most, fits a batch. */
const MAX_COPIED_BYTES = 64 * 2 ** 20;
/** Below this share of what it once held. */
const WORTH_KEEPING = 0.5;

interface TraceSegmentRow {
  readonly trace: number;
  readonly batch: number;
  readonly entries: Uint8Array;
}

export class TraceRemoval {
  readonly #sql: DatabaseSync;
  readonly #writer: BatchWriter;
  readonly #spans: SpanBytes;
  readonly #captures: Captures;
  readonly #drawn: DrawnPieces;
  readonly #findTrace: StatementSync;
  readonly #listTraceSegments: StatementSync;
  readonly #findTraceSegment: StatementSync;
  readonly #deleteTraceSegments: StatementSync;
  readonly #deleteTraceSegment: StatementSync;
  readonly #deleteTrace: StatementSync;
  readonly #reduceBatch: StatementSync;
  readonly #readBatch: StatementSync;

  constructor(
    sql: DatabaseSync,
    writer: BatchWriter,
    spans: SpanBytes,
    captures: Captures,
    drawn: DrawnPieces,
  ) {
    this.#sql = sql;
    this.#writer = writer;
    this.#spans = spans;
    this.#captures = captures;
    this.#drawn = drawn;
    this.#findTrace = sql.prepare("SELECT id FROM trace WHERE low = ? AND trace_id = ?");
    this.#listTraceSegments = sql.prepare(
      "SELECT trace, batch, entries FROM piece WHERE trace = ?",
    );
    this.#findTraceSegment = sql.prepare(
      "SELECT trace, batch, entries FROM piece WHERE trace = ? AND batch = ?",
    );
    this.#deleteTraceSegments = sql.prepare("DELETE FROM piece WHERE trace = ?");
    this.#deleteTraceSegment = sql.prepare("DELETE FROM piece WHERE trace = ? AND batch = ?");
    this.#deleteTrace = sql.prepare("DELETE FROM trace WHERE id = ?");
    this.#reduceBatch = sql.prepare("UPDATE batch SET live_count = live_count - ? WHERE id = ?");
    this.#readBatch = sql.prepare(
      "SELECT kind, length, span_count, live_count, traces FROM batch WHERE id = ?",
    );
  }

  /** The ids of those that were there. */
  deleteTraces(traceIds: readonly string[]): string[] {
    const deleted: string[] = [];
    for (let from = 0; from < traceIds.length; from += TRACES_AT_ONCE) {
      const found = traceIds.slice(from, from + TRACES_AT_ONCE).flatMap(id => {
        const number = this.#findTrace.get(lowHalf(id), id)?.["id"] as number | undefined;
        return number === undefined ? [] : [{ id, number }];
      });
      this.#remove(() => this.#deduplicate(this.#removeTraces(found.map(each => each.number))));
      deleted.push(...found.map(each => each.id));
    }
    return deleted;
  }

  /** The oldest batch above that number, which is still there; the last one is never offered. */
  findBatchAfter(batch: number): number | undefined {
    const row = this.#sql
      .prepare("SELECT id FROM batch WHERE id > ? AND id < (SELECT max(id) FROM batch) LIMIT 1")
      .get(batch);
    return row?.["id"] as number | undefined;
  }

  /** Removes those of its traces that are not pinned and have nothing in later batches. */
  evictBatch(batch: number): void {
    const row = this.#readBatch.get(batch);
    if (row === undefined) return;
    const traces = new Uint32Array((row["traces"] as Uint8Array).slice().buffer);
    const isOld = this.#sql.prepare(
      `SELECT 1 FROM trace WHERE id = ? AND pinned = 0
         AND (SELECT max(batch) FROM piece WHERE trace = trace.id) <= ?`,
    );
    const touched = new Set<number>([batch]);
    for (let from = 0; from < traces.length; from += TRACES_AT_ONCE) {
      this.#remove(() => {
        const part = [...traces.subarray(from, from + TRACES_AT_ONCE)];
        const old = part.filter(trace => isOld.get(trace, batch) !== undefined);
        for (const each of this.#removeTraces(old)) touched.add(each);
      });
    }
    // Only now, for what is written again of a batch looks new.
    for (const each of touched) this.#remove(() => this.#deduplicate([each]));
  }

  /** Everything but the pinned, in one go: emptying a table whole is cheap, however large it is. */
  clear(): void {
    this.#remove(() => {
      const pinned = this.#sql
        .prepare("SELECT id, trace_id FROM trace WHERE pinned <> 0 ORDER BY id")
        .all() as unknown as { id: number; trace_id: string }[];
      const builder = new CommitBuilder();
      const commits: Commit[] = [];
      const captured = pinned.map(({ id }) => this.#captures.find(id));
      for (const { id } of pinned) {
        for (const segment of this.#listTraceSegments.all(id) as unknown as TraceSegmentRow[]) {
          this.#copyTraceSegment(segment, builder);
          if (builder.length > MAX_COPIED_BYTES) commits.push(builder.take());
        }
      }
      if (builder.length > 0) commits.push(builder.take());
      this.#sql.exec(`
        DELETE FROM trace; DELETE FROM piece; DELETE FROM batch; DELETE FROM block;
        DELETE FROM segment; DELETE FROM page; DELETE FROM dropped;
      `);
      this.#drawn.clear();
      this.#writer.forget();
      for (const commit of commits) this.#writer.write(commit, true);
      const pin = this.#sql.prepare("UPDATE trace SET pinned = 1 WHERE low = ? AND trace_id = ?");
      pinned.forEach(({ trace_id: id }, i) => {
        pin.run(lowHalf(id), id);
        const trace = numberOf(this.#findTrace.get(lowHalf(id), id), "id");
        this.#captures.addCopied(trace, trace, captured[i] ?? []);
      });
    });
  }

  #remove(run: () => void): void {
    try {
      transact(this.#sql, run);
      // What is remembered of a trace may be of one that has gone.
      this.#writer.forgetTraces();
    } catch (error) {
      this.#writer.forget();
      throw error;
    }
  }

  /** Answers with the batches that now hold less. */
  #removeTraces(traces: readonly number[]): Set<number> {
    const batches = new Set<number>();
    for (const trace of traces) {
      for (const { batch, entries } of this.#listTraceSegments.all(
        trace,
      ) as unknown as TraceSegmentRow[]) {
        this.#reduceBatch.run(entries.byteLength / ENTRY_BYTES, batch);
        batches.add(batch);
      }
      this.#deleteTraceSegments.run(trace);
      this.#drawn.delete(trace);
      this.#deleteTrace.run(trace);
    }
    return batches;
  }

  #deduplicate(batches: Iterable<number>): void {
    for (const batch of batches) this.#settleBatch(batch);
  }

  #settleBatch(batch: number): void {
    const row = this.#readBatch.get(batch);
    if (row === undefined) return;
    const live = numberOf(row, "live_count");
    if (live > numberOf(row, "span_count") * WORTH_KEEPING) return;
    if (live > 0) this.#copyBatch(batch, row["traces"] as Uint8Array);
    this.#sql
      .prepare("DELETE FROM block WHERE id BETWEEN ? AND ?")
      .run(...blockRange(batch, numberOf(row, "length")));
    this.#sql.prepare("DELETE FROM batch WHERE id = ?").run(batch);
  }

  /** Whatever is still needed of a batch becomes one at the end. */
  #copyBatch(batch: number, traces: Uint8Array): void {
    const builder = new CommitBuilder();
    for (const trace of new Uint32Array(traces.slice().buffer)) {
      const segment = this.#findTraceSegment.get(trace, batch) as TraceSegmentRow | undefined;
      if (segment === undefined) continue;
      this.#copyTraceSegment(segment, builder);
      this.#deleteTraceSegment.run(trace, batch);
      this.#drawn.delete(trace, batch);
    }
    this.#writer.forgetTraces();
    this.#writer.write(builder.take(), true);
  }

  #copyTraceSegment({ batch, entries: blob }: TraceSegmentRow, builder: CommitBuilder): void {
    const kind = Number(this.#readBatch.get(batch)?.["kind"]);
    const entries = new SpanEntries(blob.byteLength / ENTRY_BYTES);
    entries.addBlob(blob);
    copyEntries(this.#spans, batch, kind, entries, builder);
  }
}

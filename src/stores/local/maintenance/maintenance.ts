/**
 * Keeps the file small and quick: the oldest traces go when it is full, segments of the index are merged, pages that
 * nobody needs are given back. A slice of work at a time, so that nobody who writes waits for it; by one process at a
 * time, whichever has something to write.
 */

import type { DatabaseSync } from "node:sqlite";
import type { Disposable } from "../../../base/disposables.ts";
import { transact } from "../file/database.ts";
import { tryLock } from "../file/ownerLock.ts";
import type { Salvage } from "../recovery/salvage.ts";
import { dropSegment, SegmentMerge } from "./segmentMerge.ts";
import type { Segment, TermIndex } from "../index/termIndex.ts";
import type { TraceRemoval } from "./traceRemoval.ts";
import { numberOf } from "../file/numberOf.ts";

/** Segments of about one size that become one. */
const FAN_IN = 16;
/** Sizes in entries: below the first they are of the smallest kind, from the last on they are large enough. */
const TIERS = [65_536, 1_048_576, 16_777_216];
/** Leaves 5 % free, so that the next commits need no eviction. */
const EVICT_TO = 0.95;
const FAR_OVER = 1.2;
const PAGES_AT_ONCE = 512;
const VACUUM_AT_ONCE = 512;
/** Free pages are for what comes next; more than this share of the file is given back. */
const MAX_FREE = 0.25;
const MIN_FREE_PAGES = 256;

export class Maintenance implements Disposable {
  readonly #file: string;
  readonly #sql: DatabaseSync;
  readonly #index: TermIndex;
  readonly #removal: TraceRemoval;
  readonly #salvage: Salvage;
  #capBytes: number;
  #lock: Disposable | undefined;
  #merge: SegmentMerge | undefined;
  #isEvicting = false;
  #hasGivenBack = false;
  /** Batches up to this one hold nothing that may go. */
  #evictedTo = 0;

  constructor(
    file: string,
    sql: DatabaseSync,
    index: TermIndex,
    removal: TraceRemoval,
    salvage: Salvage,
    capBytes: number,
  ) {
    this.#file = file;
    this.#sql = sql;
    this.#index = index;
    this.#removal = removal;
    this.#salvage = salvage;
    this.#capBytes = capBytes;
  }

  setCap(bytes: number): void {
    this.#capBytes = bytes;
    this.#evictedTo = 0;
  }

  /** Traces that stayed may go now. */
  forgetPins(): void {
    this.#evictedTo = 0;
  }

  /** Works until then, longer where the file is far too large, and answers whether there is more to do. */
  work(untilMs: number): boolean {
    if (this.#lock === undefined && !this.#isNeeded()) return false;
    this.#lock ??= tryLock(`${this.#file}-upkeep`);
    if (this.#lock === undefined) return false;
    while (this.#step(untilMs)) {
      if (performance.now() > untilMs && !this.#isFarOver()) return true;
    }
    this.#release();
    return false;
  }

  /** Then the next commit waits until there is room: a busy machine must not fill the disk. */
  #isFarOver(): boolean {
    return this.#isEvicting && this.#readUsedBytes() > this.#capBytes * FAR_OVER;
  }

  #isNeeded(): boolean {
    return (
      this.#salvage.isNeeded ||
      this.#readUsedBytes() > this.#capBytes ||
      this.#findMergeable(this.#index.listSegments()) !== undefined ||
      this.#hasDropped() ||
      this.#countSpareFree() > 0
    );
  }

  /** False where nothing is left to do. */
  #step(untilMs: number): boolean {
    if (this.#merge !== undefined) {
      if (this.#merge.step(untilMs)) this.#merge = undefined;
      return true;
    }
    if (this.#salvage.step()) return true;
    if (this.#clearDropped() || this.#evict()) return true;
    const segments = this.#index.listSegments();
    if (this.#dropEmpty(segments)) return true;
    const mergeable = this.#findMergeable(segments);
    if (mergeable !== undefined) {
      this.#merge = new SegmentMerge(this.#sql, this.#index, mergeable);
      return true;
    }
    return this.#giveBack();
  }

  /** Pages of segments that have gone, and of merges that were never finished. */
  #clearDropped(): boolean {
    const row = this.#sql.prepare("SELECT rowid, first_page, last_page FROM dropped LIMIT 1").get();
    if (row === undefined) return false;
    const [first, last] = [numberOf(row, "first_page"), numberOf(row, "last_page")];
    transact(this.#sql, () => {
      const { changes } = this.#sql
        .prepare(
          `DELETE FROM page WHERE id IN
             (SELECT id FROM page WHERE id BETWEEN ? AND ? LIMIT ${PAGES_AT_ONCE})`,
        )
        .run(first, last);
      if (Number(changes) === PAGES_AT_ONCE) return;
      this.#sql.prepare("DELETE FROM dropped WHERE rowid = ?").run(numberOf(row, "rowid"));
    });
    return true;
  }

  #hasDropped(): boolean {
    return this.#sql.prepare("SELECT 1 FROM dropped LIMIT 1").get() !== undefined;
  }

  #evict(): boolean {
    const used = this.#readUsedBytes();
    if (used > this.#capBytes) this.#isEvicting = true;
    if (used <= this.#capBytes * EVICT_TO) this.#isEvicting = false;
    if (!this.#isEvicting) return false;
    const batch = this.#removal.findBatchAfter(this.#evictedTo);
    if (batch === undefined) {
      // What is left is pinned, or has just come.
      this.#isEvicting = false;
      return false;
    }
    this.#removal.evictBatch(batch);
    this.#evictedTo = batch;
    return true;
  }

  /** Segments of batches that have all gone. */
  #dropEmpty(segments: readonly Segment[]): boolean {
    const findBatch = this.#sql.prepare("SELECT 1 FROM batch WHERE id BETWEEN ? AND ? LIMIT 1");
    const empty = segments.filter(
      ({ firstBatch, lastBatch }) => findBatch.get(firstBatch, lastBatch) === undefined,
    );
    if (empty.length === 0) return false;
    transact(this.#sql, () => {
      for (const segment of empty) dropSegment(this.#sql, segment);
    });
    return true;
  }

  /** The oldest of the smallest tier that has enough. */
  #findMergeable(segments: readonly Segment[]): readonly Segment[] | undefined {
    for (let tier = 0; tier < TIERS.length; tier += 1) {
      const sameTier = segments.filter(({ entryCount }) => tierOf(entryCount) === tier);
      if (sameTier.length >= FAN_IN) return sameTier.slice(0, FAN_IN);
    }
    return undefined;
  }

  #giveBack(): boolean {
    if (this.#countSpareFree() === 0) {
      // The write-ahead log is as long as it ever was, until it is told otherwise.
      if (this.#hasGivenBack) this.#sql.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      this.#hasGivenBack = false;
      return false;
    }
    this.#sql.exec(`PRAGMA incremental_vacuum(${VACUUM_AT_ONCE})`);
    this.#hasGivenBack = true;
    return true;
  }

  #countSpareFree(): number {
    const [pages, free] = [this.#pragma("page_count"), this.#pragma("freelist_count")];
    const spare = free - Math.max(pages * MAX_FREE, MIN_FREE_PAGES);
    return Math.max(0, spare);
  }

  #readUsedBytes(): number {
    const used = this.#pragma("page_count") - this.#pragma("freelist_count");
    return used * this.#pragma("page_size");
  }

  #pragma(name: string): number {
    return Number(this.#sql.prepare(`PRAGMA ${name}`).get()?.[name]);
  }

  #release(): void {
    this.#lock?.dispose();
    this.#lock = undefined;
  }

  dispose(): void {
    this.#salvage.dispose();
    this.#release();
  }
}

function tierOf(entryCount: number): number {
  return TIERS.filter(size => entryCount >= size).length;
}

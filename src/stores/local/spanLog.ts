/**
 * Where the collector's receivers put what they are sent: the embedded store's file, written by the thread that opens
 * this. Knows no wire but OTLP's, and no ports.
 *
 * All that comes while the last commit is written goes into the next, so that each waits for the disk once. A request
 * that comes again byte for byte is known by its hash and answered as kept.
 */

import { hash } from "node:crypto";
import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { Disposable } from "../../base/disposables.ts";
import { SinkBusy, type Kept, type SpanSink } from "../../collector/spanSink.ts";
import { isNoId } from "../../model/ids.ts";
import type { LogRecord } from "../../model/logRecord.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { isBusy, isDamage, openDatabase } from "./database.ts";
import { countOtlp, type Pending, type Taken } from "./pending.ts";
import { encodeRecord } from "./spanRow.ts";
import { Tables } from "./tables.ts";

export interface SpanLogOptions {
  /** The store's file, made with its folder where it is absent. */
  readonly file: string;
  /** The oldest traces go when the file holds more; those that are pinned stay. */
  readonly capBytes: number;
  /** Told after each commit, before its senders are answered. */
  readonly onKept?: (kept: KeptNews) => void;
}

export interface KeptNews {
  readonly spans: number;
  readonly logs: number;
}

export interface SpanLogStats {
  /** Kept since it was opened, those that came again included. */
  readonly spans: number;
  readonly logs: number;
  /** Of the file. */
  readonly bytes: number;
  /** Taken and not yet on disk. */
  readonly waitingBytes: number;
}

/** What waits is on disk when `dispose` returns. */
export interface SpanLog extends SpanSink, Disposable {
  readStats(): SpanLogStats;
}

/** More is written at once, without waiting for what else may come: some 15,000 spans, 150 ms. */
const MAX_COMMIT_BYTES = 6 * 2 ** 20;
/** Some other process holds the file for longer than we wait. */
const RETRY_AFTER_MS = 1_000;
const REMEMBERED_REQUESTS = 16_384;
const HASH_BYTES = 16;
const UPKEEP_MS = 5;
const UPKEEP_SHARE = 0.2;

/** Throws what SQLite throws where the file cannot be opened; a damaged one is moved aside. */
export function openSpanLog(options: SpanLogOptions): SpanLog {
  const { sql } = openDatabase(options.file, "local", false);
  return new WritingLog(sql, options);
}

interface Waiting {
  readonly taken: Taken;
  readonly resolve: (kept: Kept) => void;
  readonly reject: (error: Error) => void;
}

class WritingLog implements SpanLog {
  readonly #options: SpanLogOptions;
  #tables: Tables;
  /** Of requests on disk; the oldest are forgotten first. */
  readonly #known = new Set<string>();
  /** Of requests in the pending commit. */
  readonly #coming = new Map<string, Promise<Kept>>();
  #pending: Pending | undefined;
  #waiting: Waiting[] = [];
  #news = { spans: 0, logs: 0 };
  #spans = 0;
  #logs = 0;
  #upkeep: NodeJS.Immediate | undefined;
  #isDisposed = false;

  constructor(sql: DatabaseSync, options: SpanLogOptions) {
    this.#options = options;
    this.#tables = new Tables(sql, options.file, "local", options.capBytes);
    for (const key of this.#tables.listHashes(REMEMBERED_REQUESTS)) this.#known.add(key);
  }

  keepOtlp(request: Uint8Array): Promise<Kept> {
    const bytes = Buffer.from(request.buffer, request.byteOffset, request.byteLength);
    const requestHash = hash("sha1", bytes, "buffer").subarray(0, HASH_BYTES);
    const key = requestHash.toString("latin1");
    const coming = this.#coming.get(key);
    if (coming !== undefined) return coming;
    if (this.#known.has(key)) return this.#keep("spans", () => countOtlp(bytes));
    const kept = this.#keep("spans", pending => {
      const taken = pending.addOtlp(bytes);
      if (taken.kept > 0) pending.hashes.push(requestHash);
      return taken;
    });
    if (this.#pending?.hashes.at(-1) === requestHash) this.#coming.set(key, kept);
    return kept;
  }

  keepSpans(records: readonly SpanRecord[]): Promise<Kept> {
    const good = records.filter(({ traceId, span }) => !isNoId(traceId) && !isNoId(span.spanId));
    const taken = { kept: good.length, rejected: records.length - good.length };
    return this.#keep("spans", pending => {
      for (const record of good) pending.addRecord(encodeRecord(record));
      return taken;
    });
  }

  keepLogs(records: readonly LogRecord[]): Promise<Kept> {
    const good = records.filter(({ traceId }) => !isNoId(traceId));
    const taken = { kept: good.length, rejected: records.length - good.length };
    return this.#keep("logs", pending => {
      for (const record of good) pending.addLog(record);
      return taken;
    });
  }

  #keep(what: "spans" | "logs", add: (pending: Pending) => Taken): Promise<Kept> {
    if (this.#isDisposed) return Promise.reject(new Error("the span log was closed"));
    if (this.#pending === undefined) {
      this.#pending = this.#tables.writer.open();
      setImmediate(() => this.#commit());
    }
    const pending = this.#pending;
    // What `add` throws rejects; nothing of it is pending then.
    const kept = new Promise<Kept>((resolve, reject) => {
      const taken = add(pending);
      this.#waiting.push({ taken, resolve, reject });
      this.#news[what] += taken.kept;
    });
    if (pending.length > MAX_COMMIT_BYTES) this.#commit();
    return kept;
  }

  #commit(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    this.#pending = undefined;
    const waiting = this.#waiting;
    const news = this.#news;
    const startMs = performance.now();
    this.#waiting = [];
    this.#news = { spans: 0, logs: 0 };
    try {
      if (pending.length > 0) this.#tables.writer.commit(pending);
    } catch (error) {
      this.#coming.clear();
      if (isDamage(error)) this.#reopen();
      const reason = isBusy(error) ? new SinkBusy(RETRY_AFTER_MS) : (error as Error);
      for (const { reject } of waiting) reject(reason);
      return;
    }
    this.#coming.clear();
    for (const each of pending.hashes) this.#known.add(each.toString("latin1"));
    for (const key of this.#known) {
      if (this.#known.size <= REMEMBERED_REQUESTS) break;
      this.#known.delete(key);
    }
    this.#spans += news.spans;
    this.#logs += news.logs;
    this.#options.onKept?.(news);
    for (const { taken, resolve } of waiting) resolve(toKept(taken));
    this.#keepUp(performance.now() - startMs);
  }

  /** The whole file is looked through, and moved aside if it must be. */
  #reopen(): void {
    this.#tables.dispose();
    const { sql } = openDatabase(this.#options.file, "local", true);
    this.#tables = new Tables(sql, this.#options.file, "local", this.#options.capBytes);
    this.#known.clear();
  }

  /** A share of the time that the commit took, so that it never falls behind; what is left is done when nobody sends. */
  #keepUp(commitMs: number): void {
    if (this.#isDisposed || this.#pending !== undefined) return;
    const forMs = Math.max(UPKEEP_MS, commitMs * UPKEEP_SHARE);
    let hasMore: boolean;
    try {
      hasMore = this.#tables.upkeep.work(performance.now() + forMs);
    } catch (error) {
      // Another process writes for longer than we wait: then the next commit tries again.
      if (!isBusy(error)) throw error;
      return;
    }
    clearImmediate(this.#upkeep);
    if (hasMore) this.#upkeep = setImmediate(() => this.#keepUp(0));
  }

  readStats(): SpanLogStats {
    const bytes = statSync(this.#options.file).size;
    const waitingBytes = this.#pending?.length ?? 0;
    return { spans: this.#spans, logs: this.#logs, bytes, waitingBytes };
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#commit();
    clearImmediate(this.#upkeep);
    this.#tables.dispose();
  }
}

function toKept({ kept, rejected }: Taken): Kept {
  return rejected === 0
    ? { kept, rejected }
    : {
        kept,
        rejected,
        reason: "a span needs a trace id and a span id, of 16 and 8 bytes in OTLP",
      };
}

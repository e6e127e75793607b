/**
 * Where the collector's receivers put what they are sent: the embedded store's file. Knows no wire but OTLP's, and no
 * ports.
 *
 * All that comes while the last commit is written goes into the next, so that each waits for the disk once. A request
 * that comes again while it is being written is answered with the first; later it is taken like any other, and spans
 * that are still there count once (batchWriter.ts).
 */

import { hash } from "node:crypto";
import { statSync } from "node:fs";
import {
  SinkBusy,
  type IngestResult,
  type SpanLog,
  type SpanLogStats,
} from "../../../model/spanSink.ts";
import type { LogRecord } from "../../../model/logRecord.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";
import { AttributeCache } from "./attributeCache.ts";
import { OtherThreadWriter, SameThreadWriter, type CommitWriter } from "./commitWriter.ts";
import { StoreHandle } from "../recovery/storeHandle.ts";
import { CommitBuilder } from "./commitBuilder.ts";

export interface SpanLogOptions {
  /** The store's file, made with its folder where it is absent. */
  readonly file: string;
  /** The oldest traces go when the file holds more; those that are pinned stay. */
  readonly capBytes: number;
  /** The bundled worker of the embedded store, or its source: then it writes, and this thread gathers meanwhile. */
  readonly workerPath?: string;
  /** Whether the owner's lock is held for as long as this is open. */
  readonly isOwner?: boolean;
}

/** Some 2,500 spans: 10 ms of work for the thread that writes. */
const START_BYTES = 2 ** 20;
/** More is refused while a commit is written: a second of what comes at full pace. */
const MAX_WAITING_BYTES = 64 * 2 ** 20;
/** By then a commit of that size is on disk. */
const RETRY_AFTER_MS = 1_000;

/** How soon a file that was deleted, or that another window met damage in, is looked at. */
const CHECK_EVERY_MS = 1_000;

/** Throws what SQLite throws where the file cannot be opened; a damaged one is recovered. */
export function openSpanLog(options: SpanLogOptions): SpanLog {
  const { file, capBytes, workerPath, isOwner = false } = options;
  const handleOptions = { file, capBytes, isOwner, store: "local" };
  const handle = new StoreHandle(handleOptions);
  handle.open();
  if (workerPath === undefined) {
    return new GatheringLog(() => new SameThreadWriter(handle), options);
  }
  handle.dispose();
  return new GatheringLog(
    onAwaitingFsync => new OtherThreadWriter(workerPath, handleOptions, onAwaitingFsync),
    options,
  );
}

interface Waiting {
  readonly what: "spans" | "logs";
  readonly stored: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class GatheringLog implements SpanLog {
  readonly #writer: CommitWriter;
  readonly #options: SpanLogOptions;
  readonly #builder = new CommitBuilder(new AttributeCache());
  /** Answers to the requests that are pending or being written, by the hash of the request. */
  readonly #coming = new Map<string, Promise<IngestResult>>();
  #waiting: Waiting[] = [];
  readonly #written = { spans: 0, logs: 0 };
  #isScheduled = false;
  /** So much is given to the writer at once, so that it never waits while more comes. */
  readonly #startBytes: number;
  readonly #writing = new Set<Promise<void>>();
  /** Whether the commit that was given last only waits for the disk. */
  #isAwaitingFsync = false;
  #isClosed = false;
  readonly #checks: NodeJS.Timeout | undefined;

  constructor(
    createWriter: (onAwaitingFsync: () => void) => CommitWriter,
    options: SpanLogOptions,
  ) {
    this.#writer = createWriter(() => {
      this.#isAwaitingFsync = this.#writing.size === 1;
      this.#schedule();
    });
    this.#options = options;
    this.#startBytes = options.workerPath === undefined ? Infinity : START_BYTES;
    // At once, too: what is deleted is saved by who has it open, and a thread that writes starts before it has to.
    const check = (): void => void this.#writer.check().catch(() => undefined);
    check();
    if (options.isOwner === true) this.#checks = setInterval(check, CHECK_EVERY_MS);
  }

  ingestOtlp(request: Uint8Array): Promise<IngestResult> {
    const bytes = Buffer.from(request.buffer, request.byteOffset, request.byteLength);
    const key = hash("sha1", bytes, "base64");
    const coming = this.#coming.get(key);
    if (coming !== undefined) return coming;
    const result = this.#keep("spans", builder => builder.addOtlp(bytes));
    this.#coming.set(key, result);
    const forget = (): void => void this.#coming.delete(key);
    result.then(forget, forget);
    return result;
  }

  async ingestSpans(records: Iterable<SpanRecord>): Promise<IngestResult> {
    let total = { stored: 0, rejected: 0 };
    let reason: string | undefined;
    const rest = records[Symbol.iterator]();
    for (let hasMore = true; hasMore;) {
      // What is more than one commit may hold is written by several, one after the other.
      const part = await this.#keep("spans", builder =>
        builder.addRecords(rest, MAX_WAITING_BYTES),
      );
      total = { stored: total.stored + part.stored, rejected: total.rejected + part.rejected };
      reason ??= part.reason;
      ({ hasMore } = part);
    }
    return reason === undefined ? total : { ...total, reason };
  }

  ingestLogs(records: readonly LogRecord[]): Promise<IngestResult> {
    return this.#keep("logs", builder => {
      for (const record of records) builder.addLog(record);
      return { stored: records.length, rejected: 0 };
    });
  }

  #keep<T extends IngestResult>(
    what: "spans" | "logs",
    add: (builder: CommitBuilder) => T,
  ): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error("the span log was closed"));
    if (this.#builder.length > MAX_WAITING_BYTES) {
      return Promise.reject(new SinkBusy(RETRY_AFTER_MS));
    }
    // What `add` throws rejects; nothing of it is pending then.
    const stored = new Promise<T>((resolve, reject) => {
      const added = add(this.#builder);
      this.#waiting.push({ what, stored: added.stored, resolve: () => resolve(added), reject });
    });
    this.#schedule();
    return stored;
  }

  get #canStart(): boolean {
    return this.#waiting.length > 0 && (this.#writing.size === 0 || this.#isAwaitingFsync);
  }

  #schedule(): void {
    if (!this.#canStart) return;
    if (this.#builder.length >= this.#startBytes) {
      this.#startNext();
    } else if (!this.#isScheduled) {
      this.#isScheduled = true;
      // Not at once: what comes in the same moment goes along, and between two commits maintenance has its turn.
      setImmediate(() => {
        this.#isScheduled = false;
        if (this.#canStart) this.#startNext();
      });
    }
  }

  #startNext(): void {
    this.#isAwaitingFsync = false;
    const writing = this.#writeNext().finally(() => {
      this.#writing.delete(writing);
      this.#schedule();
    });
    this.#writing.add(writing);
  }

  async #writeNext(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      if (this.#builder.length > 0) {
        this.#builder.giveBack(await this.#writer.write(this.#builder.take()));
      }
    } catch (error) {
      this.#builder.forget();
      for (const { reject } of waiting) reject(error as Error);
      return;
    }
    for (const { what, stored, resolve } of waiting) {
      this.#written[what] += stored;
      resolve();
    }
  }

  readStats(): SpanLogStats {
    const bytes = statSync(this.#options.file, { throwIfNoEntry: false })?.size ?? 0;
    return { ...this.#written, bytes, waitingBytes: this.#builder.length };
  }

  setCap(bytes: number): void {
    this.#writer.setCap(bytes);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#checks);
    while (this.#writing.size > 0 || this.#waiting.length > 0) {
      if (this.#waiting.length > 0) this.#startNext();
      await Promise.all(this.#writing);
    }
    await this.#writer.close();
  }
}

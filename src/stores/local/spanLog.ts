/**
 * Where the collector's receivers put what they are sent: the embedded store's file, written by the thread that opens
 * this. Knows no wire but OTLP's, and no ports.
 */

import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { Disposable } from "../../base/disposables.ts";
import type { Kept, SpanSink } from "../../collector/spanSink.ts";
import { readOtlpProto } from "../../formats/otlpProto.ts";
import type { LogRecord } from "../../model/logRecord.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { openDatabase } from "./database.ts";
import { toSpanRow } from "./spanRow.ts";
import { SpanWriter } from "./spanWriter.ts";
import { Strings } from "./strings.ts";

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

/** Throws what SQLite throws where the file cannot be opened; a damaged one is moved aside. */
export function openSpanLog(options: SpanLogOptions): SpanLog {
  const { sql } = openDatabase(options.file, "local", false);
  return new WritingLog(sql, options);
}

class WritingLog implements SpanLog {
  readonly #sql: DatabaseSync;
  readonly #options: SpanLogOptions;
  readonly #writer: SpanWriter;
  #spans = 0;
  #logs = 0;

  constructor(sql: DatabaseSync, options: SpanLogOptions) {
    this.#sql = sql;
    this.#options = options;
    this.#writer = new SpanWriter(sql, new Strings(sql));
  }

  async keepOtlp(request: Uint8Array): Promise<Kept> {
    return this.keepSpans(readOtlpProto(request, { store: "local" }).records);
  }

  keepSpans(records: readonly SpanRecord[]): Promise<Kept> {
    this.#writer.addSpans(records.map(toSpanRow));
    this.#spans += records.length;
    this.#options.onKept?.({ spans: records.length, logs: 0 });
    return Promise.resolve({ kept: records.length, rejected: 0 });
  }

  keepLogs(records: readonly LogRecord[]): Promise<Kept> {
    this.#logs += records.length;
    return Promise.resolve({ kept: records.length, rejected: 0 });
  }

  readStats(): SpanLogStats {
    const bytes = statSync(this.#options.file).size;
    return { spans: this.#spans, logs: this.#logs, bytes, waitingBytes: 0 };
  }

  dispose(): void {
    this.#sql.close();
  }
}

/**
 * Where receivers put what they were sent. They know no database, and the store behind this knows no wire.
 *
 * Every call resolves when what it was given is on disk: only then may a receiver say so to its sender.
 */

import type { LogRecord } from "./logRecord.ts";
import type { SpanRecord } from "./spanRecord.ts";

/** The outcome of what a sender sent. */
export interface IngestResult {
  /** Spans or log records on disk, those that were there already included. */
  readonly stored: number;
  /** The spans that no store can keep: no trace id, no span id. The sender is told, and need not send them again. */
  readonly rejected: number;
  /** Why, for the sender; where any was rejected. */
  readonly reason?: string;
  /** Facts of what is stored otherwise than it was sent, in words; absent for none. */
  readonly notes?: readonly string[];
}

export interface SpanSink {
  /** One OTLP `ExportTraceServiceRequest`, decompressed. Rejects with a `WireError` where it is no such message. */
  ingestOtlp(request: Uint8Array): Promise<IngestResult>;
  ingestSpans(records: readonly SpanRecord[]): Promise<IngestResult>;
  ingestLogs(records: readonly LogRecord[]): Promise<IngestResult>;
}

/** More is waiting to be written than may wait. The sender should send it again after a while; nothing was kept. */
export class SinkBusy extends Error {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super("the store cannot keep up");
    this.name = "SinkBusy";
    this.retryAfterMs = retryAfterMs;
  }
}

export interface SpanLogStats {
  /** Kept since it was opened, those that came again included. */
  readonly spans: number;
  readonly logs: number;
  /** The size of the file. */
  readonly bytes: number;
  /** Taken and not yet on disk. */
  readonly waitingBytes: number;
}

/** A sink that keeps what it takes in a file of the embedded store. */
export interface SpanLog extends SpanSink {
  /** Takes each record when it has room for it, so that they need not all be in memory. */
  ingestSpans(records: Iterable<SpanRecord>): Promise<IngestResult>;
  readStats(): SpanLogStats;
  /** The file may hold so much from now on. */
  setCap(bytes: number): void;
  /** Resolves when what waits is on disk. */
  close(): Promise<void>;
}

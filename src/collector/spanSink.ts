/**
 * Where receivers put what they were sent. They know no database, and the store behind this knows no wire.
 *
 * Every call resolves when what it was given is on disk: only then may a receiver say so to its sender.
 */

import type { LogRecord } from "../model/logRecord.ts";
import type { SpanRecord } from "../model/spanRecord.ts";

/** What became of what a sender sent. */
export interface Kept {
  /** Spans or log records on disk, those that were there already included. */
  readonly kept: number;
  /** Those that no store can keep: no trace id, no span id. The sender is told, and need not send them again. */
  readonly rejected: number;
  /** Why, for the sender; where any was rejected. */
  readonly reason?: string;
}

export interface SpanSink {
  /** One OTLP `ExportTraceServiceRequest`, decompressed. Rejects with a `WireError` where it is no such message. */
  keepOtlp(request: Uint8Array): Promise<Kept>;
  keepSpans(records: readonly SpanRecord[]): Promise<Kept>;
  keepLogs(records: readonly LogRecord[]): Promise<Kept>;
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

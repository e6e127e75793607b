/** One span as formats and stores hand it to the TraceBuilder. Pure; knows no wire format and no store. */

/** The index of a span in the columns of its trace; −1 where it may say that there is none. */
export type SpanIndex = number & { readonly __brand: "SpanIndex" };

export const FIRST_SPAN = 0 as SpanIndex;
export const NO_SPAN = -1 as SpanIndex;

/** The span after it in the columns: its first child, where it has one. */
export function nextSpan(span: SpanIndex): SpanIndex {
  return (span + 1) as SpanIndex;
}

/** OpenTelemetry's numbers, so that a kind needs no translation on the wire. */
export const SpanKind = {
  unspecified: 0,
  internal: 1,
  server: 2,
  client: 3,
  producer: 4,
  consumer: 5,
} as const;
export type SpanKind = (typeof SpanKind)[keyof typeof SpanKind];

/** OpenTelemetry's numbers. A running span is `unset`. */
export const SpanStatus = { unset: 0, ok: 1, error: 2 } as const;
export type SpanStatus = (typeof SpanStatus)[keyof typeof SpanStatus];

/** Bits in `TraceColumns.flags`. */
export const SpanFlag = {
  /** No store has this span; it stands for an id that others name as their parent. */
  placeholder: 1,
  /** Still marked as running, but silent for so long that its worker has probably gone. */
  noHeartbeat: 2,
  /** The start was absent or zero and was taken from the parent, or from the first span below. */
  noStart: 4,
  /** The end lay before the start and was moved to it. */
  clamped: 8,
  /** The parent lives in another process (OTLP `flags` 0x200). */
  remoteParent: 16,
  /** Not ours to time: the start or the end is not known (Celery's result backend has no start), and nothing runs. */
  untimed: 32,
  /** The server that it was read from has already moved its times for clock skew; nobody may do so twice. */
  adjusted: 64,
} as const;

/** Why one span points at another besides its parent. */
export const EdgeKind = {
  link: 0,
  followsFrom: 1,
  crossThread: 2,
  crossProcess: 3,
} as const;
export type EdgeKind = (typeof EdgeKind)[keyof typeof EdgeKind];

/** A cause other than the parent. It may name a span of another trace. */
export interface SpanRef {
  readonly kind: EdgeKind;
  /** Absent: the same trace. */
  readonly traceId?: string;
  readonly spanId: string;
}

export interface SpanInput {
  /** Unique in its trace but for retries of delivery and Zipkin's shared spans, which the builder sorts out. */
  readonly spanId: string;
  /** The primary parent; absent, zero or empty: a root. */
  readonly parentSpanId?: string;
  readonly refs?: readonly SpanRef[];
  /** The operation that ran, or the function of a task. */
  readonly name: string;
  /** `service.name`, process or service code; empty where the source has none. */
  readonly service?: string;
  /** The queue or messaging destination, for tasks. */
  readonly queue?: string;
  readonly kind?: SpanKind;
  readonly status?: SpanStatus;
  /** Nanoseconds since the Unix epoch. Absent or zero: unknown, taken from the parent. */
  readonly startUnixNs?: bigint;
  /** Nanoseconds since the Unix epoch. Absent: still running. */
  readonly endUnixNs?: bigint;
  /** When the task was published, nanoseconds since the Unix epoch. Absent: unknown. */
  readonly queuedUnixNs?: bigint;
  /** Attempts of this task so far, 1 for the first. */
  readonly attempts?: number;
  /** Bits of `SpanFlag`. */
  readonly flags?: number;
  /**
   * The id of the message or task that this span sent or ran (`messaging.message_id`), canonical as by
   * `canonicalSpanId`. A task's own document has its span id here too: that is how the builder knows a document, which
   * joins the consumer span of the same message. A store that keeps spans must keep this, `host` and `warnings` too.
   */
  readonly messageId?: string;
  /** The trace in which OpenTelemetry knows that message, where the span's own trace has another name. */
  readonly messageTraceId?: string;
  /** The machine whose clock timed it: `host.id`, `host.ip` or `host.name`. Absent: unknown. */
  readonly host?: string;
  /** The warnings that the server that it was read from gave of this span, in its own words. */
  readonly warnings?: readonly string[];
  /** The key under which the part's `DetailSource` knows this span; absent: the span id. */
  readonly detailKey?: string;
}

/**
 * The interface of every trace store. One file or folder a store; `open.ts` turns configuration into stores. A store
 * states facts: it knows no words, no settings page and no VS Code.
 *
 * Every call takes a signal and has a deadline, rejects with a `TraceError` when the store cannot answer, and never
 * loads more than it was asked for.
 */

import type { Disposable } from "../base/disposables.ts";
import type { SpanStatus } from "./span.ts";
import type { StoreFact } from "./storeFact.ts";
import type { StoredTrace } from "./trace.ts";
import type { WorkspaceCommit } from "./workspaceCommit.ts";

export type StoreKind = "local" | "mongodb" | "jaeger" | "zipkin" | "skywalking" | "tempo" | "file";

/** One span or task in short: what a hover or a list shows. */
export interface SpanBrief {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly service?: string;
  readonly queue?: string;
  readonly status: SpanStatus;
  /** As the store writes it, for tasks: `running`, `finish`, `FAILURE`, … */
  readonly state?: string;
  readonly attempts?: number;
  /** Milliseconds since the Unix epoch, with fraction. */
  readonly queuedUnixMs?: number;
  readonly startUnixMs?: number;
  /** Absent while it runs. */
  readonly endUnixMs?: number;
  readonly noHeartbeat?: boolean;
  /** The session or conversation that it belongs to; absent also where asking would cost another read. */
  readonly session?: string;
  /** The first line of the error. */
  readonly error?: string;
  /** How many spans name this one as their parent; absent where asking would cost a scan. */
  readonly childCount?: number;
}

/** An id was found: which trace, and which span of it (absent: the id is the trace's own). */
export interface Found {
  readonly traceId: string;
  readonly spanId?: string;
  /** The span that was found, or the trace's first root. */
  readonly brief: SpanBrief;
  /** The failed spans of the trace, where the id is its own and counting them costs no further read. */
  readonly errorCount?: number;
}

export interface TraceBrief {
  readonly traceId: string;
  /** The root that started first. */
  readonly root: SpanBrief;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly startUnixMs: number;
  /** Absent while any span runs. */
  readonly durationMs?: number;
  readonly services: readonly string[];
  /** The session or conversation of its root, or of the first span that tells of one. */
  readonly session?: string;
  /** Kept when older traces go; only where the store can. */
  readonly isPinned?: boolean;
  /** At which commits the windows' workspaces were when it came in; only where the store captured it. */
  readonly captured?: readonly WorkspaceCommit[];
}

export interface TraceQuery {
  readonly service?: string;
  readonly operation?: string;
  readonly status?: "error" | "ok" | "running";
  readonly minDurationMs?: number;
  readonly maxDurationMs?: number;
  readonly fromUnixMs?: number;
  readonly toUnixMs?: number;
  /** Attribute key to value, all must match. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The id of a session or conversation: the value of any of `sessionKeys`. */
  readonly session?: string;
  readonly text?: string;
  /** How many traces to answer with at most. */
  readonly limit: number;
  /** From an earlier answer, for the next page. */
  readonly cursor?: string;
}

export interface TracePage {
  readonly traces: readonly TraceBrief[];
  /** Absent: this was the last page. */
  readonly cursor?: string;
}

export interface StoreHealth {
  /** Product and version, collections or services seen, read for a person in the wizard. */
  readonly facts: readonly StoreFact[];
  /** The steps by which the user could make it faster or complete. */
  readonly advice: readonly StoreAdvice[];
}

export type StoreAdvice = {
  readonly kind: "missingIndex";
  readonly collections: readonly string[];
  /** Field path to direction, the key of the index to create. */
  readonly key: Readonly<Record<string, 1 | -1>>;
};

export interface TraceStore extends Disposable {
  readonly kind: StoreKind;
  /** Unique among the stores that are open. */
  readonly name: string;

  /** Everything the store has of one trace; `undefined` where it has nothing. `traceId` is as in `Found`. */
  readTrace(traceId: string, signal: AbortSignal): Promise<StoredTrace | undefined>;

  /** The traces and spans that an id names: a trace, task or span id. Several where one id was used twice. */
  findId(id: string, signal: AbortSignal): Promise<readonly Found[]>;

  /** The spans that name this one as their parent, oldest first. */
  readChildren(spanId: string, signal: AbortSignal): Promise<readonly SpanBrief[]>;

  /** Newest first. */
  searchTraces(query: TraceQuery, signal: AbortSignal): Promise<TracePage>;

  /** For completion; services are queues where a store knows queues. */
  listServices(signal: AbortSignal): Promise<readonly string[]>;
  listOperations(service: string, signal: AbortSignal): Promise<readonly string[]>;

  /** Says whether it is well, by asking it. Rejects with a `TraceError` where it is not. */
  checkHealth(signal: AbortSignal): Promise<StoreHealth>;

  /** Follows one piece of advice. Called only when the user has agreed to it; every other call only reads. */
  createIndexes?(advice: StoreAdvice, signal: AbortSignal): Promise<void>;

  /** Tells of traces that came or grew, until disposed; absent where the store cannot. */
  watch?(onChange: (traceIds: readonly string[]) => void): Disposable;

  /** Whether it tells this trace from where it comes: news of what is kept of it meanwhile change nothing. */
  isArriving?(traceId: string): boolean;
}

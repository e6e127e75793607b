/**
 * A trace is one value: columns, parents before children. Pure.
 *
 * Spans stand in depth-first order, siblings by start, so a subtree is a run of neighbours, a row of the timeline is
 * an index, and every pass over the tree is a loop.
 */

import type { IndexArray } from "../base/indexArray.ts";
import type { Problem } from "./problem.ts";
import type { SpanIndex, SpanInput } from "./span.ts";
import type { DetailSource, SpanDetail } from "./spanDetail.ts";
import type { WorkspaceCommit } from "./workspaceCommit.ts";

export type { SpanIndex } from "./span.ts";

export interface TraceColumns {
  readonly traceId: string;
  readonly count: number;
  /** Every time is relative to this: whole milliseconds since the Unix epoch, so that it is exact as a number. */
  readonly originUnixMs: number;
  /** Names, services and queues; index 0 is the empty string. */
  readonly strings: readonly string[];
  /** −1 for a root, else an index smaller than the span's own. */
  readonly parent: IndexArray<SpanIndex>;
  /** Nanoseconds from the origin. */
  readonly startNs: Float64Array;
  /** Nanoseconds from the origin; NaN while the span runs. */
  readonly endNs: Float64Array;
  /** When the task was published, nanoseconds from the origin; NaN where unknown; never after the start. */
  readonly queuedNs: Float64Array;
  /** Indices into `strings`. */
  readonly name: Int32Array;
  readonly service: Int32Array;
  readonly queue: Int32Array;
  /** The machine whose clock timed it; 0 where unknown. */
  readonly host: Int32Array;
  /** `SpanKind`, `SpanStatus`, bits of `SpanFlag`. */
  readonly kind: Uint8Array;
  readonly status: Uint8Array;
  readonly flags: Uint8Array;
  /** Attempts of a task, 255 for more; 1 where nothing is known. */
  readonly attempts: Uint8Array;
  /** Causes beside the tree: from the span that caused to the span that was caused. `EdgeKind`. */
  readonly edgeFrom: IndexArray<SpanIndex>;
  readonly edgeTo: IndexArray<SpanIndex>;
  readonly edgeKind: Uint8Array;
}

/** A trace in the extension host: the columns, and what is asked for one span at a time. */
export interface Trace {
  readonly columns: TraceColumns;
  readonly spanIds: readonly string[];
  readonly problems: readonly Problem[];
  /** The names of the stores that the spans came from. */
  readonly stores: readonly string[];
  /** How many of the spans each of them knows. */
  readonly sources: readonly TraceSource[];
  /** The first span of that id; a task that was joined to its span is found by the task's id too. */
  findSpan(spanId: string): SpanIndex | undefined;
  /**
   * Reads what the stores know of one span, united. Rejects with a `TraceError`; a placeholder answers with its id
   * alone.
   */
  readDetail(span: SpanIndex, signal: AbortSignal): Promise<SpanDetail>;
  /** The search of those stores that look through all details by themselves. */
  readonly textSearch?: TraceTextSearch;
}

export interface TraceTextSearch {
  /** Whether all stores that know the span look into it by themselves; the others' details must be read. */
  covers(span: SpanIndex): boolean;
  /** The spans whose details hold the text, whatever its case, as they are found. Rejects with a `TraceError`. */
  find(text: string, signal: AbortSignal): AsyncIterable<FoundPart>;
  /** Has the stores read ahead what `find` looks into. */
  prepare?(signal: AbortSignal): Promise<void>;
}

/** A part of what a search has found. */
export interface FoundPart {
  readonly spans: readonly SpanIndex[];
  /** How many spans were looked into for it. */
  readonly looked: number;
}

/** The part that one store gave to a trace. */
export interface TraceSource {
  readonly store: string;
  readonly spans: number;
}

/** The spans and details that one store knows of a trace. */
export interface StoredTrace {
  readonly store: string;
  readonly spans: Iterable<SpanInput>;
  /** The same spans in the columns of a trace, where the store has built them; then `spans` may be read again and again. */
  readonly plain?: PlainTrace | undefined;
  readonly details: DetailSource;
  /** The problems that the store itself has to say: cut short, no trace context, its own warnings. */
  readonly problems?: readonly Problem[];
  /** At which commits the windows' workspaces were when it came in, where the store captured it. */
  readonly captured?: readonly WorkspaceCommit[] | undefined;
}

/** A trace that its store has built, because nothing in it is odd. */
export interface PlainTrace {
  readonly columns: Omit<TraceColumns, "traceId">;
  /** A string for each span: for who needs them all. */
  listSpanIds(): readonly string[];
  /** Looks through all ids, from the one that was found last, and makes no index of them. */
  findSpan(spanId: string): SpanIndex | undefined;
  /** Whether any span tells of a message, or of another name of the trace. */
  readonly hasMessages: boolean;
  readSpan(span: SpanIndex): SpanInput;
}

/** The newest runs of each operation that a store holds: what is counted beside the code. Pure data. */

import type { SpanKind } from "./span.ts";
import type { SpanDetail } from "./spanDetail.ts";
import type { CaptureLog } from "./workspaceCommit.ts";

/** Spans of one service, name, queue, kind and `code.*` attributes: they come from the same place of the code. */
export interface OperationRuns {
  /** The same for the same operation, however often the store is opened. */
  readonly key: string;
  readonly name: string;
  readonly service: string;
  readonly queue: string;
  readonly kind: SpanKind;
  /** The starts of the newest runs that ended, oldest first; milliseconds since the Unix epoch. */
  readonly startUnixMs: Float64Array;
  /** The number that the store gave the trace of the run. */
  readonly trace: Uint32Array;
  readonly durationMs: Float32Array;
  /** 1 where the run failed. */
  readonly failed: Uint8Array;
  /** There were more runs than these. */
  readonly isCut: boolean;
}

/** Up to where a reader has been told; a store that counts anew begins another session. */
export interface RunsMark {
  readonly session: number;
  readonly revision: number;
}

export interface RunsAnswer {
  readonly mark: RunsMark;
  /** The operations that changed since the mark that was asked with; all where the session is another. */
  readonly changed: readonly OperationRuns[];
  /** At which commits the workspace was when the traces of the runs came in. */
  readonly captures: CaptureLog;
  /** False while spans are waiting to be counted: ask again. */
  readonly isWhole: boolean;
  /** Spans or operations have been left out, because there are too many. */
  readonly isLimited: boolean;
}

export interface RunBrief {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly startUnixMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
}

/** The span of one run with all that it tells. */
export interface RunSpan extends RunBrief {
  readonly detail: SpanDetail;
}

/** A store that counts the runs of operations while spans come. */
export interface RunSource {
  /** Counts for a few milliseconds, and answers with what changed. */
  readRuns(since: RunsMark | undefined, signal: AbortSignal): Promise<RunsAnswer>;
  /** The newest run of an operation that is still there, or the newest that failed. */
  readRun(key: string, isFailed: boolean, signal: AbortSignal): Promise<RunSpan | undefined>;
  /** Runs of these operations whose traces are still there, newest first. */
  listRuns(
    keys: readonly string[],
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly RunBrief[]>;
}

/** The function that the runs of an operation are runs of. */
export interface RunPlace {
  /** Absolute, with `/`. */
  readonly path: string;
  readonly function: string;
  /** The names around it, outermost first: `Orders`, `outer.inner`; empty at the top of a file. */
  readonly owner: string;
  readonly line0: number;
  readonly endLine0: number;
  /** The rule that found it. */
  readonly rule: string;
  /** False where the span is no run of the function as a whole, but begins and ends within it. */
  readonly isOwn: boolean;
}

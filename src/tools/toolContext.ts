/** The services that the tools ask of the editor around them. Types alone: the tools know no editor. */

import type { RunColumns } from "../analysis/runFacts.ts";
import type { LineQuestion } from "../model/lineQuestion.ts";
import type { LogPage, LogQuery } from "../model/logRecord.ts";
import type { RunBrief, RunSpan } from "../model/operationRuns.ts";
import type { SpanKind } from "../model/span.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import type { Trace } from "../model/trace.ts";
import type { StoreSet } from "../stores/storeSet.ts";
import type { ShowView } from "./toolTable.ts";

/** A place in the workspace. */
export interface CodePlace {
  /** Relative to the workspace, with slashes. */
  readonly path: string;
  /** Absolute and normal, for further questions about the place; never told. */
  readonly file: string;
  readonly line1: number;
  readonly isSure: boolean;
  /** How it was found, in a sentence. */
  readonly reason: string;
}

export interface SpanFacts {
  readonly name: string;
  readonly service: string;
  readonly queue: string;
  readonly kind: SpanKind;
}

/** The functions of the workspace's code that ran, counted from the embedded store. */
export interface CodeRuns {
  readonly functions: readonly RunsOfFunction[];
  /** Operations or old runs were left out, because there are too many. */
  readonly isLimited: boolean;
  /** How many functions have runs at all: where none fits, the reader sees whether any is known. */
  readonly known: number;
}

export interface RunsOfFunction {
  readonly path: string;
  readonly name: string;
  readonly line1: number;
  readonly runs: RunColumns;
  /** Newest first; those whose traces are still there. */
  listRuns(limit: number, signal: AbortSignal): Promise<readonly RunBrief[]>;
  readLastFailed(signal: AbortSignal): Promise<RunSpan | undefined>;
}

/** One hand-over of work without its trace. */
export interface ToldLoss {
  readonly caller: { readonly traceId: string; readonly name: string };
  readonly root: { readonly traceId: string; readonly name: string };
  /** To what it was handed: `goroutine`, `thread`, `message`. */
  readonly kind: string;
  /** Absent: outside of the workspace. */
  readonly place?: CodePlace | undefined;
}

/** One line of a stack. */
export interface StackLine {
  readonly text: string;
  /** Absent: outside of the workspace, or not to be found in it. */
  readonly place?: CodePlace;
}

/** How it stands with receiving, for answers that find nothing. */
export interface Situation {
  /** In words: `receiving`, or why not. */
  readonly collector: string;
  /** `OTLP/HTTP 4318 listening`. */
  readonly ports: readonly string[];
  /** How many came since the collector started; absent where another window counts them. */
  readonly spans?: number;
  readonly lastRejection?: string;
  /** Says how something is kept otherwise than it was sent. */
  readonly lastNote?: string;
  /** Whether new terminals and debug sessions of this window send here. */
  readonly sendsTelemetryHere: boolean;
}

export interface ShowRequest {
  readonly traceId: string;
  readonly spanId?: string;
  readonly view: ShowView;
}

export interface ToolContext {
  stores(): Promise<StoreSet>;
  readonly storeTimeoutMs: number;
  now(): number;
  describeSituation(): Situation;
  /** The best place of a span within the workspace; `undefined` where none is known. */
  findPlace(
    detail: SpanDetail,
    span: SpanFacts,
    signal: AbortSignal,
  ): Promise<CodePlace | undefined>;
  /** The lines that called the function of a place, or that explain what its span shows; none where nothing tells. */
  findLines(
    place: CodePlace,
    question: LineQuestion<CodePlace>,
    signal: AbortSignal,
  ): Promise<readonly CodePlace[]>;
  /** The hand-overs of work without the trace's context, of this trace or to it, as far as code and traces tell them. */
  findLosses(trace: Trace, signal: AbortSignal): Promise<readonly ToldLoss[]>;
  /** The lines of a stack, innermost first, those of libraries last. */
  findStack(stack: string, signal: AbortSignal): Promise<readonly StackLine[]>;
  /** The functions of this file, around this line of it, or of this name, as far as anything ran them. */
  findRuns(
    query: { readonly file: string; readonly line1?: number } | { readonly function: string },
    signal: AbortSignal,
  ): Promise<CodeRuns>;
  /** Logs of the embedded store: of a trace, or of a time those that name no trace. */
  readLogs(query: LogQuery, signal: AbortSignal): Promise<LogPage>;
  /** Opens it; says what is on the screen then. */
  show(request: ShowRequest, signal: AbortSignal): Promise<string>;
}

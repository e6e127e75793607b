/** The questions that the panel's page asks of its own worker: analyses that would hold up a frame of a large trace. */

import type { Answer } from "../analysis/answers/answer.ts";
import type { CallGraph, GraphLimits } from "../analysis/callGraph.ts";
import type { FoldWishes } from "../analysis/callGraphFold.ts";
import type { CallGraphMode, SpanPaths } from "../analysis/callGraphPaths.ts";
import type { TraceComparison } from "../analysis/compareTraces.ts";
import type { CriticalIndex } from "../analysis/criticalPath.ts";
import type { OperationRow } from "../analysis/operations.ts";
import type { Problem } from "../model/problem.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";

export interface AnalysisResult {
  readonly answers: readonly Answer[];
  readonly rows: readonly OperationRow[];
  readonly critical: CriticalIndex;
  /** 1 for each span of the critical path. */
  readonly isCritical: Uint8Array;
}

/** The call graph of a trace. */
export interface OpenedCallGraph {
  readonly paths: SpanPaths;
  /** As it is folded at first, around the span that is selected. */
  readonly graph: CallGraph;
  readonly selected: SpanIndex | undefined;
}

/** A trace by its number; a question about another than the one that was given last is answered with `undefined`. */
export type TraceNumber = number;

export type AnalysisApi = {
  /** Keeps the trace for the questions that follow, in place of the one before. */
  take(number: TraceNumber, columns: TraceColumns, problems: readonly Problem[]): Promise<void>;
  /** `nowNs`: the moment that running spans have reached by the page's clock. */
  analyse(
    number: TraceNumber,
    nowUnixMs: number,
    nowNs?: number,
  ): Promise<AnalysisResult | undefined>;
  /** Builds the call graph, and keeps it to be folded in other ways. */
  openCallGraph(
    number: TraceNumber,
    mode: CallGraphMode,
    selected: SpanIndex | undefined,
  ): Promise<OpenedCallGraph | undefined>;
  /** The part of the call graph that is shown; `undefined` where another mode was opened since. */
  foldCallGraph(
    number: TraceNumber,
    mode: CallGraphMode,
    wishes: FoldWishes,
    limits: GraphLimits,
  ): Promise<CallGraph | undefined>;
  /** One trace against earlier runs. */
  compare(before: readonly TraceColumns[], after: TraceColumns): Promise<TraceComparison>;
};

/** The questions that the panel's page asks of its own worker: analyses that would hold up a frame of a large trace. */

import type { Answer } from "../analysis/answers/answer.ts";
import type { TraceComparison } from "../analysis/compareTraces.ts";
import type { CriticalPath } from "../analysis/criticalPath.ts";
import type { OperationRow } from "../analysis/operations.ts";
import type { Problem } from "../model/problem.ts";
import type { TraceColumns } from "../model/trace.ts";

export interface AnalysisResult {
  readonly answers: readonly Answer[];
  readonly rows: readonly OperationRow[];
  readonly critical: CriticalPath;
}

export type AnalysisApi = {
  analyse(
    columns: TraceColumns,
    problems: readonly Problem[],
    nowUnixMs: number,
  ): Promise<AnalysisResult>;
  /** One trace against earlier runs. */
  compare(before: readonly TraceColumns[], after: TraceColumns): Promise<TraceComparison>;
};

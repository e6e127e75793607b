/** A trace with what its analyses share: built once, asked by answers, table and comparison. Pure. */

import type { Problem } from "../model/problem.ts";
import type { TraceColumns } from "../model/trace.ts";
import { findCriticalPath, type CriticalPath } from "./criticalPath.ts";
import { gatherOperations, type Operations } from "./gatherOperations.ts";
import { buildSelfTimes, getTraceEndNs, getTraceStartNs } from "./times.ts";
import { buildTree, type TraceTree } from "./tree.ts";

export interface AnalysedTrace {
  readonly columns: TraceColumns;
  readonly problems: readonly Problem[];
  readonly tree: TraceTree;
  /** Nanoseconds from the origin: the first start or publish, and the last known moment. */
  readonly startNs: number;
  readonly endNs: number;
  readonly selfNs: Float64Array;
  readonly critical: CriticalPath;
  /** Made when they are first asked for. */
  readonly operations: Operations;
}

export function analyseTrace(
  columns: TraceColumns,
  problems: readonly Problem[] = [],
): AnalysedTrace {
  const tree = buildTree(columns);
  const endNs = getTraceEndNs(columns);
  let operations: Operations | undefined;
  return {
    get operations() {
      return (operations ??= gatherOperations(columns));
    },
    columns,
    problems,
    tree,
    startNs: getTraceStartNs(columns),
    endNs,
    selfNs: buildSelfTimes(columns, tree, endNs),
    critical: findCriticalPath(columns, tree),
  };
}

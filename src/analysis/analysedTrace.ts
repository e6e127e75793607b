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
  /** Found when it is first asked for, as the operations are. */
  readonly critical: CriticalPath;
  readonly operations: Operations;
}

/** `nowNs`: the moment that running spans have reached, where it is known. */
export function analyseTrace(
  columns: TraceColumns,
  problems: readonly Problem[] = [],
  nowNs = Number.NEGATIVE_INFINITY,
): AnalysedTrace {
  const tree = buildTree(columns);
  const heardNs = getTraceEndNs(columns);
  const endNs = Math.max(heardNs, nowNs);
  let critical: CriticalPath | undefined;
  let operations: Operations | undefined;
  return {
    get critical() {
      return (critical ??= findCriticalPath(columns, tree, undefined, endNs));
    },
    get operations() {
      return (operations ??= gatherOperations(columns));
    },
    columns,
    problems,
    tree,
    startNs: getTraceStartNs(columns),
    endNs,
    selfNs: buildSelfTimes(columns, tree, heardNs, endNs),
  };
}

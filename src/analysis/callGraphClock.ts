/** The call graph of a trace that runs on while nobody sends news of it. Pure. */

import { FIRST_SPAN, SpanFlag } from "../model/span.ts";
import type { TraceColumns } from "../model/trace.ts";
import type { CallGraph } from "./callGraph.ts";
import type { SpanPaths } from "./callGraphPaths.ts";
import type { TimesUpTo } from "./operations.ts";
import { getRunEndNs, isRunning } from "./times.ts";

/** The same nodes at a later moment: what ran when it was heard of has run until now. */
export function advanceGraph(
  graph: CallGraph,
  { pathOfSpan }: SpanPaths,
  columns: TraceColumns,
  heard: TimesUpTo,
  now: TimesUpTo,
): CallGraph {
  if (now.endNs <= heard.endNs) return graph;
  const nodes = graph.nodes.map(node => ({ ...node }));
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (!isRunning(columns, span) || columns.flags[span]! & SpanFlag.placeholder) continue;
    const path = pathOfSpan[span]!;
    const node = nodes[graph.nodeOfPath[path]!]!;
    // What is folded into a node is not among its sums.
    if (node.kind === "calls" && node.path !== path) continue;
    const endNs = getRunEndNs(columns, span, heard.endNs, now.endNs);
    node.totalNs += endNs - getRunEndNs(columns, span, heard.endNs);
    node.selfNs += now.selfNs[span]! - heard.selfNs[span]!;
    node.maxNs = Math.max(node.maxNs, endNs - columns.startNs[span]!);
  }
  return { ...graph, nodes };
}

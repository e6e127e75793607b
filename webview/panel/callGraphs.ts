/** How the graph's view asks for call graphs, which are built outside of the page's main thread. Types only. */

import type { CallGraph, GraphLimits } from "../../src/analysis/callGraph.ts";
import type { FoldWishes } from "../../src/analysis/callGraphFold.ts";
import type { SpanPaths } from "../../src/analysis/callGraphPaths.ts";
import type { GraphMode, LoadedTrace } from "./state.ts";

/** An answer is `undefined` where something newer is shown by now. */
export interface CallGraphs {
  /** Builds the graph of a trace, so that it can be folded. */
  open(trace: LoadedTrace, mode: GraphMode): Promise<SpanPaths | undefined>;
  fold(
    trace: LoadedTrace,
    mode: GraphMode,
    wishes: FoldWishes,
    limits: GraphLimits,
  ): Promise<CallGraph | undefined>;
}

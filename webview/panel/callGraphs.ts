/** How the graph's view asks for call graphs, which are built outside of the page's main thread. Types only. */

import type { CallGraph, GraphLimits } from "../../src/analysis/callGraph.ts";
import type { FoldWishes } from "../../src/analysis/callGraphFold.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { OpenedCallGraph } from "../../src/protocol/analysisWorker.ts";
import type { GraphMode, LoadedTrace } from "./state.ts";

/** An answer is `undefined` where something newer is shown by now. */
export interface CallGraphs {
  /** Builds the graph of a trace, so that it can be folded; the graph that it answers with may be of an earlier selection. */
  open(
    trace: LoadedTrace,
    mode: GraphMode,
    selected: SpanIndex | undefined,
  ): Promise<OpenedCallGraph | undefined>;
  fold(
    trace: LoadedTrace,
    mode: GraphMode,
    wishes: FoldWishes,
    limits: GraphLimits,
  ): Promise<CallGraph | undefined>;
}

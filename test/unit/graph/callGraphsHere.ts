import { createAnalysisApi } from "../../../webview/answers/analysisApi.ts";
import type { CallGraphs } from "../../../webview/panel/callGraphs.ts";

/** What the page's worker builds, without a thread. */
export function openCallGraphsHere(): CallGraphs {
  const api = createAnalysisApi(() => Promise.resolve());
  return {
    open: async (trace, mode, selected) => {
      await api.take(1, trace.columns, trace.summary.problems);
      return api.openCallGraph(1, mode, selected);
    },
    fold: (_trace, mode, wishes, limits) => api.foldCallGraph(1, mode, wishes, limits),
  };
}

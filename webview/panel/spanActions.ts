/** The actions of the page when a span's context menu asks for them. Changes the state alone. */

import { listParents } from "../../src/analysis/treeSearch.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { SpanAction } from "../../src/protocol/spanMenu.ts";
import { windowAround } from "../timeline/timeScale.ts";
import { getSpanFacts } from "../words/spanFacts.ts";
import type { ViewState } from "./state.ts";

export function actOnSpan(state: ViewState, action: SpanAction, span: SpanIndex): void {
  const trace = state.trace.value;
  if (trace === undefined || span >= trace.columns.count) return;
  const { name, service, queue } = getSpanFacts(trace, span);
  switch (action) {
    case "filterByService":
      state.filterBy({ group: queue || service });
      return;
    case "filterByOperation":
      state.filterBy({ operation: name });
      return;
    case "showSubtree":
      state.filterBy({ under: span });
      return;
    case "zoomTo": {
      if (state.timelineView.value === "flame" && state.flameMode.value === "paths") {
        state.flameRoot.set(span);
        return;
      }
      const { startNs, endNs } = trace.columns;
      const lastNs = Number.isNaN(endNs[span]) ? trace.endNs : (endNs[span] ?? 0);
      state.viewport.set(windowAround(startNs[span] ?? 0, lastNs, state.fullViewport()));
      return;
    }
    case "expandBelow":
    case "collapseBelow": {
      const folded = new Set(state.folded.value);
      const end = trace.tree.subtreeEnd[span] ?? span + 1;
      for (const parent of listParents(trace.tree.childCount, span, end)) {
        if (action === "collapseBelow") folded.add(parent);
        else folded.delete(parent);
      }
      state.folded.set(folded);
      if (action === "expandBelow") state.openGroupsBelow(span);
      return;
    }
  }
}

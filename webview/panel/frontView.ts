/** The views of the panel by one list of names, whichever pane they stand in. Knows no DOM. */

import type { PanelView } from "../../src/protocol/traceView.ts";
import type { Pane, ViewState } from "./state.ts";

const panes: Readonly<Record<PanelView, Pane>> = {
  timeline: "timeline",
  flame: "timeline",
  table: "timeline",
  graph: "graph",
  overview: "detail",
  span: "detail",
};

/** Shows the view, and opens its pane where the user has closed it. */
export function bringToFront(state: ViewState, view: PanelView): void {
  const pane = panes[view];
  if (view === "overview" || view === "span") state.detailView.set(view);
  if (view === "flame" || view === "table") state.timelineView.set(view);
  if (view === "timeline") state.timelineView.set("bars");
  state.pane.set(pane);
  const { value: closed } = state.closed;
  if (closed.has(pane)) state.closed.set(new Set([...closed].filter(each => each !== pane)));
}

/** The view that a pane shows. */
export function viewOf(state: ViewState, pane: Pane): PanelView {
  if (pane === "detail") return state.detailView.value;
  const { value: timelineView } = state.timelineView;
  return pane === "graph" || timelineView === "bars" ? pane : timelineView;
}

/** The views on the screen: in a narrow panel one. */
export function listShownViews(state: ViewState, isNarrow: boolean): readonly PanelView[] {
  const shown = (["graph", "timeline", "detail"] as const).filter(pane =>
    isNarrow ? pane === state.pane.value : !state.closed.value.has(pane),
  );
  return shown.map(pane => viewOf(state, pane));
}

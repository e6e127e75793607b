/** Which views a panel has on its screen, and how one is brought to the front. */

import { expect, test } from "vitest";
import { bringToFront, listShownViews } from "../../../webview/panel/frontView.ts";
import { ViewState } from "../../../webview/panel/state.ts";

test.each([
  ["timeline", ["graph", "timeline", "overview"]],
  ["flame", ["graph", "flame", "overview"]],
  ["table", ["graph", "table", "overview"]],
  ["graph", ["graph", "timeline", "overview"]],
  ["overview", ["graph", "timeline", "overview"]],
  ["span", ["graph", "timeline", "span"]],
] as const)("%s", (view, wide) => {
  const state = new ViewState();
  state.detailView.set("overview");
  bringToFront(state, view);
  expect(listShownViews(state, false)).toEqual(wide);
  expect(listShownViews(state, true)).toEqual([view]);
});

test("a pane that the user has closed is opened, the others stay closed", () => {
  const state = new ViewState();
  state.closed.set(new Set(["graph", "detail"]));
  expect(listShownViews(state, false)).toEqual(["timeline"]);
  bringToFront(state, "span");
  expect(listShownViews(state, false)).toEqual(["timeline", "span"]);
});

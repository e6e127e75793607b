/**
 * The context menu of a span, wherever the panel shows one: its items are the editor's, and its context is written here.
 * An element that stands for a span says so by `data-span`.
 */

import { SpanKind } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { SpanMenuContext } from "../../src/protocol/spanMenu.ts";
import { findMenuItem, isMenuByKey, openMenuAt, setMenuContext } from "../kit/menuContext.ts";
import { getSpanFacts } from "../words/spanFacts.ts";
import type { ViewState } from "./state.ts";

const HTTP_NAME = /^(?:HTTP )?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/;

/** For the page's `contextmenu`. */
export function takeSpanMenu(event: MouseEvent, state: ViewState): void {
  const item = findMenuItem(event);
  const path = [item, ...event.composedPath()].filter(each => each instanceof Element);
  describeMenu(path, state);
  if (item !== undefined) openMenuAt(item, event);
}

function describeMenu(path: readonly Element[], state: ViewState): void {
  const place = path.find(each => (each as HTMLElement).dataset["span"] !== undefined);
  const span = Number(
    (place as HTMLElement | undefined)?.dataset["span"] ?? Number.NaN,
  ) as SpanIndex;
  const trace = state.trace.value;
  if (trace === undefined || !(span >= 0 && span < trace.columns.count)) {
    // Elsewhere the editor's own items stay: text of the detail can be copied.
    const isDrawing = path.some(each => /^traceside-(?:timeline|graph|flame)$/i.test(each.tagName));
    setMenuContext({ preventDefaultContextMenuItems: isDrawing });
    return;
  }
  const { name, kind, childCount, queue } = getSpanFacts(trace, span);
  const isCall = kind === SpanKind.client || kind === SpanKind.server;
  setMenuContext({
    preventDefaultContextMenuItems: true,
    webviewSection: "span",
    span,
    hasChildren: childCount > 0,
    isHttp: isCall && HTTP_NAME.test(name),
    isTask: queue !== "",
  } satisfies SpanMenuContext & Record<string, unknown>);
}

/** Selects the span of a drawing that the menu is asked for, and says which it is. `find` takes pixels of the element. */
export function chooseMenuSpan(
  event: MouseEvent,
  element: HTMLElement,
  state: ViewState,
  find: (xPx: number, yPx: number) => SpanIndex | undefined,
): void {
  const edges = element.getBoundingClientRect();
  const span = isMenuByKey(event)
    ? state.selection.value?.span
    : find(event.clientX - edges.left, event.clientY - edges.top);
  if (span !== undefined) state.select(span, "timeline");
  markSpan(element, span);
}

/** Says which span an element stands for, as long as the menu is asked for. */
export function markSpan(element: Element, span: SpanIndex | undefined): void {
  const { dataset } = element as HTMLElement;
  if (span === undefined) delete dataset["span"];
  else dataset["span"] = String(span);
}

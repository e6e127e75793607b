/**
 * The context menu of a span, wherever the panel shows one: its items are the editor's, and its context is written here.
 * An element that stands for a span says so by `data-span`.
 */

import { SpanKind } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { SpanMenuContext } from "../../src/protocol/spanMenu.ts";
import { setMenuContext } from "../kit/menuContext.ts";
import { getSpanFacts } from "../words/spanFacts.ts";
import type { ViewState } from "./state.ts";

const HTTP_NAME = /^(?:HTTP )?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b/;

/** For the page's `contextmenu`. */
export function takeSpanMenu(event: Event, state: ViewState): void {
  const path = event.composedPath().filter(each => each instanceof Element);
  const place = path.find(each => (each as HTMLElement).dataset["span"] !== undefined);
  const span = Number((place as HTMLElement | undefined)?.dataset["span"] ?? Number.NaN);
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

/** The menu key opens the menu where the keyboard is, which the pointer says nothing of. */
export function findMenuSpan(
  event: MouseEvent,
  hit: SpanIndex | undefined,
  selected: SpanIndex | undefined,
): SpanIndex | undefined {
  const isByKey = event instanceof PointerEvent && event.pointerType === "";
  return isByKey ? selected : hit;
}

/** Selects the span of a drawing that the menu is asked for, and says which it is. `find` takes pixels of the element. */
export function chooseMenuSpan(
  event: MouseEvent,
  element: HTMLElement,
  state: ViewState,
  find: (xPx: number, yPx: number) => SpanIndex | undefined,
): void {
  const edges = element.getBoundingClientRect();
  const hit = find(event.clientX - edges.left, event.clientY - edges.top);
  const span = findMenuSpan(event, hit, state.selection.value?.span);
  if (span !== undefined) state.select(span, "timeline");
  markSpan(element, span);
}

/** Says which span an element stands for, as long as the menu is asked for. */
export function markSpan(element: Element, span: SpanIndex | undefined): void {
  const { dataset } = element as HTMLElement;
  if (span === undefined) delete dataset["span"];
  else dataset["span"] = String(span);
}

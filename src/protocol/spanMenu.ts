/** The data that the context menu of a span hands to its commands, and what the page then does. Types only. */

import type { SpanIndex } from "../model/trace.ts";

/** As the page writes it for the editor, and as a command gets it. */
export interface SpanMenuContext {
  readonly webviewSection: "span";
  readonly span: SpanIndex;
  readonly hasChildren: boolean;
  /** Its name is that of an HTTP call. */
  readonly isHttp: boolean;
  /** It ran what stood in a queue. */
  readonly isTask: boolean;
}

/** The actions that the page does with a span. */
export type SpanAction =
  | "filterByService"
  | "filterByOperation"
  | "showSubtree"
  | "zoomTo"
  | "expandBelow"
  | "collapseBelow";

/** Lists what is marked in the drawing of a graph: selection, way to it, filter, critical path, changes. Knows no DOM. */

import type { CallNode } from "../../src/analysis/callGraph.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { ViewState } from "../panel/state.ts";
import { describeChange } from "../words/changeText.ts";
import { createDimming } from "./dimming.ts";
import type { DrawingMarks } from "./graphDrawing.ts";
import type { ShownGraph } from "./graphModel.ts";

interface Dimming {
  readonly source: ShownGraph["source"];
  readonly passing: Uint8Array | undefined;
  readonly isDim: DrawingMarks["isDim"];
}

export class GraphMarks {
  readonly #state: ViewState;
  #filtered: Dimming | undefined;
  #offPath: Dimming | undefined;

  constructor(state: ViewState) {
    this.#state = state;
  }

  /** `findNode` returns the node that shows a span or hides it, −1 for none; `focusedKey` has the keyboard. */
  list(
    { graph, source }: ShownGraph,
    findNode: (span: SpanIndex | undefined) => number,
    focusedKey: string,
    drawn: number,
  ): DrawingMarks {
    const { selection, hovered, passing } = this.#state;
    const span = selection.value?.span;
    const selected = findNode(span);
    const way = new Set<number>();
    for (let at = selected; at >= 0; at = graph.nodes[at]!.parent) way.add(at);
    const node = graph.nodes[selected];
    const path = span === undefined ? -1 : source.paths.pathOfSpan[span];
    const focused = graph.nodes.findIndex(each => each.key === focusedKey);
    this.#filtered = updateDimming(this.#filtered, source, passing.value);
    const isCritical = this.#state.getAnalysis()?.isCritical;
    this.#offPath = updateDimming(this.#offPath, source, isCritical);
    const { isDim: isOffPath } = this.#offPath;
    const isPathKnown = isCritical?.length === source.paths.pathOfSpan.length;
    return {
      drawn,
      selected,
      isSelectionHidden: node !== undefined && (node.kind === "more" || node.path !== path),
      focused: Math.max(0, focused >= 0 ? focused : selected),
      hovered: findNode(hovered.value),
      way,
      isDim: this.#filtered.isDim,
      isCritical: each => isPathKnown && !isOffPath(each),
      changeOf: this.#findChanges(source),
    };
  }

  #findChanges(source: ShownGraph["source"]): (node: CallNode) => string {
    const result = this.#state.getComparison()?.result;
    if (result?.rowOfSpan.length !== source.paths.pathOfSpan.length) return () => "";
    return ({ first }) => {
      const row = first === undefined ? undefined : result.rows[result.rowOfSpan[first] ?? -1];
      return row === undefined ? "" : describeChange(row);
    };
  }
}

/** Built when the filter or the trace changes, and not with each hover. */
function updateDimming(
  before: Dimming | undefined,
  source: ShownGraph["source"],
  passing: Uint8Array | undefined,
): Dimming {
  if (before?.source === source && before.passing === passing) return before;
  return { source, passing, isDim: createDimming(source.paths, passing) };
}

/** Keys of the flame view that move in it or zoom; others are the timeline's. Pure: knows no event and no DOM. */

import {
  listCalls,
  listSiblings,
  type FlameBox,
  type FlameLayout,
} from "../../src/analysis/flame.ts";
import type { TraceTree } from "../../src/analysis/tree.ts";
import type { KeyPress } from "../kit/keyPress.ts";

export type FlameAction =
  | { readonly kind: "select"; readonly box: FlameBox }
  | { readonly kind: "zoomIn"; readonly box: FlameBox }
  | { readonly kind: "back" };

export interface FlamePosition {
  readonly layout: FlameLayout;
  readonly tree: Pick<TraceTree, "subtreeEnd">;
  readonly selected: FlameBox | undefined;
  readonly isZoomed: boolean;
}

/** `undefined` where the key is not the flame view's. */
export function readFlameKey(press: KeyPress, at: FlamePosition): FlameAction | undefined {
  if (at.layout.count === 0 || press.modKey || press.altKey || press.shiftKey) return undefined;
  if (press.key === "Escape") return at.isZoomed ? { kind: "back" } : undefined;
  const goal = findGoal(press.key, at);
  if (press.key === "Enter") return goal === undefined ? undefined : { kind: "zoomIn", box: goal };
  return goal === undefined ? undefined : { kind: "select", box: goal };
}

function findGoal(key: string, { layout, tree, selected }: FlamePosition): FlameBox | undefined {
  const isMove = /^(?:Arrow(?:Up|Down|Left|Right)|Home|End)$/.test(key);
  if (selected === undefined) return isMove ? 0 : undefined;
  const above = layout.parent[selected]!;
  switch (key) {
    case "Enter":
      return selected;
    case "ArrowUp":
      return above < 0 ? selected : above;
    case "ArrowDown":
      return listCalls(layout, tree, selected)[0] ?? selected;
    case "ArrowLeft":
      return step(selected, -1);
    case "ArrowRight":
      return step(selected, 1);
    case "Home":
      return listSiblings(layout, tree, selected)[0];
    case "End":
      return listSiblings(layout, tree, selected).at(-1);
    default:
      return undefined;
  }

  /** To the sibling; beyond the last, to what stands beside it in its lane. */
  function step(box: FlameBox, by: 1 | -1): FlameBox {
    const siblings = listSiblings(layout, tree, box);
    const sibling = siblings[siblings.indexOf(box) + by];
    if (sibling !== undefined) return sibling;
    const { order, laneStart, lane } = layout;
    const row = order.subarray(laneStart[lane[box]!], laneStart[lane[box]! + 1]);
    return row[row.indexOf(box) + by] ?? box;
  }
}

/**
 * The names of a graph seen from afar: in letters that can be read at any zoom, for as many nodes as have room. Pure but
 * for the measure that it is given.
 */

import type { CallGraph } from "../../src/analysis/callGraph.ts";
import { fitText, type Measure } from "../kit/fitText.ts";
import { nameNode } from "./graphWords.ts";
import type { Picture } from "./picture.ts";

/** Pixels on the screen. */
export const LABEL_PX = 11;
const LINE_PX = 14;
/** A name beside a node that is too small for it is no longer than this. */
const ROOM_PX = 96;
const FAILED_SIGN = "✕ ";

export interface FarLabel {
  readonly node: number;
  /** In the picture: the left end of its middle line. */
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly isFailed: boolean;
}

/** Nodes of weight choose first: the selected, failed ones, roots, then those of most calls. No two names overlap. */
export function placeFarLabels(
  { nodes }: CallGraph,
  picture: Picture,
  scale: number,
  selected: number,
  measure: Measure,
): readonly FarLabel[] {
  const weigh = (index: number): number => {
    const node = nodes[index]!;
    if (index === selected) return 3e9;
    if (node.errors > 0) return 2e9 + node.errors;
    return node.parent < 0 ? 1e9 : node.calls;
  };
  const order = nodes.map((_, index) => index).sort((a, b) => weigh(b) - weigh(a) || a - b);
  const widthPx = picture.node.widthPx * scale;
  // A lattice of lines: a name looks only at those that lie in its own and the neighbouring lines.
  const lines = new Map<number, [number, number][]>();
  const labels: FarLabel[] = [];
  for (const index of order) {
    const node = nodes[index]!;
    const isFailed = node.errors > 0;
    const room = Math.max(ROOM_PX, widthPx - 8);
    const text = fitText(`${isFailed ? FAILED_SIGN : ""}${nameNode(node)}`, room, measure);
    const { x, y } = picture.nodes[index]!;
    const length = measure(text) / scale;
    const left = x + picture.node.widthPx / 2 - length / 2;
    const middle = y + picture.node.heightPx / 2;
    const height = LINE_PX / scale;
    const line = Math.floor(middle / height);
    const isTaken = [line - 1, line, line + 1].some(each =>
      lines.get(each)?.some(([from, to]) => left < to && left + length > from),
    );
    if (isTaken) continue;
    lines.set(line, [...(lines.get(line) ?? []), [left, left + length]]);
    labels.push({ node: index, x: left, y: middle, text, isFailed });
  }
  return labels;
}

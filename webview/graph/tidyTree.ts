/**
 * A call graph as a plain tree: leaves side by side, each caller level with its first callee, because in the middle of
 * hundreds it would stand alone in sight. Linear, so that there is a picture at once; ELK's, which also routes the causes,
 * takes its place when it is there. Pure; knows no DOM.
 *
 *     caller ──┬── callee ── leaf
 *              └── callee
 */

import type { CallGraph } from "../../src/analysis/callGraph.ts";
import {
  listReadingOrder,
  type Direction,
  type Gaps,
  type Picture,
  type Point,
  type Size,
} from "./picture.ts";

export function layOutTree(
  graph: CallGraph,
  direction: Direction,
  node: Size,
  gaps: Gaps,
): Picture {
  const isRight = direction === "right";
  // Thought of as running right; turned at the end.
  const turn = ({ x, y }: Point): Point => (isRight ? { x, y } : { x: y, y: x });
  const length = isRight ? node.widthPx : node.heightPx;
  const breadth = isRight ? node.heightPx : node.widthPx;
  const { nodes } = graph;
  const across = new Float64Array(nodes.length);
  const order = listReadingOrder(graph);
  let leaves = 0;
  for (const index of order) {
    if (nodes[index]!.children.length > 0) continue;
    across[index] = leaves * (breadth + gaps.betweenNodesPx);
    leaves += 1;
  }
  // Callees before their callers.
  for (const index of order.toReversed()) {
    const [first] = nodes[index]!.children;
    if (first !== undefined) across[index] = across[first]!;
  }
  const along = (index: number): number => nodes[index]!.depth * (length + gaps.betweenLayersPx);
  const calls = nodes.map(({ parent }, index): readonly Point[] => {
    if (parent < 0) return [];
    const from = { x: along(parent) + length, y: across[parent]! + breadth / 2 };
    const to = { x: along(index), y: across[index]! + breadth / 2 };
    const trunk = from.x + gaps.trunkPx;
    const bends =
      from.y === to.y
        ? []
        : [
            { x: trunk, y: from.y },
            { x: trunk, y: to.y },
          ];
    return [from, ...bends, to].map(turn);
  });
  const deepest = nodes.reduce((most, { depth }) => Math.max(most, depth), 0);
  const far = turn({
    x: deepest * (length + gaps.betweenLayersPx) + length,
    y: Math.max(1, leaves) * (breadth + gaps.betweenNodesPx) - gaps.betweenNodesPx,
  });
  return {
    direction,
    node,
    nodes: nodes.map((_, index) => turn({ x: along(index), y: across[index]! })),
    calls,
    // Without a route they are drawn over the picture, as curves.
    causes: graph.causes.map(() => []),
    widthPx: far.x,
    heightPx: far.y,
  };
}

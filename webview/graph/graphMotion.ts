/** Nodes on their way from one picture to the next. */

import type { ShownGraph } from "./graphModel.ts";
import { MOVE_MS } from "./liveCamera.ts";
import type { Point } from "./picture.ts";

/** A node that moves is a layer of its own, and hundreds of these hold up each frame: so many fade in as one. */
const MOST_MOVING = 60;

/**
 * `keys`: where each node stood before, by its key; a node that was not there fades in. What is not in sight on its way
 * is where it belongs at once.
 */
export function animateNodes(
  root: ParentNode,
  before: ShownGraph,
  shown: ShownGraph,
  keys: ReadonlyMap<string, number>,
  isInSight: (node: Point) => boolean,
): void {
  const write = ({ x, y }: Point): string => `translate(${x}px, ${y}px)`;
  const timing = { duration: MOVE_MS, easing: "ease-out" };
  const fade = { opacity: [0, 1] };
  const moves = new Map<SVGElement, PropertyIndexedKeyframes>();
  root.querySelectorAll<SVGElement>(".node").forEach((element, index) => {
    const known = keys.get(shown.graph.nodes[index]?.key ?? "");
    const from = known === undefined ? undefined : before.picture.nodes[known];
    const to = shown.picture.nodes[index];
    if (to === undefined || !(isInSight(to) || (from !== undefined && isInSight(from)))) return;
    if (from === undefined) moves.set(element, fade);
    else if (from.x !== to.x || from.y !== to.y) {
      moves.set(element, { transform: [write(from), write(to)] });
    }
  });
  if (moves.size > MOST_MOVING) root.querySelector(".nodes")?.animate(fade, timing);
  else for (const [element, move] of moves) element.animate(move, timing);
  root.querySelector(".edges")?.animate(fade, timing);
}

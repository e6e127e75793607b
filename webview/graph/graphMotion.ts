/** Nodes on their way from one picture to the next. */

import type { ShownGraph } from "./graphModel.ts";
import { MOVE_MS } from "./liveCamera.ts";
import type { Point } from "./picture.ts";

/** `keys`: where each node stood before, by its key; a node that was not there fades in. */
export function animateNodes(
  root: ParentNode,
  before: ShownGraph,
  shown: ShownGraph,
  keys: ReadonlyMap<string, number>,
): void {
  const write = ({ x, y }: Point): string => `translate(${x}px, ${y}px)`;
  const timing = { duration: MOVE_MS, easing: "ease-out" };
  root.querySelectorAll<SVGElement>(".node").forEach((element, index) => {
    const known = keys.get(shown.graph.nodes[index]?.key ?? "");
    const from = known === undefined ? undefined : before.picture.nodes[known];
    const to = shown.picture.nodes[index];
    if (to === undefined) return;
    if (from === undefined) element.animate({ opacity: [0, 1] }, timing);
    else if (from.x !== to.x || from.y !== to.y) {
      element.animate({ transform: [write(from), write(to)] }, timing);
    }
  });
  root.querySelector(".edges")?.animate({ opacity: [0, 1] }, timing);
}

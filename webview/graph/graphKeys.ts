/** Where an arrow key leads in a call graph: along the calls, or across to the node beside. Pure. */

import type { CallGraph } from "../../src/analysis/callGraph.ts";
import type { Picture } from "./picture.ts";

export function findNeighbour(
  { nodes }: CallGraph,
  picture: Picture,
  from: number,
  key: string,
): number | undefined {
  const isRight = picture.direction === "right";
  const across = (node: number): number => picture.nodes[node]![isRight ? "y" : "x"];
  const along = (node: number): number => picture.nodes[node]![isRight ? "x" : "y"];
  const [forth, back, next, previous] = isRight
    ? ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"]
    : ["ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft"];
  const nearest = (candidates: readonly number[]): number | undefined =>
    candidates.reduce<number | undefined>((best, each) => {
      const far = Math.abs(across(each) - across(from));
      return best === undefined || far < Math.abs(across(best) - across(from)) ? each : best;
    }, undefined);
  const beside = (sign: number): number | undefined =>
    nearest(
      nodes.flatMap((_, node) => {
        const isLevel = Math.abs(along(node) - along(from)) < picture.node.heightPx;
        return isLevel && sign * (across(node) - across(from)) > 0 ? [node] : [];
      }),
    );
  const { parent, children } = nodes[from]!;
  switch (key) {
    case forth:
      return nearest(children);
    case back:
      return parent < 0 ? undefined : parent;
    case next:
      return beside(1);
    case previous:
      return beside(-1);
    case "Home":
      return 0;
    case "End":
      return nodes.length - 1;
    default:
      return undefined;
  }
}

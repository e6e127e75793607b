/**
 * The meaning of keys in a call graph: a deed on a node, or the way along the calls or across to the node beside. Pure.
 */

import type { CallGraph, CallNode } from "../../src/analysis/callGraph.ts";
import type { Picture } from "./picture.ts";

export type GraphDeed =
  | { readonly kind: "toggle" | "fit" }
  | { readonly kind: "open"; readonly toSide: boolean }
  | { readonly kind: "step"; readonly by: 1 | -1 }
  | { readonly kind: "zoom"; readonly isOut: boolean };

/** `undefined` where the key does nothing to the node. */
export function readGraphKey(
  { key, altKey }: Pick<KeyboardEvent, "key" | "altKey">,
  { kind, children }: CallNode,
): GraphDeed | undefined | "nothing" {
  const isFolded = kind === "more" || children.length === 0;
  switch (key) {
    case "Enter":
      return kind === "more" ? { kind: "toggle" } : { kind: "open", toSide: altKey };
    case " ":
      return { kind: "toggle" };
    case "+":
    case "=":
      return isFolded ? { kind: "toggle" } : "nothing";
    case "-":
      return isFolded ? "nothing" : { kind: "toggle" };
    case "]":
      return { kind: "step", by: 1 };
    case "[":
      return { kind: "step", by: -1 };
    case "f":
      return { kind: "fit" };
    case "z":
      return { kind: "zoom", isOut: false };
    case "Z":
      return { kind: "zoom", isOut: true };
    default:
      return undefined;
  }
}

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

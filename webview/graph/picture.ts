/** Where everything of a call graph lies: what a layout answers. Pixels at 100 %, from the top left. Pure. */

import type { CallGraph, CausalEdge } from "../../src/analysis/callGraph.ts";

/** The way calls run: from left to right or from top to bottom. */
export type Direction = "right" | "down";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface Picture extends Size {
  readonly direction: Direction;
  readonly node: Size;
  /** The top left of each node of the graph. */
  readonly nodes: readonly Point[];
  /** The bends of the edge to each node from its parent; empty for a root. */
  readonly calls: readonly (readonly Point[])[];
  /** The bends of each cause. */
  readonly causes: readonly (readonly Point[])[];
}

/** Below this the second line of a node and the words on edges cannot be read. */
export const READABLE_SCALE = 0.75;

/** How far apart things stand. */
export interface Gaps {
  /** From a node to where the lines to its children part: past what stands beside it. */
  readonly trunkPx: number;
  readonly betweenLayersPx: number;
  readonly betweenNodesPx: number;
}

/** Where causes leave and arrive beside the calls: this share of a node's side. */
export const CAUSE_PORT = 0.78;

/** More causes than this would stretch the picture out of shape: they are then drawn over it, as curves. */
export function areCausesLaidOut({ nodes, causes }: CallGraph): boolean {
  return causes.length <= nodes.length / 4 + 8;
}

/**
 * The direction in which the whole graph would be seen larger. Leaves lie side by side, levels one after another.
 */
export function chooseDirection(
  { nodes }: CallGraph,
  pane: Size,
  node: Size,
  gapsOf: (direction: Direction) => Gaps,
  present: Direction | undefined,
): Direction {
  const levels = nodes.reduce((most, each) => Math.max(most, each.depth + 1), 1);
  const leaves = nodes.reduce((sum, each) => sum + (each.children.length === 0 ? 1 : 0), 0);
  const scaleOf = (direction: Direction): number => {
    const gaps = gapsOf(direction);
    const [along, across] =
      direction === "right" ? [node.widthPx, node.heightPx] : [node.heightPx, node.widthPx];
    const length = levels * (along + gaps.betweenLayersPx);
    const breadth = leaves * (across + gaps.betweenNodesPx);
    return direction === "right"
      ? Math.min(pane.widthPx / length, pane.heightPx / breadth)
      : Math.min(pane.widthPx / breadth, pane.heightPx / length);
  };
  const right = scaleOf("right");
  const down = scaleOf("down");
  // A pane that is taller than wide reads from the top, unless only the other way can be read at all.
  if (pane.heightPx > pane.widthPx) {
    return down < READABLE_SCALE && right >= READABLE_SCALE ? "right" : "down";
  }
  // A small gain is not worth turning a picture that is already known.
  if (present === "right") return down > right * 1.5 ? "down" : "right";
  if (present === "down") return right > down * 1.5 ? "right" : "down";
  return down > right ? "down" : "right";
}

/** The order in which nodes are read: depth first, siblings by their first call. */
export function listReadingOrder({ nodes }: CallGraph): readonly number[] {
  const order: number[] = [];
  const stack = nodes.flatMap((node, i) => (node.parent < 0 ? [i] : [])).reverse();
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    order.push(at);
    const children = nodes[at]!.children;
    for (let i = children.length - 1; i >= 0; i -= 1) stack.push(children[i]!);
  }
  return order;
}

/** Right angles with round corners. */
export function writeRoundedPath(points: readonly Point[], radiusPx: number): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let path = `M${write(first)}`;
  rest.forEach((corner, i) => {
    const after = rest[i + 1];
    const before = points[i]!;
    if (after === undefined) {
      path += `L${write(corner)}`;
      return;
    }
    const radius = Math.min(radiusPx, distance(before, corner) / 2, distance(corner, after) / 2);
    const from = walk(corner, before, radius);
    const to = walk(corner, after, radius);
    path += `L${write(from)}Q${write(corner)} ${write(to)}`;
  });
  return path;
}

/** A curve from node to node that needs no layout. It leaves and arrives on the sides where calls do. */
export function curveBetween(picture: Picture, from: number, to: number): readonly Point[] {
  const { direction, node } = picture;
  const source = picture.nodes[from]!;
  const target = picture.nodes[to]!;
  const isRight = direction === "right";
  // Thought of as running right; turned at the end.
  const turn = (point: Point): Point => (isRight ? point : { x: point.y, y: point.x });
  const [a, b] = [turn(source), turn(target)];
  const along = isRight ? node.widthPx : node.heightPx;
  const across = (isRight ? node.heightPx : node.widthPx) * CAUSE_PORT;
  const start = { x: a.x + along, y: a.y + across };
  if (b.x > start.x) {
    const end = { x: b.x, y: b.y + across };
    const pull = Math.max(24, (end.x - start.x) / 2);
    return [start, { x: start.x + pull, y: start.y }, { x: end.x - pull, y: end.y }, end].map(turn);
  }
  // Back or level: out and in again on the same side.
  const end = { x: b.x + along, y: b.y + across };
  const bulge = 32 + Math.min(60, Math.abs(end.y - start.y) / 8);
  const out = Math.max(start.x, end.x) + bulge;
  return [start, { x: out, y: start.y }, { x: out, y: end.y }, end].map(turn);
}

export function writeCurve([start, first, second, end]: readonly Point[]): string {
  if (start === undefined || first === undefined || second === undefined || end === undefined) {
    return "";
  }
  return `M${write(start)}C${write(first)} ${write(second)} ${write(end)}`;
}

/** The bends of a cause, laid out or not. */
export function isCurve(picture: Picture, cause: number): boolean {
  return (picture.causes[cause]?.length ?? 0) === 0;
}

/** A triangle whose tip is the last point, pointing the way the line arrives. */
export function writeArrow(points: readonly Point[], sizePx: number): string {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (tip === undefined || before === undefined) return "";
  const back = walk(tip, before, sizePx);
  const side = { x: (tip.y - back.y) * 0.45, y: (back.x - tip.x) * 0.45 };
  const left = { x: back.x + side.x, y: back.y + side.y };
  const right = { x: back.x - side.x, y: back.y - side.y };
  return `M${write(tip)}L${write(left)}L${write(right)}Z`;
}

/** Two pictures of one shape need no new layout. */
export function writeShape(graph: CallGraph, direction: Direction, node: Size, gaps: Gaps): string {
  const cause = ({ from, to, kind }: CausalEdge): string => `${from}>${to}:${kind}`;
  return [
    direction,
    node.widthPx,
    gaps.betweenLayersPx,
    ...graph.nodes.map(node => `${node.key}<${node.parent}`),
    ...graph.causes.map(cause),
  ].join(" ");
}

function write({ x, y }: Point): string {
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The point that lies so far from one point towards another. */
function walk(from: Point, towards: Point, byPx: number): Point {
  const length = distance(from, towards) || 1;
  return {
    x: from.x + ((towards.x - from.x) * byPx) / length,
    y: from.y + ((towards.y - from.y) * byPx) / length,
  };
}

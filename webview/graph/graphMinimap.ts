/**
 * The whole call graph in a corner, where not all of it is in sight: fields of colour, and a frame around what is seen. A
 * press moves the frame there. Readers and the keyboard have the graph itself, so it is hidden from both.
 */

import { html, svg, type TemplateResult } from "lit";
import { elementStyle } from "../kit/elementStyle.ts";
import type { Box, Camera } from "./camera.ts";
import type { ShownGraph } from "./graphModel.ts";
import type { Picture, Point, Size } from "./picture.ts";

/** A corner, and no more: a fifth of a usual pane. */
const MOST: Size = { widthPx: 120, heightPx: 72 };
/** In a pane that is less than three minimaps high or wide it would be the picture that is looked at. */
const LEAST_PANE = 3;
/** A pane of so many minimaps in height and width can spare one over its nodes, where they fill all corners. */
const ROOMY_PANE = 5;

/** The first that is free is taken. */
const CORNERS = ["bottom right", "top right", "bottom left", "top left"] as const;
type Corner = (typeof CORNERS)[number];
/** From the edges of the pane, as the styles have it, with the frame and what sets it off. */
const INSET_PX = 4;
/** The room of the buttons that step through a node's spans, below which no minimap reaches. */
const STEPS_PX = 30;

/**
 * Returns the part of the picture that the pane shows, in the picture's pixels; `undefined` where that is all of it.
 */
export function findVisibleBox(
  { x, y, scale }: Camera,
  picture: Size,
  pane: Size,
): Box | undefined {
  const clamp = (from: number, length: number, whole: number): readonly [number, number] => {
    const start = Math.min(whole, Math.max(0, from));
    return [start, Math.min(whole, Math.max(0, from + length)) - start];
  };
  const [left, widthPx] = clamp(-x / scale, pane.widthPx / scale, picture.widthPx);
  const [top, heightPx] = clamp(-y / scale, pane.heightPx / scale, picture.heightPx);
  const isAll = widthPx >= picture.widthPx - 1 && heightPx >= picture.heightPx - 1;
  return isAll ? undefined : { x: left, y: top, widthPx, heightPx };
}

/**
 * Returns the corner of the pane in which the minimap of this picture covers no node: the present one where it can stay.
 * Where nodes fill all corners, a roomy pane has it over other nodes than the `chosen` one, and a smaller pane has none.
 */
export function chooseCorner(
  { nodes, node, ...picture }: PlacedNodes,
  camera: Camera,
  pane: Size,
  chosen: number,
  present: Corner = CORNERS[0],
): Corner | undefined {
  const map = sizeOf(picture);
  const hasRoom = (times: number): boolean =>
    map.widthPx * times <= pane.widthPx && map.heightPx * times <= pane.heightPx;
  if (!hasRoom(LEAST_PANE)) return undefined;
  const findFree = (points: readonly Point[]): Corner | undefined =>
    [present, ...CORNERS].find(corner => {
      const place = boxIn(corner, map, pane);
      return !points.some(at => isOver(place, at, node, camera));
    });
  return (
    findFree(nodes) ?? (hasRoom(ROOMY_PANE) ? findFree(nodes.slice(chosen, chosen + 1)) : undefined)
  );
}

type PlacedNodes = Pick<Picture, "nodes" | "node" | "widthPx" | "heightPx">;

function boxIn(corner: Corner, { widthPx, heightPx }: Size, pane: Size): Box {
  const size = {
    widthPx: widthPx + 2 * INSET_PX,
    heightPx: heightPx + 2 * INSET_PX + (corner.startsWith("bottom") ? STEPS_PX : 0),
  };
  return {
    ...size,
    x: corner.endsWith("right") ? pane.widthPx - size.widthPx - INSET_PX : INSET_PX,
    y: corner.startsWith("bottom") ? pane.heightPx - size.heightPx - INSET_PX : INSET_PX,
  };
}

function isOver(place: Box, at: Point, node: Size, { x, y, scale }: Camera): boolean {
  const left = at.x * scale + x;
  const top = at.y * scale + y;
  return (
    left < place.x + place.widthPx &&
    left + node.widthPx * scale > place.x &&
    top < place.y + place.heightPx &&
    top + node.heightPx * scale > place.y
  );
}

function getScale({ widthPx, heightPx }: Size): number {
  return Math.min(MOST.widthPx / widthPx, MOST.heightPx / heightPx);
}

function sizeOf(picture: Size): Size {
  const scale = getScale(picture);
  return { widthPx: picture.widthPx * scale, heightPx: picture.heightPx * scale };
}

/** The camera that has this point of the picture in the middle of the pane. */
export function centerOn({ scale }: Camera, at: Point, pane: Size): Camera {
  return { scale, x: pane.widthPx / 2 - at.x * scale, y: pane.heightPx / 2 - at.y * scale };
}

export function drawMinimap(
  { graph, picture }: ShownGraph,
  slotOf: (group: number) => number,
  onMove: (at: Point) => void,
): TemplateResult {
  const { widthPx, heightPx, node } = picture;
  const scale = getScale(picture);
  const size = sizeOf(picture);
  /** All fields of one colour are one path: hundreds of elements would hold up a frame. */
  const bySlot = new Map<number, string>();
  picture.nodes.forEach(({ x, y }, index) => {
    const slot = slotOf(graph.nodes[index]?.group ?? 0);
    const field = `M${x} ${y}h${node.widthPx}v${node.heightPx}h${-node.widthPx}z`;
    bySlot.set(slot, (bySlot.get(slot) ?? "") + field);
  });
  const move = (event: PointerEvent): void => {
    const element = event.currentTarget as SVGElement;
    if (event.type === "pointerdown") element.setPointerCapture(event.pointerId);
    // The graph below must not be panned by it.
    event.stopPropagation();
    if (event.buttons !== 1) return;
    const { left, top } = element.getBoundingClientRect();
    onMove({ x: (event.clientX - left) / scale, y: (event.clientY - top) / scale });
  };
  return html`<svg
    class="minimap"
    aria-hidden="true"
    hidden
    ${elementStyle({ width: `${size.widthPx}px`, height: `${size.heightPx}px` })}
    viewBox="0 0 ${widthPx} ${heightPx}"
    @pointerdown=${move}
    @pointermove=${move}
  >
    ${[...bySlot].map(([slot, fields]) => svg`<path class="slot${slot}" d=${fields}></path>`)}
    <rect class="seen"></rect>
  </svg>`;
}

/** Without a render, as the camera moves. */
export function placeVisibleBox(
  map: SVGElement,
  camera: Camera,
  picture: Picture,
  pane: Size,
  chosen: number,
): void {
  const visibleBox = findVisibleBox(camera, picture, pane);
  const present = map.dataset["corner"] as Corner | undefined;
  // It stays under the hand that moves its frame.
  const isHeld = present !== undefined && map.matches(":active");
  const corner = isHeld ? present : chooseCorner(picture, camera, pane, chosen, present);
  map.toggleAttribute("hidden", visibleBox === undefined || corner === undefined);
  if (visibleBox === undefined || corner === undefined) return;
  map.dataset["corner"] = corner;
  const frame = map.querySelector(".seen");
  frame?.setAttribute("x", String(visibleBox.x));
  frame?.setAttribute("y", String(visibleBox.y));
  frame?.setAttribute("width", String(visibleBox.widthPx));
  frame?.setAttribute("height", String(visibleBox.heightPx));
}

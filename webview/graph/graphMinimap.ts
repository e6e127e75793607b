/**
 * The whole call graph in a corner, where not all of it is in sight: fields of colour, and a frame around what is seen. A
 * press moves the frame there. Readers and the keyboard have the graph itself, so it is hidden from both.
 */

import { html, svg, type TemplateResult } from "lit";
import { elementStyle } from "../kit/elementStyle.ts";
import type { Box, Camera } from "./camera.ts";
import type { ShownGraph } from "./graphModel.ts";
import type { Point, Size } from "./picture.ts";

/** A corner, and no more: a fifth of a usual pane. */
const MOST: Size = { widthPx: 120, heightPx: 72 };
/** A pane that is less than three minimaps high or wide has no corner to spare: its nodes would lie below it. */
const LEAST_PANE = 3;

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

/** Whether the pane is large enough for a minimap of the picture. */
export function hasRoomForMinimap(picture: Size, pane: Size): boolean {
  const scale = LEAST_PANE * getScale(picture);
  return picture.widthPx * scale <= pane.widthPx && picture.heightPx * scale <= pane.heightPx;
}

function getScale({ widthPx, heightPx }: Size): number {
  return Math.min(MOST.widthPx / widthPx, MOST.heightPx / heightPx);
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
    ${elementStyle({ width: `${widthPx * scale}px`, height: `${heightPx * scale}px` })}
    viewBox="0 0 ${widthPx} ${heightPx}"
    @pointerdown=${move}
    @pointermove=${move}
  >
    ${[...bySlot].map(([slot, fields]) => svg`<path class="slot${slot}" d=${fields}></path>`)}
    <rect class="seen"></rect>
  </svg>`;
}

/** Without a render, as the camera moves. */
export function placeVisibleBox(map: Element, camera: Camera, picture: Size, pane: Size): void {
  const seen = hasRoomForMinimap(picture, pane) ? findVisibleBox(camera, picture, pane) : undefined;
  map.toggleAttribute("hidden", seen === undefined);
  if (seen === undefined) return;
  const frame = map.querySelector(".seen");
  frame?.setAttribute("x", String(seen.x));
  frame?.setAttribute("y", String(seen.y));
  frame?.setAttribute("width", String(seen.widthPx));
  frame?.setAttribute("height", String(seen.heightPx));
}

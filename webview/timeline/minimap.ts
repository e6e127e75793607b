/**
 * The whole trace at a glance: one pass over the spans gives what each pixel shows; painting it costs no more than its
 * pixels. Also the brush that selects a window of it. Pure but for `paintMinimap`.
 */

import { getGroup } from "../../src/analysis/groups.ts";
import { FIRST_SPAN, SpanStatus } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { LoadedTrace, Viewport } from "../panel/state.ts";
import type { Theme } from "../kit/theme.ts";
import { clampWindow, panWindow, type TimeScale } from "./timeScale.ts";

/** The values of a pixel: nothing, a wait, an error, or a palette slot counted from `firstSlot`. */
export const MinimapPixel = { empty: 0, wait: 1, error: 2, firstSlot: 3 } as const;

export interface Minimap {
  readonly widthPx: number;
  readonly laneCount: number;
  /** Lane by lane. */
  readonly pixels: Uint8Array;
}

/**
 * Spans keep their order from top to bottom; where many share a lane the deeper one shows, for it is the one at work.
 * Each pixel is written once: `next` leads past what is already filled, so that the cost is spans + pixels.
 */
export function buildMinimap(
  { columns, slots }: Pick<LoadedTrace, "columns" | "slots">,
  full: Viewport,
  getEndNs: (span: SpanIndex) => number,
  widthPx: number,
  mostLanes: number,
  showQueueWait: boolean,
): Minimap {
  const { count, startNs, queuedNs, status } = columns;
  const laneCount = Math.max(1, Math.min(count, mostLanes));
  const pixels = new Uint8Array(laneCount * widthPx);
  const rowLength = widthPx + 1;
  const next = new Int32Array(laneCount * rowLength).map((_, i) => i);
  const findFree = (from: number): number => {
    let root = from;
    while (next[root] !== root) root = next[root]!;
    for (let i = from; i !== root;) {
      const after = next[i]!;
      next[i] = root;
      i = after;
    }
    return root;
  };
  const pxPerNs = widthPx / (full.endNs - full.startNs);
  const toPx = (ns: number): number =>
    Math.min(widthPx - 1, Math.max(0, Math.floor((ns - full.startNs) * pxPerNs)));
  const fill = (lane: number, fromPx: number, toEndPx: number, pixel: number): void => {
    const base = lane * rowLength;
    for (let i = findFree(base + fromPx); i <= base + toEndPx; i = findFree(i)) {
      pixels[i - lane] = pixel;
      next[i] = i + 1;
    }
  };
  const laneOf = (span: number): number => Math.floor((span * laneCount) / count);
  for (let span = FIRST_SPAN; span < count; span++) {
    if (status[span] !== SpanStatus.error) continue;
    const end = toPx(getEndNs(span));
    fill(laneOf(span), Math.max(0, end - 2), end, MinimapPixel.error);
  }
  for (let span = (count - 1) as SpanIndex; span >= 0; span--) {
    const slot = slots.get(getGroup(columns, span)) ?? 0;
    fill(laneOf(span), toPx(startNs[span]!), toPx(getEndNs(span)), MinimapPixel.firstSlot + slot);
  }
  if (showQueueWait) {
    for (let span = (count - 1) as SpanIndex; span >= 0; span--) {
      const queued = queuedNs[span]!;
      if (queued < startNs[span]!) {
        fill(laneOf(span), toPx(queued), toPx(startNs[span]!), MinimapPixel.wait);
      }
    }
  }
  return { widthPx, laneCount, pixels };
}

/** The columns in which something failed: a pixel in a lane of thousands is not seen, a tick at the edge is. */
export function listErrorColumns({ widthPx, pixels }: Minimap): readonly number[] {
  const columns = new Set<number>();
  pixels.forEach((pixel, i) => {
    if (pixel === MinimapPixel.error) columns.add(i % widthPx);
  });
  return [...columns].sort((a, b) => a - b);
}

/** Paints runs of equal pixels; the canvas context is in device pixels. */
export function paintMinimap(
  ctx: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  { widthPx, laneCount, pixels }: Minimap,
  laneHeight: number,
  theme: Theme,
): void {
  for (let lane = 0; lane < laneCount; lane += 1) {
    const base = lane * widthPx;
    const top = Math.floor(lane * laneHeight);
    const height = Math.max(
      1,
      Math.floor((lane + 1) * laneHeight) - top - (laneHeight > 2 ? 1 : 0),
    );
    for (let from = 0; from < widthPx;) {
      const pixel = pixels[base + from]!;
      let to = from + 1;
      while (to < widthPx && pixels[base + to] === pixel) to += 1;
      if (pixel !== MinimapPixel.empty) {
        ctx.globalAlpha = pixel === MinimapPixel.wait ? 0.35 : 1;
        ctx.fillStyle = colourOf(pixel, theme);
        ctx.fillRect(from, top, to - from, height);
      }
      from = to;
    }
  }
  ctx.globalAlpha = 1;
}

function colourOf(pixel: number, theme: Theme): string {
  if (pixel === MinimapPixel.wait) return theme.queueWait;
  if (pixel === MinimapPixel.error) return theme.error;
  return theme.palette[pixel - MinimapPixel.firstSlot] ?? theme.foreground;
}

export type BrushPart = "from" | "to" | "body" | "outside";

const HANDLE_PX = 5;

/** Which part of the brush lies under a point of the minimap. A window as wide as the whole has no body to move. */
export function hitBrush(
  xPx: number,
  window: Viewport,
  full: Viewport,
  scale: TimeScale,
): BrushPart {
  const fromPx = scale.toPx(window.startNs);
  const toPx = scale.toPx(window.endNs);
  const toFrom = Math.abs(xPx - fromPx);
  const toTo = Math.abs(xPx - toPx);
  if (Math.min(toFrom, toTo) <= HANDLE_PX) return toFrom <= toTo ? "from" : "to";
  const isFull = window.startNs <= full.startNs && window.endNs >= full.endNs;
  return !isFull && xPx > fromPx && xPx < toPx ? "body" : "outside";
}

/** The window after a drag that began at `fromNs` on this part and has come to `toNs`. */
export function dragBrush(
  part: BrushPart,
  before: Viewport,
  full: Viewport,
  fromNs: number,
  toNs: number,
): Viewport {
  const order = (a: number, b: number): Viewport =>
    clampWindow({ startNs: Math.min(a, b), endNs: Math.max(a, b) }, full);
  switch (part) {
    case "from":
      return order(before.startNs + toNs - fromNs, before.endNs);
    case "to":
      return order(before.startNs, before.endNs + toNs - fromNs);
    case "body":
      return panWindow(before, full, toNs - fromNs);
    case "outside":
      return order(
        Math.min(Math.max(fromNs, full.startNs), full.endNs),
        Math.min(Math.max(toNs, full.startNs), full.endNs),
      );
  }
}

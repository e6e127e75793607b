/** The small signs of the timeline, told apart by shape before colour. Knows no row and no time. */

import { countSlits } from "../../src/analysis/groups.ts";
import type { LogMark } from "../../src/analysis/traceLogs.ts";
import type { Theme } from "../kit/theme.ts";

/** Cuts the slits of a slot into the stripe of its colour. Bars stay whole: they are hatched already, and stand beside a stripe. */
export function paintSlits(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  slot: number,
  x: number,
  top: number,
  widthPx: number,
  heightPx: number,
): void {
  const count = countSlits(slot);
  ctx.fillStyle = theme.background;
  for (let i = 1; i <= count; i += 1) {
    ctx.fillRect(x, Math.round(top + (heightPx * i) / (count + 1)) - 1, widthPx, 2);
  }
}

/** A cross in a disc; hollow where the error lies below a fold. */
export function paintErrorMark(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  x: number,
  y: number,
  isOwn: boolean,
): void {
  ctx.lineWidth = 1.3;
  ctx.beginPath();
  ctx.arc(x, y, 5, 0, Math.PI * 2);
  if (isOwn) {
    ctx.fillStyle = theme.error;
    ctx.fill();
  } else {
    ctx.strokeStyle = theme.error;
    ctx.stroke();
  }
  ctx.strokeStyle = isOwn ? theme.background : theme.error;
  ctx.beginPath();
  ctx.moveTo(x - 2, y - 2);
  ctx.lineTo(x + 2, y + 2);
  ctx.moveTo(x + 2, y - 2);
  ctx.lineTo(x - 2, y + 2);
  ctx.stroke();
  ctx.lineWidth = 1;
}

/** A flat line with one beat, struck out of time: the worker has gone silent. */
export function paintNoHeartbeat(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  x: number,
  y: number,
): void {
  ctx.strokeStyle = theme.foreground;
  ctx.lineWidth = 1.2;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + 3, y);
  ctx.lineTo(x + 5, y - 4);
  ctx.lineTo(x + 7, y + 4);
  ctx.lineTo(x + 9, y);
  ctx.stroke();
  ctx.setLineDash([1.5, 2]);
  ctx.beginPath();
  ctx.moveTo(x + 10, y);
  ctx.lineTo(x + 18, y);
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.lineWidth = 1;
}

/** `paintNoHeartbeat` takes this much. */
export const NO_HEARTBEAT_PX = 20;

/** It goes on from here. */
export function paintArrowHead(
  ctx: CanvasRenderingContext2D,
  x: number,
  y: number,
  size: number,
  angle = 0,
): void {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const point = (dx: number, dy: number): [number, number] => [
    x + dx * cos - dy * sin,
    y + dx * sin + dy * cos,
  ];
  ctx.beginPath();
  ctx.moveTo(...point(-size, -size * 0.7));
  ctx.lineTo(...point(0, 0));
  ctx.lineTo(...point(-size, size * 0.7));
  ctx.stroke();
}

/** Slanted strokes on nothing, for the time in which nothing ran. */
export function createHatch(
  ctx: CanvasRenderingContext2D,
  colour: string,
): CanvasPattern | undefined {
  const size = 6;
  // Twice as fine as a pixel, so that it stays crisp on dense screens.
  const tile = new OffscreenCanvas(size * 2, size * 2);
  const tileCtx = tile.getContext("2d");
  if (tileCtx === null) return undefined;
  tileCtx.scale(2, 2);
  tileCtx.strokeStyle = colour;
  tileCtx.lineWidth = 1;
  tileCtx.beginPath();
  for (const shift of [-size, 0, size]) {
    tileCtx.moveTo(shift - 1, size + 1);
    tileCtx.lineTo(shift + size + 1, -1);
  }
  tileCtx.stroke();
  const pattern = repeatTile(ctx, tile);
  pattern?.setTransform(new DOMMatrix().scale(0.5));
  return pattern;
}

/** `undefined` where the page is going, or its graphics process went: the tile has lost its pixels, and no size any more. */
function repeatTile(
  ctx: CanvasRenderingContext2D,
  tile: OffscreenCanvas,
): CanvasPattern | undefined {
  try {
    return ctx.createPattern(tile, "repeat") ?? undefined;
  } catch (error) {
    if (error instanceof DOMException && error.name === "InvalidStateError") return undefined;
    throw error;
  }
}

/** How far above the lower edge of a row the middle of a log's mark stands. */
export const LOG_MARK_PX = 3;
const levels = [undefined, "debug", "info", "warning", "error"] as const;

export function isGraver(level: LogMark["level"], other: LogMark["level"]): boolean {
  return levels.indexOf(level) > levels.indexOf(other);
}

/** A log line: a diamond for an error, a triangle for a warning, else a dot, hollow where it is for debugging. */
export function paintLogMark(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  x: number,
  y: number,
  level: LogMark["level"],
): void {
  const colour =
    level === "error" ? theme.error : level === "warning" ? theme.warning : theme.muted;
  ctx.fillStyle = colour;
  ctx.strokeStyle = colour;
  ctx.beginPath();
  if (level === "error") {
    ctx.moveTo(x, y - 3.5);
    ctx.lineTo(x + 3.5, y);
    ctx.lineTo(x, y + 3.5);
    ctx.lineTo(x - 3.5, y);
    ctx.fill();
  } else if (level === "warning") {
    ctx.moveTo(x, y - 3);
    ctx.lineTo(x + 3, y + 2.5);
    ctx.lineTo(x - 3, y + 2.5);
    ctx.fill();
  } else {
    ctx.arc(x, y, 1.7, 0, Math.PI * 2);
    if (level === "debug") ctx.stroke();
    else ctx.fill();
  }
}

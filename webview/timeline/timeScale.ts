/**
 * Time becomes pixels here and nowhere else. Knows no trace and no canvas.
 *
 * Three spaces: trace time (nanoseconds from the trace's origin), content pixels (row × row height, scrolled) and view
 * pixels (CSS pixels from the canvas's upper left corner). Device pixels exist only in the canvas's own transform.
 */

import type { Viewport } from "../panel/state.ts";

/** Closer than this there is nothing to see: clocks count nanoseconds. */
const MIN_WINDOW_NS = 100;

/** A linear map from a window of trace time onto a stretch of view pixels. */
export class TimeScale {
  readonly startNs: number;
  readonly endNs: number;
  readonly leftPx: number;
  readonly rightPx: number;
  readonly pxPerNs: number;

  constructor(window: Viewport, leftPx: number, rightPx: number) {
    this.startNs = window.startNs;
    this.endNs = window.endNs;
    this.leftPx = leftPx;
    this.rightPx = Math.max(rightPx, leftPx + 1);
    this.pxPerNs = (this.rightPx - this.leftPx) / (this.endNs - this.startNs);
  }

  toPx(ns: number): number {
    return this.leftPx + (ns - this.startNs) * this.pxPerNs;
  }

  toNs(px: number): number {
    return this.startNs + (px - this.leftPx) / this.pxPerNs;
  }
}

/** A window that lies inside the whole and is not narrower than can be seen. */
export function clampWindow({ startNs, endNs }: Viewport, full: Viewport): Viewport {
  const fullNs = full.endNs - full.startNs;
  const lengthNs = Math.min(Math.max(endNs - startNs, MIN_WINDOW_NS), fullNs);
  // A window that had to grow grows around its middle.
  const from = startNs + (endNs - startNs - lengthNs) / 2;
  const start = Math.min(Math.max(from, full.startNs), full.endNs - lengthNs);
  return { startNs: start, endNs: start + lengthNs };
}

/** `factor` below 1 comes closer; the moment `aroundNs` stays where it is on the screen. */
export function zoomWindow(
  window: Viewport,
  full: Viewport,
  aroundNs: number,
  factor: number,
): Viewport {
  const around = Math.min(Math.max(aroundNs, window.startNs), window.endNs);
  const part = (around - window.startNs) / (window.endNs - window.startNs);
  const lengthNs = Math.min(
    Math.max((window.endNs - window.startNs) * factor, MIN_WINDOW_NS),
    full.endNs - full.startNs,
  );
  const startNs = around - part * lengthNs;
  return clampWindow({ startNs, endNs: startNs + lengthNs }, full);
}

export function panWindow(window: Viewport, full: Viewport, byNs: number): Viewport {
  return clampWindow({ startNs: window.startNs + byNs, endNs: window.endNs + byNs }, full);
}

/** The window around a stretch of time, with a twentieth of air at each side. */
export function windowAround(fromNs: number, toNs: number, full: Viewport): Viewport {
  const airNs = Math.max((toNs - fromNs) * 0.05, MIN_WINDOW_NS / 2);
  return clampWindow({ startNs: fromNs - airNs, endNs: toNs + airNs }, full);
}

/** Moves the window as little as needed to see the stretch; as it is where it is seen already. */
export function windowToSee(
  window: Viewport,
  fromNs: number,
  toNs: number,
  full: Viewport,
): Viewport {
  if (toNs >= window.startNs && fromNs <= window.endNs) return window;
  const lengthNs = window.endNs - window.startNs;
  if (toNs - fromNs > lengthNs) return windowAround(fromNs, toNs, full);
  const startNs = (fromNs + toNs - lengthNs) / 2;
  return clampWindow({ startNs, endNs: startNs + lengthNs }, full);
}

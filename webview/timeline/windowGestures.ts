/** Pointer and wheel move the window of time that a view shows: dragged, zoomed, or chosen as a range of its axis. */

import type { Disposable } from "../../src/base/disposables.ts";
import type { Viewport } from "../panel/state.ts";
import { RangeGesture, type GestureTarget } from "./gestures.ts";
import { clampWindow, panWindow, zoomWindow, type TimeScale } from "./timeScale.ts";

export interface PixelRange {
  readonly fromPx: number;
  readonly toPx: number;
}

/** Bars or boxes over a window of time. */
export interface TimeView {
  readonly scale: TimeScale;
  setWindow(change: (window: Viewport, full: Viewport) => Viewport): void;
  /** A range that is being drawn on the axis. */
  drawRange(range: PixelRange | undefined): void;
}

/** `onMove` is called before each move. */
export function moveWindow(
  view: TimeView,
  onMove: () => void,
): Pick<GestureTarget, "panByPx" | "zoomAtPx"> {
  return {
    panByPx: px => {
      onMove();
      const byNs = px / view.scale.pxPerNs;
      view.setWindow((window, full) => panWindow(window, full, byNs));
    },
    zoomAtPx: (xPx, factor) => {
      onMove();
      const aroundNs = view.scale.toNs(xPx);
      view.setWindow((window, full) => zoomWindow(window, full, aroundNs, factor));
    },
  };
}

/** `getLeftPx` says where the axis begins in the pixels of the view; `onDraw` hears what is drawn. */
export function chooseRange(
  axis: HTMLElement,
  view: TimeView,
  getLeftPx: () => number,
  onDraw?: (range: PixelRange | undefined) => void,
): Disposable {
  const shift = ({ fromPx, toPx }: PixelRange): PixelRange => {
    const leftPx = getLeftPx();
    return { fromPx: fromPx + leftPx, toPx: toPx + leftPx };
  };
  return new RangeGesture(axis, {
    draw: drawn => {
      const range = drawn && shift(drawn);
      view.drawRange(range);
      onDraw?.(range);
    },
    choose: (from, to) => {
      const { scale } = view;
      const { fromPx, toPx } = shift({ fromPx: from, toPx: to });
      const window = { startNs: scale.toNs(fromPx), endNs: scale.toNs(toPx) };
      view.setWindow((_, full) => clampWindow(window, full));
    },
  });
}

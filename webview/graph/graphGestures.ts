/** Mouse and wheel on the graph's stage as wishes of the camera. Knows no node and no state. */

import type { Point } from "./picture.ts";

export interface CameraWishes {
  pan(dxPx: number, dyPx: number): void;
  /** Around a point of the stage. */
  zoomAt(at: Point, factor: number): void;
}

/** A hand that trembles still clicks. */
const DRAG_PX = 4;

/** Follows a press until it ends: pans once the pointer has really moved. */
export function startPan(event: PointerEvent, stage: HTMLElement, wishes: CameraWishes): void {
  if (event.button !== 0) return;
  if (event.target instanceof Element && event.target.closest(".status") !== null) return;
  let last: Point = { x: event.clientX, y: event.clientY };
  let isPanning = false;
  const onMove = (move: PointerEvent): void => {
    const [dx, dy] = [move.clientX - last.x, move.clientY - last.y];
    if (!isPanning && Math.hypot(dx, dy) < DRAG_PX) return;
    if (!isPanning) {
      isPanning = true;
      stage.setPointerCapture(move.pointerId);
      stage.classList.add("panning");
    }
    last = { x: move.clientX, y: move.clientY };
    wishes.pan(dx, dy);
  };
  const onEnd = (): void => {
    stage.removeEventListener("pointermove", onMove);
    stage.removeEventListener("pointerup", onEnd);
    stage.removeEventListener("pointercancel", onEnd);
    stage.classList.remove("panning");
  };
  stage.addEventListener("pointermove", onMove);
  stage.addEventListener("pointerup", onEnd);
  stage.addEventListener("pointercancel", onEnd);
}

/** The wheel pans; with Ctrl or ⌘, as a pinch comes too, it zooms at the pointer. */
export function turnWheel(event: WheelEvent, stage: HTMLElement, wishes: CameraWishes): void {
  event.preventDefault();
  // Firefox and some mice count lines.
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  if (event.ctrlKey || event.metaKey) {
    const { left, top } = stage.getBoundingClientRect();
    const at = { x: event.clientX - left, y: event.clientY - top };
    wishes.zoomAt(at, Math.exp((-event.deltaY * unit) / 300));
  } else {
    const [dx, dy] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
    wishes.pan(-dx * unit, -dy * unit);
  }
}

/**
 * Pointer and wheel on the rows and the axis, as intentions. View pixels from the rows' or axis's left edge; knows no
 * trace and no state.
 */

import { Owner } from "../../src/base/disposables.ts";
import { listen } from "./listen.ts";

export interface GestureTarget {
  /** A press and release in one place. */
  click(xPx: number, yPx: number, event: MouseEvent): void;
  doubleClick(xPx: number, yPx: number): void;
  hover(xPx: number, yPx: number): void;
  leave(): void;
  /** Whether a press here begins to drag the time axis. */
  canPan(xPx: number): boolean;
  panByPx(byPx: number): void;
  zoomAtPx(xPx: number, factor: number): void;
}

/** A press that moves less is a click. */
const DRAG_PX = 4;
/** A wheel's notch is about 100 pixels: a fifth closer. */
const ZOOM_PER_PX = 0.002;

export class RowGestures extends Owner {
  constructor(element: HTMLElement, target: GestureTarget) {
    super();
    const at = (event: MouseEvent): [number, number] => {
      const box = element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    // A drag ends with a click event that means nothing.
    let wasDrag = false;
    this.own(
      listen(element, "pointerdown", down => {
        wasDrag = false;
        if (down.button !== 0 || down.pointerType === "touch" || !target.canPan(at(down)[0])) {
          return;
        }
        const drag = new Owner();
        let lastX = down.clientX;
        drag.own(
          listen(element, "pointermove", move => {
            if (!wasDrag && Math.abs(move.clientX - down.clientX) <= DRAG_PX) return;
            if (!wasDrag) element.setPointerCapture(down.pointerId);
            wasDrag = true;
            element.style.cursor = "grabbing";
            target.panByPx(lastX - move.clientX);
            lastX = move.clientX;
          }),
        );
        const end = (): void => {
          element.style.cursor = "";
          drag.dispose();
        };
        drag.own(listen(element, "pointerup", end));
        drag.own(listen(element, "pointercancel", end));
        drag.own(listen(element, "pointerleave", () => !wasDrag && end()));
      }),
    );
    this.own(listen(element, "click", event => !wasDrag && target.click(...at(event), event)));
    this.own(listen(element, "dblclick", event => target.doubleClick(...at(event))));
    this.own(
      listen(element, "pointermove", event => {
        if (event.buttons === 0) target.hover(...at(event));
      }),
    );
    this.own(listen(element, "pointerleave", () => target.leave()));
    this.own(
      listen(element, "wheel", event => turnWheel(event, at(event)[0], target), { passive: false }),
    );
  }
}

/** Plain wheels are left to the browser: it scrolls the rows. */
function turnWheel(event: WheelEvent, xPx: number, target: GestureTarget): void {
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    // A pinch comes in small steps, a wheel's notch in big ones.
    const delta = Math.max(-200, Math.min(200, event.deltaY * (event.deltaMode === 1 ? 20 : 1)));
    const perPx = Math.abs(delta) < 30 ? ZOOM_PER_PX * 5 : ZOOM_PER_PX;
    target.zoomAtPx(xPx, Math.exp(delta * perPx));
  } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    event.preventDefault();
    target.panByPx(event.deltaX === 0 ? event.deltaY : event.deltaX);
  }
}

export interface RangeTarget {
  /** While the range is drawn; `undefined` when it is given up. */
  draw(range: { readonly fromPx: number; readonly toPx: number } | undefined): void;
  choose(fromPx: number, toPx: number): void;
}

/** Drags a range along the axis. */
export class RangeGesture extends Owner {
  constructor(element: HTMLElement, target: RangeTarget) {
    super();
    this.own(
      listen(element, "pointerdown", down => {
        if (down.button !== 0) return;
        const drag = new Owner();
        // Read now: once an event has been told, its offset counts from the element that holds the whole timeline.
        const downPx = down.offsetX;
        let range: { fromPx: number; toPx: number } | undefined;
        element.setPointerCapture(down.pointerId);
        drag.own(
          listen(element, "pointermove", move => {
            const fromPx = Math.min(downPx, move.offsetX);
            const toPx = Math.max(downPx, move.offsetX);
            range = toPx - fromPx > DRAG_PX ? { fromPx, toPx } : undefined;
            target.draw(range);
          }),
        );
        const end = (): void => {
          drag.dispose();
          target.draw(undefined);
        };
        drag.own(
          listen(element, "pointerup", () => {
            end();
            if (range !== undefined) target.choose(range.fromPx, range.toPx);
          }),
        );
        drag.own(listen(element, "pointercancel", end));
      }),
    );
  }
}

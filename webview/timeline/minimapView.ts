/** The minimap on the screen: keeps its picture, draws the brush over it, turns drags and wheels into a window of time. */

import { Owner, toDisposable } from "../../src/base/disposables.ts";
import type { Viewport } from "../panel/state.ts";
import type { Theme } from "../kit/theme.ts";
import { fitCanvas } from "./fitCanvas.ts";
import { listen } from "./listen.ts";
import {
  buildMinimap,
  dragBrush,
  hitBrush,
  listErrorColumns,
  paintMinimap,
  type BrushPart,
} from "./minimap.ts";
import type { TimelineData } from "./timelineData.ts";
import { TimeScale, panWindow, zoomWindow } from "./timeScale.ts";

export interface MinimapModel {
  readonly data: TimelineData;
  readonly full: Viewport;
  readonly window: Viewport;
  readonly showQueueWait: boolean;
  /** Where the selected span lies. */
  readonly markNs: number | undefined;
}

/** The lanes, painted once, and the columns of errors over them. */
interface Picture {
  readonly key: readonly unknown[];
  /** The end of the whole when it was painted. */
  readonly endNs: number;
  readonly canvas: OffscreenCanvas;
  readonly errorColumns: readonly number[];
}

const PADDING_PX = 4;
const MOST_LANE_PX = 3;
/** A press that moves less is a click. */
const DRAG_PX = 3;

export class MinimapView extends Owner {
  readonly #canvas: HTMLCanvasElement;
  readonly #getModel: () => MinimapModel | undefined;
  readonly #setWindow: (window: Viewport) => void;
  /** As drawn: while the panel is being resized the canvas itself may still have its old width. */
  #widthPx = 0;
  #insetLeftPx = 0;
  #insetRightPx = 0;
  #picture: Picture | undefined;
  /** The first picture is made in a task of its own, because the first rows do not wait for it. */
  #firstPicture: ReturnType<typeof setTimeout> | undefined;

  constructor(
    canvas: HTMLCanvasElement,
    getModel: () => MinimapModel | undefined,
    setWindow: (window: Viewport) => void,
  ) {
    super();
    this.#canvas = canvas;
    this.#getModel = getModel;
    this.#setWindow = setWindow;
    this.own(toDisposable(() => clearTimeout(this.#firstPicture)));
    this.own(listen(canvas, "pointerdown", event => this.#startDrag(event)));
    this.own(listen(canvas, "pointermove", event => this.#showCursor(event)));
    this.own(listen(canvas, "wheel", event => this.#turnWheel(event), { passive: false }));
    this.own(
      listen(canvas, "dblclick", () => {
        const model = this.#getModel();
        if (model !== undefined) this.#setWindow(model.full);
      }),
    );
  }

  /** The insets line the minimap up with the bars below. */
  draw(theme: Theme, widthPx: number, insetLeftPx: number, insetRightPx: number): void {
    const heightPx = this.#canvas.clientHeight;
    const model = this.#getModel();
    const ratio = devicePixelRatio;
    this.#widthPx = widthPx;
    this.#insetLeftPx = insetLeftPx;
    this.#insetRightPx = insetRightPx;
    const ctx = this.#canvas.getContext("2d");
    if (ctx === null) return;
    fitCanvas(ctx, widthPx, heightPx);
    if (model === undefined) return;
    ctx.clearRect(0, 0, widthPx, heightPx);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    if (this.#firstPicture === undefined) {
      this.#firstPicture = setTimeout(() =>
        this.draw(theme, this.#widthPx, this.#insetLeftPx, this.#insetRightPx),
      );
      return;
    }
    const picture = this.#getPicture(model, theme, ratio, heightPx);
    if (picture === undefined) return;
    const left = Math.round(insetLeftPx * ratio);
    ctx.drawImage(picture.canvas, left, Math.round(PADDING_PX * ratio));
    ctx.fillStyle = theme.error;
    for (const column of picture.errorColumns) {
      ctx.fillRect(left + column - ratio, 0, 2 * ratio, (PADDING_PX - 1) * ratio);
    }
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#drawBrush(ctx, model, theme, widthPx, heightPx);
  }

  #getPicture(
    model: MinimapModel,
    theme: Theme,
    ratio: number,
    heightPx: number,
  ): Picture | undefined {
    const scale = this.#scale(model.full);
    const width = Math.round((scale.rightPx - scale.leftPx) * ratio);
    const height = Math.round((heightPx - 2 * PADDING_PX) * ratio);
    if (width < 2 || height < 2) return undefined;
    const key = [model.data, theme, height, model.showQueueWait];
    const known = this.#picture;
    // The panes share a pixel out anew when another one is filled, which nobody sees.
    const isSame =
      known?.key.every((each, i) => each === key[i]) === true &&
      Math.abs(known.canvas.width - width) <= ratio;
    // A clock that moves no pixel needs no new picture.
    if (isSame && Math.abs(scale.toPx(known.endNs) - scale.rightPx) < 1 / ratio) return known;
    const { data, full, showQueueWait } = model;
    const map = buildMinimap(
      data.trace,
      full,
      span => data.getEndNs(span),
      width,
      height,
      showQueueWait,
    );
    const canvas = new OffscreenCanvas(width, height);
    const ctx = canvas.getContext("2d");
    if (ctx === null) return undefined;
    paintMinimap(ctx, map, Math.min(MOST_LANE_PX * ratio, height / map.laneCount), theme);
    this.#picture = { key, endNs: full.endNs, canvas, errorColumns: listErrorColumns(map) };
    return this.#picture;
  }

  #drawBrush(
    ctx: CanvasRenderingContext2D,
    { window, full, markNs }: MinimapModel,
    theme: Theme,
    widthPx: number,
    heightPx: number,
  ): void {
    const scale = this.#scale(full);
    if (markNs !== undefined) {
      ctx.fillStyle = theme.muted;
      ctx.fillRect(Math.round(scale.toPx(markNs)), 0, 1, heightPx);
    }
    if (window.startNs <= full.startNs && window.endNs >= full.endNs) return;
    const from = Math.round(scale.toPx(window.startNs));
    const to = Math.max(from + 2, Math.round(scale.toPx(window.endNs)));
    ctx.globalAlpha = 0.65;
    ctx.fillStyle = theme.background;
    ctx.fillRect(0, 0, from, heightPx);
    ctx.fillRect(to, 0, widthPx - to, heightPx);
    ctx.globalAlpha = 1;
    ctx.fillStyle = theme.focusBorder;
    for (const x of [from, to]) {
      ctx.fillRect(x - 0.5, 0, 1, heightPx);
      ctx.beginPath();
      ctx.roundRect(x - 2.5, heightPx / 2 - 7, 5, 14, 2);
      ctx.fill();
    }
  }

  #scale(window: Viewport): TimeScale {
    return new TimeScale(window, this.#insetLeftPx, this.#widthPx - this.#insetRightPx);
  }

  #startDrag(down: PointerEvent): void {
    const model = this.#getModel();
    if (model === undefined || down.button !== 0) return;
    const { full, window: before } = model;
    const scale = this.#scale(full);
    const downPx = down.offsetX;
    const part = hitBrush(downPx, before, full, scale);
    const fromNs = scale.toNs(downPx);
    const drag = new Owner();
    let hasMoved = false;
    this.#canvas.setPointerCapture(down.pointerId);
    drag.own(
      listen(this.#canvas, "pointermove", move => {
        hasMoved ||= Math.abs(move.offsetX - downPx) > DRAG_PX;
        if (hasMoved) {
          this.#setWindow(dragBrush(part, before, full, fromNs, scale.toNs(move.offsetX)));
        }
      }),
    );
    drag.own(
      listen(this.#canvas, "pointerup", () => {
        drag.dispose();
        // A click beside the window brings the window there.
        if (!hasMoved && part === "outside") {
          this.#setWindow(panWindow(before, full, fromNs - (before.startNs + before.endNs) / 2));
        }
      }),
    );
    drag.own(listen(this.#canvas, "pointercancel", () => drag.dispose()));
  }

  #showCursor(event: PointerEvent): void {
    const model = this.#getModel();
    if (model === undefined || event.buttons !== 0) return;
    const cursors: Record<BrushPart, string> = {
      from: "ew-resize",
      to: "ew-resize",
      body: "grab",
      outside: "crosshair",
    };
    const part = hitBrush(event.offsetX, model.window, model.full, this.#scale(model.full));
    this.#canvas.style.cursor = cursors[part];
  }

  #turnWheel(event: WheelEvent): void {
    const model = this.#getModel();
    if (model === undefined) return;
    event.preventDefault();
    const { window, full } = model;
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (isSideways) {
      const byPx = event.deltaX === 0 ? event.deltaY : event.deltaX;
      this.#setWindow(panWindow(window, full, byPx / this.#scale(full).pxPerNs));
    } else {
      const aroundNs = this.#scale(full).toNs(event.offsetX);
      this.#setWindow(zoomWindow(window, full, aroundNs, Math.exp(event.deltaY * 0.002)));
    }
  }
}

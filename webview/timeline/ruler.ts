/** The line below the pointer with its moment, or the range that is being drawn with its length. Knows no canvas and no row. */

import { formatDuration } from "../../src/model/units.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { formatMoment } from "./ticks.ts";
import type { PixelRange, TimeView } from "./windowGestures.ts";

export class Ruler {
  readonly #element: HTMLElement;
  readonly #view: Pick<TimeView, "scale">;
  readonly #getTrace: () => LoadedTrace | undefined;

  constructor(
    element: HTMLElement,
    view: Pick<TimeView, "scale">,
    getTrace: () => LoadedTrace | undefined,
  ) {
    this.#element = element;
    this.#view = view;
    this.#getTrace = getTrace;
  }

  point(xPx: number): void {
    const { scale } = this.#view;
    const trace = this.#getTrace();
    const isInside = xPx >= scale.leftPx && xPx <= scale.rightPx;
    // A trace without times has no axis.
    if (!isInside || trace === undefined || trace.columns.originUnixMs === 0) this.hide();
    else this.#show(xPx, 0, formatMoment(scale, scale.toNs(xPx) - trace.startNs));
  }

  measure(range: PixelRange | undefined): void {
    if (range === undefined) this.hide();
    else {
      const widthPx = range.toPx - range.fromPx;
      this.#show(range.fromPx, widthPx, formatDuration(widthPx / this.#view.scale.pxPerNs));
    }
  }

  hide(): void {
    this.#element.hidden = true;
  }

  #show(fromPx: number, widthPx: number, words: string): void {
    const { style } = this.#element;
    style.left = `${fromPx}px`;
    style.width = `${widthPx}px`;
    this.#element.dataset["words"] = words;
    this.#element.hidden = false;
  }
}

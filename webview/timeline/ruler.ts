/** The line below the pointer with its moment, or the range that is being drawn with its length. Knows no canvas and no row. */

import { formatDuration } from "../../src/model/units.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { formatMoment } from "./ticks.ts";
import type { PixelRange, TimeView } from "./windowGestures.ts";

export interface Ruler {
  point(xPx: number): void;
  measure(range: PixelRange | undefined): void;
  hide(): void;
}

export function createRuler(
  element: HTMLElement,
  view: Pick<TimeView, "scale">,
  getTrace: () => LoadedTrace | undefined,
): Ruler {
  const show = (fromPx: number, widthPx: number, words: string): void => {
    element.style.left = `${fromPx}px`;
    element.style.width = `${widthPx}px`;
    element.dataset["words"] = words;
    element.hidden = false;
  };
  const hide = (): void => {
    element.hidden = true;
  };
  return {
    point: xPx => {
      const { scale } = view;
      const trace = getTrace();
      const isInside = xPx >= scale.leftPx && xPx <= scale.rightPx;
      // A trace without times has no axis.
      if (!isInside || trace === undefined || trace.columns.originUnixMs === 0) hide();
      else show(xPx, 0, formatMoment(scale, scale.toNs(xPx) - trace.startNs));
    },
    measure: range => {
      if (range === undefined) hide();
      else {
        const widthPx = range.toPx - range.fromPx;
        show(range.fromPx, widthPx, formatDuration(widthPx / view.scale.pxPerNs));
      }
    },
    hide,
  };
}

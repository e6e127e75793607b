/**
 * Where the parts of a row stand, and what lies under a point. View pixels, but for `scrollPx`, which is content pixels.
 * Knows no canvas.
 *
 *     |<------- nameWidthPx ------->|
 *     | indent ▾ ▌name  service  42 |    .....[========]  12 ms
 *     0                             divider                     widthPx
 */

import type { RowIndex } from "../../src/analysis/treeSearch.ts";
import type { IndexArray } from "../../src/base/indexArray.ts";
import type { SpanIndex } from "../../src/model/trace.ts";

export const ROW_PX = 22;
export const AXIS_PX = 22;
export const CHEVRON_PX = 16;
/** Air at both ends of the bars, so that the first does not touch the divider. */
export const BAR_INSET_PX = 10;

/** Browsers cannot scroll further than about 33 million device pixels. */
const MAX_SPACER_PX = 8_000_000;
const NARROW_PX = 600;
const LEAST_NAME_PX = 96;
/** The width that must be left for the bars. */
const LEAST_BARS_PX = 120;

export interface RowLayout {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly nameWidthPx: number;
  /** How far one level of the tree moves a name to the right. */
  readonly stepPx: number;
}

export function layOut(
  widthPx: number,
  heightPx: number,
  nameShare: number | undefined,
  maxDepth: number,
): RowLayout {
  // Until the divider is moved: a third, but in a narrow panel the names need more than the bars can spare.
  const share = nameShare ?? (widthPx < NARROW_PX ? 0.4 : 0.32);
  const nameWidthPx = Math.round(clampNameWidth(widthPx * share, widthPx));
  const stepPx = Math.min(12, Math.max(5, (nameWidthPx * 0.4) / Math.max(1, maxDepth)));
  return { widthPx, heightPx, nameWidthPx, stepPx };
}

export function clampNameWidth(wantedPx: number, widthPx: number): number {
  return Math.max(LEAST_NAME_PX, Math.min(wantedPx, widthPx - LEAST_BARS_PX));
}

/**
 * The indentation of a row. In a trace deeper than the column is wide the levels that all visible rows share are left
 * out (`leastDepth` of them, but for two), and what is deeper still stands at a common edge.
 */
export function getIndentPx(
  layout: RowLayout,
  depth: number,
  leastDepth: number,
  maxDepth: number,
): number {
  const roomPx = layout.nameWidthPx * 0.5;
  const isDeep = maxDepth * layout.stepPx > roomPx;
  const shown = isDeep ? depth - Math.max(0, leastDepth - 2) : depth;
  return Math.min(shown * layout.stepPx, roomPx);
}

/** A native scroll bar over more rows than a browser can scroll: beyond the limit, one pixel stands for several. */
export class ScrollScale {
  readonly contentPx: number;
  readonly spacerPx: number;
  readonly #factor: number;

  constructor(rowCount: number, viewPx: number) {
    this.contentPx = rowCount * ROW_PX;
    this.spacerPx = Math.min(this.contentPx, MAX_SPACER_PX);
    const rangePx = Math.max(1, this.spacerPx - viewPx);
    this.#factor = this.contentPx > MAX_SPACER_PX ? (this.contentPx - viewPx) / rangePx : 1;
  }

  toContent(scrollTopPx: number): number {
    return scrollTopPx * this.#factor;
  }

  toScrollTop(contentPx: number): number {
    return contentPx / this.#factor;
  }
}

/** The scroll position that shows a row: unmoved where it is seen, in the middle or at the nearer edge where not. */
export function scrollToRow(
  row: RowIndex,
  scrollPx: number,
  viewPx: number,
  place: "nearest" | "centre",
): number {
  const top = row * ROW_PX;
  if (top >= scrollPx && top + ROW_PX <= scrollPx + viewPx) return scrollPx;
  if (place === "centre") return Math.max(0, top + ROW_PX / 2 - viewPx / 2);
  return Math.max(0, top < scrollPx ? top : top + ROW_PX - viewPx);
}

/** The mark at the end of the name of the first of an open group. */
export const GROUP_MARK_PX = 64;

export type Zone = "chevron" | "name" | "group" | "bars";

export interface Hit {
  readonly row: RowIndex;
  readonly span: SpanIndex;
  readonly zone: Zone;
}

/** Finds the part of the rows that lies under a point; `yPx` counts from the upper edge of the first visible row. */
export function hitTest(
  xPx: number,
  yPx: number,
  scrollPx: number,
  layout: RowLayout,
  rows: IndexArray<SpanIndex>,
  indentOf: (span: SpanIndex) => number,
  hasChildren: (span: SpanIndex) => boolean,
  hasGroupMark: (span: SpanIndex) => boolean = () => false,
): Hit | undefined {
  const row = Math.floor((yPx + scrollPx) / ROW_PX) as RowIndex;
  const span = rows[row];
  if (span === undefined || yPx < 0) return undefined;
  if (xPx >= layout.nameWidthPx) return { row, span, zone: "bars" };
  const indentPx = indentOf(span);
  // A thumb's breadth to the left counts too: the mark is small.
  const isChevron = hasChildren(span) && xPx >= indentPx - 4 && xPx < indentPx + CHEVRON_PX + 2;
  if (isChevron) return { row, span, zone: "chevron" };
  const isMark = hasGroupMark(span) && xPx >= layout.nameWidthPx - GROUP_MARK_PX;
  return { row, span, zone: isMark ? "group" : "name" };
}

export interface LabelPlace {
  readonly side: "right" | "left" | "inside";
  /** Where the label begins. */
  readonly xPx: number;
}

/** Beside the bar where there is room: after it, before it, and else upon it at the end that is seen. */
export function placeLabel(
  fromPx: number,
  toPx: number,
  labelPx: number,
  leftPx: number,
  rightPx: number,
): LabelPlace {
  const gapPx = 6;
  if (toPx + gapPx + labelPx <= rightPx) {
    return { side: "right", xPx: Math.max(toPx, leftPx) + gapPx };
  }
  if (fromPx - gapPx - labelPx >= leftPx) return { side: "left", xPx: fromPx - gapPx - labelPx };
  const endPx = Math.min(toPx, rightPx);
  return { side: "inside", xPx: Math.max(leftPx, endPx - gapPx - labelPx) };
}

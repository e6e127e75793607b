/** Draws the left part of a row: guides, fold mark, colour, error, name, queue or service, and how many lie below. */

import { SpanFlag } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { Theme } from "../kit/theme.ts";
import { describeSize } from "./groupFacts.ts";
import { CHEVRON_PX, getIndentPx, ROW_PX } from "./rowLayout.ts";
import type { TimelineFrame } from "./timelineFrame.ts";
import { paintErrorMark, paintSlits } from "./marks.ts";
import type { TextFitter } from "./textFitter.ts";

/** Narrower than this there is no room for anything but the name. */
const ROOMY_PX = 200;

export class NamePainter {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #text: TextFitter;
  readonly #theme: Theme;
  readonly #frame: TimelineFrame;

  constructor(ctx: CanvasRenderingContext2D, text: TextFitter, theme: Theme, frame: TimelineFrame) {
    this.#ctx = ctx;
    this.#text = text;
    this.#theme = theme;
    this.#frame = frame;
  }

  paint(span: SpanIndex, top: number): void {
    const ctx = this.#ctx;
    const theme = this.#theme;
    const { data, layout, folded, matched, passing, leastDepth } = this.#frame;
    const { tree } = data.trace;
    const middle = top + ROW_PX / 2;
    const group = this.#frame.groupOf(span);
    const openGroup = group === undefined ? this.#frame.openGroupOf(span) : undefined;
    const isFolded = group !== undefined || folded.has(span);
    const isRoomy = layout.nameWidthPx >= ROOMY_PX;
    const isMatch =
      matched !== undefined && (group?.members ?? [span]).some(each => matched[each] === 1);
    const isLit = (matched === undefined || isMatch) && passing?.[span] !== 0;
    const opacity = isLit ? 1 : 0.45;
    const indent = getIndentPx(layout, tree.depth[span]!, leastDepth, tree.maxDepth);

    ctx.globalAlpha = 0.7;
    ctx.fillStyle = theme.border;
    for (let guide = indent - layout.stepPx; guide >= 0; guide -= layout.stepPx) {
      ctx.fillRect(Math.round(guide + CHEVRON_PX / 2), top, 1, ROW_PX);
    }
    ctx.globalAlpha = opacity;
    if (group !== undefined || data.hasChildren(span)) {
      this.#paintChevron(indent + CHEVRON_PX / 2, middle, isFolded);
    }

    let x = indent + CHEVRON_PX;
    const slot = data.getSlot(span);
    if (data.hasFlag(span, SpanFlag.placeholder)) {
      ctx.strokeStyle = theme.muted;
      ctx.setLineDash([2, 2]);
      ctx.strokeRect(x + 0.5, middle - 5.5, 3, 11);
      ctx.setLineDash([]);
    } else {
      ctx.fillStyle = theme.palette[slot] ?? theme.foreground;
      ctx.fillRect(x, middle - 6, 3, 12);
      paintSlits(ctx, theme, slot, x, middle - 6, 3, 12);
    }
    x += 8;
    const isFailed = group === undefined ? data.isFailed(span) : group.errors > 0;
    const errorsBelow = group?.errorsBelow ?? (isFolded ? data.countErrorsBelow(span) : 0);
    if (isFailed || errorsBelow > 0) {
      paintErrorMark(ctx, theme, x + 5, middle, isFailed);
      x += 15;
    }

    let right = layout.nameWidthPx - 8;
    const end =
      openGroup !== undefined
        ? `${describeSize(openGroup)} ▴`
        : group !== undefined
          ? describeSize(group)
          : data.hasChildren(span) && (isFolded || isRoomy)
            ? data.countBelow(span).toLocaleString("en-US")
            : "";
    if (end !== "") {
      ctx.font = `${group === undefined ? "" : "600 "}${theme.fontSizePx - 2}px ${theme.fontFamily}`;
      const width = this.#text.measure(end);
      ctx.fillStyle = isFolded ? theme.foreground : theme.muted;
      ctx.fillText(end, right - width, middle + 0.5);
      right -= width + 8;
    }

    const isItalic = data.hasFlag(span, SpanFlag.placeholder);
    ctx.font = `${isItalic ? "italic " : ""}${isMatch ? "600 " : ""}${theme.fontSizePx}px ${theme.fontFamily}`;
    ctx.fillStyle = isItalic ? theme.muted : theme.foreground;
    const name = this.#text.fit(data.getTitle(span), right - x);
    ctx.fillText(name, x, middle + 0.5);
    const nameEnd = x + this.#text.measure(name);
    if (isMatch) {
      ctx.fillStyle = theme.focusBorder;
      ctx.fillRect(x, middle + 8, nameEnd - x, 1);
    }

    const elsewhere = isRoomy ? data.getGroupChange(span) : "";
    if (elsewhere !== "" && right - nameEnd > 32) {
      ctx.font = `${theme.fontSizePx - 1}px ${theme.fontFamily}`;
      ctx.fillStyle = theme.muted;
      ctx.fillText(this.#text.fit(elsewhere, right - nameEnd - 8), nameEnd + 8, middle + 0.5);
    }
    ctx.globalAlpha = 1;
  }

  #paintChevron(x: number, y: number, isFolded: boolean): void {
    const ctx = this.#ctx;
    ctx.strokeStyle = this.#theme.foreground;
    ctx.lineWidth = 1.2;
    ctx.beginPath();
    if (isFolded) {
      ctx.moveTo(x - 2, y - 4);
      ctx.lineTo(x + 2, y);
      ctx.lineTo(x - 2, y + 4);
    } else {
      ctx.moveTo(x - 4, y - 2);
      ctx.lineTo(x, y + 2);
      ctx.lineTo(x + 4, y - 2);
    }
    ctx.stroke();
    ctx.lineWidth = 1;
  }
}

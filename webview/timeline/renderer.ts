/**
 * Draws one frame of the timeline. Takes data, transform and theme, and knows no element, no state and no event.
 * Everything is in view pixels; nothing here costs more than what is visible. The spaces are named in timeScale.ts.
 */

import type { RowIndex } from "../../src/analysis/treeSearch.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { Theme } from "../kit/theme.ts";
import { BarPainter } from "./barPainter.ts";
import { NamePainter } from "./namePainter.ts";
import { AXIS_PX, ROW_PX } from "./rowLayout.ts";
import { TextFitter } from "./textFitter.ts";
import { buildTicks, type Tick } from "./ticks.ts";
import type { TimelineFrame } from "./timelineFrame.ts";

const TICK_GAP_PX = 70;
/** Beside the rows of the function at the cursor. */
const MARK_PX = 3;

export class Renderer {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #text: TextFitter;

  constructor(ctx: CanvasRenderingContext2D) {
    this.#ctx = ctx;
    this.#text = new TextFitter(ctx);
  }

  draw(frame: TimelineFrame, theme: Theme): void {
    const ctx = this.#ctx;
    const { layout, rows, scrollPx } = frame;
    const { widthPx, heightPx, nameWidthPx } = layout;
    ctx.globalAlpha = 1;
    // A canvas that was resized has forgotten this.
    ctx.textBaseline = "middle";
    ctx.fillStyle = theme.background;
    ctx.fillRect(0, 0, widthPx, heightPx);
    const first = Math.max(0, Math.floor(scrollPx / ROW_PX)) as RowIndex;
    const last = Math.min(rows.length, Math.ceil((scrollPx + heightPx - AXIS_PX) / ROW_PX));
    const topOf = (row: RowIndex): number => AXIS_PX + row * ROW_PX - scrollPx;
    const ticks = this.#buildTicks(frame, theme);

    this.#clip(0, AXIS_PX, widthPx, heightPx - AXIS_PX, () => {
      for (let row = first; row < last; row++) {
        this.#drawBackground(frame, theme, rows[row]!, topOf(row));
      }
    });
    this.#clip(nameWidthPx, AXIS_PX, widthPx - nameWidthPx, heightPx - AXIS_PX, () => {
      this.#drawGrid(frame, theme, ticks);
      const bars = new BarPainter(ctx, this.#text, theme, frame);
      for (let row = first; row < last; row++) bars.paint(rows[row]!, topOf(row));
      bars.paintEdges(row => topOf(row) + ROW_PX / 2);
    });
    this.#clip(0, AXIS_PX, nameWidthPx, heightPx - AXIS_PX, () => {
      const names = new NamePainter(ctx, this.#text, theme, frame);
      for (let row = first; row < last; row++) names.paint(rows[row]!, topOf(row));
    });
    this.#drawAxis(frame, theme, ticks);
  }

  /** Farther apart where their words are long. */
  #buildTicks({ scale, data }: TimelineFrame, theme: Theme): readonly Tick[] {
    // The clock's zero is where a trace begins of whose spans none has a time: an axis would only pretend.
    if (data.trace.columns.originUnixMs === 0) return [];
    const zeroNs = data.trace.startNs;
    this.#ctx.font = `${theme.fontSizePx - 2}px ${theme.fontFamily}`;
    const ticks = buildTicks(scale, zeroNs, TICK_GAP_PX);
    const widest = Math.max(0, ...ticks.map(tick => this.#text.measure(tick.label)));
    const needed = widest + 14;
    return needed <= TICK_GAP_PX ? ticks : buildTicks(scale, zeroNs, needed);
  }

  #clip(x: number, y: number, width: number, height: number, draw: () => void): void {
    const ctx = this.#ctx;
    ctx.save();
    ctx.beginPath();
    ctx.rect(x, y, width, height);
    ctx.clip();
    draw();
    ctx.restore();
  }

  #drawBackground(frame: TimelineFrame, theme: Theme, span: SpanIndex, top: number): void {
    const ctx = this.#ctx;
    const { widthPx } = frame.layout;
    const isContrast = theme.kind === "hcDark" || theme.kind === "hcLight";
    const isSelected = span === frame.selected;
    if (isSelected && !isContrast) {
      ctx.globalAlpha = frame.isFocused ? 1 : 0.6;
      ctx.fillStyle = theme.selection;
      ctx.fillRect(0, top, widthPx, ROW_PX);
      ctx.globalAlpha = 1;
    } else if (span === frame.hovered && !isSelected) {
      ctx.fillStyle = theme.hover;
      ctx.fillRect(0, top, widthPx, ROW_PX);
      if (isContrast) {
        ctx.setLineDash([3, 3]);
        ctx.strokeStyle = theme.focusBorder;
        ctx.strokeRect(0.5, top + 0.5, widthPx - 1, ROW_PX - 1);
        ctx.setLineDash([]);
      }
    }
    if (frame.marked.has(span)) {
      ctx.fillStyle = theme.focusBorder;
      ctx.fillRect(0, top + 2, MARK_PX, ROW_PX - 4);
    }
    if (isSelected && (isContrast || frame.isFocused)) {
      ctx.strokeStyle = isContrast && !frame.isFocused ? theme.selection : theme.focusBorder;
      ctx.lineWidth = 1;
      ctx.strokeRect(0.5, top + 0.5, widthPx - 1, ROW_PX - 1);
    }
  }

  #drawGrid({ scale, layout }: TimelineFrame, theme: Theme, ticks: readonly Tick[]): void {
    const ctx = this.#ctx;
    ctx.fillStyle = theme.border;
    ctx.globalAlpha = theme.kind === "dark" || theme.kind === "light" ? 0.6 : 0.35;
    for (const tick of ticks) {
      ctx.fillRect(Math.round(scale.toPx(tick.ns)), AXIS_PX, 1, layout.heightPx - AXIS_PX);
    }
    ctx.globalAlpha = 1;
  }

  #drawAxis(frame: TimelineFrame, theme: Theme, ticks: readonly Tick[]): void {
    const ctx = this.#ctx;
    const { scale, layout, drawnRange } = frame;
    const { nameWidthPx, widthPx } = layout;
    ctx.fillStyle = theme.background;
    ctx.fillRect(0, 0, widthPx, AXIS_PX);
    ctx.font = `${theme.fontSizePx - 2}px ${theme.fontFamily}`;
    this.#clip(nameWidthPx, 0, widthPx - nameWidthPx, layout.heightPx, () => {
      for (const tick of ticks) {
        const x = Math.round(scale.toPx(tick.ns));
        ctx.fillStyle = theme.border;
        ctx.fillRect(x, AXIS_PX - 6, 1, 6);
        ctx.fillStyle = theme.muted;
        // Words that would run out of the picture are left out; the mark stays.
        if (x + 4 + this.#text.measure(tick.label) <= widthPx) {
          ctx.fillText(tick.label, x + 4, AXIS_PX / 2);
        }
      }
      if (drawnRange !== undefined) {
        const { fromPx, toPx } = drawnRange;
        ctx.globalAlpha = 0.15;
        ctx.fillStyle = theme.focusBorder;
        ctx.fillRect(fromPx, 0, toPx - fromPx, layout.heightPx);
        ctx.globalAlpha = 1;
        ctx.fillRect(fromPx, 0, 1, layout.heightPx);
        ctx.fillRect(toPx, 0, 1, layout.heightPx);
      }
    });
    ctx.fillStyle = theme.border;
    ctx.fillRect(0, AXIS_PX - 1, widthPx, 1);
  }
}

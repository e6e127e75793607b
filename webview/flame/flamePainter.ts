/**
 * Draws one frame of the flame view. A lane costs no more than its pixels: what is narrower than one flows together, and
 * an error or a match in it is still seen. Knows no element, no state and no event.
 */

import { findFirst } from "../../src/base/binarySearch.ts";
import type { FlameBox } from "../../src/analysis/flame.ts";
import { isRunning } from "../../src/analysis/times.ts";
import { SpanFlag } from "../../src/model/span.ts";
import { formatDuration } from "../../src/model/units.ts";
import type { Theme } from "../kit/theme.ts";
import { CRITICAL_PX, paintCriticalLine } from "../timeline/criticalLine.ts";
import { paintArrowHead, paintErrorMark, paintSlits } from "../timeline/marks.ts";
import { AXIS_PX } from "../timeline/rowLayout.ts";
import { TextFitter } from "../timeline/textFitter.ts";
import { buildTicks } from "../timeline/ticks.ts";
import type { FlameFrame, ReadableBox } from "./flameFrame.ts";

export const LANE_PX = 20;
const BOX_PX = 18;
/** Narrower than this a box is one with its neighbours. */
const LEAST_BOX_PX = 1.5;
/** From here on a box has an edge of its own, and a gap before the next. */
const EDGED_PX = 4;
/** From here on it has a name. */
const NAMED_PX = 36;
const TICK_GAP_PX = 80;
/** Pale enough for words upon it in light and dark themes. */
export const FILL_ALPHA = 0.26;
const DIM_ALPHA = 0.3;

export class FlamePainter {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #text: TextFitter;

  constructor(ctx: CanvasRenderingContext2D) {
    this.#ctx = ctx;
    this.#text = new TextFitter(ctx);
  }

  /** Answers with what can be read, in the order of the lanes. */
  draw(frame: FlameFrame, theme: Theme): readonly ReadableBox[] {
    const ctx = this.#ctx;
    const { widthPx, heightPx, scrollPx, layout } = frame;
    ctx.globalAlpha = 1;
    ctx.textBaseline = "middle";
    ctx.fillStyle = theme.background;
    ctx.fillRect(0, 0, widthPx, heightPx);
    const readable: ReadableBox[] = [];
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, AXIS_PX, widthPx, heightPx - AXIS_PX);
    ctx.clip();
    const first = Math.max(0, Math.floor(scrollPx / LANE_PX));
    const last = Math.min(layout.laneCount, Math.ceil((scrollPx + heightPx - AXIS_PX) / LANE_PX));
    for (let lane = first; lane < last; lane += 1) {
      this.#drawLane(frame, theme, lane, AXIS_PX + lane * LANE_PX - scrollPx + 1, readable);
    }
    ctx.restore();
    this.#drawAxis(frame, theme);
    return readable;
  }

  #drawLane(
    frame: FlameFrame,
    theme: Theme,
    lane: number,
    top: number,
    readable: ReadableBox[],
  ): void {
    const { layout, scale } = frame;
    const { order, laneStart, from, to } = layout;
    const start = laneStart[lane]!;
    const count = laneStart[lane + 1]! - start;
    /** The first whose end is after a moment. */
    const firstAfter = (ns: number): number =>
      start + findFirst(count, i => to[order[start + i]!]! > ns);
    const firstInView = findFirst(count, i => to[order[start + i]!]! >= scale.startNs);
    for (let i = start + firstInView; i < start + count;) {
      const box = order[i]!;
      const x = Math.max(0, scale.toPx(from[box]!));
      if (x >= frame.widthPx) return;
      const end = Math.min(frame.widthPx, scale.toPx(to[box]!));
      if (end - x >= LEAST_BOX_PX) {
        this.#drawBox(frame, theme, box, x, end, top, readable);
        i += 1;
      } else {
        const next = Math.max(i + 1, firstAfter(scale.toNs(x + 1)));
        this.#drawSliver(frame, theme, i, next, x, top);
        i = next;
      }
    }
  }

  /** The boxes `order[i]` to `order[next - 1]`, all within one pixel. */
  #drawSliver(
    { data, layout, sums, selected }: FlameFrame,
    theme: Theme,
    i: number,
    next: number,
    x: number,
    top: number,
  ): void {
    const ctx = this.#ctx;
    const hasFailed = sums.failed[next]! > sums.failed[i]!;
    const isLit = sums.lit === undefined || sums.lit[next]! > sums.lit[i]!;
    const slot = data.getSlot(layout.spanOf[layout.order[i]!]!);
    ctx.globalAlpha = isLit ? 0.8 : DIM_ALPHA;
    ctx.fillStyle = hasFailed ? theme.error : (theme.palette[slot] ?? theme.foreground);
    ctx.fillRect(x, top, 1, BOX_PX);
    ctx.globalAlpha = 1;
    if (selected !== undefined && layout.order.subarray(i, next).includes(selected)) {
      ctx.fillStyle = theme.focusBorder;
      ctx.fillRect(x - 1, top - 1, 3, BOX_PX + 2);
    }
  }

  #drawBox(
    frame: FlameFrame,
    theme: Theme,
    box: FlameBox,
    x: number,
    end: number,
    top: number,
    readable: ReadableBox[],
  ): void {
    const ctx = this.#ctx;
    const { data, layout, flags, scale } = frame;
    const span = layout.spanOf[box]!;
    const isContrast = theme.kind === "hcDark" || theme.kind === "hcLight";
    const isEdged = end - x >= EDGED_PX;
    const width = isEdged ? end - x - 1 : end - x;
    const colour = theme.palette[data.getSlot(span)] ?? theme.foreground;
    const alpha = flags.lit === undefined || flags.lit[box] === 1 ? 1 : DIM_ALPHA;
    const isPlaceholder = data.hasFlag(span, SpanFlag.placeholder);
    if (isPlaceholder || (isContrast && isEdged)) {
      ctx.globalAlpha = alpha;
      ctx.strokeStyle = isPlaceholder ? theme.muted : colour;
      if (isPlaceholder) ctx.setLineDash([4, 3]);
      ctx.strokeRect(x + 0.5, top + 0.5, Math.max(1, width - 1), BOX_PX - 1);
      ctx.setLineDash([]);
    } else {
      ctx.globalAlpha = alpha * (isEdged ? FILL_ALPHA : 0.7);
      ctx.fillStyle = colour;
      ctx.fillRect(x, top, width, BOX_PX);
      ctx.globalAlpha = alpha;
      if (isEdged && scale.toPx(layout.from[box]!) >= 0) {
        ctx.fillRect(x, top, 2, BOX_PX);
        paintSlits(ctx, theme, data.getSlot(span), x, top, 2, BOX_PX);
      }
    }
    const isFailed = flags.failed[box] === 1;
    if (isFailed) {
      ctx.strokeStyle = theme.error;
      ctx.lineWidth = 1.5;
      ctx.strokeRect(x + 0.75, top + 0.75, Math.max(1, width - 1.5), BOX_PX - 1.5);
      ctx.lineWidth = 1;
    }
    if (layout.mode === "time" && isEdged && isRunning(data.trace.columns, span)) {
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.5;
      paintArrowHead(ctx, x + width - 2, top + BOX_PX / 2, 5);
      ctx.lineWidth = 1;
    }
    if (width >= NAMED_PX) {
      this.#drawName(frame, theme, box, x, width, top, isFailed);
      readable.push({ box, leftPx: x, widthPx: width });
    }
    ctx.globalAlpha = 1;
    this.#drawCritical(frame, theme, box, x, x + width, top + BOX_PX - CRITICAL_PX);
    this.#drawRing(frame, theme, box, x, width, top);
  }

  #drawName(
    { data, layout }: FlameFrame,
    theme: Theme,
    box: FlameBox,
    left: number,
    width: number,
    top: number,
    isFailed: boolean,
  ): void {
    const ctx = this.#ctx;
    const middle = top + BOX_PX / 2 + 0.5;
    let x = left + 6;
    const right = left + width - 4;
    if (isFailed && width >= NAMED_PX * 2) {
      paintErrorMark(ctx, theme, x + 5, middle - 0.5, true);
      x += 14;
    }
    ctx.font = `${theme.fontSizePx - 1}px ${theme.fontFamily}`;
    ctx.fillStyle = theme.foreground;
    const name = this.#text.fit(data.getTitle(layout.spanOf[box]!), right - x);
    ctx.fillText(name, x, middle);
    x += this.#text.measure(name) + 8;
    if (!layout.isTimed) return;
    const time = formatDuration(layout.to[box]! - layout.from[box]!);
    ctx.font = `${theme.fontSizePx - 2}px ${theme.fontFamily}`;
    if (x + this.#text.measure(time) > right) return;
    ctx.fillText(time, x, middle);
  }

  /** Over time exactly where the path is in the span; by call path, below every path that it goes through. */
  #drawCritical(
    { layout, flags, critical, scale }: FlameFrame,
    theme: Theme,
    box: FlameBox,
    left: number,
    right: number,
    top: number,
  ): void {
    if (flags.critical?.[box] !== 1) return;
    if (layout.mode === "time" && critical !== undefined) {
      paintCriticalLine(this.#ctx, theme, critical, layout.spanOf[box]!, scale, left, right, top);
      return;
    }
    this.#ctx.fillStyle = theme.foreground;
    this.#ctx.fillRect(left, top, right - left, CRITICAL_PX);
  }

  #drawRing(
    { selected, hovered, isFocused }: FlameFrame,
    theme: Theme,
    box: FlameBox,
    x: number,
    width: number,
    top: number,
  ): void {
    if (box !== selected && box !== hovered) return;
    const ctx = this.#ctx;
    ctx.strokeStyle = box === selected ? theme.focusBorder : theme.foreground;
    ctx.lineWidth = box === selected ? 2 : 1;
    if (box === selected && !isFocused) ctx.setLineDash([5, 2]);
    ctx.strokeRect(x + 0.5, top + 0.5, Math.max(1, width - 1), BOX_PX - 1);
    ctx.setLineDash([]);
    ctx.lineWidth = 1;
  }

  #drawAxis(frame: FlameFrame, theme: Theme): void {
    const ctx = this.#ctx;
    const { scale, zeroNs, widthPx, heightPx, data, drawnRange, layout } = frame;
    ctx.font = `${theme.fontSizePx - 2}px ${theme.fontFamily}`;
    // Where no span has a time, an axis would only pretend.
    const isTimed = layout.isTimed && data.trace.columns.originUnixMs !== 0;
    const ticks = isTimed ? buildTicks(scale, zeroNs, TICK_GAP_PX) : [];
    for (const { ns, label } of ticks) {
      const x = Math.round(scale.toPx(ns));
      ctx.fillStyle = theme.border;
      ctx.fillRect(x, AXIS_PX - 6, 1, 6);
      ctx.fillStyle = theme.muted;
      if (x + 4 + this.#text.measure(label) <= widthPx) ctx.fillText(label, x + 4, AXIS_PX / 2);
    }
    ctx.fillStyle = theme.border;
    ctx.fillRect(0, AXIS_PX - 1, widthPx, 1);
    if (drawnRange === undefined) return;
    const { fromPx, toPx } = drawnRange;
    ctx.globalAlpha = 0.15;
    ctx.fillStyle = theme.focusBorder;
    ctx.fillRect(fromPx, 0, toPx - fromPx, heightPx);
    ctx.globalAlpha = 1;
    ctx.fillRect(fromPx, 0, 1, heightPx);
    ctx.fillRect(toPx, 0, 1, heightPx);
  }
}

/**
 * Draws the right part of a row: the wait in the queue, the run, and the words beside it.
 *
 *     |/////[▒▒▒███▒▒▒▒▒█/█]  12 ms · self 4 ms        wait, children at work, itself at work, and long without a word of it
 */

import { findFirst } from "../../src/base/binarySearch.ts";
import { isRunning } from "../../src/analysis/times.ts";
import { isQueued } from "../../src/analysis/unfinished.ts";
import type { LogMark } from "../../src/analysis/traceLogs.ts";
import { EdgeKind, SpanFlag } from "../../src/model/span.ts";
import type { RowIndex } from "../../src/analysis/treeSearch.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { formatDuration } from "../../src/model/units.ts";
import type { Theme } from "../kit/theme.ts";
import { t } from "../words/words.ts";
import { CRITICAL_PX, paintCriticalLine } from "./criticalLine.ts";
import { describeGroup, type GroupFacts } from "./groupFacts.ts";
import {
  createHatch,
  isGraver,
  LOG_MARK_PX,
  NO_HEARTBEAT_PX,
  paintArrowHead,
  paintLogMark,
  paintNoHeartbeat,
} from "./marks.ts";
import { placeLabel, ROW_PX } from "./rowLayout.ts";
import type { TimelineFrame } from "./timelineFrame.ts";
import type { TextFitter } from "./textFitter.ts";

const BAR_PX = 12;
const WAIT_PX = 6;
const LEAST_BAR_PX = 2;
/** A running bar is at least this wide, so that it can be seen to go on. */
const LEAST_RUNNING_PX = 14;
const FADE_PX = 28;
/** Two strokes at least, or it is no hatch. */
const LEAST_HATCH_PX = 12;

/** The signs that stand before the words of a bar. */
interface BarSigns {
  readonly badge?: string;
  readonly isSilent?: boolean;
}

export class BarPainter {
  readonly #ctx: CanvasRenderingContext2D;
  readonly #text: TextFitter;
  readonly #theme: Theme;
  readonly #frame: TimelineFrame;
  readonly #leftPx: number;
  readonly #rightPx: number;
  readonly #isContrast: boolean;
  #hatch: CanvasPattern | undefined;
  #gapHatch: CanvasPattern | undefined;

  constructor(ctx: CanvasRenderingContext2D, text: TextFitter, theme: Theme, frame: TimelineFrame) {
    this.#ctx = ctx;
    this.#text = text;
    this.#theme = theme;
    this.#frame = frame;
    this.#leftPx = frame.layout.nameWidthPx + 2;
    this.#rightPx = frame.layout.widthPx - 4;
    this.#isContrast = theme.kind === "hcDark" || theme.kind === "hcLight";
  }

  paint(span: SpanIndex, top: number): void {
    const group = this.#frame.groupOf(span);
    if (group === undefined) this.#paintSpan(span, top);
    else this.#paintGroup(span, group, top);
    this.#ctx.globalAlpha = 1;
    if (group === undefined) this.#paintLogs(span, top);
  }

  /** From the first to the last pale, where any of them ran full. */
  #paintGroup(span: SpanIndex, group: GroupFacts, top: number): void {
    const ctx = this.#ctx;
    const theme = this.#theme;
    const { data, scale, matched, critical } = this.#frame;
    const middle = top + ROW_PX / 2;
    const barTop = middle - BAR_PX / 2;
    const fromPx = scale.toPx(group.fromNs);
    const toPx = Math.max(scale.toPx(group.toNs), fromPx + LEAST_BAR_PX);
    const colour = theme.palette[data.getSlot(span)] ?? theme.foreground;
    const isLit = matched === undefined || group.members.some(each => matched[each] === 1);
    const alpha = isLit ? 1 : 0.45;
    ctx.globalAlpha = alpha;
    if (toPx < this.#leftPx || fromPx > this.#rightPx) {
      this.#paintAway(colour, middle, toPx < this.#leftPx);
      return;
    }
    const from = Math.max(fromPx, this.#leftPx - 8);
    const to = Math.min(toPx, this.#rightPx + 8);
    ctx.fillStyle = colour;
    ctx.globalAlpha = alpha * (this.#isContrast ? 0 : 0.25);
    ctx.fillRect(from, barTop, to - from, BAR_PX);
    ctx.globalAlpha = alpha;
    this.#fillIntervals(group.intervals, from, to, barTop);
    if (this.#isContrast) {
      ctx.strokeStyle = colour;
      ctx.strokeRect(from + 0.5, barTop + 0.5, Math.max(1, to - from - 1), BAR_PX - 1);
    }
    if (group.errors > 0) this.#paintErrorRing(from, to, barTop);
    if (critical !== undefined) {
      ctx.fillStyle = theme.foreground;
      const under = data.getCriticalOf(group, critical);
      this.#fillIntervals(under, from, to, middle + BAR_PX / 2 + 1, CRITICAL_PX);
    }
    const { full, short } = describeGroup(group);
    this.#paintWords(full, short, fromPx, toPx, middle);
  }

  #paintSpan(span: SpanIndex, top: number): void {
    const ctx = this.#ctx;
    const theme = this.#theme;
    const { data, scale, matched, passing } = this.#frame;
    const { columns } = data.trace;
    const middle = top + ROW_PX / 2;
    const running = isRunning(columns, span);
    const fromPx = scale.toPx(columns.startNs[span]!);
    const leastPx = running ? LEAST_RUNNING_PX : LEAST_BAR_PX;
    const toPx = Math.max(scale.toPx(data.getEndNs(span)), fromPx + leastPx);
    const queuedNs = columns.queuedNs[span]!;
    const hasWait = this.#frame.showQueueWait && queuedNs < columns.startNs[span]!;
    const firstPx = hasWait ? scale.toPx(queuedNs) : fromPx;
    const colour = theme.palette[data.getSlot(span)] ?? theme.foreground;

    ctx.globalAlpha = matched?.[span] !== 0 && passing?.[span] !== 0 ? 1 : 0.45;
    if (toPx < this.#leftPx || firstPx > this.#rightPx) {
      this.#paintAway(colour, middle, toPx < this.#leftPx);
      return;
    }
    if (isQueued(columns, span)) {
      // The wait is all that there is, and it goes on.
      this.#paintWait(fromPx, toPx, middle, "");
      this.#paintLabel(span, fromPx, toPx, middle);
      return;
    }
    if (hasWait) {
      const waited = formatDuration(columns.startNs[span]! - queuedNs);
      this.#paintWait(firstPx, fromPx, middle, t("waited {0}", waited));
    }
    this.#paintRun(
      span,
      Math.max(fromPx, this.#leftPx - 8),
      // An open end is seen at the window's edge too.
      Math.min(toPx, this.#rightPx + (running ? 2 : 8)),
      middle,
      colour,
    );
    this.#paintCritical(span, middle);
    this.#paintLabel(span, firstPx, toPx, middle);
  }

  /** Below the bar; what is graver stands before what is not. */
  #paintLogs(span: SpanIndex, top: number): void {
    const { logs, scale, data } = this.#frame;
    const lines = logs.get(span);
    if (lines === undefined) return;
    const { isSkewCorrected, skew } = data.trace;
    // They were told by the same clock.
    const shiftNs = isSkewCorrected ? (skew.shiftNs[span] ?? 0) : 0;
    const levelByPx = new Map<number, LogMark["level"]>();
    for (const { timeNs, level } of lines) {
      const x = Math.round(scale.toPx(timeNs + shiftNs));
      if (x < this.#leftPx || x > this.#rightPx) continue;
      if (!levelByPx.has(x) || isGraver(level, levelByPx.get(x))) levelByPx.set(x, level);
    }
    for (const [x, level] of levelByPx) {
      paintLogMark(this.#ctx, this.#theme, x, top + ROW_PX - LOG_MARK_PX, level);
    }
  }

  #paintCritical(span: SpanIndex, middle: number): void {
    const { critical, scale } = this.#frame;
    if (critical === undefined) return;
    const y = middle + BAR_PX / 2 + 1;
    paintCriticalLine(
      this.#ctx,
      this.#theme,
      critical,
      span,
      scale,
      this.#leftPx,
      this.#rightPx,
      y,
    );
  }

  /** The bar lies outside the window: a sign at the edge says on which side. */
  #paintAway(colour: string, middle: number, isLeft: boolean): void {
    const ctx = this.#ctx;
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5;
    if (isLeft) paintArrowHead(ctx, this.#leftPx + 3, middle, 4, Math.PI);
    else paintArrowHead(ctx, this.#rightPx - 1, middle, 4);
    ctx.lineWidth = 1;
  }

  #paintWait(queuedPx: number, startPx: number, middle: number, text: string): void {
    const ctx = this.#ctx;
    const from = Math.max(queuedPx, this.#leftPx - 8);
    const to = Math.min(startPx, this.#rightPx + 8);
    if (to - from < 1) return;
    const top = middle - WAIT_PX / 2;
    this.#hatch ??= createHatch(ctx, this.#theme.queueWait);
    const track = (left: number, right: number): void => {
      ctx.fillStyle = this.#hatch ?? this.#theme.queueWait;
      ctx.fillRect(left, top, right - left, WAIT_PX);
      ctx.fillStyle = this.#theme.queueWait;
      ctx.fillRect(left, top, right - left, 1);
      ctx.fillRect(left, top + WAIT_PX - 1, right - left, 1);
    };
    ctx.fillStyle = this.#theme.queueWait;
    if (queuedPx >= this.#leftPx) ctx.fillRect(queuedPx, middle - BAR_PX / 2, 1, BAR_PX);
    ctx.font = `${this.#theme.fontSizePx - 2}px ${this.#theme.fontFamily}`;
    const width = this.#text.measure(text);
    const seenFrom = Math.max(from, this.#leftPx);
    const seenTo = Math.min(to, this.#rightPx);
    if (text === "" || seenTo - seenFrom < width + 40) {
      track(from, to);
      return;
    }
    const x = Math.round((seenFrom + seenTo - width) / 2);
    track(from, x - 5);
    track(x + width + 5, to);
    ctx.fillStyle = this.#theme.muted;
    ctx.fillText(text, x, middle + 0.5);
  }

  #paintRun(span: SpanIndex, from: number, to: number, middle: number, colour: string): void {
    // The wait is in the window, the run is not yet.
    if (from >= to) return;
    const ctx = this.#ctx;
    const theme = this.#theme;
    const { data } = this.#frame;
    const top = middle - BAR_PX / 2;
    if (data.hasFlag(span, SpanFlag.untimed)) {
      ctx.strokeStyle = colour;
      ctx.beginPath();
      ctx.moveTo(from, middle - 5);
      ctx.lineTo(from + 5, middle);
      ctx.lineTo(from, middle + 5);
      ctx.lineTo(from - 5, middle);
      ctx.closePath();
      ctx.stroke();
      return;
    }
    if (data.hasFlag(span, SpanFlag.placeholder)) {
      ctx.strokeStyle = theme.muted;
      ctx.setLineDash([4, 3]);
      ctx.strokeRect(Math.round(from) + 0.5, top + 0.5, Math.max(2, to - from - 1), BAR_PX - 1);
      ctx.setLineDash([]);
      return;
    }
    const running = isRunning(data.trace.columns, span);
    const alpha = ctx.globalAlpha;
    ctx.save();
    ctx.beginPath();
    ctx.roundRect(from, top, to - from, BAR_PX, to - from > 5 ? 2 : 0);
    ctx.clip();
    ctx.fillStyle = running ? this.#fade(colour, from, to) : colour;
    if (data.hasChildren(span)) {
      // What its children did is pale, what it did itself is full.
      ctx.globalAlpha = alpha * (this.#isContrast ? 0 : 0.4);
      ctx.fillRect(from, top, to - from, BAR_PX);
      ctx.globalAlpha = alpha;
      this.#fillIntervals(data.getSelfIntervals(span), from, to, top);
      this.#hatchGaps(data.getGaps(span), from, to, top);
    } else {
      ctx.fillRect(from, top, to - from, BAR_PX);
    }
    ctx.restore();
    if (this.#isContrast && !running) {
      ctx.strokeStyle = colour;
      ctx.strokeRect(from + 0.5, top + 0.5, Math.max(1, to - from - 1), BAR_PX - 1);
    }
    if (running) this.#paintOpenEnd(span, from, to, middle, colour);
    if (data.isFailed(span)) this.#paintErrorRing(from, to, top);
  }

  /** Bright as its own time is, with strokes where no span tells what it did. */
  #hatchGaps(gaps: Float64Array, from: number, to: number, top: number): void {
    const { scale } = this.#frame;
    for (let i = 0; i < gaps.length; i += 2) {
      const left = Math.max(from, scale.toPx(gaps[i]!));
      const right = Math.min(to, scale.toPx(gaps[i + 1]!));
      if (right - left < LEAST_HATCH_PX) continue;
      this.#gapHatch ??= createHatch(this.#ctx, this.#theme.background);
      this.#ctx.fillStyle = this.#gapHatch ?? this.#theme.background;
      this.#ctx.fillRect(left, top, right - left, BAR_PX);
    }
  }

  #paintErrorRing(from: number, to: number, top: number): void {
    const ctx = this.#ctx;
    ctx.strokeStyle = this.#theme.error;
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.roundRect(from - 1.5, top - 1.5, to - from + 3, BAR_PX + 3, 3);
    ctx.stroke();
    ctx.lineWidth = 1;
  }

  #fade(colour: string, from: number, to: number): CanvasGradient {
    const gradient = this.#ctx.createLinearGradient(from, 0, to, 0);
    gradient.addColorStop(0, colour);
    gradient.addColorStop(Math.max(0, 1 - FADE_PX / (to - from)), colour);
    gradient.addColorStop(1, "transparent");
    return gradient;
  }

  /** Intervals nearer than a pixel flow together, so a bar costs no more than its pixels. */
  #fillIntervals(
    intervals: Float64Array,
    from: number,
    to: number,
    top: number,
    heightPx = BAR_PX,
  ): void {
    const { scale } = this.#frame;
    const count = intervals.length / 2;
    const firstAfter = (ns: number): number => findFirst(count, i => intervals[i * 2 + 1]! > ns);
    for (let i = firstAfter(scale.toNs(from)); i < count;) {
      const x = Math.max(from, scale.toPx(intervals[i * 2]!));
      if (x >= to) return;
      const end = Math.min(to, scale.toPx(intervals[i * 2 + 1]!));
      if (end - x >= 0.5) {
        this.#ctx.fillRect(x, top, end - x, heightPx);
        i += 1;
      } else {
        i = Math.max(i + 1, firstAfter(scale.toNs(x + 0.5)));
      }
    }
  }

  #paintOpenEnd(span: SpanIndex, from: number, to: number, middle: number, colour: string): void {
    const ctx = this.#ctx;
    const top = middle - BAR_PX / 2;
    ctx.strokeStyle = colour;
    if (this.#frame.data.hasFlag(span, SpanFlag.noHeartbeat)) {
      ctx.setLineDash([3, 3]);
      ctx.strokeRect(from + 0.5, top + 0.5, to - from - 1, BAR_PX - 1);
      ctx.setLineDash([]);
      return;
    }
    if (this.#isContrast) {
      ctx.beginPath();
      ctx.moveTo(to - 4, top + 0.5);
      ctx.lineTo(from + 0.5, top + 0.5);
      ctx.lineTo(from + 0.5, top + BAR_PX - 0.5);
      ctx.lineTo(to - 4, top + BAR_PX - 0.5);
      ctx.stroke();
    }
    ctx.lineWidth = 1.5;
    paintArrowHead(ctx, to, middle, 5);
    paintArrowHead(ctx, to - 5, middle, 5);
    ctx.lineWidth = 1;
  }

  #paintLabel(span: SpanIndex, firstPx: number, toPx: number, middle: number): void {
    const { data } = this.#frame;
    const words = data.describeBar(span);
    const change = this.#frame.changeOf(span);
    const full = change === "" ? words.full : `${words.full} · ${change}`;
    const short = change === "" ? words.short : `${words.short} · ${change}`;
    const attempts = data.trace.columns.attempts[span]!;
    this.#paintWords(full, short, firstPx, toPx, middle, {
      badge: attempts > 1 ? `×${attempts === 255 ? "255+" : attempts}` : "",
      isSilent: data.hasFlag(span, SpanFlag.noHeartbeat),
    });
  }

  /** Beside the bar, with the signs that belong to it. */
  #paintWords(
    full: string,
    short: string,
    firstPx: number,
    toPx: number,
    middle: number,
    { badge = "", isSilent = false }: BarSigns = {},
  ): void {
    const ctx = this.#ctx;
    const theme = this.#theme;
    ctx.font = `${theme.fontSizePx - 2}px ${theme.fontFamily}`;
    const badgePx = badge === "" ? 0 : this.#text.measure(badge) + 14;
    const signsPx = badgePx + (isSilent ? NO_HEARTBEAT_PX : 0);
    const place = (text: string): ReturnType<typeof placeLabel> =>
      placeLabel(firstPx, toPx, signsPx + this.#text.measure(text), this.#leftPx, this.#rightPx);
    let text = full;
    let placed = place(full);
    if (placed.side === "inside" && short !== full && place(short).side !== "inside") {
      text = short;
      placed = place(short);
    }
    let x = placed.xPx;
    if (placed.side === "inside") {
      ctx.fillStyle = theme.background;
      const alpha = ctx.globalAlpha;
      ctx.globalAlpha = alpha * 0.85;
      ctx.beginPath();
      ctx.roundRect(x - 4, middle - 7, signsPx + this.#text.measure(text) + 8, 14, 3);
      ctx.fill();
      ctx.globalAlpha = alpha;
    }
    if (badge !== "") {
      ctx.strokeStyle = theme.muted;
      ctx.beginPath();
      ctx.roundRect(x + 0.5, middle - 6.5, badgePx - 7, 13, 3);
      ctx.stroke();
      ctx.fillStyle = theme.foreground;
      ctx.fillText(badge, x + 4, middle + 0.5);
      x += badgePx;
    }
    if (isSilent) {
      paintNoHeartbeat(ctx, theme, x, middle);
      x += NO_HEARTBEAT_PX;
    }
    ctx.fillStyle = placed.side === "inside" ? theme.foreground : theme.muted;
    ctx.fillText(text, x, middle + 0.5);
  }

  /** From the moment in the cause to the start of what it caused; links are dashed. */
  paintEdges(middleOf: (row: RowIndex) => number): void {
    const ctx = this.#ctx;
    const { edges, data, scale, rowOf } = this.#frame;
    const { startNs } = data.trace.columns;
    for (const { from, to, kind } of edges) {
      const causeNs = Math.min(Math.max(startNs[to]!, startNs[from]!), data.getEndNs(from));
      const x1 = scale.toPx(causeNs);
      const x2 = scale.toPx(startNs[to]!);
      const y1 = middleOf(rowOf(from));
      const y2 = middleOf(rowOf(to));
      const direction = Math.sign(y2 - y1);
      const bend = Math.max(24, Math.min(80, Math.abs(x2 - x1) / 2));
      ctx.beginPath();
      ctx.moveTo(x1, y1 + (direction * BAR_PX) / 2);
      ctx.bezierCurveTo(x1, y1 + direction * ROW_PX, x2 - bend, y2, x2 - 2, y2);
      // A rim of background keeps it apart from the bars that it crosses.
      ctx.setLineDash([]);
      ctx.strokeStyle = this.#theme.background;
      ctx.lineWidth = 3.5;
      ctx.stroke();
      ctx.strokeStyle = this.#theme.foreground;
      ctx.lineWidth = 1.25;
      ctx.setLineDash(kind === EdgeKind.link ? [4, 3] : []);
      ctx.stroke();
      ctx.setLineDash([]);
      paintArrowHead(ctx, x2 - 1, y2, 6);
    }
    ctx.lineWidth = 1;
  }
}

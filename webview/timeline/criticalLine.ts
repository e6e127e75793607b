/** The line below a bar or box where the critical path is in it. Knows no row. */

import type { CriticalIndex } from "../../src/analysis/criticalPath.ts";
import { findFirst } from "../../src/base/binarySearch.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { Theme } from "../kit/theme.ts";
import type { TimeScale } from "./timeScale.ts";

export const CRITICAL_PX = 2;

/** Where the critical path runs in the span, or waits for it. Segments nearer than a pixel flow together. */
export function paintCriticalLine(
  ctx: CanvasRenderingContext2D,
  theme: Theme,
  { start, order, path }: CriticalIndex,
  span: SpanIndex,
  scale: TimeScale,
  leftPx: number,
  rightPx: number,
  topPx: number,
): void {
  const first = start[span]!;
  const count = start[span + 1]! - first;
  if (count === 0) return;
  const segmentOf = (i: number): number => order[first + i]!;
  const firstAfter = (ns: number): number => findFirst(count, i => path.endNs[segmentOf(i)]! > ns);
  ctx.fillStyle = theme.foreground;
  for (let i = firstAfter(scale.toNs(leftPx)); i < count;) {
    const x = Math.max(leftPx, scale.toPx(path.startNs[segmentOf(i)]!));
    if (x >= rightPx) return;
    const end = Math.min(rightPx, scale.toPx(path.endNs[segmentOf(i)]!));
    ctx.fillRect(x, topPx, Math.max(1, end - x), CRITICAL_PX);
    i = Math.max(i + 1, firstAfter(scale.toNs(Math.max(end, x + 0.5))));
  }
}

import { describe, expect, it } from "vitest";
import { buildRows, buildTree } from "../../../src/analysis/tree.ts";
import { findRow, type RowIndex } from "../../../src/analysis/treeSearch.ts";
import {
  AXIS_PX,
  getIndentPx,
  hitTest,
  layOut,
  placeLabel,
  ROW_PX,
  ScrollScale,
  scrollToRow,
} from "../../../webview/timeline/rowLayout.ts";
import { drawTrace } from "../drawTrace.ts";
import { asSpan, asSpans } from "../spanIndex.ts";

const { columns } = drawTrace(`
  root        ==========
    a          ====
      b         ==
    c               ===
`);
const tree = buildTree(columns);

describe("rows", () => {
  it("finds a span's row, or the fold that hides it", () => {
    const rows = buildRows(columns.count, tree, new Set(asSpans([1])));
    expect([...rows]).toEqual([0, 1, 3]);
    expect([0, 1, 2, 3].map(span => findRow(rows, asSpan(span)))).toEqual([0, 1, 1, 2]);
    expect(findRow(new Int32Array(0), asSpan(2))).toBe(-1);
  });

  it("gives the names a third, more in a narrow panel, and the bars what they need", () => {
    expect(layOut(1_000, 500, undefined, 3).nameWidthPx).toBe(320);
    expect(layOut(390, 500, undefined, 3).nameWidthPx).toBe(156);
    expect(layOut(390, 500, 0.95, 3).nameWidthPx).toBe(270);
    expect(layOut(1_000, 500, 0.01, 3).nameWidthPx).toBe(96);
  });

  it("indents by depth; in a deep trace by what the visible rows do not share", () => {
    const layout = layOut(1_000, 500, undefined, 3);
    expect(getIndentPx(layout, 3, 0, 3)).toBe(3 * layout.stepPx);
    const deep = layOut(1_000, 500, undefined, 5_000);
    expect(getIndentPx(deep, 2_500, 2_500, 5_000)).toBe(2 * deep.stepPx);
    expect(getIndentPx(deep, 2_501, 2_500, 5_000)).toBe(3 * deep.stepPx);
    expect(getIndentPx(deep, 4_999, 0, 5_000)).toBe(deep.nameWidthPx * 0.5);
  });
});

describe("hit testing", () => {
  const layout = layOut(1_000, 500, undefined, tree.maxDepth);
  const rows = buildRows(columns.count, tree, new Set());
  const hit = (xPx: number, yPx: number, scrollPx = 0): string => {
    const found = hitTest(
      xPx,
      yPx,
      scrollPx,
      layout,
      rows,
      span => getIndentPx(layout, tree.depth[span]!, 0, tree.maxDepth),
      span => tree.childCount[span]! > 0,
    );
    return found === undefined ? "nothing" : `${found.zone} ${found.span}`;
  };

  it.each([
    [4, 1, "chevron 0"],
    [60, 1, "name 0"],
    [500, 1, "bars 0"],
    [14, ROW_PX + 1, "chevron 1"],
    [4, ROW_PX + 1, "name 1"],
    // A leaf has no fold mark.
    [30, 2 * ROW_PX + 1, "name 2"],
    [500, 4 * ROW_PX - 0.5, "bars 3"],
    [500, 4 * ROW_PX, "nothing"],
    [500, -1, "nothing"],
  ])("finds at %d, %d: %s", (x, y, expected) => {
    expect(hit(x, y)).toBe(expected);
  });

  it("counts what is scrolled away", () => {
    expect(hit(500, 0, 2.5 * ROW_PX)).toBe("bars 2");
  });
});

describe("scrolling", () => {
  it("does not move for a row that is seen", () => {
    expect(scrollToRow(3 as RowIndex, 0, 10 * ROW_PX, "nearest")).toBe(0);
    expect(scrollToRow(3 as RowIndex, 0, 10 * ROW_PX, "centre")).toBe(0);
  });

  it("moves to the nearer edge, or to the middle", () => {
    expect(scrollToRow(20 as RowIndex, 0, 10 * ROW_PX, "nearest")).toBe(11 * ROW_PX);
    expect(scrollToRow(20 as RowIndex, 40 * ROW_PX, 10 * ROW_PX, "nearest")).toBe(20 * ROW_PX);
    expect(scrollToRow(20 as RowIndex, 0, 10 * ROW_PX, "centre")).toBe(15.5 * ROW_PX);
    expect(scrollToRow(0 as RowIndex, 900, 10 * ROW_PX, "centre")).toBe(0);
  });

  it("reaches the last of two million rows on a bar that browsers can scroll", () => {
    const viewPx = 600;
    const scroll = new ScrollScale(2_000_000, viewPx);
    expect(scroll.spacerPx).toBeLessThan(16_000_000);
    const end = scroll.toContent(scroll.spacerPx - viewPx);
    expect(end).toBeCloseTo(2_000_000 * ROW_PX - viewPx, 3);
    expect(scroll.toScrollTop(scroll.toContent(12_345))).toBeCloseTo(12_345, 6);
  });

  it("scrolls pixel by pixel where it can", () => {
    expect(new ScrollScale(100_000, 600).toContent(1_234)).toBe(1_234);
    expect(AXIS_PX).toBe(ROW_PX);
  });
});

describe("labels", () => {
  const place = (from: number, to: number, label = 50): string => {
    const { side, xPx } = placeLabel(from, to, label, 100, 500);
    return `${side} ${xPx}`;
  };

  it.each([
    [200, 300, "right 306"],
    [300, 460, "left 244"],
    [110, 490, "inside 434"],
    // A bar that began before the window still has its words in it.
    [-900, 60, "right 106"],
    [-900, 900, "inside 444"],
  ])("of a bar from %d to %d stands %s", (from, to, expected) => {
    expect(place(from, to)).toBe(expected);
  });

  it("never runs over the edge, whatever the bar", () => {
    for (let from = -200; from < 500; from += 17) {
      for (let to = from + 2; to < 800; to += 23) {
        if (to < 100) continue;
        const { xPx } = placeLabel(from, to, 120, 100, 500);
        expect(xPx).toBeGreaterThanOrEqual(100);
        expect(xPx + 120).toBeLessThanOrEqual(500);
      }
    }
  });
});

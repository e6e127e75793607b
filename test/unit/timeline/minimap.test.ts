import { describe, expect, it } from "vitest";
import { loadTrace } from "../../../webview/panel/state.ts";
import {
  buildMinimap,
  dragBrush,
  hitBrush,
  MinimapPixel,
  listErrorColumns,
} from "../../../webview/timeline/minimap.ts";
import { getTimelineData } from "../../../webview/timeline/timelineData.ts";
import { TimeScale } from "../../../webview/timeline/timeScale.ts";
import { drawTrace } from "../drawTrace.ts";
import { quiet } from "../webview/quiet.ts";

/** One character a pixel: `.` nothing, `w` wait, `!` error, a letter for each palette slot in order of meeting. */
function draw(drawing: string, widthPx: number, lanes: number, showQueueWait = true): string[] {
  const { columns, problems } = drawTrace(drawing);
  const trace = loadTrace({ revision: 1, traceId: "t", problems, answers: [], ...quiet }, columns);
  const data = getTimelineData(trace);
  const { pixels, laneCount } = buildMinimap(
    trace,
    trace,
    span => data.getEndNs(span),
    widthPx,
    lanes,
    showQueueWait,
  );
  const letters = new Map<number, string>();
  const text = Array.from(pixels, pixel => {
    if (pixel === MinimapPixel.empty) return ".";
    if (pixel === MinimapPixel.wait) return "w";
    if (pixel === MinimapPixel.error) return "!";
    if (!letters.has(pixel)) letters.set(pixel, "abcdefghij"[letters.size]!);
    return letters.get(pixel)!;
  }).join("");
  return Array.from({ length: laneCount }, (_, lane) =>
    text.slice(lane * widthPx, (lane + 1) * widthPx),
  );
}

describe("the minimap", () => {
  it("has a lane a span where there is room", () => {
    const lanes = draw(
      `
      root #web         ==========
        task @queue       ..====
      `,
      10,
      40,
    );
    expect(lanes).toEqual(["aaaaaaaaaa", "..wwbbbbb."]);
  });

  it("shows the deeper span where many share a lane", () => {
    const lanes = draw(
      `
      root #web         ==========
        task @queue       ====
      `,
      10,
      1,
    );
    expect(lanes).toEqual(["aabbbbbaaa"]);
  });

  it("shows an error over everything, at the end of its span", () => {
    const lanes = draw(
      `
      root #web         ====================
        bad @queue        ========!
          inner @queue      ====
      `,
      20,
      1,
    );
    expect(lanes[0]).toMatch(/^aabb+!!!a+$/);
  });

  it("leaves waits out when they are not wanted", () => {
    const drawing = `
      root #web         ==========
        task @queue       ..====
    `;
    expect(draw(drawing, 10, 40, false)[1]).toBe("....bbbbb.");
  });

  it("holds a span of every length within its width", () => {
    expect(draw("root  |", 6, 4)).toHaveLength(1);
    const lanes = draw("root   ==========\n  last           |", 10, 4);
    expect(lanes[1]).toMatch(/[a-j]$/);
  });

  it("is empty for an empty trace", () => {
    expect(draw("", 4, 4)).toEqual(["...."]);
  });

  it("costs spans and pixels, not their product", () => {
    // Nested spans that each cover the whole width: filled one by one this would be 2 × 10¹⁰ writes.
    const count = 20_000;
    const startNs = new Float64Array(count);
    const columns = {
      ...drawTrace("root ====").columns,
      count,
      startNs,
      endNs: new Float64Array(count).fill(1_000),
      queuedNs: new Float64Array(count).fill(Number.NaN),
      queue: new Int32Array(count),
      service: new Int32Array(count),
      status: new Uint8Array(count),
    };
    const full = { startNs: 0, endNs: 1_000 };
    const map = buildMinimap(
      { columns, slots: new Map() },
      full,
      () => full.endNs,
      1_000_000,
      1,
      true,
    );
    expect(map.pixels.every(pixel => pixel === MinimapPixel.firstSlot)).toBe(true);
  });
});

describe("the brush", () => {
  const full = { startNs: 0, endNs: 100_000 };
  const scale = new TimeScale(full, 0, 1_000);
  const window = { startNs: 20_000, endNs: 60_000 };

  it.each([
    [198, "from"],
    [203, "from"],
    [400, "body"],
    [597, "to"],
    [100, "outside"],
    [900, "outside"],
  ])("at %d is %s", (x, part) => {
    expect(hitBrush(x, window, full, scale)).toBe(part);
  });

  it("draws anew where all is shown, but for its handles", () => {
    expect(hitBrush(500, full, full, scale)).toBe("outside");
    expect(hitBrush(2, full, full, scale)).toBe("from");
  });

  it("moves, resizes and draws", () => {
    expect(dragBrush("body", window, full, 30_000, 40_000)).toEqual({
      startNs: 30_000,
      endNs: 70_000,
    });
    expect(dragBrush("body", window, full, 30_000, 900_000)).toEqual({
      startNs: 60_000,
      endNs: 100_000,
    });
    expect(dragBrush("from", window, full, 20_000, 10_000)).toEqual({
      startNs: 10_000,
      endNs: 60_000,
    });
    // A handle may be dragged over the other.
    expect(dragBrush("to", window, full, 60_000, 5_000)).toEqual({ startNs: 5_000, endNs: 20_000 });
    expect(dragBrush("outside", full, full, 70_000, -4_000)).toEqual({ startNs: 0, endNs: 70_000 });
  });
});

it("has a tick in each column where something failed", () => {
  const pixels = Uint8Array.from([0, 2, 3, 0, 2, 3, 2, 0]);
  expect(listErrorColumns({ widthPx: 4, laneCount: 2, pixels })).toEqual([0, 1, 2]);
});

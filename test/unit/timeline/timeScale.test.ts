import { describe, expect, it } from "vitest";
import { NS_PER_MS, NS_PER_S } from "../../../src/model/units.ts";
import { buildTicks, findStep } from "../../../webview/timeline/ticks.ts";
import {
  clampWindow,
  panWindow,
  TimeScale,
  windowAround,
  windowToSee,
  zoomWindow,
} from "../../../webview/timeline/timeScale.ts";

const full = { startNs: 1_000, endNs: 1_001_000 };

describe("TimeScale", () => {
  const scale = new TimeScale({ startNs: 2_000, endNs: 4_000 }, 100, 300);

  it("maps the window's ends onto its edges, and back", () => {
    expect(scale.toPx(2_000)).toBe(100);
    expect(scale.toPx(4_000)).toBe(300);
    expect(scale.toNs(scale.toPx(3_333))).toBeCloseTo(3_333, 6);
  });

  it("keeps single nanoseconds apart four months after the origin", () => {
    const late = 104 * 24 * 3_600 * NS_PER_S;
    const close = new TimeScale({ startNs: late, endNs: late + 100 }, 0, 1_000);
    expect(close.toPx(late + 51) - close.toPx(late + 50)).toBeCloseTo(10, 6);
  });

  it("has room for a picture of no width", () => {
    const none = new TimeScale(full, 120, 90);
    expect(none.pxPerNs).toBeGreaterThan(0);
  });
});

describe("windows of time", () => {
  it("keeps the moment under the pointer where it is", () => {
    const window = { startNs: 200_000, endNs: 600_000 };
    const before = new TimeScale(window, 0, 800).toPx(300_000);
    const after = zoomWindow(window, full, 300_000, 0.5);
    expect(after.endNs - after.startNs).toBeCloseTo(200_000, 3);
    expect(new TimeScale(after, 0, 800).toPx(300_000)).toBeCloseTo(before, 6);
  });

  it("never leaves the trace, however far one zooms out or pans", () => {
    expect(zoomWindow({ startNs: 500_000, endNs: 900_000 }, full, 880_000, 100)).toEqual(full);
    expect(panWindow({ startNs: 500_000, endNs: 900_000 }, full, 1e9)).toEqual({
      startNs: 601_000,
      endNs: 1_001_000,
    });
    expect(panWindow({ startNs: 500_000, endNs: 900_000 }, full, -1e9)).toEqual({
      startNs: 1_000,
      endNs: 401_000,
    });
  });

  it("stops at a tenth of a microsecond", () => {
    let window = full;
    for (let i = 0; i < 100; i += 1) window = zoomWindow(window, full, 400_000, 0.5);
    expect(window.endNs - window.startNs).toBeCloseTo(100, 3);
    expect(window.startNs).toBeLessThanOrEqual(400_000);
    expect(window.endNs).toBeGreaterThanOrEqual(400_000);
  });

  it("grows a window of no length around its middle", () => {
    expect(clampWindow({ startNs: 5_000, endNs: 5_000 }, full)).toEqual({
      startNs: 4_950,
      endNs: 5_050,
    });
  });

  it("shows a span with air on both sides", () => {
    const { startNs, endNs } = windowAround(100_000, 300_000, full);
    expect([startNs, endNs]).toEqual([90_000, 310_000]);
  });

  it("moves only where the span is out of sight", () => {
    const window = { startNs: 100_000, endNs: 200_000 };
    expect(windowToSee(window, 190_000, 900_000, full)).toBe(window);
    expect(windowToSee(window, 500_000, 520_000, full)).toEqual({
      startNs: 460_000,
      endNs: 560_000,
    });
    const wide = windowToSee(window, 300_000, 700_000, full);
    expect(wide.startNs).toBeLessThan(300_000);
    expect(wide.endNs).toBeGreaterThan(700_000);
  });
});

describe("ticks", () => {
  const labels = (startNs: number, endNs: number, widthPx = 800, zeroNs = 0): readonly string[] =>
    buildTicks(new TimeScale({ startNs, endNs }, 0, widthPx), zeroNs, 80).map(tick => tick.label);

  it.each([
    [1, 1],
    [3, 5],
    [6, 10],
    [0.2 * NS_PER_MS, 0.2 * NS_PER_MS],
    [21 * NS_PER_MS, 50 * NS_PER_MS],
    [600 * NS_PER_MS, NS_PER_S],
    [7 * NS_PER_S, 10 * NS_PER_S],
    [16 * NS_PER_S, 30 * NS_PER_S],
    [31 * NS_PER_S, 60 * NS_PER_S],
    [7 * 3_600 * NS_PER_S, 12 * 3_600 * NS_PER_S],
    [25 * 3_600 * NS_PER_S, 48 * 3_600 * NS_PER_S],
  ])("finds a round step for %d ns: %d ns", (least, step) => {
    expect(findStep(least)).toBe(step);
  });

  it.each([
    [
      "milliseconds",
      0,
      50 * NS_PER_MS,
      "0, 5 ms, 10 ms, 15 ms, 20 ms, 25 ms, 30 ms, 35 ms, 40 ms, 45 ms, 50 ms",
    ],
    ["half seconds", 0, 2.5 * NS_PER_S, "0, 0.5 s, 1.0 s, 1.5 s, 2.0 s, 2.5 s"],
    [
      "deep in a second",
      1.5 * NS_PER_S,
      1.5003 * NS_PER_S,
      "1.50000 s, 1.50005 s, 1.50010 s, 1.50015 s, 1.50020 s, 1.50025 s, 1.50030 s",
    ],
    ["a minute in seconds", 0, 60 * NS_PER_S, "0, 10 s, 20 s, 30 s, 40 s, 50 s, 60 s"],
    [
      "minutes",
      0,
      240 * NS_PER_S,
      "0, 0 m 30 s, 1 m 00 s, 1 m 30 s, 2 m 00 s, 2 m 30 s, 3 m 00 s, 3 m 30 s, 4 m 00 s",
    ],
    ["hours", 0, 3 * 3_600 * NS_PER_S, "0, 30 m, 1 h, 1 h 30 m, 2 h, 2 h 30 m, 3 h"],
  ])("names %s", (_, startNs, endNs, expected) => {
    expect(labels(startNs, endNs).join(", ")).toBe(expected);
  });

  it("counts from the trace's own start", () => {
    expect(labels(700_000, 700_000 + 4 * NS_PER_MS, 400, 700_000)[0]).toBe("0");
  });

  it("never sets two marks nearer than asked, nor two words alike", () => {
    for (let exponent = 2; exponent < 17; exponent += 0.13) {
      const endNs = 10 ** exponent;
      const scale = new TimeScale({ startNs: 0, endNs }, 0, 640);
      const ticks = buildTicks(scale, 0, 80);
      for (let i = 1; i < ticks.length; i += 1) {
        const gap = scale.toPx(ticks[i]!.ns) - scale.toPx(ticks[i - 1]!.ns);
        expect(gap).toBeGreaterThanOrEqual(79.99);
      }
      expect(new Set(ticks.map(tick => tick.label)).size).toBe(ticks.length);
    }
  });
});

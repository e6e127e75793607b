import { describe, expect, it } from "vitest";
import { buildCallPaths } from "../../src/analysis/callGraphPaths.ts";
import {
  gatherFlags,
  layOutByPath,
  layOutByTime,
  sumInOrder,
  type FlameLayout,
} from "../../src/analysis/flame.ts";
import { buildSelfTimes, getTraceEndNs, getTraceStartNs } from "../../src/analysis/times.ts";
import { buildTree } from "../../src/analysis/tree.ts";
import type { SpanInput } from "../../src/model/span.ts";
import type { TraceColumns } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { NS_PER_MS } from "../../src/model/units.ts";
import { readFlameKey, type FlameAction } from "../../webview/flame/flameKeys.ts";
import { drawTrace } from "./drawTrace.ts";

function layOut(columns: TraceColumns, mode: FlameLayout["mode"]): FlameLayout {
  const startNs = getTraceStartNs(columns);
  const endNs = getTraceEndNs(columns);
  if (mode === "time") return layOutByTime(columns, startNs, endNs);
  const selfNs = buildSelfTimes(columns, buildTree(columns), endNs);
  return layOutByPath(columns, buildCallPaths(columns, selfNs, endNs, "aggregated"));
}

/** A line a lane: `name from–to`, in milliseconds. */
function describeLanes(columns: TraceColumns, layout: FlameLayout): readonly string[] {
  const { laneCount, laneStart, order, spanOf, from, to } = layout;
  const words = (box: number): string => {
    const name = columns.strings[columns.name[spanOf[box]!]!]!;
    return `${name} ${from[box]! / NS_PER_MS}–${to[box]! / NS_PER_MS}`;
  };
  return Array.from({ length: laneCount }, (_, lane) =>
    Array.from(order.subarray(laneStart[lane], laneStart[lane + 1]), words).join(", "),
  );
}

/** In no lane does a box begin before the one before it has ended, and no box stands above its caller. */
function expectDisjoint({
  order,
  laneStart,
  laneCount,
  from,
  to,
  lane,
  parent,
}: FlameLayout): void {
  for (let i = 0; i < laneCount; i += 1) {
    for (let at = laneStart[i]! + 1; at < laneStart[i + 1]!; at += 1) {
      const [before, after] = [order[at - 1]!, order[at]!];
      if (from[after]! < to[before]! - 1e-3) throw new Error(`${before} overlaps ${after}`);
    }
  }
  parent.forEach((above, box) => {
    if (above >= 0 && lane[box]! <= lane[above]!) throw new Error(`${box} stands above its caller`);
  });
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from(order, (_, i) => i));
}

const shop = drawTrace(`
  order         ============
    check        ===
    charge           ====
      SELECT         =
      SELECT           =!
    charge             ====
      SELECT              =
    mail @mail                 ..==>
`).columns;

describe("over time", () => {
  it("puts what runs beside a sibling into a lane below", () => {
    expect(describeLanes(shop, layOut(shop, "time"))).toEqual([
      "order 0–12",
      "check 1–4, charge 5–9, mail 17–17",
      "SELECT 5–6, SELECT 7–8",
      "charge 7–11",
      "SELECT 10–11",
    ]);
  });

  it("keeps lanes apart in any tree, however deep or wide", () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (const [count, reach] of [
      [2_000, 5],
      [2_000, 2_000],
      [3_000, 1],
    ] as const) {
      const spans = Array.from({ length: count }, (_, i): SpanInput => {
        const start = BigInt(1_700_000_000_000 + Math.floor(random() * 1_000)) * 1_000_000n;
        const parent = i - 1 - Math.floor(random() * Math.min(i, reach));
        return {
          spanId: `s${i}`,
          ...(i > 0 && { parentSpanId: `s${Math.max(0, parent)}` }),
          name: `op${i % 7}`,
          startUnixNs: start,
          endUnixNs: start + BigInt(Math.floor(random() * 300)) * 1_000_000n,
        };
      });
      const details = { readDetail: () => Promise.reject(new Error("not asked")) };
      const { columns } = buildTrace("t", [{ store: "drawn", spans, details }]);
      expectDisjoint(layOut(columns, "time"));
      expectDisjoint(layOut(columns, "paths"));
    }
  });

  it("has no box of a trace without spans", () => {
    const { columns } = drawTrace("");
    for (const mode of ["time", "paths"] as const) expect(layOut(columns, mode).laneCount).toBe(0);
  });
});

describe("by call path", () => {
  it("is as wide as the self time below, the widest first", () => {
    // Of 12 ms of the order 3 are the check's and 6 those of both charges; these overlap for 2.
    expect(describeLanes(shop, layOut(shop, "paths"))).toEqual([
      "order 0–14",
      "charge 0–8, check 8–11, mail 11–11",
      "SELECT 0–3",
    ]);
  });

  it("counts calls where nothing took time", () => {
    const { columns } = drawTrace(`
      order    |
        a      |
        b      |
        b      |
    `);
    const layout = layOut(columns, "paths");
    expect(layout.isTimed).toBe(false);
    expect(Array.from(layout.to, (to, box) => to - layout.from[box]!)).toEqual([4, 1, 2]);
  });

  it("leads to the longest call, and from each call to its path", () => {
    const layout = layOut(shop, "paths");
    const select = shop.name.findIndex(name => shop.strings[name] === "SELECT");
    const box = layout.boxOfSpan[select]!;
    expect(layout.boxOfSpan.filter(each => each === box)).toHaveLength(3);
  });
});

it("sums flags in the order of the lanes, so that a pixel of many boxes knows what is in it", () => {
  const layout = layOut(shop, "paths");
  const failed = gatherFlags(
    layout,
    Array.from(shop.status, status => (status === 2 ? 1 : 0)),
  );
  const sums = sumInOrder(layout, failed);
  expect(sums.at(-1)).toBe(1);
  const { laneStart } = layout;
  expect(sums[laneStart[3]!]! - sums[laneStart[2]!]!).toBe(1);
});

describe("keys", () => {
  const layout = layOut(shop, "time");
  const tree = buildTree(shop);
  const press = (key: string, at: number | undefined, isZoomed = false): FlameAction | undefined =>
    readFlameKey(
      { key, shiftKey: false, altKey: false, modKey: false },
      { layout, tree, selected: at, isZoomed },
    );
  const nameAt = (box: number): string => `${shop.strings[shop.name[box]!]!}${box}`;
  it.each([
    ["ArrowDown", 0, "select check1"],
    ["ArrowRight", 1, "select charge2"],
    ["ArrowRight", 2, "select charge5"],
    ["ArrowLeft", 5, "select charge2"],
    ["ArrowUp", 6, "select charge5"],
    ["ArrowUp", 0, "select order0"],
    ["End", 1, "select mail7"],
    ["Home", 7, "select check1"],
    ["Enter", 2, "zoomIn charge2"],
    ["ArrowDown", undefined, "select order0"],
  ])("%s at %s: %s", (key, at, expected) => {
    const action = press(key, at);
    expect(action && "box" in action ? `${action.kind} ${nameAt(action.box)}` : action).toBe(
      expected,
    );
  });

  it("goes back by Escape only where something was zoomed", () => {
    expect(press("Escape", 0, true)).toEqual({ kind: "back" });
    expect(press("Escape", 0)).toBeUndefined();
  });
});

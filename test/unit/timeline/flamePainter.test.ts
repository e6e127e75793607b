import { describe, expect, it } from "vitest";
import { buildCallPaths } from "../../../src/analysis/callGraphPaths.ts";
import {
  gatherFlags,
  layOutByPath,
  layOutByTime,
  sumInOrder,
  type FlameMode,
} from "../../../src/analysis/flame.ts";
import type { SpanInput } from "../../../src/model/span.ts";
import { SpanStatus } from "../../../src/model/span.ts";
import type { Trace } from "../../../src/model/trace.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { FlamePainter } from "../../../webview/flame/flamePainter.ts";
import type { ReadableBox } from "../../../webview/flame/flameFrame.ts";
import type { Theme } from "../../../webview/kit/theme.ts";
import { loadTrace } from "../../../webview/panel/state.ts";
import { TimelineData } from "../../../webview/timeline/timelineData.ts";
import { TimeScale } from "../../../webview/timeline/timeScale.ts";
import { drawTrace } from "../drawTrace.ts";
import { quiet } from "../webview/quiet.ts";
import { createContext, theme, type Call } from "./recordedCanvas.ts";

interface Drawn {
  readonly calls: readonly Call[];
  readonly readable: readonly ReadableBox[];
}

function draw(
  { columns, problems }: Trace,
  mode: FlameMode,
  kind: Theme["kind"] = "dark",
  found?: readonly number[],
): Drawn {
  const trace = loadTrace({ revision: 1, traceId: "t", problems, answers: [], ...quiet }, columns);
  const { selfNs, startNs, endNs } = trace;
  const layout =
    mode === "time"
      ? layOutByTime(columns, startNs, endNs)
      : layOutByPath(columns, buildCallPaths(columns, selfNs, endNs, "aggregated"));
  const isFailed = Array.from(columns.status, each => (each === SpanStatus.error ? 1 : 0));
  const failed = gatherFlags(layout, isFailed);
  const isFound = Array.from(columns.name, (_, span) => (found?.includes(span) ? 1 : 0));
  const lit = found && gatherFlags(layout, isFound);
  const { ctx, calls } = createContext();
  const readable = new FlamePainter(ctx).draw(
    {
      data: new TimelineData(trace),
      layout,
      flags: { failed, lit, critical: undefined },
      sums: { failed: sumInOrder(layout, failed), lit: lit && sumInOrder(layout, lit) },
      scale: new TimeScale(layout, 0, 1_000),
      zeroNs: layout.startNs,
      widthPx: 1_000,
      heightPx: 400,
      scrollPx: 0,
      selected: 0,
      hovered: undefined,
      isFocused: true,
      critical: undefined,
      drawnRange: undefined,
    },
    { ...theme, kind },
  );
  return { calls, readable };
}

/** So many calls side by side, each a tenth of a microsecond; the last one failed. */
function drawMany(count: number): Trace {
  const at = 1_700_000_000_000_000_000n;
  const spans = Array.from({ length: count }, (_, i): SpanInput => ({
    spanId: `s${i}`,
    ...(i > 0 && { parentSpanId: "s0" }),
    name: i === 0 ? "root" : "SELECT",
    startUnixNs: at + BigInt(i) * 100n,
    endUnixNs: at + BigInt(i === 0 ? count * 100 : i * 100 + 100),
    status: i === count - 1 ? SpanStatus.error : SpanStatus.ok,
  }));
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  return buildTrace("t", [{ store: "drawn", spans, details }]);
}

const textsOf = ({ calls }: Drawn): readonly unknown[] =>
  calls.filter(({ name }) => name === "fillText").map(({ args }) => args[0]);

describe("the flame view's picture", () => {
  it("costs its pixels and not its spans, and shows the one error among 100,000", () => {
    const drawn = draw(drawMany(100_000), "time");
    const boxes = drawn.calls.filter(({ name }) => name === "fillRect");
    expect(boxes.length).toBeLessThan(1_200);
    expect(boxes.some(({ fillStyle }) => fillStyle === "error")).toBe(true);
    expect(drawn.readable).toHaveLength(1);
  });

  it("merges calls of one path, names them and says how long", () => {
    const drawn = draw(drawMany(1_000), "paths");
    expect(textsOf(drawn)).toEqual(expect.arrayContaining(["root", "SELECT", "100 µs"]));
    expect(drawn.readable).toHaveLength(2);
  });

  it.each(["light", "hcLight", "hcDark"] as const)("stands in %s", kind => {
    const trace = drawTrace(`
      order        ========!
        charge       ====>
      ?
        orphan           |
    `);
    for (const mode of ["time", "paths"] as const) {
      expect(textsOf(draw(trace, mode, kind))).toContain("order");
    }
  });

  it("dims what was not found", () => {
    const trace = drawTrace(`
      order        ========
        charge       ====
    `);
    const alphas: number[] = [];
    const drawn = draw(trace, "time", "dark", [1]);
    for (const { name, alpha } of drawn.calls) if (name === "fillText") alphas.push(alpha);
    expect(Math.min(...alphas)).toBeLessThan(0.5);
    expect(Math.max(...alphas)).toBe(1);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogMark } from "../../../src/analysis/traceLogs.ts";
import { findCriticalPath, indexCriticalPath } from "../../../src/analysis/criticalPath.ts";
import { buildGroupedRows } from "../../../src/analysis/siblingGroups.ts";
import { buildRows } from "../../../src/analysis/tree.ts";
import { findRow } from "../../../src/analysis/treeSearch.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import type { Trace } from "../../../src/model/trace.ts";
import { loadTrace, type Viewport } from "../../../webview/panel/state.ts";
import type { Theme } from "../../../webview/kit/theme.ts";
import { Renderer } from "../../../webview/timeline/renderer.ts";
import { BAR_INSET_PX, layOut } from "../../../webview/timeline/rowLayout.ts";
import { TimelineData } from "../../../webview/timeline/timelineData.ts";
import { TimeScale, zoomWindow } from "../../../webview/timeline/timeScale.ts";
import { drawTrace } from "../drawTrace.ts";
import { createContext, theme, type Call } from "./recordedCanvas.ts";
import { quiet } from "../webview/quiet.ts";
import { asSpan, asSpans } from "../spanIndex.ts";

interface Setting {
  readonly isAnalysed?: boolean;
  readonly changeOf?: (span: number) => string;
  readonly widthPx?: number;
  readonly window?: Viewport;
  readonly selected?: string;
  readonly scrollPx?: number;
  readonly kind?: Theme["kind"];
  readonly marked?: readonly number[];
  readonly logs?: readonly LogMark[];
  readonly isGrouped?: boolean;
}

function draw({ columns, problems }: Trace, setting: Setting = {}): Call[] {
  const { widthPx = 1_000, scrollPx = 0, kind = "dark" } = setting;
  const trace = loadTrace({ revision: 1, traceId: "t", problems, answers: [], ...quiet }, columns);
  const data = new TimelineData(trace);
  const rows = setting.isGrouped
    ? buildGroupedRows(columns.count, trace.tree, new Set(), trace.groups, new Set())
    : buildRows(columns.count, trace.tree, new Set());
  const layout = layOut(widthPx, 600, undefined, trace.tree.maxDepth);
  const selected = [...columns.name].findIndex(name => columns.strings[name] === setting.selected);
  const { ctx, calls } = createContext();
  new Renderer(ctx).draw(
    {
      data,
      rows,
      scrollPx,
      layout,
      scale: new TimeScale(
        setting.window ?? {
          startNs: trace.startNs,
          endNs: Math.max(trace.endNs, trace.startNs + 1_000),
        },
        layout.nameWidthPx + BAR_INSET_PX,
        widthPx - BAR_INSET_PX,
      ),
      folded: new Set(),
      selected: asSpan(selected),
      hovered: undefined,
      logs: Map.groupBy(setting.logs ?? [], ({ span }) => span),
      marked: new Set(asSpans(setting.marked ?? [])),
      groupOf: span => (setting.isGrouped ? data.getGroupOf(span) : undefined),
      openGroupOf: span => (setting.isGrouped ? undefined : data.getGroupOf(span)),
      passing: undefined,
      critical: setting.isAnalysed
        ? indexCriticalPath(findCriticalPath(columns, trace.tree))
        : undefined,
      changeOf: setting.changeOf ?? (() => ""),
      matched: undefined,
      isFocused: true,
      showQueueWait: true,
      edges: selected < 0 ? [] : data.listEdges(asSpan(selected)),
      rowOf: span => findRow(rows, span),
      leastDepth: 0,
      drawnRange: undefined,
    },
    { ...theme, kind },
  );
  return calls;
}

const textsOf = (calls: readonly Call[]): readonly string[] =>
  calls.filter(call => call.name === "fillText").map(call => String(call.args[0]));

const shop = drawTrace(`
  POST /orders #web             ==========
    place_order @orders           ....========!            x3
      charge @payments               ....==
      print @printer                       .........==     link=charge
    send_mail @mail                 ............==>
    moment                               |
  ?
    audit @audit                              ==
`);

beforeEach(() => {
  vi.stubGlobal(
    "OffscreenCanvas",
    class {
      getContext(): CanvasRenderingContext2D {
        return createContext().ctx;
      }
    },
  );
  vi.stubGlobal(
    "DOMMatrix",
    class {
      scale(): this {
        return this;
      }
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a frame", () => {
  it("says what each row shows", () => {
    const texts = textsOf(draw(shop));
    expect(texts).toEqual(
      expect.arrayContaining(["place_order", "orders", "8 ms", "×3", "missing span s7"]),
    );
    expect(texts.some(text => text.startsWith("running"))).toBe(true);
  });

  it("marks an error by shape too: a disc with a cross before its name", () => {
    const discs = draw(shop).filter(call => call.name === "fill" && call.fillStyle === "error");
    expect(discs).toHaveLength(1);
  });

  it("draws the edges of the selected span alone", () => {
    const curves = (selected: string): number =>
      draw(shop, { selected }).filter(call => call.name === "bezierCurveTo").length;
    expect(curves("charge")).toBe(1);
    expect(curves("print")).toBe(1);
    expect(curves("moment")).toBe(0);
  });

  it("stands every width, window and theme", () => {
    const { columns, problems } = shop;
    const { startNs, endNs } = loadTrace(
      { revision: 1, traceId: "t", problems, answers: [], ...quiet },
      columns,
    );
    const full = { startNs, endNs };
    for (const kind of ["dark", "light", "hcDark", "hcLight"] as const) {
      for (const widthPx of [40, 250, 400, 1_400]) {
        for (let part = 0; part <= 1; part += 0.05) {
          const aroundNs = startNs + part * (endNs - startNs);
          for (const factor of [1, 0.4, 0.05, 1e-6]) {
            const window = zoomWindow(full, full, aroundNs, factor);
            expect(() => draw(shop, { widthPx, window, kind, selected: "print" })).not.toThrow();
          }
        }
      }
    }
  });

  it("stands a trace of no spans and one of no length", () => {
    expect(() => draw(drawTrace(""))).not.toThrow();
    expect(textsOf(draw(drawTrace("moment  |")))).toContain("moment");
  });

  it("costs what is seen, not what there is", () => {
    const draws = (count: number): number => {
      const spans = Array.from({ length: count }, (_, i) => ({
        spanId: `s${i}`,
        ...(i > 0 && { parentSpanId: "s0" }),
        name: `task ${i}`,
        startUnixNs: 1_000_000n + BigInt(i),
        endUnixNs: 1_000_000n + BigInt(i === 0 ? count * 2 : i + 1),
      }));
      const details = { readDetail: () => Promise.reject(new Error("not asked")) };
      const trace = buildTrace("t", [{ store: "drawn", spans, details }]);
      return draw(trace, { isAnalysed: true }).length;
    };
    // The root's own time and its part of the critical path fall into more pieces, but never into more than pixels.
    expect(draws(50_000)).toBeLessThan(draws(500) + 2 * 1_400);
  });
});

it("underlines the critical path, over its waits too, and nothing before it is known", () => {
  const trace = drawTrace(`
    order          =====
      SELECT        ==
      log           =
      send @mail       ...====
  `);
  const linesOf = (isAnalysed: boolean): readonly number[] =>
    draw(trace, { isAnalysed })
      .filter(
        ({ name, args, fillStyle }) =>
          name === "fillRect" && args[3] === 2 && fillStyle === theme.foreground,
      )
      .map(({ args }) => Math.round(args[2] as number));
  expect(linesOf(false)).toEqual([]);
  // The order before and after its query, the query, the wait, the run; the log held up nobody.
  expect(linesOf(true)).toHaveLength(5);
});

it("writes what has changed behind the duration", () => {
  const texts = textsOf(draw(shop, { changeOf: span => (span === 0 ? "newly failing" : "") }));
  expect(texts.filter(text => text.endsWith("· newly failing"))).toHaveLength(1);
});

it("the rows of the function at the cursor have a mark, and no others", () => {
  const marksOf = (marked: readonly number[]): number =>
    draw(shop, { marked }).filter(
      ({ name, args, fillStyle }) =>
        name === "fillRect" && args[0] === 0 && args[2] === 3 && fillStyle === theme.focusBorder,
    ).length;
  expect([marksOf([]), marksOf([1, 3])]).toEqual([0, 2]);
});

it("log lines stand at their times, the gravest of those that share a place, by shape and colour", () => {
  const log = (timeNs: number, level?: LogMark["level"]): LogMark => ({
    ...{ index: 0, span: asSpan(1), timeNs, text: "" },
    ...(level !== undefined && { level }),
  });
  const logs = [
    log(2e6, "info"),
    log(2e6, "error"),
    log(2e6, "debug"),
    log(9e6, "warning"),
    log(1e6),
  ];
  const shapesOf = (marks: readonly LogMark[]): Record<string, number> => {
    const calls = draw(shop, { logs: marks });
    const count = (name: string, colour: string): number =>
      calls.filter(call => call.name === name && call.fillStyle === colour).length;
    return {
      diamonds: count("lineTo", "error"),
      triangles: count("lineTo", "warning"),
    };
  };
  const none = shapesOf([]);
  const some = shapesOf(logs);
  expect(some["diamonds"]! - none["diamonds"]!).toBe(3);
  expect(some["triangles"]! - none["triangles"]!).toBe(2);
});

describe("a group of alike siblings", () => {
  beforeEach(() => {
    vi.stubGlobal("document", { documentElement: { lang: "en" } });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });
  const queries = drawTrace(`
    order        ====================
      SELECT      ==
      SELECT        ===
      render             =
      SELECT              =!
      SELECT                ==
      SELECT                   ====
  `);

  it("is one row with its size, total, spread and errors, and critical path below it", () => {
    const calls = draw(queries, { isGrouped: true, isAnalysed: true });
    const texts = textsOf(calls);
    expect(texts.filter(text => text === "SELECT")).toHaveLength(1);
    expect(texts).toContain("×5");
    expect(texts).toContain("12 ms · 1 error · 1 ms to 4 ms each");
    expect(
      calls.some(({ name, strokeStyle }) => name === "stroke" && strokeStyle === "error"),
    ).toBe(true);
  });

  it("marks its first when it is open", () => {
    expect(textsOf(draw(queries))).toContain("×5 ▴");
  });

  it.each(["light", "hcDark", "hcLight"] as const)("stands in %s", kind => {
    expect(textsOf(draw(queries, { isGrouped: true, kind }))).toContain("×5");
  });
});

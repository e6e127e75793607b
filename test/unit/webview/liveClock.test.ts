import { afterEach, beforeEach, expect, it, test, vi } from "vitest";
import { analyseTrace } from "../../../src/analysis/analysedTrace.ts";
import { buildCallGraph, buildCallGraphSource } from "../../../src/analysis/callGraph.ts";
import { advanceGraph } from "../../../src/analysis/callGraphClock.ts";
import { noWishes } from "../../../src/analysis/callGraphFold.ts";
import { advance, tabulate, type OperationRow } from "../../../src/analysis/operations.ts";
import { buildSelfTimes, getTraceEndNs } from "../../../src/analysis/times.ts";
import { buildTree } from "../../../src/analysis/tree.ts";
import { SpanFlag, type SpanInput } from "../../../src/model/span.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { NS_PER_MS } from "../../../src/model/units.ts";
import { LiveClock } from "../../../webview/panel/liveClock.ts";
import { loadTrace, ViewState, type LoadedTrace } from "../../../webview/panel/state.ts";
import { watchLayout } from "../../../webview/panel/watchLayout.ts";
import { createEmptyDetail } from "../../../src/model/emptyDetail.ts";
import { DRAWN_ORIGIN_UNIX_MS, drawSpans } from "../drawTrace.ts";
import { quiet } from "./quiet.ts";
import { asSpan, asSpans } from "../spanIndex.ts";
import { type PathIndex, FIRST_PATH } from "../../../src/analysis/callGraphPaths.ts";

const MINUTE_MS = 60_000;
const watched = { watched: ["drawing"], polled: [], isReading: false };

function load(
  drawing: string,
  live: Partial<LoadedTrace["summary"]> = { live: watched },
): LoadedTrace {
  const spans: readonly SpanInput[] = drawSpans(drawing);
  const details = { readDetail: (key: string) => Promise.resolve(createEmptyDetail(key, "t")) };
  const { columns, problems } = buildTrace("t", [{ store: "drawing", spans, details }]);
  return loadTrace(
    { revision: 1, traceId: "t", problems, answers: [], ...quiet, ...live },
    columns,
  );
}

const running = load(`
  root     ========>
    done    ==
    goes       ====>
`);

/** Shows a trace at this moment after its first span, with the page's clock on. */
function show(trace: LoadedTrace, afterMs: number): ViewState {
  vi.setSystemTime(DRAWN_ORIGIN_UNIX_MS + afterMs);
  const state = new ViewState();
  new LiveClock(state);
  state.trace.set(trace);
  state.viewport.set(state.fullViewport());
  state.content.set({ kind: "trace", summary: trace.summary });
  return state;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("moves on each second while something runs, and a window that shows all moves with it", () => {
  const state = show(running, 5_000);
  const before = state.trace.value;
  let traces = 0;
  state.trace.watch(() => (traces += 1));
  vi.advanceTimersByTime(3_000);
  expect(state.clockNs.value).toBe(8_000 * NS_PER_MS);
  expect(state.viewport.value).toEqual({ startNs: 0, endNs: 8_000 * NS_PER_MS });
  // What is derived from a trace is not made anew for the clock.
  expect(traces).toBe(0);
  expect(state.trace.value).toBe(before);
});

it("leaves a part of the axis where it is, and moves it when it follows", () => {
  const state = show(running, 5_000);
  const part = { startNs: 0, endNs: 1_000 * NS_PER_MS };
  state.viewport.set(part);
  vi.advanceTimersByTime(1_000);
  expect(state.viewport.value).toBe(part);
  state.follow(true);
  expect(state.viewport.value).toEqual({ startNs: 5_000 * NS_PER_MS, endNs: 6_000 * NS_PER_MS });
  vi.advanceTimersByTime(1_000);
  expect(state.viewport.value).toEqual({ startNs: 6_000 * NS_PER_MS, endNs: 7_000 * NS_PER_MS });
  expect(state.isFollowing.value).toBe(true);
});

it.each<[string, (state: ViewState) => void]>([
  ["moves in time", state => state.viewport.set({ startNs: 0, endNs: 5 })],
  ["selects a span", state => state.select(asSpan(1), "timeline")],
  ["stops it", state => state.follow(false)],
])("follows until the user %s", (_, act) => {
  const state = show(running, 5_000);
  state.follow(true);
  act(state);
  expect(state.isFollowing.value).toBe(false);
});

it.each<[string, LoadedTrace, number]>([
  ["has ended", load("root  ===="), 5_000],
  ["was not heard of for long", running, 11 * MINUTE_MS],
  ["no store tells of", load("root  ===>", {}), 5_000],
  ["is silent", load("root  ===~"), 5_000],
])("stands still for a trace that %s", (_, trace, afterMs) => {
  const state = show(trace, afterMs);
  expect(state.clockNs.value).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

it("stops with the last that runs: the window ends with the trace again, and nothing follows", () => {
  const state = show(running, 5_000);
  state.follow(true);
  const ended = load("root  =============");
  state.trace.set(ended);
  expect(state.clockNs.value).toBeUndefined();
  expect(state.viewport.value).toEqual({ startNs: 0, endNs: ended.endNs });
  expect(state.isFollowing.value).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

it("goes on while a change is news, and the parent of what came is missing", () => {
  const live = { ...watched, changedUnixMs: DRAWN_ORIGIN_UNIX_MS + 5_000 };
  const changed = show(load("root  ====", { live }), 5_000);
  expect(changed.nowUnixMs.value).toBeDefined();
  vi.advanceTimersByTime(3_000);
  expect(changed.nowUnixMs.value).toBeUndefined();

  const late = show(load("?\n  child  ===="), 5_000);
  vi.advanceTimersByTime(MINUTE_MS);
  expect(late.nowUnixMs.value).toBe(DRAWN_ORIGIN_UNIX_MS + 65_000);
  expect(late.clockNs.value).toBeUndefined();
});

it("makes a preview that is looked at no tab that stays; what the user does makes it one", () => {
  const state = show(running, 5_000);
  let changes = 0;
  watchLayout(state, () => {
    changes += 1;
    return true;
  });
  vi.advanceTimersByTime(2_000);
  state.follow(true);
  state.changeByItself(() => state.folded.set(new Set(asSpans([0]))));
  expect(changes).toBe(0);
  state.viewport.set({ startNs: 0, endNs: 5 });
  state.folded.set(new Set());
  expect(changes).toBe(1);
});

test("times go on with the clock: of what runs, and of nothing else", () => {
  const state = show(running, 5_000);
  vi.advanceTimersByTime(3_000);
  const now = state.getTraceNow()!;
  const grownNs = now.endNs - running.endNs;
  expect(now.endNs).toBe(8_000 * NS_PER_MS);
  // `goes` runs below `root`, and `done` has ended.
  expect([...now.selfNs].map((ns, span) => ns - running.selfNs[span]!)).toEqual([0, 0, grownNs]);
  const { columns } = running;
  const heard = analyseTrace(columns);
  const rows = advance(tabulate(heard), columns, heard, now);
  const grownOf = (name: string): number => {
    const of = (each: OperationRow): boolean => columns.strings[each.name] === name;
    return rows.find(of)!.totalNs - tabulate(heard).find(of)!.totalNs;
  };
  expect(["root", "done", "goes"].map(grownOf)).toEqual([grownNs, 0, grownNs]);
  // Made once for each second.
  expect(state.getTraceNow()).toBe(now);
  state.trace.set(load("root  ===="));
  expect(state.getTraceNow()).toBe(state.trace.value);
});

test("nodes of the graph go on with the clock: what runs in them, and not what is folded into them", () => {
  const state = show(running, 5_000);
  vi.advanceTimersByTime(3_000);
  const now = state.getTraceNow()!;
  const { columns, selfNs, endNs } = running;
  const source = buildCallGraphSource(columns, selfNs, endNs, "aggregated");
  const grownNs = now.endNs - endNs;
  const readGrowth = (folded: ReadonlySet<PathIndex>): unknown => {
    const graph = buildCallGraph(source, { ...noWishes, folded });
    const later = advanceGraph(graph, source.paths, columns, running, now);
    return later.nodes.map(({ name, totalNs, selfNs: ownNs, maxNs }, at) => {
      const before = graph.nodes[at]!;
      return [name, totalNs - before.totalNs, ownNs - before.selfNs, maxNs - before.maxNs];
    });
  };
  expect(readGrowth(new Set())).toEqual([
    ["root", grownNs, 0, grownNs],
    ["done", 0, 0, 0],
    ["goes", grownNs, grownNs, grownNs],
  ]);
  expect(readGrowth(new Set([FIRST_PATH]))).toEqual([["root", grownNs, 0, grownNs]]);
  // Without a clock nothing is made anew.
  const graph = buildCallGraph(source);
  expect(advanceGraph(graph, source.paths, columns, running, running)).toBe(graph);
});

test("a task that waits has not run, and one that is silent runs no further", () => {
  const { columns } = running;
  const flags = columns.flags.slice();
  const at = (flag: number): number[] => {
    const changed = { ...columns, flags: flags.map((each, span) => (span === 2 ? flag : each)) };
    const heardNs = getTraceEndNs(changed);
    const of = (nowNs: number): number =>
      buildSelfTimes(changed, buildTree(changed), heardNs, nowNs)[2]!;
    return [of(heardNs), of(heardNs + 7) - of(heardNs)];
  };
  const ranNs = running.selfNs[2]!;
  expect(at(0)).toEqual([ranNs, 7]);
  expect(at(SpanFlag.noHeartbeat)).toEqual([ranNs, 0]);
  expect(at(SpanFlag.noStart)).toEqual([0, 0]);
});

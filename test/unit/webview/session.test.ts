import { describe, expect, it } from "vitest";
import { Cell } from "../../../src/base/cell.ts";
import { toIndexArray } from "../../../src/base/indexArray.ts";
import { type SpanIndex, type SpanInput } from "../../../src/model/span.ts";
import type { TraceColumns } from "../../../src/model/trace.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { narrowColumns } from "../../../src/model/narrowColumns.ts";
import type {
  HostApi,
  PanelContent,
  PersistedView,
  TraceAnswer,
} from "../../../src/protocol/traceView.ts";
import type { Host } from "../../../webview/panel/host.ts";
import { ViewSession } from "../../../webview/panel/session.ts";
import { ViewState } from "../../../webview/panel/state.ts";
import { watchLayout } from "../../../webview/panel/watchLayout.ts";
import { quiet } from "./quiet.ts";
import { asSpan, asSpans } from "../spanIndex.ts";

const MS = 1_000_000n;

function build(traceId: string, ...starts: readonly number[]): TraceColumns {
  const spans = starts.map((start): SpanInput => {
    const startUnixNs = (1_700_000_000_000n + BigInt(start)) * MS;
    return {
      spanId: `s${start}`,
      name: `at${start}`,
      startUnixNs,
      endUnixNs: startUnixNs + 10n * MS,
    };
  });
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  return buildTrace(traceId, [{ store: "drawn", spans, details }]).columns;
}

function show(columns: TraceColumns, revision: number, focus?: SpanIndex): PanelContent {
  const { traceId } = columns;
  return {
    kind: "trace",
    summary: {
      revision,
      traceId,
      problems: [],
      answers: [],
      ...quiet,
      ...(focus !== undefined && { focus }),
    },
  };
}

/** The id that `build` gave to a span: its name says when it started. */
function idOf({ strings, name }: TraceColumns, span: number): string {
  return strings[name[span]!]!.replace("at", "s");
}

function listIds(columns: TraceColumns): readonly string[] {
  return Array.from({ length: columns.count }, (_, span) => idOf(columns, span));
}

/** A host that answers with the columns it is given, when it is told to. */
function start(persisted?: PersistedView) {
  const asked: ((columns: TraceColumns) => void)[] = [];
  const painted: number[] = [];
  let sent: { readonly revision: number; readonly ids: readonly string[] } | undefined;
  let revisions = 0;
  const remote = {
    trace: (held?: number) =>
      new Promise<TraceAnswer>(resolve => {
        asked.push(columns => {
          const ids = listIds(columns);
          const before = held === undefined || held !== sent?.revision ? undefined : sent;
          const moved = before && toIndexArray(asSpans(before.ids.map(id => ids.indexOf(id))));
          sent = { revision: (revisions += 1), ids };
          resolve({ columns: narrowColumns(columns), ...(moved !== undefined && { moved }) });
        });
      }),
    spanIds: (spans: readonly number[]) =>
      Promise.resolve(spans.map(span => sent?.ids[span] ?? "")),
    findSpanIds: (ids: readonly string[]) =>
      Promise.resolve(ids.map(id => sent?.ids.indexOf(id) ?? -1)),
    painted: (revision: number) => {
      painted.push(revision);
      return Promise.resolve();
    },
  } as unknown as HostApi;
  const host: Host = {
    remote,
    hasEditor: true,
    report: error => {
      throw error;
    },
    getPersisted: () => persisted,
    persist: () => undefined,
  };
  const state = new ViewState();
  let loaded = 0;
  const session = new ViewSession(
    state,
    host,
    () => Promise.resolve(),
    () => Promise.resolve((loaded += 1)),
  );
  const open = async (
    columns: TraceColumns,
    revision: number,
    focus?: SpanIndex,
  ): Promise<void> => {
    const shown = session.show(show(columns, revision, focus));
    asked.pop()?.(columns);
    await shown;
  };
  return { state, session, asked, painted, open, getLoaded: () => loaded };
}

describe("ViewSession", () => {
  it("shows the whole trace, selects the focus, and says when it was painted", async () => {
    const { state, open, painted, getLoaded } = start();
    await open(build("t", 0, 20, 40), 1, asSpan(2));
    expect(state.content.value?.kind).toBe("trace");
    expect(state.viewport.value).toEqual({ startNs: 0, endNs: 50e6 });
    expect(state.selection.value).toEqual({ span: 2, by: "host" });
    expect(state.detailView.value).toBe("span");
    expect(painted).toEqual([1]);
    expect(getLoaded()).toBe(1);
  });

  it("asks for no columns that came along with the first answer", async () => {
    const { state, session, asked, painted } = start();
    const columns = build("t", 0, 20);
    await session.show(show(columns, 1), { columns: narrowColumns(columns) });
    expect(state.trace.value?.columns).toStrictEqual(columns);
    expect(asked).toHaveLength(0);
    expect(painted).toEqual([1]);
  });

  it("keeps selection, folds, part of the axis and the detail's view when the trace grows", async () => {
    const { state, open } = start();
    await open(build("t", 20, 40), 1);
    state.select(asSpan(1), "graph");
    state.detailView.set("overview");
    state.folded.set(new Set(asSpans([0])));
    state.viewport.set({ startNs: 5e6, endNs: 10e6 });
    await open(build("t", 0, 20, 40), 2);
    expect(state.selection.value).toEqual({ span: 2, by: "growth" });
    expect([...state.folded.value]).toEqual([1]);
    expect(state.viewport.value).toEqual({ startNs: 25e6, endNs: 30e6 });
    expect(state.detailView.value).toBe("overview");
  });

  it("tells nobody of folds and groups of a growing trace in which none is", async () => {
    const { state, open } = start();
    await open(build("t", 0, 20), 1, asSpan(1));
    const changed: string[] = [];
    state.folded.watch(() => changed.push("folded"));
    state.openGroups.watch(() => changed.push("groups"));
    await open(build("t", 0, 10, 20), 2);
    expect(state.selection.value?.span).toBe(2);
    expect(changed).toEqual([]);
    state.folded.set(new Set(asSpans([1])));
    await open(build("t", 0, 5, 10, 20), 3);
    expect(changed).toEqual(["folded", "folded"]);
    expect([...state.folded.value]).toEqual([2]);
  });

  it("keeps the flame view's mode and the path that it is zoomed to, in a growing trace and over a reload", async () => {
    const { state, open, session } = start();
    await open(build("t", 20, 40), 1);
    state.timelineView.set("flame");
    state.flameMode.set("paths");
    state.flameRoot.set(asSpan(1));
    await open(build("t", 0, 20, 40), 2);
    expect(state.flameRoot.value).toBe(2);
    const place = await session.getPlace();
    expect(place).toMatchObject({ timelineView: "flame", flameMode: "paths", flameRoot: "s40" });

    const again = start(place);
    await again.open(build("t", 0, 20, 40), 1);
    expect(again.state.timelineView.value).toBe("flame");
    expect(again.state.flameMode.value).toBe("paths");
    expect(again.state.flameRoot.value).toBe(2);
    await again.open(build("other", 0, 20), 2);
    expect(again.state.flameRoot.value).toBeUndefined();
  });

  it("keeps the row in sight, what was found and what is read of a span when the trace grows", async () => {
    const { state, open } = start();
    await open(build("t", 20, 40, 60), 1);
    state.select(asSpan(2), "timeline");
    state.selectedSpanId.set("s60");
    state.matches.set([asSpan(0), asSpan(1)]);
    state.anchor.set({ span: asSpan(1), yPx: 44, by: "timeline" });
    await open(build("t", 0, 20, 30, 40, 60), 2);
    expect(state.anchor.value).toEqual({ span: 3, yPx: 44, by: "session" });
    expect(state.matches.value).toEqual([1, 3]);
    expect(state.detailView.value).toBe("span");
    expect(state.selectedSpanId.value).toBe("s60");
  });

  it("shows nobody spans of one revision beside the columns of another", async () => {
    const { state, open } = start();
    await open(build("t", 20, 40), 1);
    state.filterBy({ under: asSpan(1), chosen: { title: "slow", spans: [asSpan(1)] } });
    state.select(asSpan(1), "timeline");
    state.hovered.set(asSpan(1));
    state.matches.set([asSpan(1)]);
    state.folded.set(new Set(asSpans([1])));
    state.openGroups.set(new Set(asSpans([1])));
    state.flameRoot.set(asSpan(1));
    const seen = new Set<string>();
    const look = (): void => {
      const { filter, selection, hovered, matches, folded, openGroups, flameRoot } = state;
      const { under, chosen } = filter.value;
      const columns = state.trace.value!.columns;
      const groups = [chosen?.spans, matches.value, folded.value, openGroups.value];
      const single = [under, selection.value?.span, hovered.value, flameRoot.value];
      for (const span of [...single, ...groups.flatMap(each => [...(each ?? [])])]) {
        seen.add(span !== undefined && span < columns.count ? idOf(columns, span) : "no span");
      }
    };
    const cells = Object.values(state).filter(each => each instanceof Cell) as Cell<unknown>[];
    for (const cell of cells) cell.watch(look);
    await open(build("t", 0, 20, 40), 2);
    expect([...seen]).toEqual(["s40"]);
    expect(state.filter.value).toEqual({ under: 2, chosen: { title: "slow", spans: [2] } });
  });

  it("leads back to the overview when the selected span is gone", async () => {
    const { state, open } = start();
    await open(build("t", 20, 40), 1);
    state.select(asSpan(1), "timeline");
    await open(build("t", 20), 2);
    expect(state.selection.value).toBeUndefined();
    expect(state.detailView.value).toBe("overview");
  });

  it("still shows the whole when the whole was in view before it grew", async () => {
    const { state, open } = start();
    await open(build("t", 0, 20), 1);
    await open(build("t", 0, 20, 90), 2);
    expect(state.viewport.value).toEqual({ startNs: 0, endNs: 100e6 });
  });

  it("is no user: what a growing trace moves by itself is not told as a change of the layout", async () => {
    const { state, open } = start();
    await open(build("t", 20, 40), 1);
    let changes = 0;
    watchLayout(state, () => (changes += 1) > 0);
    state.changeByItself(() => state.folded.set(new Set(asSpans([0]))));
    await open(build("t", 0, 20, 40, 90), 2);
    expect([...state.folded.value]).toEqual([1]);
    expect(state.viewport.value.endNs).toBe(100e6);
    expect(changes).toBe(0);
    state.folded.set(new Set());
    expect(changes).toBe(1);
  });

  it("drops the columns of a revision that a newer one overtook", async () => {
    const { state, session, asked, painted } = start();
    const old = build("t", 0);
    const next = build("t", 0, 20);
    const first = session.show(show(old, 1));
    const second = session.show(show(next, 2));
    asked[1]?.(next);
    asked[0]?.(old);
    await Promise.all([first, second]);
    expect(state.trace.value?.columns.count).toBe(2);
    expect(painted).toEqual([2]);
  });

  it("shows the answers that came while the columns were on their way", async () => {
    const { state, session, asked } = start();
    const columns = build("t", 0);
    const content = show(columns, 1) as Extract<PanelContent, { kind: "trace" }>;
    const answers = [{ kind: "notFound", store: "late", tookMs: 9 }] as const;
    const first = session.show(content);
    await session.show({ kind: "trace", summary: { ...content.summary, answers } });
    asked.pop()?.(columns);
    await first;
    expect(state.trace.value?.summary.answers).toEqual(answers);
  });

  it("takes new answers of stores without asking for the same columns again", async () => {
    const { state, session, open, asked } = start();
    const columns = build("t", 0);
    await open(columns, 1);
    const before = state.trace.value?.columns;
    const content = show(columns, 1) as Extract<PanelContent, { kind: "trace" }>;
    const answers = [{ kind: "notFound", store: "late", tookMs: 9 }] as const;
    await session.show({ kind: "trace", summary: { ...content.summary, answers } });
    expect(state.trace.value?.summary.answers).toEqual(answers);
    expect(state.trace.value?.columns).toBe(before);
    expect(asked).toEqual([]);
  });

  it("takes up the place of the last session, for the same trace only", async () => {
    const place: PersistedView = {
      version: 1,
      traceId: "t",
      viewport: { startNs: 1e6, endNs: 2e6 },
      pane: "graph",
      graphMode: "spans",
    };
    const same = start(place);
    await same.open(build("t", 0, 20), 1);
    expect(same.state.viewport.value).toEqual(place.viewport);
    expect(same.state.pane.value).toBe("graph");
    expect(same.state.graphMode.value).toBe("spans");
    expect(await same.session.getPlace()).toEqual(place);

    const other = start(place);
    await other.open(build("u", 0, 20), 1);
    expect(other.state.viewport.value).toEqual({ startNs: 0, endNs: 30e6 });
    expect(other.state.pane.value).toBe("timeline");
  });

  it("brings folds, rows, panes and the graph's camera back after a reload, by ids", async () => {
    const place: PersistedView = {
      version: 1,
      traceId: "t",
      pane: "timeline",
      graphMode: "aggregated",
      folded: ["s20", "gone"],
      anchor: { spanId: "s40", yPx: 22 },
      camera: { x: 10, y: -20, scale: 0.5 },
      shares: { left: 0.5, graph: 0.3 },
      nameShare: 0.25,
      closed: ["graph"],
      isSkewCorrected: true,
    };
    const { state, session, open } = start(place);
    await open(build("t", 0, 20, 40), 1);
    expect([...state.folded.value]).toEqual([1]);
    expect(state.anchor.value).toEqual({ span: 2, yPx: 22, by: "session" });
    expect(state.camera.value).toEqual(place.camera);
    expect([...state.closed.value]).toEqual(["graph"]);
    expect(state.trace.value?.isSkewCorrected).toBe(true);
    expect(await session.getPlace()).toEqual({ ...place, folded: ["s20"] });
  });

  it("does not trust what another version kept", async () => {
    const { state, open } = start({
      version: 1,
      traceId: "t",
      viewport: { startNs: 5, endNs: 5 },
      pane: "attic",
      shares: { left: 7, graph: Number.NaN },
      closed: ["graph", "timeline", "detail"],
      camera: { x: 0, y: 0, scale: 0 },
    });
    await open(build("t", 0, 20), 1);
    expect(state.viewport.value).toEqual({ startNs: 0, endNs: 30e6 });
    expect(state.pane.value).toBe("timeline");
    expect(state.shares.value).toEqual({ left: 0.68, graph: 0.42 });
    expect(state.closed.value.size).toBe(0);
    expect(state.camera.value).toBeUndefined();
  });

  it("asks again after a failure was shown, though the revision is the same", async () => {
    const { state, session, open, asked } = start();
    const columns = build("t", 0);
    await open(columns, 1);
    await session.show({ kind: "failed", id: "t", text: "no", lines: [], actions: [] });
    expect(state.content.value?.kind).toBe("failed");
    const again = session.show(show(columns, 1));
    expect(asked).toHaveLength(1);
    asked[0]?.(columns);
    await again;
    expect(state.content.value?.kind).toBe("trace");
  });

  it("keeps what was asked for while it is not there, and the place in it of the last session", async () => {
    const failed = { kind: "failed", id: "t", text: "no", lines: [], actions: [] } as const;
    const fresh = start();
    expect(await fresh.session.getPlace()).toBeUndefined();
    await fresh.session.show({ kind: "loading", id: "t", answers: [] });
    expect(await fresh.session.getPlace()).toEqual({ version: 1, traceId: "t" });
    await fresh.session.show(failed);
    expect(await fresh.session.getPlace()).toEqual({ version: 1, traceId: "t" });

    const place: PersistedView = { version: 1, traceId: "t", spanId: "s", pane: "graph" };
    const again = start(place);
    await again.session.show(failed);
    expect(await again.session.getPlace()).toEqual(place);
  });
});

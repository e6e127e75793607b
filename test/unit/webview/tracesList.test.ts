/** The list of traces as a value: pages, refreshes, groups; and the session that asks for them. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TraceFilter } from "../../../src/analysis/traceFilter.ts";
import { TraceError } from "../../../src/model/failure.ts";
import type {
  ListedPage,
  ListedTrace,
  TraceGrouping,
  TracesHostApi,
  TracesSituation,
} from "../../../src/protocol/tracesView.ts";
import {
  appendPage,
  buildRows,
  countNew,
  emptyList,
  groupKeyOf,
  mergeHead,
  type TraceGroup,
  type TraceList,
} from "../../../webview/traces/traceList.ts";
import { TracesSession } from "../../../webview/traces/tracesSession.ts";
import { TracesState } from "../../../webview/traces/tracesState.ts";

function trace(startUnixMs: number, change: Partial<ListedTrace> = {}): ListedTrace {
  return {
    traceId: `t${startUnixMs}`,
    name: "checkout",
    state: "ok",
    services: ["api"],
    spanCount: 1,
    errorCount: 0,
    startUnixMs,
    durationMs: 10,
    isPinned: false,
    ...change,
  };
}

function page(cursor: string | undefined, ...starts: readonly number[]): ListedPage {
  return { traces: starts.map(start => trace(start)), ...(cursor !== undefined && { cursor }) };
}

function ids(list: TraceList): string {
  const cursor = list.cursor === undefined ? "" : ` …${list.cursor}`;
  return list.traces.map(each => each.traceId.slice(1)).join(" ") + cursor;
}

describe("pages become one list", () => {
  const first = mergeHead(emptyList, page("7", 9, 8, 7));

  test("the next page follows, a trace that moved down is not twice", () => {
    expect(ids(appendPage(first, page("5", 7, 6, 5)))).toBe("9 8 7 6 5 …5");
    expect(ids(appendPage(first, page(undefined, 6)))).toBe("9 8 7 6");
  });

  test.each([
    ["new ones come on top", page("8", 11, 10, 9, 8), "11 10 9 8 7 …7"],
    ["one in the stretch that was read again has gone", page("7", 9, 7), "9 7 …7"],
    ["everything is new", page("20", 22, 21, 20), "22 21 20 9 8 7 …7"],
    ["the store has no more than this", page(undefined, 9, 8), "9 8"],
    ["all have gone", page(undefined), ""],
    ["the store stopped before it found anything", page("30"), "9 8 7 …7"],
    ["the list was short, and its end moves down with it", page("6", 9, 8, 7, 6), "9 8 7 6 …6"],
  ])("%s", (_, head, expected) => {
    expect(ids(mergeHead(first, head))).toBe(expected);
  });

  test("a trace that grew shows its new values in its place", () => {
    const grown = mergeHead(first, {
      cursor: "7",
      traces: [trace(9), trace(8, { spanCount: 12 }), trace(7)],
    });
    expect(grown.traces[1]).toMatchObject({ traceId: "t8", spanCount: 12 });
  });

  test("new is what lies above all that was there", () => {
    expect(countNew(first, mergeHead(first, page("8", 11, 10, 9, 8)))).toBe(2);
    expect(countNew(first, first)).toBe(0);
    expect(countNew(emptyList, first)).toBe(3);
  });
});

function keyOf(listed: ListedTrace): string {
  return groupKeyOf(listed, "operation") ?? "";
}

function groupsOf(
  traces: readonly ListedTrace[],
  order: readonly string[] = [],
): readonly TraceGroup[] {
  const rows = buildRows(traces, "operation", new Set(), { order });
  return rows.flatMap(row => (row.kind === "group" ? row.group : []));
}

describe("groups", () => {
  const traces = [
    trace(9, { name: "a", durationMs: 30 }),
    trace(8, { name: "b", state: "failed", errorCount: 2, durationMs: 5 }),
    trace(7, { name: "a", state: "running", durationMs: undefined }),
    trace(6, { name: "a", durationMs: 10 }),
    trace(5, { name: "a", services: ["other"] }),
    trace(4, { name: "a", durationMs: 20, state: "failed", errorCount: 1 }),
  ];

  test("by root operation and service, the newest first, with count, errors and durations", () => {
    expect(
      groupsOf(traces).map(({ name, service, traces: { length }, failed, p50Ms, maxMs }) => [
        ...[name, service, length, failed, p50Ms, maxMs],
      ]),
    ).toEqual([
      ["a", "api", 4, 1, 20, 30],
      ["b", "api", 1, 1, 5, 5],
      ["a", "other", 1, 0, 10, 10],
    ]);
  });

  test("those that someone reads keep their order, new ones come on top", () => {
    const order = [keyOf(traces[4]!), keyOf(traces[0]!), "gone"];
    const drawn = groupsOf(traces, order).map(group => `${group.service} ${group.name}`);
    expect(drawn).toEqual(["api b", "other a", "api a"]);
  });

  test("only running ones have no durations", () => {
    const [group] = groupsOf([trace(1, { durationMs: undefined })]);
    expect(group).toMatchObject({ p50Ms: undefined, maxMs: undefined });
  });

  test("an unfolded group has its traces under it", () => {
    const open = new Set([keyOf(traces[1]!)]);
    const drawn = buildRows(traces, "operation", open).map(row =>
      row.kind === "group" ? `${row.isOpen ? "v" : ">"} ${row.group.name}` : `  ${row.key}`,
    );
    expect(drawn).toEqual(["> a", "v b", "  t8", "> a"]);
    expect(buildRows(traces, "none", open)).toHaveLength(6);
  });
});

describe("sessions", () => {
  const uuid = "6f9619ff-8b86-d011-b42d-00cf4fc964ff";
  const traces = [
    trace(9, { name: "turn", session: uuid, durationMs: 20 }),
    trace(8, { name: "GET /" }),
    trace(7, { name: "turn", session: "support-42", state: "failed", errorCount: 1 }),
    trace(6, { name: "first", session: uuid, durationMs: 40 }),
    trace(5, { name: "POST /" }),
  ];
  const draw = (open: readonly number[], options = {}): readonly string[] =>
    buildRows(
      traces,
      "session",
      new Set(open.map(i => groupKeyOf(traces[i]!, "session") ?? "")),
      options,
    ).map(row =>
      row.kind === "group"
        ? `${row.isOpen ? "v" : ">"} ${row.group.name} ×${row.group.traces.length}`
        : `${"  ".repeat(row.level - 1)}${row.trace.name}`,
    );

  test("the traces of one stand below its id, whatever their roots are; one without stays where it was", () => {
    expect(draw([0])).toEqual([
      "v 6f9619ff…64ff · turn ×2",
      "  turn",
      "  first",
      "GET /",
      "> support-42 · turn ×1",
      "POST /",
    ]);
  });

  test("failed ones and long ones come first where they are asked for", () => {
    expect(draw([], { sort: "errors" })[0]).toBe("> support-42 · turn ×1");
    expect(draw([], { sort: "duration" })[0]).toBe("> 6f9619ff…64ff · turn ×2");
  });

  test("while someone reads, traces without a session keep their places too", () => {
    const order = ["t5", groupKeyOf(traces[2]!, "session")!, "t8"];
    expect(draw([], { order })).toEqual([
      "> 6f9619ff…64ff · turn ×2",
      "POST /",
      "> support-42 · turn ×1",
      "GET /",
    ]);
  });
});

describe("another order", () => {
  const traces = [
    trace(9, { name: "a", durationMs: 5 }),
    trace(8, { name: "b", durationMs: 50, errorCount: 1, state: "failed" }),
    trace(7, { name: "a", durationMs: 70 }),
    trace(6, { name: "c", durationMs: 1, errorCount: 3, state: "failed" }),
  ];
  const draw = (grouping: TraceGrouping, sort: "duration" | "errors"): string =>
    buildRows(traces, grouping, new Set(), { sort })
      .map(row => (row.kind === "group" ? row.group.name : row.key.slice(1)))
      .join(" ");

  test("by duration and by errors, among equals the newest first; groups by their longest and their failed", () => {
    expect(draw("none", "duration")).toBe("7 8 9 6");
    expect(draw("none", "errors")).toBe("6 8 9 7");
    expect(draw("operation", "duration")).toBe("a b c");
    expect(draw("operation", "errors")).toBe("b c a");
  });
});

describe("the session", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const situation = {
    store: "local",
    isLocal: true,
    isGone: false,
    isLive: true,
  } as TracesSituation;

  /** A host that answers when it is told to. */
  function start() {
    const asked: {
      readonly filter: TraceFilter;
      readonly limit: number;
      readonly cursor: string | undefined;
      readonly answer: (given: ListedPage | Error) => Promise<void>;
    }[] = [];
    const host = {
      search: (filter: TraceFilter, limit: number, cursor: string | undefined) =>
        new Promise<ListedPage>((resolve, reject) => {
          const answer = async (given: ListedPage | Error): Promise<void> => {
            if (given instanceof Error) reject(given);
            else resolve(given);
            await vi.advanceTimersByTimeAsync(0);
          };
          asked.push({ filter, limit, cursor, answer });
        }),
      cancelSearch: () => Promise.resolve(),
    } as unknown as TracesHostApi;
    const state = new TracesState();
    const session = new TracesSession(state, host);
    return { asked, state, session };
  }

  test("a filter that is typed is asked once, when the typing rests, and an older answer is dropped", async () => {
    const { asked, state, session } = start();
    void session.start(situation, "");
    for (const text of ["s", "sl", "slow status:error"]) session.type(text);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked.map(each => each.filter)).toEqual([{}, { text: "slow", status: "error" }]);
    await asked[1]!.answer(page(undefined, 5));
    await asked[0]!.answer(page(undefined, 9, 8));
    expect(ids(state.list.value)).toBe("5");
    session.type("slow status:error status:");
    await vi.advanceTimersByTimeAsync(1_000);
    // A half-typed term asks for nothing else.
    expect(asked).toHaveLength(2);
  });

  test("what comes while a question is under way is asked for once afterwards, and not without rest", async () => {
    const { asked, state, session } = start();
    void session.start(situation, "");
    void session.refresh();
    void session.refresh();
    expect(asked).toHaveLength(1);
    await asked[0]!.answer(page("8", 9, 8));
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked).toHaveLength(2);
    await asked[1]!.answer(page("9", 11, 10, 9));
    expect(ids(state.list.value)).toBe("11 10 9 8 …8");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(2);
  });

  test("what came before the list was paused, and was not asked for yet, waits until it is live again", async () => {
    const { asked, session } = start();
    void session.start(situation, "");
    void session.refresh();
    await asked[0]!.answer(page("8", 9, 8));
    void session.show({ ...situation, isLive: false });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(1);
    void session.show(situation);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(asked).toHaveLength(2);
  });

  test("further back it goes on from the cursor, until there is none", async () => {
    const { asked, state, session } = start();
    const started = session.start(situation, "");
    await asked[0]!.answer(page("8", 9, 8));
    await started;
    const more = session.loadMore();
    void session.loadMore();
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ cursor: "8" });
    await asked[1]!.answer(page(undefined, 7));
    await more;
    await session.loadMore();
    expect(asked).toHaveLength(2);
    expect(ids(state.list.value)).toBe("9 8 7");
  });

  test("a failure of a new question empties the list, one of a refresh does not", async () => {
    const { asked, state, session } = start();
    const failure = { code: "storeTimeout", store: "mongo", afterMs: 5_000 } as const;
    const started = session.start(situation, "");
    await asked[0]!.answer(page(undefined, 9, 8));
    await started;
    await vi.advanceTimersByTimeAsync(10_000);
    const refreshed = session.refresh();
    await asked[1]!.answer(new TraceError(failure));
    await refreshed;
    expect(state.phase.value).toEqual({ kind: "failed", failure });
    expect(ids(state.list.value)).toBe("9 8");
    const retried = session.retry();
    await asked[2]!.answer(new TraceError(failure));
    await retried;
    expect(ids(state.list.value)).toBe("");
  });

  test("who does not want to wait is left alone by the answer", async () => {
    const { asked, state, session } = start();
    void session.start(situation, "");
    await session.cancel();
    await asked[0]!.answer(page(undefined, 9));
    expect(state.phase.value).toEqual({ kind: "cancelled" });
    expect(ids(state.list.value)).toBe("");
  });
});

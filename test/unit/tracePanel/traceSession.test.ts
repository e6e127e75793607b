/** A trace that is open while its stores go on: what the panel is told, and when. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TraceSession, type SessionState } from "../../../src/features/tracePanel/traceSession.ts";
import { getFailure } from "../../../src/model/failure.ts";
import type { SpanInput } from "../../../src/model/span.ts";
import { createBrokenStore } from "../../../src/stores/open.ts";
import { StoreSet } from "../../../src/stores/storeSet.ts";
import type { TraceStore } from "../../../src/model/traceStore.ts";

const id = "f50f7a80f0b8f88b97788093157c4ae2";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function span(spanId: string, parentSpanId?: string): SpanInput {
  const startUnixNs = BigInt(Date.now()) * 1_000_000n;
  return {
    ...{ spanId, name: spanId, parentSpanId, startUnixNs, endUnixNs: startUnixNs + 1_000_000n },
  };
}

/** Tells of news when it is told to. */
function createWatched(name: string) {
  const spans: SpanInput[] = [];
  const watchers = new Set<(ids: readonly string[]) => void>();
  const store: TraceStore = {
    ...createBrokenStore({ kind: "mongodb", name }, new Error("not asked")),
    readTrace: traceId => {
      const details = { readDetail: () => Promise.reject(new Error("not asked")) };
      const found = spans.length > 0 && traceId === id;
      return Promise.resolve(found ? { store: name, spans: [...spans], details } : undefined);
    },
    findId: wanted =>
      Promise.resolve(
        spans.some(each => each.spanId === wanted || wanted === id)
          ? [{ traceId: id, brief: { traceId: id, spanId: wanted, name, status: 0 as const } }]
          : [],
      ),
    watch: tell => {
      watchers.add(tell);
      return { dispose: () => watchers.delete(tell) };
    },
  };
  const add = (...more: readonly SpanInput[]): void => {
    spans.push(...more);
    for (const tell of watchers) tell([id]);
  };
  return { store, add, watchers };
}

function open(stores: readonly TraceStore[], ids = [id], isTraceId = false) {
  const states: SessionState[] = [];
  const session = new TraceSession(
    { ids, isTraceId },
    () => Promise.resolve(new StoreSet(stores, 200)),
    found => Promise.resolve(found[0]),
    state => states.push(state),
    error => {
      throw error;
    },
  );
  const names = (): readonly string[] =>
    [...(session.trace?.columns.name ?? [])].map(name => session.trace!.columns.strings[name]!);
  return { session, states, names };
}

const settle = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe("a trace whose id is known", () => {
  it("is not read again while a store tells it from where it comes", async () => {
    const { store, add } = createWatched("local");
    add(span("a"));
    let isArriving = true;
    const { session, names } = open([{ ...store, isArriving: () => isArriving }], [id], true);
    await session.open();
    add(span("b"));
    await settle(2_000);
    expect(names()).toHaveLength(1);
    isArriving = false;
    add(span("c"));
    await settle(2_000);
    expect(names()).toHaveLength(3);
    session.dispose();
  });

  it("is read at once, and nobody is asked what the id is", async () => {
    const { store, add } = createWatched("local");
    add(span("a"));
    const findId = vi.fn(store.findId);
    const { session, names } = open([{ ...store, findId }], [id], true);
    await session.open();
    expect(names()).toEqual(["a"]);
    expect(findId).not.toHaveBeenCalled();
  });

  it("says who was asked where nobody has it", async () => {
    const { store } = createWatched("local");
    const { session } = open([store], [id], true);
    await session.open();
    const { state } = session;
    expect(state.kind === "failed" && getFailure(state.error)).toMatchObject({
      code: "notFound",
      answers: [{ kind: "notFound", store: "local" }],
    });
  });
});

describe("an open trace", () => {
  it("grows as its store tells of spans, and its missing parent is found", async () => {
    const { store, add } = createWatched("local");
    add(span("child", "parent"));
    const { session, names } = open([store]);
    await session.open();
    expect(names()).toEqual(["", "child"]);
    expect(session.trace?.problems.map(({ code }) => code)).toEqual(["missingParent"]);
    add(span("parent"));
    add(span("late", "parent"));
    await settle(50);
    expect(names()).toEqual(["parent", "child", "late"]);
    expect(session.trace?.problems).toEqual([]);
    expect(session.state).toMatchObject({
      revision: 2,
      live: { watched: ["local"], polled: [], changedUnixMs: expect.any(Number) as number },
    });
    session.dispose();
  });

  it("tells of new details where the spans are the same", async () => {
    const { store, add } = createWatched("local");
    add(span("a"));
    const { session, states } = open([store]);
    await session.open();
    add();
    await settle(50);
    const [before, after] = [states.at(-2), states.at(-1)];
    expect(before).toMatchObject({ kind: "trace", revision: 1, detailsRevision: 1 });
    expect(after).toMatchObject({ kind: "trace", revision: 1, detailsRevision: 2 });
    session.dispose();
  });

  it("is left alone when it is closed", async () => {
    const { store, add, watchers } = createWatched("local");
    add(span("a"));
    const { session, states } = open([store]);
    await session.open();
    session.dispose();
    const told = states.length;
    add(span("b"));
    await settle(5_000);
    expect(watchers.size).toBe(0);
    expect(states).toHaveLength(told);
  });

  it("is read again from all stores when the user asks, and never goes back to loading", async () => {
    const first = createWatched("a");
    const second = createWatched("b");
    first.add(span("a"));
    const { session, states, names } = open([first.store, { ...second.store, watch: undefined }]);
    await session.open();
    const from = states.length;
    second.add(span("b", "a"));
    await session.refresh();
    expect(names()).toEqual(["a", "b"]);
    expect(states.slice(from).map(({ kind }) => kind)).not.toContain("loading");
    expect(session.state).toMatchObject({ live: { isReading: false } });
    session.dispose();
  });

  it("follows the quick stores while a slow one has not answered", async () => {
    const quick = createWatched("quick");
    const slow = { ...createWatched("slow").store, readTrace: () => new Promise<never>(() => {}) };
    quick.add(span("a"));
    const { session, names } = open([quick.store, slow]);
    void session.open();
    await session.shown;
    quick.add(span("b", "a"));
    await settle(50);
    expect(names()).toEqual(["a", "b"]);
    session.dispose();
  });
});

describe("a trace that is not there yet", () => {
  it("opens when a store that watches has it", async () => {
    const { store, add } = createWatched("local");
    const { session, names } = open([store], ["wanted"]);
    await session.open();
    expect(session.state.kind).toBe("failed");
    add(span("other"));
    await settle(2_000);
    expect(session.state.kind).toBe("failed");
    add(span("wanted"));
    await settle(2_000);
    expect(names()).toContain("wanted");
    session.dispose();
  });

  it("is waited for by nobody after the user gave up", async () => {
    const { store, add } = createWatched("local");
    const { session } = open([store], ["wanted"]);
    await session.open();
    session.cancel();
    add(span("wanted"));
    await settle(5_000);
    expect(session.state.kind).toBe("failed");
    session.dispose();
  });
});

/** Find in trace looks into the details of a trace of any size, says how far it is, and never that there is nothing too early. */

import { beforeAll, describe, expect, it, vi } from "vitest";
import { SpanSearch } from "../../../src/features/tracePanel/spanSearch.ts";
import type { FoundPart, Trace } from "../../../src/model/trace.ts";
import type { FoundSpans } from "../../../src/protocol/traceView.ts";
import { loadTrace, ViewState } from "../../../webview/panel/state.ts";
import { Finder } from "../../../webview/timeline/finder.ts";
import { describeSearch } from "../../../webview/timeline/searchWords.ts";
import { drawTrace } from "../drawTrace.ts";
import { findAll } from "./findAll.ts";
import { asSpan } from "../spanIndex.ts";

beforeAll(() => {
  Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });
});

const never = new AbortController().signal;

function makeTrace(count: number, rawOf: (span: number) => string | undefined): Trace {
  const drawn = drawTrace(
    ["root ==========", ...Array.from({ length: count - 1 }, (_, i) => `  call${i + 1}  =`)].join(
      "\n",
    ),
  );
  const { columns, problems, spanIds, stores, sources } = drawn;
  return {
    columns,
    problems,
    spanIds,
    stores,
    sources,
    findSpan: id => drawn.findSpan(id),
    readDetail: async (span, signal) => {
      const raw = rawOf(span);
      if (raw === undefined) throw new Error("gone");
      return { ...(await drawn.readDetail(span, signal)), raw };
    },
  };
}

describe("SpanSearch", () => {
  it("looks into every detail of a large trace, chunk by chunk", async () => {
    const last = 1_200;
    const trace = makeTrace(last + 1, span => (span === last ? `{"user": "Ada"}` : "{}"));
    // Each look at the clock is a chunk's whole time: one batch a chunk.
    let ms = 0;
    const search = new SpanSearch(
      () => never,
      () => (ms += 1_000),
    );
    const chunks: FoundSpans[] = [];
    for (let from = 0; from < trace.columns.count;) {
      const chunk = await search.find(trace, "ada", from);
      expect(chunk.next).toBeGreaterThan(from);
      from = chunk.next;
      chunks.push(chunk);
    }
    expect(chunks.length).toBeGreaterThan(10);
    expect(chunks.flatMap(({ spans }) => spans)).toEqual([last]);
  });

  it("finds values that stand escaped in the document", async () => {
    const trace = makeTrace(2, () => JSON.stringify({ path: 'C:\\shop\\"cart"' }));
    for (const text of ["C:\\shop", '"cart"', 'shop\\"CART']) {
      expect((await findAll(trace, text)).spans).toEqual([0, 1]);
    }
  });

  it("finds spans by a part of their ids, whatever its case, and by no more than one id", async () => {
    const spanIds = ["aa01", "AB02", "ab03", "İd", "ab05"];
    const trace = { ...makeTrace(spanIds.length, () => "{}"), spanIds };
    for (const [text, spans] of [
      ["ab0", [1, 2, 4]],
      ["B02", [1]],
      ["ab05", [4]],
      ["aa01\nab02", []],
    ] as const) {
      expect((await findAll(trace, text)).spans).toEqual(spans);
    }
  });

  it("counts what could not be looked into, and gives up on a store that has gone", async () => {
    const some = makeTrace(10, span => (span === 3 ? undefined : "{}"));
    expect(await findAll(some, "x1")).toEqual({ spans: [], unread: 1 });
    let reads = 0;
    const none = makeTrace(500, () => {
      reads += 1;
      return undefined;
    });
    expect(await findAll(none, "x1")).toEqual({ spans: [], unread: 500 });
    expect(reads).toBeLessThan(100);
  });
});

describe("SpanSearch in a store that looks by itself", () => {
  /** Gives what it is told to, part by part, until it fails or ends. */
  function makeSearched(parts: readonly (FoundPart | "gone")[], signals: AbortSignal[]): Trace {
    const trace = makeTrace(10, () => "{}");
    return {
      ...trace,
      textSearch: {
        covers: span => span < 8,
        find: async function* (_text, signal) {
          signals.push(signal);
          for (const part of parts) {
            if (part === "gone") throw new Error("gone");
            yield await Promise.resolve(part);
          }
        },
      },
    };
  }

  it("shows each part at once, reads what the store does not look into, and counts what was left", async () => {
    let ms = 0;
    const search = new SpanSearch(
      () => never,
      () => (ms += 1_000),
    );
    const trace = makeSearched([{ spans: [asSpan(3)], looked: 5 }, "gone"], []);
    expect(await search.find(trace, "x1", 0)).toEqual({ spans: [3], next: 5, unread: 0 });
    expect(await search.find(trace, "x1", 5)).toEqual({ spans: [], next: 8, unread: 3 });
    expect(await search.find(trace, "x1", 8)).toEqual({ spans: [], next: 10, unread: 0 });
  });

  it("ends the search for an earlier text", async () => {
    let ms = 0;
    const signals: AbortSignal[] = [];
    const search = new SpanSearch(
      () => never,
      () => (ms += 1_000),
    );
    const trace = makeSearched([{ spans: [asSpan(3)], looked: 5 }], signals);
    await search.find(trace, "x", 0);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await search.find(trace, "x1", 0);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    search.dispose();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});

it("has large traces read ahead, after a while or at once, and no others", async () => {
  vi.useFakeTimers();
  const prepared: number[] = [];
  const search = new SpanSearch(() => never);
  for (const count of [10, 6_000]) {
    const made = makeTrace(10, () => "{}");
    const trace: Trace = {
      ...made,
      columns: { ...made.columns, count },
      textSearch: {
        covers: () => true,
        find: async function* () {},
        prepare: () => {
          prepared.push(count);
          return Promise.reject(new Error("gone"));
        },
      },
    };
    search.prepareSoon(() => trace);
    await vi.runAllTimersAsync();
    search.prepareSoon(() => expect.fail("what was prepared at once is not prepared again"));
    await search.prepare(trace);
    await vi.runAllTimersAsync();
  }
  search.prepareSoon(() => expect.fail("a panel that is closed has no trace"));
  search.dispose();
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  expect(prepared).toEqual([6_000, 6_000]);
});

describe("Finder", () => {
  function makeState(): ViewState {
    const { columns, problems } = drawTrace("cart ====\n  pay  ==");
    const state = new ViewState();
    state.trace.set(loadTrace({ problems } as unknown as Parameters<typeof loadTrace>[0], columns));
    return state;
  }

  it("asks on until all is looked into, and shows progress", async () => {
    const state = makeState();
    const said: string[] = [];
    state.search.watch(progress =>
      said.push(describeSearch(0, state.matches.value?.length ?? 0, progress)),
    );
    const answers: Record<number, FoundSpans> = {
      0: { spans: [], next: 1, unread: 0 },
      1: { spans: [asSpan(1)], next: 2, unread: 0 },
    };
    await new Finder(state, (_text, from) => Promise.resolve(answers[from]!)).seek("ada");
    expect(state.matches.value).toEqual([1]);
    expect(said).toEqual(["looking… 0 of 2", "looking… 1 of 2", "1 match"]);
  });

  it("asks for the first letter at once, and for the last of those that come quickly", async () => {
    const asked: string[] = [];
    const finder = new Finder(makeState(), text => {
      asked.push(text);
      return Promise.resolve({ spans: [], next: 2, unread: 0 });
    });
    const searches = ["a", "ad", "ada"].map(text => finder.seek(text));
    expect(asked).toEqual(["a"]);
    await Promise.all(searches);
    expect(asked).toEqual(["a", "ada"]);
  });

  it("says what could not be looked into where the host fails", async () => {
    const state = makeState();
    await new Finder(state, () => Promise.reject(new Error("gone"))).seek("ada");
    expect(describeSearch(0, 0, state.search.value)).toBe(
      "None found · 2 spans could not be looked into",
    );
  });
});

it("says that there is nothing only when everything was looked into", () => {
  expect(describeSearch(0, 0, { looked: 99_999, count: 100_000, unread: 0 })).toBe(
    "looking… 99,999 of 100,000",
  );
  expect(describeSearch(0, 0, { looked: 10, count: 10, unread: 0 })).toBe("No matches");
  expect(describeSearch(2, 1_000, { looked: 10, count: 10, unread: 1 })).toBe(
    "2 of 1,000 · 1 span could not be looked into",
  );
});

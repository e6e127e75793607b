import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { assert } from "../../../src/base/assert.ts";
import { EdgeKind, SpanFlag, SpanKind, SpanStatus } from "../../../src/model/span.ts";
import type { Attribute } from "../../../src/model/spanDetail.ts";
import { buildTrace } from "../../../src/model/traceBuilder.ts";
import { makeTrace } from "../../perf/makeTrace.ts";
import { compact, never, readSpans, record, start, traceId, useStores } from "./records.ts";
import { addSpans } from "./addSpans.ts";

const { newFile, open } = useStores();
const other = "ffffffffffffffffffffffffffffff01";

describe("what is written is read", () => {
  it("keeps every field of a span, times to the nanosecond", async () => {
    const store = open();
    const span = {
      spanId: "b7ad6b7169203331",
      parentSpanId: "00f067aa0ba902b7",
      refs: [
        { kind: EdgeKind.followsFrom, spanId: "1111111111111111" },
        { kind: EdgeKind.link, spanId: "2222222222222222", traceId: other },
      ],
      name: "支付订单 💳",
      service: "shop",
      queue: "orders",
      kind: SpanKind.consumer,
      status: SpanStatus.error,
      startUnixNs: start,
      endUnixNs: 2n ** 63n - 1n,
      queuedUnixNs: 2n ** 53n + 1n,
      attempts: 3,
      flags: SpanFlag.remoteParent,
    };
    await addSpans(store, [record(span)]);
    const spans = await readSpans(store);
    expect(spans.map(compact)).toEqual([span]);
  });

  it("takes no time for a time that is zero, negative or beyond 64 bits", async () => {
    const store = open();
    await addSpans(store, [
      record({ spanId: "a", startUnixNs: 0n, endUnixNs: -5n, queuedUnixNs: 2n ** 64n }),
    ]);
    const [span] = await readSpans(store);
    expect([span?.startUnixNs, span?.endUnixNs, span?.queuedUnixNs]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("keeps a detail of five megabytes and gives it back with the store's name", async () => {
    const store = open();
    const raw = `${"参数 ".repeat(1_000_000)}end`;
    const attributes = [
      { key: "k", value: [1, undefined, "x", { deep: undefined, kept: true }] },
      { key: "k", value: "9007199254740993" },
      { key: "gone", value: undefined },
    ];
    await addSpans(store, [record({ spanId: "a" }, { raw, attributes })]);
    const stored = await store.readTrace(traceId, never);
    const detail = await stored?.details.readDetail("a", never);
    expect(detail?.raw === raw).toBe(true);
    expect(detail?.attributes).toEqual(attributes);
    expect(detail?.stores).toEqual(["local"]);
  });

  it("says that a detail is gone once its trace was deleted", async () => {
    const store = open();
    await addSpans(store, [record({ spanId: "a" })]);
    const stored = await store.readTrace(traceId, never);
    expect(await store.deleteTraces([traceId, "unknown"], never)).toEqual([traceId]);
    await expect(stored?.details.readDetail("a", never)).rejects.toMatchObject({
      failure: { code: "notFound", id: "a" },
    });
    expect(await store.readTrace(traceId, never)).toBeUndefined();
    expect(await store.findId("a", never)).toEqual([]);
    expect(await store.listServices(never)).toEqual([]);
  });

  it("reads 100,000 spans as they were written", async () => {
    const store = open();
    const records = [...makeTrace({ spans: 100_000, seed: 7 })];
    await addSpans(store, records);
    const id = records[0]?.traceId ?? "";
    const byId = new Map(records.map(({ span }) => [span.spanId, span]));
    let count = 0;
    let different = 0;
    const stored = await store.readTrace(id, never);
    for (const span of stored?.spans ?? []) {
      const written = byId.get(span.spanId);
      count += 1;
      if (
        written?.startUnixNs !== span.startUnixNs ||
        written?.endUnixNs !== span.endUnixNs ||
        written?.queuedUnixNs !== span.queuedUnixNs ||
        written?.parentSpanId !== span.parentSpanId ||
        written?.name !== span.name ||
        written.queue !== span.queue ||
        written.status !== span.status
      ) {
        different += 1;
      }
    }
    expect([count, different]).toEqual([100_000, 0]);
    if (stored === undefined) return;
    expect(buildTrace(id, [stored]).problems).toEqual([]);
  });
});

describe("a span that comes again", () => {
  const running = record({ spanId: "a", endUnixNs: undefined, attempts: 1 });
  const finished = record({
    spanId: "a",
    endUnixNs: start + 5n,
    status: SpanStatus.ok,
    attempts: 1,
  });

  it("is the same span when a running task finishes, whichever comes first", async () => {
    for (const order of [
      [running, finished],
      [finished, running],
    ]) {
      const store = open();
      for (const each of order) await addSpans(store, [each]);
      const spans = await readSpans(store);
      expect(spans.map(span => span.endUnixNs)).toEqual([start + 5n]);
      const page = await store.searchTraces({ limit: 5, status: "running" }, never);
      expect(page.traces).toEqual([]);
    }
  });

  it("changes nothing when it is identical", async () => {
    const store = open();
    await addSpans(store, [finished, finished]);
    await addSpans(store, [finished]);
    expect((await store.readFacts(never)).spanCount).toBe(1);
  });

  it("replaces an earlier attempt, with its detail", async () => {
    const store = open();
    const failed = { spanId: "a", status: SpanStatus.error, attempts: 1 };
    await addSpans(store, [record(failed, { error: { message: "first\nsecond line" } })]);
    expect((await store.findId("a", never))[0]?.brief.error).toBe("first");
    await addSpans(store, [
      record({ ...failed, status: SpanStatus.ok, startUnixNs: start + 900n, attempts: 2 }),
    ]);
    const page = await store.searchTraces({ limit: 5 }, never);
    expect(page.traces).toMatchObject([{ spanCount: 1, errorCount: 0 }]);
    const stored = await store.readTrace(traceId, never);
    expect((await stored?.details.readDetail("a", never))?.error).toBeUndefined();
  });

  it("stays beside the first where it is another span of the same id", async () => {
    const store = open();
    const client = record({ spanId: "a", kind: SpanKind.client }, { raw: "client" });
    const server = record({ spanId: "a", kind: SpanKind.server }, { raw: "server" });
    const later = record({ spanId: "a", kind: SpanKind.client, startUnixNs: start + 9n });
    await addSpans(store, [client, server, later]);
    await addSpans(store, [server, later]);
    const stored = await store.readTrace(traceId, never);
    assert(stored, "was written");
    const spans = [...stored.spans];
    expect(spans.map(span => span.kind)).toEqual([
      SpanKind.client,
      SpanKind.server,
      SpanKind.client,
    ]);
    const details = await Promise.all(
      spans.map(span => stored.details.readDetail(span.detailKey ?? span.spanId, never)),
    );
    expect(details.map(detail => detail.raw)).toEqual(["client", "server", ""]);
  });
});

describe("finding", () => {
  it("finds a trace by id in either width, a span, and a task that an attribute names", async () => {
    const store = open();
    const short = "00000000000000008448eb211c803aaa";
    await addSpans(store, [
      record({ spanId: "b7ad6b7169203331" }),
      record(
        { spanId: "b7ad6b7169203332", parentSpanId: "b7ad6b7169203331" },
        {
          attributes: [
            { key: "messaging.message_id", value: "019b4ed4-1a6d-7be3-8516-192449685f6d" },
          ],
        },
      ),
      record({ spanId: "c", parentSpanId: "b7ad6b7169203332" }),
      record({ spanId: "s" }, {}, short),
    ]);
    const find = async (id: string): Promise<unknown> =>
      (await store.findId(id, never)).map(({ traceId, spanId }) => [traceId, spanId]);
    expect(await find(traceId)).toEqual([[traceId, undefined]]);
    expect(await find("8448EB211C80319C")).toEqual([[traceId, undefined]]);
    expect(await find(`${"a".repeat(16)}8448eb211c803aaa`)).toEqual([[short, undefined]]);
    expect(await find("B7AD6B7169203331")).toEqual([[traceId, "b7ad6b7169203331"]]);
    expect(await find("019B4ED4-1a6d-7be3-8516-192449685f6d")).toEqual([
      [traceId, "b7ad6b7169203332"],
    ]);
    expect(await find("nothing")).toEqual([]);
    const children = await store.readChildren("019b4ed4-1a6d-7be3-8516-192449685f6d", never);
    expect(children.map(child => child.spanId)).toEqual(["c"]);
    const [found] = await store.findId("b7ad6b7169203331", never);
    expect(found?.brief).toMatchObject({ childCount: 1, startUnixMs: 1_767_225_600_123.4568 });
  });

  it("gives the root that started first, although children came before it", async () => {
    const store = open();
    await addSpans(store, [record({ spanId: "c", parentSpanId: "p", name: "child" })]);
    await addSpans(store, [record({ spanId: "q", name: "late root", startUnixNs: start + 2n })]);
    await addSpans(store, [record({ spanId: "p", name: "root", startUnixNs: start + 1n })]);
    const page = await store.searchTraces({ limit: 1 }, never);
    expect(page.traces).toMatchObject([{ root: { name: "root" }, spanCount: 3 }]);
  });
});

describe("searching", () => {
  const openFilled = async () => {
    const store = open();
    await addSpans(
      store,
      Array.from({ length: 600 }, (_, i) => {
        const id = String(i).padStart(32, "a");
        const at = start + BigInt(i) * 1_000_000_000n;
        const length = BigInt(i % 10) * 1_000_000n;
        return record(
          {
            spanId: `s${i}`,
            name: i % 7 === 0 ? "Charge 100%_card" : "place",
            service: i === 3 ? "rare" : "shop",
            queue: i % 2 === 0 ? "orders" : undefined,
            status: i % 5 === 0 ? SpanStatus.error : SpanStatus.ok,
            startUnixNs: at,
            endUnixNs: i === 599 ? undefined : at + length,
          },
          {
            attributes: [
              { key: "order.id", value: i },
              { key: "vip", value: i % 3 === 0 },
            ],
          },
          id,
        );
      }),
    );
    const search = async (query: object): Promise<number[]> => {
      const found: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.searchTraces({ limit: 37, ...query, cursor }, never);
        found.push(...page.traces.map(trace => Number(trace.root.spanId.slice(1))));
        ({ cursor } = page);
      } while (cursor !== undefined);
      return found;
    };
    return { store, search };
  };
  const newestFirst = (isWanted: (i: number) => boolean): number[] =>
    Array.from({ length: 600 }, (_, i) => 599 - i).filter(isWanted);

  it("pages through all, newest first, with no gap and no double", async () => {
    const { search } = await openFilled();
    expect(await search({})).toEqual(newestFirst(() => true));
  });

  it("filters by service or queue, operation, status, duration, time, tags and text", async () => {
    const { search, store } = await openFilled();
    const startMs = Number(start / 1_000_000n);
    expect(await search({ service: "rare" })).toEqual([3]);
    expect(await search({ service: "orders" })).toEqual(newestFirst(i => i % 2 === 0));
    expect(await search({ service: "orders", operation: "Charge 100%_card" })).toEqual(
      newestFirst(i => i % 14 === 0),
    );
    expect(await search({ operation: "Charge 100%_card" })).toEqual(newestFirst(i => i % 7 === 0));
    expect(await search({ status: "error" })).toEqual(newestFirst(i => i % 5 === 0));
    expect(await search({ status: "running" })).toEqual([599]);
    expect(await search({ status: "ok" })).toEqual(newestFirst(i => i % 5 !== 0 && i !== 599));
    expect(await search({ minDurationMs: 9 })).toEqual(newestFirst(i => i % 10 === 9 && i < 599));
    expect(await search({ maxDurationMs: 0.5, fromUnixMs: startMs + 500_500 })).toEqual([
      590, 580, 570, 560, 550, 540, 530, 520, 510,
    ]);
    expect(await search({ toUnixMs: startMs + 2_500 })).toEqual([2, 1, 0]);
    expect(await search({ tags: { "order.id": "77" } })).toEqual([77]);
    expect(await search({ tags: { vip: "true", "order.id": "78" } })).toEqual([78]);
    expect(await search({ tags: { vip: "true", "order.id": "77" } })).toEqual([]);
    expect(await search({ text: "100%_" })).toEqual(newestFirst(i => i % 7 === 0));
    expect(await search({ text: "100_" })).toEqual([]);
    expect(await search({ text: "RAR" })).toEqual([3]);
    expect(await search({ service: "nobody" })).toEqual([]);
    expect(await store.listServices(never)).toEqual(["orders", "rare", "shop"]);
    expect(await store.listOperations("shop", never)).toEqual(["Charge 100%_card", "place"]);
    expect(await store.listOperations("nobody", never)).toEqual([]);
  });
});

describe("searching for a span", () => {
  it("wants the service, the status and the duration in one span", async () => {
    const store = open();
    const slow = { service: "mail", endUnixNs: start + 9_000_000_000n };
    const failed = { service: "shop", name: "charge", status: SpanStatus.error };
    await addSpans(store, [
      record({ spanId: "a", ...slow }),
      record({ spanId: "b", parentSpanId: "a", ...failed }),
      record({ spanId: "c", parentSpanId: "a", service: "shop", endUnixNs: undefined }),
      record(
        { spanId: "d", ...failed },
        { error: { type: "KeyError", message: " x \n y" } },
        other,
      ),
    ]);
    const search = async (query: object) =>
      (await store.searchTraces({ limit: 5, ...query }, never)).traces.map(
        trace => trace.root.spanId,
      );
    expect(await search({ service: "mail", status: "error" })).toEqual([]);
    expect(await search({ service: "shop", status: "error" })).toHaveLength(2);
    expect(await search({ service: "mail", status: "ok" })).toEqual(["a"]);
    expect(await search({ service: "mail", minDurationMs: 8_000 })).toEqual(["a"]);
    expect(await search({ service: "shop", minDurationMs: 8_000 })).toEqual([]);
    expect(await search({ operation: "work", status: "running" })).toEqual(["a"]);
    expect(await search({ operation: "charge", maxDurationMs: 1 })).toHaveLength(2);
    expect((await store.findId("d", never))[0]?.brief.error).toBe("KeyError: x");
  });
});

describe("sessions", () => {
  it("are told of traces in any of their spans, a conversation before the program's own session", async () => {
    const store = open();
    const window = { key: "session.id", value: "window-1" };
    const traces: readonly (readonly [string, ...(readonly Attribute[])[]])[] = [
      ["a".repeat(32), [], [{ key: "gen_ai.conversation.id", value: "chat" }]],
      ["b".repeat(32), [window, { key: "mlflow.trace.session", value: "chat" }]],
      ["c".repeat(32), [{ key: "session.id", value: 7 }]],
      // A project, a thread of the system, and nothing at all.
      [
        "d".repeat(32),
        [{ key: "langsmith.trace.session_id", value: "p" }],
        [{ key: "thread_id", value: 9 }],
      ],
      ["e".repeat(32), [{ key: "session.id", value: "" }]],
      // Their own word is what the query asks for, too.
      ["f".repeat(32), [{ key: "note", value: "chat" }]],
    ];
    await addSpans(
      store,
      traces.flatMap(([id, ...spans]) =>
        spans.map((attributes, i) =>
          record(
            { spanId: `${i}`, parentSpanId: i === 0 ? undefined : "0" },
            { attributes, resource: i === 1 ? [window] : [] },
            id,
          ),
        ),
      ),
    );
    const list = async (session?: string): Promise<Record<string, string | undefined>> => {
      const { traces: found } = await store.searchTraces({ limit: 9, session }, never);
      return Object.fromEntries(
        found.map(({ traceId: id, session: told }) => [id.charAt(0), told] as const),
      );
    };
    const all = { a: "chat", b: "chat", c: "7", d: "window-1", e: undefined, f: undefined };
    expect(await list()).toEqual(all);
    expect(await list("chat")).toEqual({ a: "chat", b: "chat" });
    expect(await list("7")).toEqual({ c: "7" });
    expect(await list("window-1")).toEqual({ a: "chat", b: "chat", d: "window-1" });
    expect(await list("p")).toEqual({});
    // A trace that was listed without a session gets one by a span that comes later.
    const late = { attributes: [window] };
    await addSpans(store, [record({ spanId: "1", parentSpanId: "0" }, late, "f".repeat(32))]);
    expect(await list()).toEqual({ ...all, f: "window-1" });
  });
});

describe("settling", () => {
  it("rejects at once where the caller has aborted or aborts, and goes on for others", async () => {
    const store = open();
    await expect(store.findId("a", AbortSignal.abort())).rejects.toThrow("abort");
    const records = [...makeTrace({ spans: 20_000 })];
    await addSpans(store, records);
    const controller = new AbortController();
    const reading = store.readTrace(records[0]?.traceId ?? "", controller.signal);
    controller.abort();
    await expect(reading).rejects.toThrow("abort");
    expect((await store.readFacts(never)).spanCount).toBe(20_000);
  });

  it("rejects at the deadline", async () => {
    const store = open(newFile(), { deadlineMs: 0 });
    await expect(store.readFacts(never)).rejects.toMatchObject({
      failure: { code: "storeTimeout", store: "local", afterMs: 0 },
    });
  });

  it("rejects what is in flight when it is disposed, and everything after", async () => {
    const store = open();
    await store.readFacts(never);
    store.dispose();
    await expect(store.readFacts(never)).rejects.toMatchObject({
      failure: { code: "storeUnreachable", store: "local" },
    });
  });

  it("rejects what is in flight when its worker dies, and starts another for the next", async () => {
    const store = open(newFile(), { workerPath: join(import.meta.dirname, "dyingWorker.ts") });
    const calls = [store.readFacts(never), store.listServices(never)];
    const deduplicated = await Promise.allSettled(calls);
    for (const each of deduplicated) {
      expect(each).toMatchObject({
        status: "rejected",
        reason: { failure: { code: "storeUnreachable", reason: "its worker ended with code 3" } },
      });
    }
    await addSpans(store, [record({ spanId: "a" })]);
    expect((await readSpans(store)).map(span => span.spanId)).toEqual(["a"]);
  });

  it("gives up after a few workers that die", async () => {
    const store = open(newFile(), { workerPath: "/nowhere/worker.cjs" });
    for (let i = 0; i < 6; i += 1) {
      await expect(store.readFacts(never)).rejects.toMatchObject({
        failure: { code: "storeUnreachable", reason: expect.stringContaining("worker") as string },
      });
    }
  });
});

describe("watching", () => {
  it("tells what others wrote within a second, and what was deleted at once", async () => {
    const store = open();
    const seen: (readonly string[])[] = [];
    const watching = store.watch(traceIds => seen.push(traceIds));
    for (const [count, trace] of [traceId, other].entries()) {
      await addSpans(store, [record({ spanId: "a" }, {}, trace)]);
      for (let i = 0; i < 100 && seen.length === count; i += 1) await sleep(50);
    }
    expect(seen).toEqual([[traceId], [other]]);
    await store.deleteTraces([other], never);
    expect(seen).toEqual([[traceId], [other], []]);
    watching.dispose();
    await store.deleteTraces([traceId], never);
    expect(seen).toHaveLength(3);
  });
});

/** One trace from many stores: what two tell of one span, and a task's document with the span of its run. */

import { describe, expect, test } from "vitest";
import { buildTree } from "../../src/analysis/tree.ts";
import { TraceError } from "../../src/model/failure.ts";
import { EdgeKind, SpanKind, SpanStatus, type SpanInput } from "../../src/model/span.ts";
import type { DetailSource, SpanDetail } from "../../src/model/spanDetail.ts";
import type { StoredTrace, Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";

const ORIGIN_MS = 1_767_225_600_000;
const task = "019b4ed4-1a6d-7be3-8516-192449685f6d";
const other = "019b4ed4-1a6d-7be3-8516-192449685f70";

function at(ns: number): bigint {
  return BigInt(ORIGIN_MS) * 1_000_000n + BigInt(ns);
}

function detailOf(spanId: string, detail: Partial<SpanDetail>): SpanDetail {
  const empty = { attributes: [], resource: [], events: [], links: [], stores: [], raw: "" };
  return { spanId, traceId: "t", ...empty, ...detail };
}

function tell(
  store: string,
  spans: readonly SpanInput[],
  detail: Partial<SpanDetail> | DetailSource = {},
): StoredTrace {
  const details: DetailSource =
    "readDetail" in detail
      ? detail
      : { readDetail: key => Promise.resolve(detailOf(key, { stores: [store], ...detail })) };
  return { store, spans, details };
}

/** The rows, each with its parent's depth, and the stores that tell it. */
function outline({ columns }: Trace): string {
  const { depth } = buildTree(columns);
  return Array.from({ length: columns.count }, (_, span) => {
    const name = columns.strings[columns.name[span]!] || "?";
    return `${"  ".repeat(depth[span]!)}${name}`;
  }).join("\n");
}

const read = (trace: Trace, id: string): Promise<SpanDetail> =>
  trace.readDetail(trace.findSpan(id)!, AbortSignal.timeout(5_000));

describe("one span, two stores", () => {
  const otlp: SpanInput = {
    ...{ spanId: "a", name: "GET /cart", kind: SpanKind.server, service: "shop" },
    ...{ status: SpanStatus.ok, startUnixNs: at(123_456), endUnixNs: at(9_123_457) },
  };
  const jaeger: SpanInput = {
    ...{ spanId: "a", name: "get /cart", parentSpanId: "0", host: "10.0.0.1" },
    ...{ startUnixNs: at(123_000), endUnixNs: at(9_123_000), queue: "q", attempts: 2 },
  };

  test.each([["OTLP first"], ["Jaeger first"]])(
    "are one, told by the finer clock, whoever came first: %s",
    order => {
      const parts = [tell("local", [otlp]), tell("jaeger", [jaeger])];
      const trace = buildTrace("t", order === "OTLP first" ? parts : parts.toReversed());
      const { columns, problems } = trace;
      expect(outline(trace)).toBe("GET /cart");
      expect([columns.startNs[0], columns.endNs[0]]).toEqual([123_456, 9_123_457]);
      expect(columns.strings[columns.queue[0]!]).toBe("q");
      expect(columns.strings[columns.host[0]!]).toBe("10.0.0.1");
      expect([columns.attempts[0], columns.status[0]]).toEqual([2, SpanStatus.ok]);
      expect(problems).toEqual([]);
      expect(new Set(trace.sources.map(each => `${each.store} ${each.spans}`))).toEqual(
        new Set(["local 1", "jaeger 1"]),
      );
    },
  );

  test("a retry of delivery in either of them is no news, and counts once", () => {
    const trace = buildTrace("t", [tell("local", [otlp, otlp]), tell("jaeger", [jaeger, jaeger])]);
    expect(outline(trace)).toBe("GET /cart");
    expect(trace.sources.map(each => each.spans)).toEqual([1, 1]);
  });

  test("a running span that another store has seen end has ended", () => {
    const running = { ...otlp, endUnixNs: undefined };
    const trace = buildTrace("t", [tell("early", [running]), tell("late", [jaeger])]);
    expect(trace.columns.endNs[0]).toBe(9_123_000);
  });

  test("a shared pair in two stores is a pair, not four spans", () => {
    const client = { ...otlp, kind: SpanKind.client, name: "call" };
    const server = { ...otlp, kind: SpanKind.server, name: "serve", startUnixNs: at(200_000) };
    for (const pair of [
      [client, server],
      [server, client],
    ]) {
      const trace = buildTrace("t", [tell("a", pair), tell("b", pair.toReversed())]);
      expect(outline(trace)).toBe("call\n  serve");
      expect(trace.problems).toEqual([]);
    }
  });

  test("details are united: each key once, what differs beside who says so", async () => {
    const trace = buildTrace("t", [
      tell("zipkin", [jaeger], {
        attributes: [
          { key: "http.status_code", value: "200" },
          { key: "http.route", value: "/cart/" },
          { key: "peer", value: "x" },
        ],
        events: [{ name: "retry", timeUnixNs: String(at(1_000_000)), attributes: [] }],
        raw: "{}",
      }),
      tell("local", [otlp], {
        attributes: [
          { key: "http.status_code", value: 200 },
          { key: "http.route", value: "/cart" },
        ],
        scope: { name: "http" },
        events: [
          { name: "retry", timeUnixNs: String(at(1_000_456)), attributes: [] },
          { name: "retry", timeUnixNs: String(at(9_000_000)), attributes: [] },
        ],
        raw: "[]",
      }),
    ]);
    const detail = await read(trace, "a");
    expect(detail.attributes).toEqual([
      { key: "http.status_code", value: 200 },
      { key: "http.route", value: "/cart", store: "local" },
      { key: "http.route", value: "/cart/", store: "zipkin" },
      { key: "peer", value: "x" },
    ]);
    expect(detail.events).toHaveLength(2);
    expect(detail.stores).toEqual(["local", "zipkin"]);
    expect(detail.storeVersions?.map(({ store, name }) => [store, name])).toEqual([
      ["local", "GET /cart"],
      ["zipkin", "get /cart"],
    ]);
    expect(detail.raw).toBe("// local\n[]\n\n// zipkin\n{}");
  });

  test("a store that fails is told beside what the other says; only when all fail there is nothing", async () => {
    const failure = {
      code: "storeUnreachable",
      store: "jaeger",
      address: "x",
      reason: "no",
    } as const;
    const broken = { readDetail: () => Promise.reject(new TraceError(failure)) };
    const trace = buildTrace("t", [tell("local", [otlp]), tell("jaeger", [jaeger], broken)]);
    const detail = await read(trace, "a");
    expect(detail.stores).toEqual(["local"]);
    expect(detail.storeVersions?.[1]?.failure).toEqual(failure);
    const lost = buildTrace("t", [tell("a", [otlp], broken), tell("b", [jaeger], broken)]);
    await expect(read(lost, "a")).rejects.toMatchObject({ failure });
  });

  test("a bug of a store is no failure that is told", async () => {
    const bug = { readDetail: () => Promise.reject(new TypeError("bug")) };
    const trace = buildTrace("t", [tell("local", [otlp]), tell("jaeger", [jaeger], bug)]);
    await expect(read(trace, "a")).rejects.toThrow("bug");
  });
});

describe("a task and its run", () => {
  const send: SpanInput = {
    ...{ spanId: "5e4d", name: "orders send", kind: SpanKind.producer, messageId: task },
    ...{ parentSpanId: "c0de", startUnixNs: at(1_000_001), endUnixNs: at(1_100_001) },
  };
  const process: SpanInput = {
    ...{ spanId: "40c5", name: "orders process", kind: SpanKind.consumer, messageId: task },
    ...{ parentSpanId: "5e4d", service: "worker", status: SpanStatus.unset },
    ...{ startUnixNs: at(5_000_001), endUnixNs: at(9_000_001) },
  };
  const query: SpanInput = {
    ...{ spanId: "9e57", name: "SELECT", parentSpanId: "40c5" },
    ...{ startUnixNs: at(6_000_000), endUnixNs: at(7_000_000) },
  };
  const caller: SpanInput = {
    ...{ spanId: "c0de", name: "POST /order", service: "shop" },
    ...{ startUnixNs: at(0), endUnixNs: at(2_000_000) },
  };
  const document: SpanInput = {
    ...{ spanId: task, messageId: task, name: "place_order", queue: "orders", attempts: 3 },
    ...{ kind: SpanKind.consumer, status: SpanStatus.error, parentSpanId: other },
    ...{ queuedUnixNs: at(1_050_000), startUnixNs: at(5_010_000), endUnixNs: at(8_990_000) },
    refs: [{ kind: EdgeKind.followsFrom, spanId: "5e4d" }],
  };
  const callee: SpanInput = {
    ...{ spanId: other, messageId: other, name: "reserve", queue: "stock", parentSpanId: task },
    ...{ kind: SpanKind.consumer, startUnixNs: at(7_000_000), endUnixNs: at(8_000_000) },
  };
  const spans = [caller, send, process, query];
  const documents = [{ ...document, parentSpanId: undefined }, callee];

  test.each([["spans first"], ["documents first"]])("are one row: %s", order => {
    const parts = [tell("jaeger", spans), tell("mongo", documents)];
    const trace = buildTrace("t", order === "spans first" ? parts : parts.toReversed());
    expect(outline(trace)).toBe(
      "POST /order\n  orders send\n    place_order\n      SELECT\n      reserve",
    );
    const { columns } = trace;
    const span = trace.findSpan(task)!;
    expect(trace.findSpan("40c5")).toBe(span);
    expect(columns.strings[columns.queue[span]!]).toBe("orders");
    expect(columns.strings[columns.service[span]!]).toBe("worker");
    expect([columns.attempts[span], columns.status[span]]).toEqual([3, SpanStatus.error]);
    // To the nanosecond, as the span has it; the wait, which only the document knows.
    expect([columns.queuedNs[span], columns.startNs[span]]).toEqual([1_050_000, 5_000_001]);
    expect(trace.problems).toEqual([]);
    expect(columns.edgeFrom).toHaveLength(0);
  });

  test("the document's word counts for what the task was given and came to, the span's for the rest", async () => {
    const trace = buildTrace("t", [
      tell("jaeger", spans, {
        stores: ["jaeger"],
        attributes: [{ key: "messaging.system", value: "funboost" }],
        parameters: '{"order": "cut aft',
        task: { taskId: task, function: "", queue: "orders", state: "finish", file: "tasks.py" },
        error: { message: "boom", type: "ValueError", stack: "Traceback" },
      }),
      tell("mongo", documents, {
        stores: ["mongo"],
        parameters: { order: 1 },
        result: "none",
        task: { taskId: task, function: "place_order", queue: "orders", state: "finish" },
        error: { message: "out of stock", type: "StockError" },
      }),
    ]);
    const detail = await read(trace, task);
    expect(detail).toMatchObject({
      spanId: "40c5",
      parameters: { order: 1 },
      result: "none",
      task: { taskId: task, function: "place_order", file: "tasks.py" },
      error: { type: "StockError", message: "out of stock", stack: "Traceback" },
      stores: ["jaeger", "mongo"],
    });
  });

  test("a run that is not exported leaves the task below the span that sent its message", () => {
    const trace = buildTrace("t", [tell("jaeger", [caller, send]), tell("mongo", documents)]);
    expect(outline(trace)).toBe("POST /order\n  orders send\n    place_order\n      reserve");
  });

  test("a run whose sender is missing hangs below the task that called it", () => {
    const run = { ...process, messageId: other, spanId: "40c6", parentSpanId: "905t" };
    const trace = buildTrace("t", [tell("jaeger", [run]), tell("mongo", documents)]);
    expect(outline(trace)).toBe("place_order\n  reserve");
    expect(trace.problems).toEqual([]);
  });

  test("of two deliveries the document joins the one that it overlaps; the other stays", () => {
    const first = {
      ...process,
      ...{ spanId: "40c4", startUnixNs: at(2_000_000), endUnixNs: at(3_000_000) },
    };
    const trace = buildTrace("t", [tell("jaeger", [...spans, first]), tell("mongo", documents)]);
    expect(outline(trace)).toContain("orders process\n    place_order");
    expect(trace.findSpan(task)).toBe(trace.findSpan("40c5"));
  });

  test("a task that still runs is running, and has ended as soon as its span says so", () => {
    const running = { ...document, endUnixNs: undefined, status: SpanStatus.unset };
    const open = { ...process, endUnixNs: undefined };
    const before = buildTrace("t", [tell("j", [send, open]), tell("m", [running])]);
    expect(before.columns.endNs[before.findSpan(task)!]).toBeNaN();
    const after = buildTrace("t", [tell("j", [send, process]), tell("m", [running])]);
    expect(after.columns.endNs[after.findSpan(task)!]).not.toBeNaN();
  });

  test("that documents alone know no callers is no problem where their spans do", () => {
    const flat = { code: "noParents", store: "mongo", spans: [] } as const;
    const mongo = { ...tell("mongo", documents), problems: [flat] };
    expect(buildTrace("t", [mongo]).problems).toContainEqual(flat);
    expect(buildTrace("t", [mongo, tell("jaeger", spans)]).problems).toEqual([]);
  });
});

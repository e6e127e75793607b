/** Clock skew: each rule drawn, then the cases of Jaeger's adjuster and of Zipkin's page with what we do otherwise. */

import { describe, expect, it, test } from "vitest";
import { correctClockSkew, findClockSkew, SkewReason } from "../../src/analysis/clockSkew.ts";
import { buildSelfTimes, getTraceEndNs } from "../../src/analysis/times.ts";
import { buildTree } from "../../src/analysis/tree.ts";
import { readTraceFile } from "../../src/formats/traceFile.ts";
import { SpanFlag, SpanKind, type SpanInput } from "../../src/model/span.ts";
import type { Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { NS_PER_MS } from "../../src/model/units.ts";
import { needsData, readData } from "../publicTraces.ts";
import { DRAWN_ORIGIN_UNIX_MS, drawTrace } from "./drawTrace.ts";

const reasonNames = Object.fromEntries(
  Object.entries(SkewReason).map(([name, value]) => [value, name]),
);

/** What is moved, by how many milliseconds and why. */
function listMoves({ columns, problems }: Trace): readonly string[] {
  const skew = findClockSkew(columns, problems);
  return Array.from(skew.shiftNs, (ns, span) => {
    const name = columns.strings[columns.name[span]!]!;
    return ns === 0 ? "" : `${name} ${ns / NS_PER_MS} ${reasonNames[skew.reason[span]!]!}`;
  }).filter(move => move !== "");
}

function check(drawing: string, ...moves: readonly string[]): void {
  expect(listMoves(drawTrace(drawing))).toEqual(moves);
}

describe("by host", () => {
  test("one that begins before its caller is moved into its middle, with what shares its clock", () =>
    check(
      `
      call            ==========    host=a
        serve    ====               host=b
          query   ==                host=b
      `,
      "serve 8 outsideParent",
      "query 8 sameClock",
    ));

  test("one that is longer than its caller is moved to its start", () =>
    check(
      `
      call         ====        host=a
        serve  ========        host=b
      `,
      "serve 4 beforeParent",
    ));

  test("one that ends after its caller, but is shorter, is moved into its middle", () =>
    check(
      `
      call     ==========       host=a
        serve          ====     host=b
      `,
      "serve -5 outsideParent",
    ));

  test("what fits stays, and so does what one host tells itself", () =>
    check(`
      call       ==========     host=a
        serve      ====         host=b
        here   ==               host=a
    `));

  test("a third host is compared with where its parent is moved to", () =>
    check(
      `
      call            ==========    host=a
        serve    ====               host=b
          store   ==                host=c
      `,
      "serve 8 outsideParent",
      "store 8 outsideParent",
    ));

  test("a running span is moved to the start of its caller", () =>
    check(
      `
      call         ==========    host=a
        serve  ====>             host=b
      `,
      "serve 4 beforeParent",
    ));
});

describe("without hosts", () => {
  test("other services contradict their callers only by beginning before them", () =>
    check(
      `
      call #shop      ==========
        late #stock          ====
        early #bank   ====
          own #bank  =
      `,
    ));

  test("more than a millisecond before is too much", () =>
    check(
      `
      call #shop             ==========
        early #stock     ====
      `,
      "early 7 outsideParent",
    ));

  test("less than a millisecond is rounding", () => {
    const at = (us: number): bigint =>
      BigInt(DRAWN_ORIGIN_UNIX_MS) * 1_000_000n + BigInt(us) * 1_000n;
    const part = (host: string | undefined): Trace =>
      build(
        {
          spanId: "a",
          name: "a",
          service: "a",
          host: host && "1",
          startUnixNs: at(500),
          endUnixNs: at(9_000),
        },
        {
          spanId: "b",
          parentSpanId: "a",
          name: "b",
          service: "b",
          host,
          startUnixNs: at(100),
          endUnixNs: at(900),
        },
      );
    expect(listMoves(part(undefined))).toEqual([]);
    // Two hosts that are named need no benefit of doubt.
    expect(listMoves(part("2"))).toEqual(["b 4.25 outsideParent"]);
  });
});

describe("tasks", () => {
  test("a task may outlive what published it, and run when that has long ended", () =>
    check(`
      publish  ==                host=a
        run @q   ....===         host=b
        long @q    ========      host=b
    `));

  test("a task that starts before its publisher is moved to it", () =>
    check(
      `
      publish       ======       host=a
        run @q   =========       host=b
      `,
      "run 3 beforeParent",
    ));

  test("one that started before it was published is moved to that moment, and its wait with it", () => {
    const at = (ms: number): bigint => BigInt(DRAWN_ORIGIN_UNIX_MS + ms) * 1_000_000n;
    const trace = build(
      { spanId: "p", name: "p", host: "a", startUnixNs: at(0), endUnixNs: at(100) },
      {
        ...{ spanId: "t", parentSpanId: "p", name: "t", host: "b", kind: SpanKind.consumer },
        ...{ queuedUnixNs: at(60), startUnixNs: at(10), endUnixNs: at(30) },
      },
    );
    expect(listMoves(trace)).toEqual(["t 50 beforePublish"]);
    const skew = findClockSkew(trace.columns, trace.problems);
    const { startNs, endNs, queuedNs } = correctClockSkew(trace.columns, skew, trace.problems);
    expect([queuedNs[1], startNs[1], endNs[1]]).toEqual([60e6, 60e6, 80e6]);
  });
});

test("what the server has moved is moved no second time, and is what others are measured by", () => {
  const at = (ms: number): bigint => BigInt(DRAWN_ORIGIN_UNIX_MS + ms) * 1_000_000n;
  const trace = build(
    { spanId: "a", name: "a", host: "1", startUnixNs: at(50), endUnixNs: at(90) },
    {
      ...{ spanId: "b", parentSpanId: "a", name: "b", host: "2", flags: SpanFlag.adjusted },
      ...{ startUnixNs: at(10), endUnixNs: at(20), warnings: ["adjusted by 1ms"] },
    },
    { spanId: "c", parentSpanId: "b", name: "c", host: "3", startUnixNs: at(0), endUnixNs: at(4) },
  );
  expect(listMoves(trace)).toEqual(["c 13 outsideParent"]);
  expect(trace.problems).toEqual([
    { code: "storeNote", store: "test", text: "adjusted by 1ms", spans: [1] },
  ]);
});

test("rows keep their order when spans are moved past each other, and self times are right", () => {
  const trace = drawTrace(`
    call          ==========     host=a
      serve  ====                host=b
      here         ==            host=a
  `);
  const skew = findClockSkew(trace.columns, trace.problems);
  const moved = correctClockSkew(trace.columns, skew, trace.problems);
  expect([...moved.startNs].map(ns => ns / NS_PER_MS)).toEqual([5, 8, 6]);
  // 10 ms, of which `here` has 2 and `serve` 4 more.
  const self = buildSelfTimes(moved, buildTree(moved), getTraceEndNs(moved));
  expect(self[0]! / NS_PER_MS).toBe(4);
  expect(trace.columns.startNs[1]).toBe(0);
});

/** The cases of jaeger's own clockskew_test.go: id, parent, start, duration, host, start after adjustment. */
type JaegerSpan = readonly [number, number, number, number, string, number];
const jaegerCases: readonly (readonly [string, readonly JaegerSpan[]])[] = [
  ["single span with bad parent", [[1, 99, 0, 100, "a", 0]]],
  ["single span with empty host key", [[1, 0, 0, 100, "", 0]]],
  [
    "parent-child on the same host",
    [
      [1, 0, 0, 100, "a", 0],
      [2, 1, 10, 50, "a", 10],
    ],
  ],
  [
    "do not adjust parent-child on the same host",
    [
      [1, 0, 10, 100, "a", 10],
      [2, 1, 0, 50, "a", 0],
    ],
  ],
  [
    "do not adjust child that fits inside parent",
    [
      [1, 0, 10, 100, "a", 10],
      [2, 1, 20, 50, "b", 20],
    ],
  ],
  [
    "do not adjust child that is longer than parent",
    [
      [1, 0, 10, 100, "a", 10],
      [2, 1, 20, 150, "b", 20],
    ],
  ],
  [
    "adjust child starting before parent",
    [
      [1, 0, 10, 100, "a", 10],
      [2, 1, 0, 50, "b", 35],
    ],
  ],
  [
    "adjust child starting before parent even if it is longer",
    [
      [1, 0, 10, 100, "a", 10],
      [2, 1, 0, 150, "b", 10],
    ],
  ],
  [
    "adjust child ending after parent but being shorter",
    [
      [1, 0, 10, 100, "a", 10],
      [2, 1, 50, 70, "b", 25],
      [3, 2, 60, 20, "b", 35],
    ],
  ],
  // Jaeger has a greatest difference that it corrects, which is 0 unless an administrator says otherwise: those three
  // cases end as the data is. Here the reader decides, by the toggle, and all that looks wrong is shown.
  [
    "do not apply positive adjustment due to max skew adjustment",
    [
      [1, 0, 10, 100, "a", 10],
      [2, 1, 0, 50, "b", 35],
    ],
  ],
  [
    "do not apply negative adjustment due to max skew adjustment",
    [
      [1, 0, 10, 100, "a", 10],
      [2, 1, 80, 50, "b", 35],
    ],
  ],
  [
    "do not apply adjustment due to disabled adjustment",
    [
      [1, 0, 10, 100, "a", 10],
      [2, 1, 0, 50, "b", 35],
    ],
  ],
];

test.each(jaegerCases)("as Jaeger: %s", (_name, spans) => {
  const toNs = (ms: number): bigint => BigInt(DRAWN_ORIGIN_UNIX_MS + ms) * 1_000_000n;
  const trace = build(
    ...spans.map(([id, parent, start, duration, host]) => ({
      ...{ spanId: String(id), name: String(id), host: host || undefined },
      ...(parent !== 0 && { parentSpanId: String(parent) }),
      ...{ startUnixNs: toNs(start), endUnixNs: toNs(start + duration) },
    })),
  );
  const { columns } = trace;
  const moved = correctClockSkew(columns, findClockSkew(columns, trace.problems), trace.problems);
  const startOf = (id: number): number =>
    columns.originUnixMs +
    moved.startNs[trace.findSpan(String(id))!]! / NS_PER_MS -
    DRAWN_ORIGIN_UNIX_MS;
  expect(spans.map(([id]) => startOf(id))).toEqual(spans.map(each => each[5]));
});

/** The cases of zipkin-lens's clock-skew.test.js for a client and its server, in microseconds. */
describe("as Zipkin", () => {
  const frontend = "172.17.0.13";
  const backend = "172.17.0.9";
  const shift = (
    client: { readonly duration?: number },
    server: { readonly at: number; readonly duration?: number; readonly host: string },
  ): number => {
    const at = (us: number): bigint =>
      BigInt(DRAWN_ORIGIN_UNIX_MS) * 1_000_000n + BigInt(us) * 1_000n;
    const { columns, problems } = build(
      {
        ...{
          spanId: "3",
          name: "client",
          kind: SpanKind.client,
          host: frontend,
          startUnixNs: at(20),
        },
        ...(client.duration !== undefined && { endUnixNs: at(20 + client.duration) }),
      },
      {
        ...{ spanId: "3#server", parentSpanId: "3", name: "server", kind: SpanKind.server },
        ...{ host: server.host, startUnixNs: at(server.at) },
        ...(server.duration !== undefined && { endUnixNs: at(server.at + server.duration) }),
      },
    );
    return findClockSkew(columns, problems).shiftNs[1]! / 1_000;
  };

  it.each([
    ["only across different hosts", { duration: 20 }, { at: 10, duration: 10, host: frontend }, 0],
    [
      "half the difference of the durations",
      { duration: 20 },
      { at: 10, duration: 10, host: backend },
      15,
    ],
    ["one-way: at least 1 µs of latency", {}, { at: 10, host: backend }, 11],
    [
      "asynchronous: at least 1 µs of latency",
      { duration: 5 },
      { at: 10, duration: 10, host: backend },
      11,
    ],
    // Zipkin leaves alone what begins after its client; Jaeger, and we, do not believe that it ended after it.
    ["a server that fits", { duration: 20 }, { at: 25, duration: 10, host: backend }, 0],
  ] as const)("%s", (_name, client, server, expected) => {
    expect(shift(client, server)).toBe(expected);
  });

  describe("the trace of its own tests", needsData, () => {
    const read = (keep: (span: { parentId?: string }) => boolean, ...more: object[]): Trace => {
      const spans = JSON.parse(readData("zipkin/skew.json")) as { parentId?: string }[];
      const text = JSON.stringify([...spans.filter(keep), ...more]);
      const { records } = readTraceFile(new TextEncoder().encode(text), {
        store: "test",
        nowUnixMs: 0,
        path: "skew.json",
      });
      return build(...records.map(record => record.span));
    };

    it("comes right: every child after its parent, siblings in order", () => {
      const trace = read(() => true);
      const { columns, problems } = trace;
      const moved = correctClockSkew(columns, findClockSkew(columns, problems), problems);
      const names = [...columns.name].map(name => columns.strings[name]);
      expect(names).toEqual(["get", "post", "post", "async"]);
      columns.parent.forEach((above, span) => {
        if (above >= 0) expect(moved.startNs[span]).toBeGreaterThan(moved.startNs[above]!);
      });
      // Behind by 65,441 µs, and half of the 962 µs that the call was longer than its server.
      expect([...findClockSkew(columns, problems).shiftNs]).toEqual([0, 0, 65_922e3, 65_922e3]);
    });

    it("is corrected where its root is missing too: Zipkin gives up there, though the pair proves the same", () => {
      expect(listMoves(read(span => span.parentId !== undefined))).toHaveLength(2);
    });

    it("is corrected beside a second root too: Zipkin gives up there, though the other tree has no part in it", () => {
      const curtain = { traceId: "1e223ff1f80f1c69", id: "cafebabe", name: "curtain" };
      expect(listMoves(read(() => true, curtain))).toHaveLength(2);
    });
  });
});

function build(...spans: readonly SpanInput[]): Trace {
  const details = { readDetail: () => Promise.reject(new Error("not asked")) };
  return buildTrace("t", [{ store: "test", spans, details }]);
}

/** The builder: bad data becomes the best trace that can be drawn and a problem. Each case is drawn. */

import { expect, test } from "vitest";
import { buildTree } from "../../src/analysis/tree.ts";
import { SpanFlag, SpanKind, type SpanInput } from "../../src/model/span.ts";
import type { SpanDetail } from "../../src/model/spanDetail.ts";
import type { StoredTrace, Trace } from "../../src/model/trace.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { drawSpans, drawTrace } from "./drawTrace.ts";
import { asSpan } from "./spanIndex.ts";

/** The trace as an indented list, with what is unusual about each span. */
function outline(trace: Trace): string {
  const { columns, spanIds } = trace;
  const { depth } = buildTree(columns);
  return Array.from({ length: columns.count }, (_, span) => {
    const name = columns.strings[columns.name[span]!];
    const flags = columns.flags[span]!;
    const notes = [
      flags & SpanFlag.placeholder ? `missing ${spanIds[span]!}` : name,
      flags & SpanFlag.noStart ? "no start" : "",
      flags & SpanFlag.clamped ? "clamped" : "",
      Number.isNaN(columns.endNs[span]!) ? "running" : "",
    ].filter(note => note !== "");
    return "  ".repeat(depth[span]!) + notes.join(", ");
  }).join("\n");
}

function listProblems(trace: Trace): string[] {
  return trace.problems.map(problem => {
    const names = problem.spans.map(span => trace.columns.strings[trace.columns.name[span]!]);
    return `${problem.code}: ${names.join(", ")}`;
  });
}

function createPart(spans: readonly SpanInput[], store = "test"): StoredTrace {
  return {
    store,
    spans,
    details: {
      readDetail: key =>
        Promise.resolve<SpanDetail>({
          spanId: key,
          traceId: "t",
          attributes: [{ key: `from.${store}`, value: key }],
          resource: [],
          events: [],
          links: [],
          stores: [store],
          raw: store,
        }),
    },
  };
}

function build(...spans: SpanInput[]): Trace {
  return buildTrace("t", [createPart(spans)]);
}

/** Milliseconds of a quiet day, so that rows of data stay short. */
function at(ms: number): bigint {
  return BigInt(1_767_225_600_000 + ms) * 1_000_000n;
}

function span(
  spanId: string,
  parentSpanId: string | undefined,
  startMs: number,
  endMs?: number,
): SpanInput {
  return {
    spanId,
    name: spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    startUnixNs: at(startMs),
    ...(endMs !== undefined && { endUnixNs: at(endMs) }),
  };
}

test("spans in any order become parents before children, siblings by start", () => {
  const drawing = `
    order          ==========
      reserve       ===
        lock         =
      charge            ====
        bank             ==
  `;
  const forward = drawSpans(drawing);
  for (const spans of [forward, forward.toReversed()]) {
    const trace = build(...spans);
    expect(outline(trace)).toBe("order\n  reserve\n    lock\n  charge\n    bank");
    expect(trace.problems).toEqual([]);
  }
});

test("times are exact nanoseconds from a whole millisecond", () => {
  const trace = build({
    ...span("a", undefined, 0),
    startUnixNs: 1_767_225_600_123_456_789n,
    endUnixNs: 1_767_225_600_123_456_790n,
    queuedUnixNs: 1_767_225_600_123_000_001n,
  });
  const { columns } = trace;
  expect(columns.originUnixMs).toBe(1_767_225_600_123);
  expect([columns.queuedNs[0], columns.startNs[0], columns.endNs[0]]).toEqual([
    1, 456_789, 456_790,
  ]);
});

test("siblings without their parent hang on one placeholder that spans them", () => {
  const trace = build(span("a", "gone", 5, 9), span("b", "gone", 2, 4), span("c", undefined, 0, 1));
  expect(outline(trace)).toBe("c\nmissing gone\n  b\n  a");
  expect(listProblems(trace)).toEqual(["missingParent: a, b"]);
  expect([trace.columns.startNs[1], trace.columns.endNs[1]]).toEqual([2e6, 9e6]);
});

test("several roots are kept, by start", () => {
  const trace = build(span("late", undefined, 5, 9), span("early", undefined, 0, 1));
  expect(outline(trace)).toBe("early\nlate");
});

test("a circle is cut at its earliest span, and what hangs on it is kept", () => {
  const trace = build(
    span("a", "c", 3, 9),
    span("b", "a", 1, 8),
    span("c", "b", 2, 7),
    span("leaf", "c", 4, 5),
  );
  expect(outline(trace)).toBe("b\n  c\n    a\n    leaf");
  expect(listProblems(trace)).toEqual(["cycle: b, a, c"]);
});

test("a span that is its own parent is a root", () => {
  const trace = build(span("a", "a", 0, 1));
  expect(outline(trace)).toBe("a");
  expect(listProblems(trace)).toEqual(["selfParent: a"]);
});

test("zero, empty and absent parents are roots without a problem", () => {
  const trace = build(
    span("a", "0000000000000000", 0, 1),
    span("b", "", 1, 2),
    span("c", undefined, 2, 3),
  );
  expect(outline(trace)).toBe("a\nb\nc");
  expect(trace.problems).toEqual([]);
});

test("the same span again is a retry of delivery", () => {
  const trace = build(span("a", undefined, 0, 1), span("a", undefined, 0, 1));
  expect(outline(trace)).toBe("a");
  expect(trace.problems).toEqual([]);
});

test("one span in two formats is one, with the finer times", () => {
  const coarse = { ...span("a", undefined, 1, 5), startUnixNs: 1_000_000n, endUnixNs: 5_001_000n };
  const fine = {
    ...span("a", undefined, 1, 5),
    kind: SpanKind.internal,
    startUnixNs: 1_000_999n,
    endUnixNs: 5_002_001n,
  };
  for (const order of [
    [coarse, fine],
    [fine, coarse],
  ]) {
    const trace = build(...order);
    expect(outline(trace)).toBe("a");
    expect(trace.problems).toEqual([]);
    const { startNs, endNs, kind } = trace.columns;
    expect([endNs[0]! - startNs[0]!, kind[0]]).toEqual([4_001_002, SpanKind.internal]);
  }
});

test("two different spans of one id are both kept", () => {
  const trace = build(span("a", undefined, 0, 1), { ...span("a", undefined, 4, 9), name: "other" });
  expect(outline(trace)).toBe("a\nother");
  expect(trace.spanIds).toEqual(["a", "a#2"]);
  expect(listProblems(trace)).toEqual(["duplicateSpan: a, other"]);
});

test.each([["client first"], ["server first"]])(
  "a client and a server that share an id are caller and callee: %s",
  order => {
    const client = { ...span("x", undefined, 0, 9), name: "client", kind: SpanKind.client };
    const server = { ...span("x", undefined, 2, 7), name: "server", kind: SpanKind.server };
    const trace = build(
      ...(order === "client first" ? [client, server] : [server, client]),
      span("y", "x", 3, 4),
    );
    expect(outline(trace)).toBe("client\n  server\n  y");
    expect(trace.findSpan("x")).toBe(0);
    expect(trace.problems).toEqual([]);
  },
);

test("an end before its start is moved to the start", () => {
  const trace = build(span("a", undefined, 5, 3));
  expect(outline(trace)).toBe("a, clamped");
  expect(trace.problems).toEqual([{ code: "endBeforeStart", byNs: 2e6, spans: [0] }]);
});

test("a start that is absent or zero is the parent's", () => {
  const noStart = { spanId: "b", parentSpanId: "a", name: "b", startUnixNs: 0n, endUnixNs: at(8) };
  const trace = build(span("a", undefined, 5, 9), noStart);
  expect(outline(trace)).toBe("a\n  b, no start");
  expect(trace.columns.startNs[1]).toBe(trace.columns.startNs[0]);
});

test("zero-length and running spans are no problem", () => {
  const trace = drawTrace(`
    a   ====>
      b  |
  `);
  expect(outline(trace)).toBe("a, running\n  b");
  expect(trace.problems).toEqual([]);
});

test("published after it started: the clocks differ, and the wait is zero", () => {
  const trace = build({ ...span("a", undefined, 5, 9), queuedUnixNs: at(6) });
  expect(trace.problems).toEqual([{ code: "queuedAfterStart", byNs: 1e6, spans: [0] }]);
  expect(trace.columns.queuedNs[0]).toBe(trace.columns.startNs[0]);
});

test("a span without an id is kept under one of its own", () => {
  const trace = build(
    { ...span("", undefined, 0, 1), name: "a" },
    { ...span("0".repeat(16), undefined, 2, 3), name: "b" },
  );
  expect(outline(trace)).toBe("a\nb");
  expect(new Set(trace.spanIds).size).toBe(2);
  expect(listProblems(trace)).toEqual(["noSpanId: a", "noSpanId: b"]);
});

test("edges beside the tree point from cause to effect; to the parent or out of the trace there are none", () => {
  const trace = drawTrace(`
    batch        ==========
      a           =
      b             =
      join            ===    link=a follows=b link=batch link=elsewhere
  `);
  const { edgeFrom, edgeTo, edgeKind } = trace.columns;
  expect([...edgeFrom].map((from, i) => [from, edgeTo[i], edgeKind[i]])).toEqual([
    [1, 3, 0],
    [2, 3, 1],
  ]);
});

test("two stores that know one span make one span, and their details are united", async () => {
  const trace = buildTrace("t", [
    createPart([span("a", undefined, 0, 9)], "mongo"),
    createPart([span("a", undefined, 0, 9), span("b", "a", 1, 2)], "jaeger"),
  ]);
  expect(outline(trace)).toBe("a\n  b");
  expect(trace.stores).toEqual(["mongo", "jaeger"]);
  const detail = await trace.readDetail(asSpan(0), AbortSignal.timeout(1_000));
  expect(detail.stores).toEqual(["mongo", "jaeger"]);
  expect(detail.attributes.map(attribute => attribute.key)).toEqual(["from.mongo", "from.jaeger"]);
});

test("a placeholder's detail is its id alone", async () => {
  const trace = build(span("a", "gone", 0, 1));
  const detail = await trace.readDetail(asSpan(0), AbortSignal.timeout(1_000));
  expect(detail).toMatchObject({ spanId: "gone", attributes: [], stores: [] });
});

test("nesting deeper than any call stack is no trouble", () => {
  const spans = Array.from({ length: 50_000 }, (_, i) =>
    span(`s${i}`, i === 0 ? undefined : `s${i - 1}`, 0, 1),
  );
  const trace = build(...spans.toReversed());
  expect(buildTree(trace.columns).maxDepth).toBe(49_999);
});

test("no spans are a trace too", () => {
  expect(build().columns).toMatchObject({ count: 0, originUnixMs: 0 });
});

/** Self times, the ends of the trace, rows. */

import { expect, test } from "vitest";
import { buildHighlights } from "../../src/analysis/highlights.ts";
import {
  buildSelfTimes,
  getQueueWaitNs,
  getTraceEndNs,
  getTraceStartNs,
} from "../../src/analysis/times.ts";
import { buildRows, buildTree, listChildren } from "../../src/analysis/tree.ts";
import { type IndexArray, newIndexArray, toIndexArray } from "../../src/base/indexArray.ts";
import { SpanFlag, type SpanIndex, SpanKind } from "../../src/model/span.ts";
import { formatDuration } from "../../src/model/units.ts";
import { makeRandom } from "../perf/makeTrace.ts";
import { drawTrace } from "./drawTrace.ts";
import { asSpan, asSpans } from "./spanIndex.ts";

/** `name selfMs` for each span, in order. */
function check(drawing: string, expected: string): void {
  const { columns } = drawTrace(drawing);
  const self = buildSelfTimes(columns, buildTree(columns), getTraceEndNs(columns));
  const shown = Array.from(
    self,
    (ns, span) => `${columns.strings[columns.name[span]!]!} ${ns / 1e6}`,
  );
  expect(shown.join(", ")).toBe(expected);
}

test("self time leaves out what children cover, once, and cuts what sticks out", () => {
  check(
    `
    parent   ===============
      a         =====
      b           ======
      c                   =====
  `,
    "parent 5, a 5, b 6, c 5",
  );
});

test("a consumer's run is not its parent's waiting", () => {
  check(
    `
    place_order         =====
      send @mail          ..=====
      sub                =
  `,
    "place_order 4, sub 1, send 5",
  );
});

test("a running span is counted to the end of the trace", () => {
  check(
    `
    a   ===>
      b     ====
  `,
    "a 4, b 4",
  );
});

test("the trace begins with what was published first and ends with what ended last", () => {
  const { columns } = drawTrace(`
    a @q   ...====
      b      ===========
  `);
  expect([getTraceStartNs(columns), getTraceEndNs(columns)]).toEqual([0, 13e6]);
  expect(getQueueWaitNs(columns, asSpan(0))).toBe(3e6);
  expect(getQueueWaitNs(columns, asSpan(1))).toBeNaN();
});

test("a folded subtree is one row", () => {
  const { columns } = drawTrace(`
    a   =====
      b  ==
        c =
      d     =
    e    ===
  `);
  const tree = buildTree(columns);
  expect([...buildRows(columns.count, tree, new Set(asSpans([1])))]).toEqual([0, 1, 3, 4]);
  expect([...buildRows(columns.count, tree, new Set(asSpans([0])))]).toEqual([0, 4]);
  expect(listChildren(asSpan(0), tree)).toEqual([1, 3]);
  expect(tree.roots).toEqual([0, 4]);
});

test.each([
  [0, "0 ns"],
  [870, "870 ns"],
  [999.6, "1 µs"],
  [12_345, "12.3 µs"],
  [4_560_000, "4.56 ms"],
  [100_000_000, "100 ms"],
  [1_500_000_000, "1.5 s"],
  [59_960_000_000, "1 m 00 s"],
  [125_000_000_000, "2 m 05 s"],
  [11_520_000_000_000, "3 h 12 m"],
  [-2_000_000, "−2 ms"],
  [Number.NaN, "–"],
])("%d ns reads %s", (ns, text) => {
  expect(formatDuration(ns)).toBe(text);
});

test("self times and idle time are what counting each nanosecond gives, in whatever order siblings stand", () => {
  const random = makeRandom(3);
  const pick = (most: number): number => Math.floor(random() * most);
  for (let round = 0; round < 200; round += 1) {
    const count = 1 + pick(12);
    const columns = {
      ...{ traceId: "drawn", originUnixMs: 1, strings: [""], count },
      ...{ edgeFrom: newIndexArray<SpanIndex>(0), edgeTo: newIndexArray<SpanIndex>(0) },
      edgeKind: new Uint8Array(),
      parent: toIndexArray(Array.from({ length: count }, (_, span) => asSpan(pick(span + 1) - 1))),
      startNs: Float64Array.from({ length: count }, () => pick(40)),
      kind: Uint8Array.from({ length: count }, () => (pick(5) === 0 ? SpanKind.consumer : 0)),
      flags: Uint8Array.from({ length: count }, () => (pick(8) === 0 ? SpanFlag.placeholder : 0)),
      ...{ name: new Int32Array(count), service: new Int32Array(count) },
      ...{ queue: new Int32Array(count), host: new Int32Array(count) },
      ...{ status: new Uint8Array(count), attempts: new Uint8Array(count).fill(1) },
      queuedNs: new Float64Array(count).fill(Number.NaN),
      endNs: new Float64Array(count),
    };
    // Depth first, as all columns are; only the times of siblings are in disorder.
    columns.parent = toDepthFirst(columns.parent);
    for (let span = 0; span < count; span += 1) {
      const isRunning = pick(9) === 0;
      columns.endNs[span] = isRunning ? Number.NaN : columns.startNs[span]! + pick(20);
    }
    const { startNs, parent, flags, kind } = columns;
    const endNs = getTraceEndNs(columns);
    const endOf = (span: number): number =>
      Number.isNaN(columns.endNs[span]) ? endNs : columns.endNs[span]!;
    const runsAt = (span: number, ns: number): boolean => startNs[span]! <= ns && ns < endOf(span);
    const spans = Array.from({ length: count }, (_, span) => span);
    const isPlaceholder = (span: number): boolean => (flags[span]! & SpanFlag.placeholder) !== 0;
    const moments = Array.from({ length: 60 }, (_, ns) => ns);
    const self = buildSelfTimes(columns, buildTree(columns), endNs);
    expect([...self]).toEqual(
      spans.map(span => {
        const children = spans.filter(
          each => parent[each] === span && kind[each] !== SpanKind.consumer,
        );
        if (isPlaceholder(span)) return 0;
        const isOwn = (ns: number): boolean =>
          runsAt(span, ns) && !children.some(child => runsAt(child, ns));
        return moments.filter(isOwn).length;
      }),
    );
    const real = spans.filter(span => !isPlaceholder(span));
    const first = getTraceStartNs(columns);
    const last = Math.max(...real.map(span => startNs[span]!));
    const idle = moments.filter(
      ns => ns >= first && ns < last && !real.some(span => runsAt(span, ns)),
    );
    expect(buildHighlights(columns, self, { startNs: first, endNs }, 1).idleNs).toBe(idle.length);
  }
});

/** The same tree with every subtree a run of neighbours. */
function toDepthFirst(parent: Int32Array): IndexArray<SpanIndex> {
  const order: number[] = [];
  const visit = (span: number): void => {
    order.push(span);
    parent.forEach((above, child) => {
      if (above === span) visit(child);
    });
  };
  parent.forEach((above, span) => {
    if (above < 0) visit(span);
  });
  return toIndexArray(
    order.map(span => asSpan(parent[span]! < 0 ? -1 : order.indexOf(parent[span]!))),
  );
}

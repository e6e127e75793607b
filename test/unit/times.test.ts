/** Self times, the ends of the trace, rows. */

import { expect, test } from "vitest";
import {
  buildSelfTimes,
  getQueueWaitNs,
  getTraceEndNs,
  getTraceStartNs,
} from "../../src/analysis/times.ts";
import { buildRows, buildTree, listChildren } from "../../src/analysis/tree.ts";
import { formatDuration } from "../../src/model/units.ts";
import { drawTrace } from "./drawTrace.ts";

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
  expect(getQueueWaitNs(columns, 0)).toBe(3e6);
  expect(getQueueWaitNs(columns, 1)).toBeNaN();
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
  expect([...buildRows(columns.count, tree, new Set([1]))]).toEqual([0, 1, 3, 4]);
  expect([...buildRows(columns.count, tree, new Set([0]))]).toEqual([0, 4]);
  expect(listChildren(0, tree)).toEqual([1, 3]);
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

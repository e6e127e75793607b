/** The lines that a trace ran: what each is marked with, and in which order they are stepped through. */

import { expect, test } from "vitest";
import { findStep, listSteps, markLines, type SpanLines } from "../../src/analysis/spanLines.ts";
import { type SpanIndex } from "../../src/model/span.ts";
import { drawTrace } from "./drawTrace.ts";
import { asSpan } from "./spanIndex.ts";

const { columns } = drawTrace(`
  place      ==========
    check     ==
    pay         ====
    check           ==!
    SELECT            =
`);

const line = (line0: number, path = "/ws/a.py") => ({ path, line0 });
const lines = new Map<SpanIndex, SpanLines>([
  [asSpan(0), { ran: line(10) }],
  [asSpan(1), { ran: line(20) }],
  [asSpan(2), { ran: line(5, "/ws/b.py") }],
  [asSpan(3), { ran: line(20), raised: line(22), error: "KeyError: 'x'" }],
  [asSpan(4), {}],
]);

test("each line has its runs, their time and what was raised there", () => {
  expect(
    markLines(columns, lines).map(each => [
      `${each.path}:${each.line0}`,
      ...[each.spans, each.totalNs / 1e6, each.errors],
    ]),
  ).toEqual([
    ["/ws/a.py:10", [0], 10, []],
    ["/ws/a.py:20", [1, 3], 4, []],
    ["/ws/a.py:22", [], 0, ["KeyError: 'x'"]],
    ["/ws/b.py:5", [2], 4, []],
  ]);
});

test("an error whose line is not known stands at the function", () => {
  const failed = new Map<SpanIndex, SpanLines>([[asSpan(3), { ran: line(20), error: "gone" }]]);
  expect(markLines(columns, failed)).toMatchObject([{ line0: 20, spans: [3], errors: ["gone"] }]);
});

test("steps are in the order of time, without standing still", () => {
  expect(listSteps(columns, lines)).toEqual([0, 1, 2, 3]);
  const twice = new Map(lines).set(asSpan(2), { ran: line(20) });
  expect(listSteps(columns, twice)).toEqual([0, 1]);
});

test.each([
  [undefined, 1, 0],
  [undefined, -1, 3],
  [0, 1, 1],
  [3, 1, undefined],
  [3, -1, 2],
  [0, -1, undefined],
  // No step itself.
  [4, -1, 3],
  [4, 1, undefined],
] as const)("from %s by %s to %s", (from, direction, expected) => {
  expect(
    findStep(
      columns,
      listSteps(columns, lines),
      from === undefined ? from : asSpan(from),
      direction,
    ),
  ).toBe(expected);
});

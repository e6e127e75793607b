/** Calls as text: where their arguments begin and end, and that a file of calls that nobody closes costs little. */

import { expect, test } from "vitest";
import { readCallRanges } from "../../../src/source/callRanges.ts";

function read(text: string, isPython = false): readonly string[] {
  const { args } = readCallRanges(text, text.indexOf("("), { maxLength: 2_000, isPython });
  return args.map(({ from, to }) => text.slice(from, to));
}

test.each([
  [`f("a, b", g(1, 2), [3, 4])`, [`"a, b"`, "g(1, 2)", "[3, 4]"]],
  ["f(a, // no, comment\n  b)", ["a", "// no, comment\n  b"]],
  ["f('it\\'s', x)", ["'it\\'s'", "x"]],
  ["f(#[serde] a, b) + g(c)", ["#[serde] a", "b"]],
  ["f('''a, (b''', c)", ["'''a, (b'''", "c"]],
  ["f(a, b", ["a", "b"]],
  ["f()", []],
])("%s", (text, expected) => {
  expect(read(text)).toEqual(expected);
});

test("`//` divides in Python", () => {
  expect(read("f(a // b, c)", true)).toEqual(["a // b", "c"]);
});

test("what nests deeper than anybody writes is read no further", () => {
  const nested = (depth: number): string => `f(a, ${"(".repeat(depth)}b${")".repeat(depth)}, c)`;
  expect(read(nested(20))).toHaveLength(3);
  const { isClosed, args } = readCallRanges(nested(200), 1, { maxLength: 2_000 });
  expect([isClosed, args.length]).toEqual([false, 2]);
});

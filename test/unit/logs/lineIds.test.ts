/** Ids of long texts: what is read is known, what changes is read again, and others get their turn. Work is counted. */

import { expect, test } from "vitest";
import { findNearLines, LineIds, type LineSource } from "../../../src/logs/lineIds.ts";
import { recogniseIds } from "../../../src/logs/recogniseIds.ts";

const TRACE = "f50f7a80f0b8f88b97788093157c4ae2";

/** Each recognised text takes a millisecond of a clock of its own. */
function setUp(): { lineIds: LineIds; read: string[]; longestMs: () => number } {
  const read: string[] = [];
  let now = 0;
  let turn = 0;
  let longest = 0;
  const lineIds = new LineIds({
    recognise: text => {
      read.push(text);
      now += 1;
      longest = Math.max(longest, now - turn);
      return recogniseIds(text);
    },
    nowMs: () => now,
    pause: async () => {
      await Promise.resolve();
      turn = now;
    },
  });
  return { lineIds, read, longestMs: () => longest };
}

function sourceOf(lines: readonly string[], isStale = () => false): LineSource {
  return { lineCount: lines.length, getLine: line0 => lines[line0] ?? "", isStale };
}

function countIds(found: readonly (readonly unknown[])[] | undefined): readonly number[] {
  return (found ?? []).map(ids => ids.length);
}

test("no turn is longer than a slice, however many lines there are", async () => {
  const { lineIds, read, longestMs } = setUp();
  const lines = Array.from({ length: 500 }, (_, line) => `${line} trace_id=${TRACE}`);
  const found = await lineIds.read(sourceOf(lines));
  expect(countIds(found)).toEqual(lines.map(() => 1));
  expect(read.length).toBe(500);
  expect(longestMs()).toBeLessThanOrEqual(8);
});

test("what is read is not read again, and of changed lines only those", async () => {
  const { lineIds, read } = setUp();
  const lines = ["a", `trace_id=${TRACE}`, "c", "d"];
  await lineIds.read(sourceOf(lines));
  await lineIds.read(sourceOf(lines));
  expect(read).toEqual(lines);
  read.length = 0;
  // The first line became two, and one was added at the end.
  lineIds.change(0, 1, 2);
  lineIds.change(4, 1, 2);
  const changed = ["a1", "a2", `trace_id=${TRACE}`, "c", "d", "e"];
  expect(countIds(await lineIds.read(sourceOf(changed)))).toEqual([0, 0, 1, 0, 0, 0]);
  expect(read).toEqual(["a1", "a2", "d", "e"]);
});

test("lines that went are forgotten", async () => {
  const { lineIds, read } = setUp();
  await lineIds.read(sourceOf(["a", "b", `trace_id=${TRACE}`]));
  read.length = 0;
  lineIds.change(0, 2, 1);
  expect(countIds(await lineIds.read(sourceOf(["ab", `trace_id=${TRACE}`])))).toEqual([0, 1]);
  expect(read).toEqual(["ab"]);
});

test("nobody waits any more: it ends, and keeps what it has", async () => {
  const { lineIds, read } = setUp();
  const lines = Array.from({ length: 100 }, (_, line) => `line ${line}`);
  expect(await lineIds.read(sourceOf(lines, () => read.length > 20))).toBeUndefined();
  const before = read.length;
  expect(before).toBeLessThan(100);
  expect(await lineIds.read(sourceOf(lines))).toHaveLength(100);
  expect(read.length).toBe(100);
});

test("a line of any length is read in pieces, none of which parts an id", async () => {
  const { lineIds, read } = setUp();
  const fields = Array.from({ length: 6_000 }, () => `"trace_id": "${TRACE}"`);
  const [ids] = (await lineIds.read(sourceOf([`[${fields.join(",")}]`]))) ?? [];
  expect(ids).toHaveLength(6_000);
  expect(Math.max(...read.map(text => text.length))).toBeLessThanOrEqual(20_000);
});

test.each([
  ["all of few", [1, 1, 1], 1, 9, "0-3"],
  ["about a line", [1, 1, 1, 1, 1, 1, 1], 3, 4, "1-5"],
  ["from the beginning", [1, 1, 1, 1], 0, 2, "0-2"],
  ["up to the end", [1, 1, 1, 1], 3, 2, "2-4"],
  ["over lines without any", [1, 0, 0, 0, 0, 1], 2, 2, "0-6"],
  ["of one line that has too many", [1, 50, 1], 1, 10, "0-2"],
] as const)("the lines near one: %s", (_case, counts, line0, max, expected) => {
  const id = { id: TRACE, start: 0, end: 32, isCertain: true, role: "trace" } as const;
  const lines = counts.map(count => Array.from({ length: count }, () => id));
  const { from, to } = findNearLines(lines, line0, max);
  expect(`${from}-${to}`).toBe(expected);
});

/** What keys mean in the list of traces: flat, and grouped with one group open. */

import { expect, test } from "vitest";
import type { ListedTrace } from "../../../src/protocol/tracesView.ts";
import { readListKey, type ListAction } from "../../../webview/traces/listKeys.ts";
import { buildRows, groupKeyOf } from "../../../webview/traces/traceList.ts";

function trace(traceId: string, name: string): ListedTrace {
  const counts = { spanCount: 1, errorCount: 0, startUnixMs: 1 };
  return { traceId, name, state: "ok", services: ["api"], ...counts, isPinned: false };
}
const traces = [trace("a1", "a"), trace("b1", "b"), trace("a2", "a")];
const flat = buildRows(traces, "none", new Set());
const [first] = traces as [ListedTrace];
/** a, a1, a2, b */
const grouped = buildRows(traces, "operation", new Set([groupKeyOf(first, "operation")!]));

function press(
  key: string,
  index: number,
  rows = flat,
  modifiers: {
    readonly altKey?: boolean;
    readonly modKey?: boolean;
    readonly shiftKey?: boolean;
    readonly isTyping?: boolean;
  } = {},
): ListAction | undefined {
  const { altKey = false, modKey = false, shiftKey = false, isTyping = false } = modifiers;
  return readListKey({ key, shiftKey, altKey, modKey }, { rows, index, pageRows: 3, isTyping });
}

test.each([
  ["ArrowDown", -1, 0],
  ["ArrowDown", 0, 1],
  ["ArrowDown", 2, 2],
  ["ArrowUp", 0, 0],
  ["ArrowUp", -1, 0],
  ["PageDown", 0, 2],
  ["PageUp", 2, 0],
  ["Home", 2, 0],
  ["End", 0, 2],
])("%s at row %i goes to row %i", (key, from, to) => {
  expect(press(key, from)).toEqual({ kind: "select", index: to });
});

test("left and right fold groups, and go between a group and its first trace", () => {
  const [a, , , b] = grouped;
  expect(grouped.map(row => row.kind)).toEqual(["group", "trace", "trace", "group"]);
  expect(press("ArrowRight", 0, grouped)).toEqual({ kind: "select", index: 1 });
  expect(press("ArrowRight", 3, grouped)).toEqual({ kind: "unfold", key: b?.key });
  expect(press("ArrowLeft", 0, grouped)).toEqual({ kind: "fold", key: a?.key });
  expect(press("ArrowLeft", 2, grouped)).toEqual({ kind: "select", index: 0 });
  expect(press("ArrowLeft", 1)).toBeUndefined();
  expect(press("ArrowRight", 1)).toBeUndefined();
});

test("a trace is opened, copied, pinned and removed; a group is only opened", () => {
  expect(press("Enter", 0)).toEqual({ kind: "activate", row: flat[0], isKept: true });
  expect(press(" ", 0, grouped)).toEqual({ kind: "activate", row: grouped[0], isKept: false });
  expect(press("c", 0, flat, { modKey: true })).toEqual({ kind: "copy", trace: first });
  expect(press("f", 0, flat, { modKey: true })).toEqual({ kind: "toFilter" });
  expect(press("p", 0)).toEqual({ kind: "pin", trace: first });
  for (const key of ["Delete", "Backspace"]) {
    expect(press(key, 0)).toEqual({ kind: "remove", trace: first });
    expect(press(key, 0, grouped)).toBeUndefined();
  }
  expect(press("c", 0, grouped, { modKey: true })).toBeUndefined();
  expect(press("p", 0, grouped)).toEqual({ kind: "type", letter: "p" });
});

test("what is not the list's is left to the editor", () => {
  expect(press("/", -1)).toEqual({ kind: "toFilter" });
  expect(press("F5", 0)).toBeUndefined();
  expect(press("z", 0, flat, { modKey: true, shiftKey: true })).toBeUndefined();
  expect(press("p", 0, flat, { modKey: true })).toBeUndefined();
  expect(press("ArrowDown", 0, flat, { altKey: true })).toBeUndefined();
  expect(press("Enter", -1)).toBeUndefined();
  expect(press("ArrowDown", -1, [])).toBeUndefined();
});

test("Shift draws a range, Control with A takes all, Escape the active one, Control with Z undoes", () => {
  expect(press("End", 0, flat, { shiftKey: true })).toEqual({
    kind: "select",
    index: 2,
    isRange: true,
  });
  expect(press("a", 0, flat, { modKey: true })).toEqual({ kind: "selectAll" });
  expect(press("Escape", 0)).toEqual({ kind: "selectActive" });
  expect(press("z", -1, [], { modKey: true })).toEqual({ kind: "undo" });
});

test("letters seek a name; inside of one the letters that are commands belong to it", () => {
  expect(press("x", 0)).toEqual({ kind: "type", letter: "x" });
  for (const letter of ["p", "/", " "]) {
    expect(press(letter, 0, flat, { isTyping: true })).toEqual({ kind: "type", letter });
  }
  expect(press("Enter", 0, flat, { isTyping: true })).toMatchObject({ kind: "activate" });
});

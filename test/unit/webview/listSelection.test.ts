/** Which rows are selected, what a command on a row is for, and the row that typed letters lead to. */

import { expect, test } from "vitest";
import type { ListedTrace } from "../../../src/protocol/tracesView.ts";
import {
  listTargets,
  selectAll,
  selectOne,
  selectRange,
  toggleRow,
  type ListSelection,
} from "../../../webview/traces/listSelection.ts";
import { buildRows } from "../../../webview/traces/traceList.ts";
import { TypeAhead } from "../../../webview/traces/typeAhead.ts";

const names = ["checkout", "pay", "Checkin", "", "charge"];
const traces = names.map((name, index): ListedTrace => {
  const counts = { spanCount: 1, errorCount: 0, startUnixMs: 9 - index };
  const traceId = `id${index}`;
  return { traceId, name, state: "ok", services: ["api"], ...counts, isPinned: false };
});
const rows = buildRows(traces, "none", new Set());

function draw({ keys, active }: ListSelection): string {
  return rows.map(({ key }) => (keys.has(key) ? (key === active ? "A" : "x") : ".")).join("");
}

test("a range goes from the anchor, both ways, and a toggle moves the anchor", () => {
  const from = selectOne("id2");
  expect(draw(selectRange(from, rows, "id4"))).toBe("..xxA");
  expect(draw(selectRange(selectRange(from, rows, "id4"), rows, "id1"))).toBe(".Ax..");
  const toggled = toggleRow(from, "id4");
  expect(draw(toggled)).toBe("..x.A");
  expect(draw(toggleRow(toggled, "id4"))).toBe("..x..");
  expect(draw(selectRange(toggled, rows, "id3"))).toBe("...Ax");
  expect(draw(selectRange(selectOne("gone"), rows, "id1"))).toBe(".A...");
  expect(draw(selectAll(from, rows))).toBe("xxAxx");
});

test("a command is for all selected traces only where its row is one of them", () => {
  const selection = toggleRow(selectOne("id0"), "id2");
  const ids = (index: number) =>
    listTargets(selection, rows, rows[index]!).map(trace => trace.traceId);
  expect(ids(2)).toEqual(["id0", "id2"]);
  expect(ids(1)).toEqual(["id1"]);
});

test("typed letters lead to the next name that begins so", () => {
  const typing = new TypeAhead();
  expect(typing.type("c", rows, 0, 0)).toBe(2);
  expect(typing.type("h", rows, 2, 100)).toBe(2);
  expect(typing.type("a", rows, 2, 200)).toBe(4);
  expect(typing.isTyping(900)).toBe(true);
  expect(typing.isTyping(1_100)).toBe(false);
  expect(typing.type("p", rows, 4, 1_100)).toBe(1);
  expect(typing.type("x", rows, 1, 5_000)).toBeUndefined();
  // A trace without a name is found by its id.
  expect(typing.type("i", rows, 1, 9_000)).toBe(3);
});

/** What the detail pane puts in order: events by their time, equal children as one line. */

import { expect, it } from "vitest";
import { listChildren } from "../../../src/analysis/tree.ts";
import { foldEqual } from "../../../webview/detail/foldEqual.ts";
import { leaveOutEvents, levelOf, sortEvents } from "../../../webview/detail/events.ts";
import { renderBreaks } from "../../../webview/kit/breaks.ts";
import { splitName } from "../../../webview/kit/middleCut.ts";
import { cutList } from "../../../webview/kit/showAll.ts";
import { loadTrace } from "../../../webview/panel/state.ts";
import { cutText } from "../../../webview/kit/fitText.ts";
import { formatOffset } from "../../../webview/words/localText.ts";
import { drawTrace } from "../drawTrace.ts";
import { asSpan } from "../spanIndex.ts";

it("puts events in the order of their nanoseconds, and those without a time last", () => {
  const event = (name: string, timeUnixNs: string) => ({ name, timeUnixNs, attributes: [] });
  const names = sortEvents([
    event("none", ""),
    event("late", "1700000000000000002"),
    event("early", "1700000000000000001"),
    event("late too", "1700000000000000002"),
  ]).map(({ name }) => name);
  expect(names).toEqual(["early", "late", "late too", "none"]);
});

it("tells a received log once, as an event with its level, and a line of a file beside it", () => {
  const originUnixMs = 1_700_000_000_000;
  const log = { key: "log.severity", value: "WARN" };
  const at = (name: string, ms: number, attributes = [log]) => ({
    ...{ name, attributes },
    timeUnixNs: `${String(originUnixMs + ms)}123456`,
  });
  const line = (text: string, ms: number) => ({
    ...{ index: 0, span: asSpan(0), text },
    timeNs: (ms + 0.123456) * 1e6,
  });
  const events = [at("stock is low", 20), at("retried", 30, [])];
  expect(levelOf(events[0]!)).toBe("warning");
  const lines = [line("stock is low", 20), line("stock is low", 900), line("retried", 30)];
  expect(leaveOutEvents(lines, events, originUnixMs)).toEqual(lines.slice(1));
});

it("leaves out no single row of a list, whose place the way to it would take", () => {
  expect(cutList([1, 2, 3], 2)).toEqual([1, 2, 3]);
  expect(cutList([1, 2, 3, 4], 2)).toEqual([1, 2]);
  expect(cutList([1, 2, 3, 4], 2, true)).toEqual([1, 2, 3, 4]);
});

it("writes the start of the trace without a unit", () => {
  expect([0, 2_000_000, -500].map(formatOffset)).toEqual(["+0", "+2 ms", "−500 ns"]);
});

it("breaks a name of code behind its separators", () => {
  const count = (name: string): number => (renderBreaks(name).values[0] as unknown[]).length;
  expect(count("a/b.load_open-orders")).toBe(5);
  // No separator begins a part: an address is not parted from its first name.
  expect(count("POST /orders")).toBe(1);
});

it("folds equal children and keeps a failed one in sight", () => {
  const { columns, problems } = drawTrace(`
cart #shop   ==========
  SELECT      ==
  INSERT        =
  SELECT         ===
  SELECT            =!
  SELECT             =>
`);
  const { tree } = loadTrace({ problems } as unknown as Parameters<typeof loadTrace>[0], columns);
  const groups = foldEqual(columns, listChildren(asSpan(0), tree)).map(({ spans, totalNs }) => [
    columns.strings[columns.name[spans[0]!]!],
    spans.length,
    totalNs / 1e6,
  ]);
  expect(groups).toContainEqual(["SELECT", 2, 5]);
  expect(groups).toContainEqual(["INSERT", 1, 1]);
  expect(groups).toContainEqual(["SELECT", 1, 1]);
  expect(groups.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(5);
});

it("parts long names before their end, and no character in two", () => {
  expect(splitName("short.name")).toBeUndefined();
  expect(splitName("shop_picking_north")).toEqual(["shop_picki", "ng_north"]);
  expect(splitName("shop.orders.checkout.place_order")).toEqual([
    "shop.orders.checko",
    "ut.place_order",
  ]);
  const name = `orders.checkout.${"😀".repeat(12)}`;
  expect(splitName(`${name}x`)!.join("")).toBe(`${name}x`);
  expect(splitName(`${name}x`)!.every(part => part.isWellFormed())).toBe(true);
  for (let length = 1; length < name.length; length += 1) {
    expect(cutText(name, length).isWellFormed()).toBe(true);
  }
});

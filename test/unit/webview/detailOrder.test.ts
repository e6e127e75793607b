/** What the detail pane puts in order: events by their time, equal children as one line. */

import { expect, it } from "vitest";
import { listChildren } from "../../../src/analysis/tree.ts";
import { foldEqual } from "../../../webview/detail/foldEqual.ts";
import { sortEvents } from "../../../webview/detail/events.ts";
import { splitName } from "../../../webview/kit/middleCut.ts";
import { loadTrace } from "../../../webview/panel/state.ts";
import { cutText } from "../../../webview/kit/fitText.ts";
import { drawTrace } from "../drawTrace.ts";

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
  const groups = foldEqual(columns, listChildren(0, tree)).map(({ spans, totalNs }) => [
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

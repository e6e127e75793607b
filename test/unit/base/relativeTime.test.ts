/** An age in the largest unit that it has one of. */

import { expect, test } from "vitest";
import { formatRelativeTime, isMoment } from "../../../src/base/relativeTime.ts";

const format = new Intl.RelativeTimeFormat("en", { numeric: "always" });

test.each([
  [0, "0 seconds ago"],
  [59_400, "59 seconds ago"],
  [59_999, "59 seconds ago"],
  [60_000, "1 minute ago"],
  [3_599_999, "59 minutes ago"],
  [86_399_999, "23 hours ago"],
  [3_600_000 * 30, "1 day ago"],
  [86_400_000 * 400, "1 year ago"],
  [-120_000, "in 2 minutes"],
])("%i ms", (ageMs, text) => {
  // The language writes a plain zero as the future.
  expect(
    formatRelativeTime(1e12 - ageMs, 1e12, format).replace("in 0 seconds", "0 seconds ago"),
  ).toBe(text);
});

test("what counts from zero, or from a machine's start some weeks ago, is no moment of the calendar", () => {
  const weeksMs = 5 * 7 * 86_400_000;
  expect([0, 900, weeksMs, Number.NaN].map(isMoment)).toEqual([false, false, false, false]);
  expect([Date.UTC(1999, 11, 31), Date.now()].map(isMoment)).toEqual([true, true]);
});

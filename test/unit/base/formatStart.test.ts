/** A moment is written with its zone, and with no more of its date than a reader needs. */

import { expect, test } from "vitest";
import { formatStart } from "../../../src/base/formatStart.ts";

const now = Date.UTC(2026, 10, 30, 14, 5, 9);
const utc = { timeZone: "UTC" };

test.each([
  ["2026-11-30T09:05:09Z", utc, "9:05:09 AM UTC"],
  ["2026-11-29T23:05:09Z", utc, "Nov 29, 11:05:09 PM UTC"],
  ["2025-12-31T23:05:09Z", utc, "Dec 31, 2025, 11:05:09 PM UTC"],
  // The day is that of the zone.
  ["2026-11-29T23:05:09Z", { timeZone: "Asia/Shanghai" }, "7:05:09 AM GMT+8"],
])("%s", (moment, zone, text) => {
  const written = formatStart(Date.parse(moment), now, "en", zone);
  expect(written?.replaceAll("\u202f", " ")).toBe(text);
});

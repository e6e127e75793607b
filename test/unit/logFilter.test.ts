/** The filter of logs without a trace. */

import { expect, test } from "vitest";
import { parseLogFilter } from "../../src/analysis/logFilter.ts";

const now = new Date(2026, 10, 30, 12, 0, 0).getTime();
const parse = (text: string) => parseLogFilter(text, now);

test("the last day where nothing is said", () => {
  const filter = { fromUnixMs: now - 86_400_000, toUnixMs: now + 60_000 };
  expect(parse("  ")).toEqual({ filter, unread: [] });
});

test("words, services and levels", () => {
  expect(
    parse('no route to service:shop "a b" service:"two words" level:WARN level:err x=1'),
  ).toEqual({
    filter: {
      ...{ fromUnixMs: now - 86_400_000, toUnixMs: now + 60_000 },
      services: ["shop", "two words"],
      levels: ["warning", "error"],
      text: "no route to a b x=1",
    },
    unread: [],
  });
});

test.each([
  ["since:2h", new Date(2026, 10, 30, 10)],
  ["since:90s", new Date(2026, 10, 30, 11, 58, 30)],
  ["since:9:05", new Date(2026, 10, 30, 9, 5)],
  // What would be later than now was yesterday.
  ["since:14:30:15", new Date(2026, 10, 29, 14, 30, 15)],
  ["since:2026-11-28", new Date(2026, 10, 28)],
  ["since:2026-11-28T08:00", new Date(2026, 10, 28, 8)],
  ["since:2026-11-28T08:00Z", new Date(Date.UTC(2026, 10, 28, 8))],
])("%s", (text, from) => {
  expect(parse(text)).toMatchObject({ filter: { fromUnixMs: from.getTime() }, unread: [] });
  const until = parse(text.replace("since", "until"));
  expect(until).toMatchObject({ filter: { toUnixMs: from.getTime() }, unread: [] });
});

test.each([
  "level:loud",
  "since:yesterday",
  "until:25:00",
  "since:2026-13-40",
  "service:",
  '"open',
])("%s filters nothing, and is told", text => {
  const { filter, unread } = parse(`words ${text}`);
  expect(unread).toEqual([text]);
  expect(filter).toEqual({ ...parse("").filter, text: "words" });
});

test("what has another key is a word", () => {
  expect(parse("http://shop status:error").filter.text).toBe("http://shop status:error");
});

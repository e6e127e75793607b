/** What may stand in a question to the read API: nothing that costs more than reading it, nothing that no store knows. */

import { expect, test } from "vitest";
import {
  checkName,
  readClassicQuery,
  readTraceId,
  readV3Query,
} from "../../../../src/collector/read/readQuery.ts";
import { HttpRefusal } from "../../../../src/collector/http/route.ts";

const classic = (query: string) => readClassicQuery(new URLSearchParams(`service=cart&${query}`));
const v3 = (query: string) => readV3Query(new URLSearchParams(query));

test.each([
  [
    "start=1790000000000000&end=1790000001000000",
    { fromUnixMs: 1790000000000, toUnixMs: 1790000001000 },
  ],
  ["minDuration=1m30.5s&maxDuration=2h", { minDurationMs: 90_500, maxDurationMs: 7_200_000 }],
  ["limit=100000", { limit: 1_500 }],
  ['tags={"a":"b","n":1,"t":true}&tag=c:d:e', { tags: { a: "b", n: "1", t: "true", c: "d:e" } }],
  ["tag=__proto__:x", { tags: Object.fromEntries([["__proto__", "x"]]) }],
])("%s", (query, expected) => {
  expect(classic(query)).toEqual({ service: "cart", limit: 100, ...expected });
});

test.each([
  ["start=1e300"],
  ["end=-1e300"],
  ["start=Infinity"],
  ["start=NaN"],
  ["start=8650000000000000000"],
  [`start=${"9".repeat(15_000)}`],
  [`minDuration=${"1".repeat(15_000)}`],
  [`minDuration=${"1".repeat(15_000)}s`],
  [`maxDuration=${"1s".repeat(7_000)}`],
  ["minDuration=99999999999h"],
  ["minDuration=-1s"],
  ["limit=0"],
  ["limit=1e400"],
  [`limit=${"1".repeat(15_000)}`],
  [`operation=${"x".repeat(15_000)}`],
  ["tags=x"],
  [`tags=${"[".repeat(15_000)}`],
  [`tags=${"[".repeat(7_000)}${"]".repeat(7_000)}`],
  ['tags={"a":{"b":1}}'],
  [`tag=a:${"x".repeat(15_000)}`],
  [Array.from({ length: 40 }, (_, index) => `tag=${index}:x`).join("&")],
  ["tag=:x"],
])("refused: %#", query => {
  expect(() => classic(query)).toThrow(HttpRefusal);
});

test.each([
  ["query.startTimeMin=yesterday"],
  [`query.start_time_max=${"9".repeat(15_000)}`],
  [`query.durationMin=${"1".repeat(15_000)}`],
  [`query.service_name=${"x".repeat(15_000)}`],
])("refused by version 3: %#", query => {
  expect(() => v3(query)).toThrow(HttpRefusal);
});

test("an id or a name that is longer than any is refused", () => {
  expect(() => readTraceId("1".repeat(15_000))).toThrow(HttpRefusal);
  expect(() => checkName("x".repeat(15_000))).toThrow(HttpRefusal);
});

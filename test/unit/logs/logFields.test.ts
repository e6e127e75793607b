/** When lines of all kinds were logged, and how grave they are. */

import { expect, test } from "vitest";
import { mayBeError } from "../../../src/logs/errorHints.ts";
import { isErrorLine, readLogFields } from "../../../src/logs/logFields.ts";

const now = Date.UTC(2026, 5, 1);
const noon = Date.UTC(2026, 4, 4, 12, 0, 1);

/** East of Greenwich by two hours. */
const read = (line: string) => readLogFields(line, 120, now);

test.each([
  ["2026-05-04T12:00:01.250Z ERROR shop: gone", noon + 250, "error"],
  ["2026-05-04 14:00:01,250 - shop - WARNING - low", noon + 250, "warning"],
  ["[2026-05-04 08:00:01 -0400] [12] [INFO] Booting", noon, "info"],
  ["2026/05/04 14:00:01 listening", noon, undefined],
  ['10.0.0.1 - - [04/May/2026:12:00:01 +0000] "GET / HTTP/1.1" 200', noon, undefined],
  ['{"level":30,"time":1777896001250,"msg":"ERROR is only a word"}', noon + 250, "info"],
  ['{"level":"error","ts":1777896001.25,"msg":"x"}', noon + 250, "error"],
  ['{"@timestamp":"2026-05-04T12:00:01.250Z","log.level":"WARN"}', noon + 250, "warning"],
  ["ts=2026-05-04T12:00:01Z level=debug msg=x", noon, "debug"],
  ["May  4 14:00:01 host shop[12]: x", noon, undefined],
  ["Dec 31 14:00:01 host shop[12]: x", Date.UTC(2025, 11, 31, 12, 0, 1), undefined],
  ["W0504 14:00:01.250000   12 main.go:3] low", noon + 250, "warning"],
  ["fail: Shop.Orders[0]", undefined, "error"],
  ["  at Orders.place (orders.js:1)", undefined, undefined],
  ["2026-13-45 99:00:01 x", undefined, undefined],
  ['x = {"unix": 1777896001250000000}', noon + 250, undefined],
])("%s", (line, unixMs, level) => {
  const fields = read(line);
  expect([
    fields.unixMs === undefined ? undefined : Math.round(fields.unixMs),
    fields.level,
  ]).toEqual([unixMs, level]);
  expect(isErrorLine(line)).toBe(level === "error");
  if (level === "error") expect(hasHint(line)).toBe(true);
});

function hasHint(line: string): boolean {
  // Behind another line, as in a file.
  const bytes = Buffer.from(`x\n${line}\n`);
  return mayBeError(bytes, 2, bytes.length - 1);
}

test.each([
  ...["ERROR", "ERR", "FATAL", "CRITICAL", "SEVERE", "PANIC", "ALERT", "EMERG"],
  ...["[ error ]", "[critical] x", "fail: A", "crit: A", "E0504 14:00:01.250000 x"],
  ...[`{"level":50}`, `{"level": "60"}`, `level='55'`, `severity = 50`, `lvl="fatal2"`],
  ...["x".repeat(570) + " é ERROR", "F0504 14:00:01.250000 x"],
])("no line of an error is passed over by its bytes: %s", line => {
  expect([isErrorLine(line), hasHint(line)]).toEqual([true, true]);
});

test.each([
  "2026-05-04T12:50:56.123Z INFO shop.orders: request 50 served in 56 ms",
  "12:59:59,500 DEBUG the trace of a span: id=7",
  "",
  "E",
])("most lines are passed over by their bytes: %s", line => {
  expect([isErrorLine(line), hasHint(line)]).toEqual([false, false]);
});

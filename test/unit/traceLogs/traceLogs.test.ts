/** Which span a log line belongs to, and the order of the lines of a trace. */

import { expect, test } from "vitest";
import {
  readMore,
  sortLogs,
  toMarks,
  TraceIds,
  type TraceLog,
} from "../../../src/analysis/traceLogs.ts";
import type { AttributeValue } from "../../../src/model/spanDetail.ts";
import { drawTrace, DRAWN_ORIGIN_UNIX_MS } from "../drawTrace.ts";
import { asSpan } from "../spanIndex.ts";

const trace = drawTrace(
  `
  root   =====     id=00000000000000a1
    task  ===      id=0190A000-0000-7000-8000-00000000dead
    odd    ==      id=order-7
`,
  "0af7651916cd43dd8448eb211c80319c",
);
const ids = new TraceIds(trace);

test.each([
  [["00000000000000a1"], 0],
  [["0190a00000007000800000000000dead"], 1],
  [["0af7651916cd43dd8448eb211c80319c"], -1],
  [["8448eb211c80319c"], -1],
  [["0af7651916cd43dd8448eb211c80319c", "00000000000000a1"], 0],
  [["00000000000000a2"], undefined],
])("%s", (found, span) => {
  expect(ids.find(found)).toBe(span);
});

const line = (text: string, uri: string, unixMs?: number): TraceLog => ({
  ...{ text, place: { kind: "line", uri, line0: 0 } },
  ...(unixMs !== undefined && { unixMs }),
});

test("lines are in the order of time, a stack behind its error", () => {
  const logs = [
    ...[line("a1", "a", 10), line("a at x", "a"), line("a3", "a", 30)],
    ...[line("b0", "b"), line("b2", "b", 20)],
  ];
  expect(sortLogs(logs).map(({ text }) => text)).toEqual(["b0", "a1", "a at x", "b2", "a3"]);
});

test("marks stand at their time, those of the trace at its root, those without a time nowhere", () => {
  const logs: TraceLog[] = [
    { ...line("x", "a", DRAWN_ORIGIN_UNIX_MS + 2), span: asSpan(1), level: "error" },
    line("y", "a", DRAWN_ORIGIN_UNIX_MS),
    line("z", "a"),
  ];
  expect(toMarks(DRAWN_ORIGIN_UNIX_MS, logs)).toEqual([
    { index: 0, span: 1, timeNs: 2e6, level: "error", text: "x" },
    { index: 1, span: 0, timeNs: 0, text: "y" },
  ]);
});

test.each<[name: string, attributes: Record<string, AttributeValue>, more: string]>([
  ["gangway is down", {}, ""],
  ["cargo shifted", { "log.body": "\ncargo shifted\n  hold 3\n  hold 4\n" }, "  hold 3\n  hold 4"],
  [`${"a".repeat(199)}…`, { "log.body": "a".repeat(220) }, "a".repeat(220)],
  ["ferry.docked", { "log.body": "berth 4" }, "berth 4"],
  ["docked", { "log.body": { message: "docked", berth: 4 } }, '{"message":"docked","berth":4}'],
  [
    "exception",
    { "exception.stacktrace": "Error: tide\n    at moor\n" },
    "Error: tide\n    at moor",
  ],
])("a record named %s says more", (name, attributes, more) => {
  const event = {
    ...{ name, timeUnixNs: "0" },
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
  };
  expect(readMore(event)).toBe(more);
});

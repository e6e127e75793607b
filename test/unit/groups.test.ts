/** Whose colour a span has: its queue's where it runs what came out of one, else its service's. */

import { expect, test } from "vitest";
import { getGroup, isTask } from "../../src/analysis/groups.ts";
import { SpanKind } from "../../src/model/span.ts";
import { buildTrace } from "../../src/model/traceBuilder.ts";
import { asSpan } from "./spanIndex.ts";

test.each([
  ["a producer", { service: "till", queue: "orders", kind: SpanKind.producer }, "till", false],
  ["a producer of no service", { queue: "orders", kind: SpanKind.producer }, "orders", false],
  ["a consumer", { service: "till", queue: "orders", kind: SpanKind.consumer }, "orders", true],
  ["a call", { service: "till", kind: SpanKind.client }, "till", false],
])("%s", (_name, rest, group, isOne) => {
  const span = { spanId: "a", name: "x", startUnixNs: 1n, endUnixNs: 2n, ...rest };
  const details = { readDetail: () => Promise.reject(new Error("not asked for")) };
  const { columns } = buildTrace("t", [{ store: "file", spans: [span], details }]);
  expect(columns.strings[getGroup(columns, asSpan(0))]).toBe(group);
  expect(isTask(columns, asSpan(0))).toBe(isOne);
});

/** Plain spans over HTTP, in the names and units that people use. */

import { expect, test } from "vitest";
import { send } from "./rawHttp.ts";
import { openReceiver, allRoutes, traceId, jsonType } from "./openReceiver.ts";

test("keeps one, a list, or one a line, in the names and units that people use", async () => {
  const { port, sink } = await openReceiver(allRoutes);
  const start = "1790000000123456789";
  const spans = [
    {
      trace_id: traceId,
      span_id: "a1",
      name: "plan",
      start_time: 1790000000.5,
      end_time: 1790000001.5,
    },
    {
      trace_id: traceId,
      span_id: "a2",
      parent_id: "a1",
      tool_name: "search",
      start_time: 1790000000500,
      duration_ms: 20,
    },
    {
      traceId,
      spanId: "a3",
      parentId: "a1",
      name: "rank",
      start_time: 1790000000500000,
      end_time: 1790000000500900,
    },
    {
      trace_id: traceId,
      span_id: "a4",
      name: "write",
      start_time: start,
      duration_ms: 1.5,
      status: "error",
    },
  ];
  expect(await send(port, "/spans", { body: JSON.stringify(spans[0]) })).toMatchObject({
    status: 200,
  });
  const list = await send(port, "/spans", {
    headers: jsonType,
    body: JSON.stringify(spans.slice(1, 3)),
  });
  expect(JSON.parse(list.text)).toEqual({ kept: 2, rejected: 0 });
  const lines = `${JSON.stringify(spans[3]).replace(`"${start}"`, start)}\n${JSON.stringify(spans[0])}\n`;
  const answer = await send(port, "/spans", {
    headers: { "Content-Type": "application/x-ndjson" },
    body: lines,
  });
  expect(JSON.parse(answer.text)).toEqual({ kept: 2, rejected: 0 });
  expect(
    sink.spans.map(({ span }) => [
      span.spanId,
      span.parentSpanId,
      span.name,
      span.startUnixNs,
      span.endUnixNs,
    ]),
  ).toEqual([
    ["a1", undefined, "plan", 1790000000500000000n, 1790000001500000000n],
    ["a2", "a1", "search", 1790000000500000000n, 1790000000520000000n],
    ["a3", "a1", "rank", 1790000000500000000n, 1790000000500900000n],
    ["a4", undefined, "write", 1790000000123456789n, 1790000000124956789n],
    ["a1", undefined, "plan", 1790000000500000000n, 1790000001500000000n],
  ]);
});

test("keeps input, output, attributes, events and errors", async () => {
  const { port, sink } = await openReceiver(allRoutes);
  const body = JSON.stringify({
    trace_id: traceId,
    tool_name: "search",
    start_time: 1790000000,
    duration_ms: 5,
    input: { query: "socks" },
    output: '["a", "b"]',
    attributes: { tokens: 17, model: "m" },
    events: [{ name: "cache miss", timestamp: 1790000000.001, key: "k" }],
    error: "quota exceeded",
  });
  await send(port, "/spans", { body });
  expect(sink.spans[0]?.detail).toMatchObject({
    parameters: { query: "socks" },
    result: ["a", "b"],
    attributes: [
      { key: "tokens", value: 17 },
      { key: "model", value: "m" },
    ],
    events: [
      {
        name: "cache miss",
        timeUnixNs: "1790000000001000000",
        attributes: [{ key: "key", value: "k" }],
      },
    ],
    error: { message: "quota exceeded" },
  });
});

test("gives a call without an id the same one when it is sent again, and another call another", async () => {
  const { port, sink } = await openReceiver(allRoutes);
  const call = (at: number) => ({
    trace_id: traceId,
    tool_name: "search",
    timestamp: at,
    duration_ms: 5,
  });
  await send(port, "/spans", { body: JSON.stringify([call(1790000000), call(1790000001)]) });
  await send(port, "/spans", { body: JSON.stringify(call(1790000001)) });
  const [first, second, again] = sink.spans.map(({ span }) => span.spanId);
  expect(first).toMatch(/^[0-9a-f]{16}$/);
  expect(second).not.toBe(first);
  expect(again).toBe(second);
});

test("tells what it could not keep", async () => {
  const { port, receiver } = await openReceiver(allRoutes);
  const good = { trace_id: traceId, name: "a", start_time: 1790000000 };
  const strangers = [
    { name: "no ids" },
    { span_id: "x", parent_id: "y", name: "no trace", start_time: 1 },
    5,
    "x",
  ];
  const some = await send(port, "/spans", { body: JSON.stringify([good, ...strangers]) });
  expect(some.status).toBe(200);
  expect(JSON.parse(some.text)).toEqual({
    kept: 1,
    rejected: 4,
    reason: "4 of 5 lack a trace id, a name or a start",
  });
  const bad = Array.from({ length: 30 }, () => "{oops");
  const lines = await send(port, "/spans", { body: [JSON.stringify(good), ...bad].join("\n") });
  expect(JSON.parse(lines.text)).toMatchObject({
    kept: 1,
    rejected: 30,
    reason: expect.stringMatching(/^line 2: /) as string,
  });
  const worse = await send(port, "/spans", { body: '{"a":1}\n{oops}\n'.repeat(2_000) });
  expect(worse.status).toBe(400);
  expect(JSON.parse(worse.text)).toMatchObject({
    kept: 0,
    reason: expect.stringMatching(/^more than 1000 lines are no JSON; line 2: /) as string,
  });
  const none = await send(port, "/spans", { body: "nonsense" });
  expect(none.status).toBe(400);
  expect(JSON.parse(none.text)).toMatchObject({
    kept: 0,
    rejected: 1,
    reason: expect.stringMatching(/JSON/) as string,
  });
  expect(receiver.counters).toMatchObject({ spans: 2, rejected: 36 });
});

test("tells the sender and counts how spans are kept that do not say where they belong", async () => {
  const { port, receiver } = await openReceiver(allRoutes);
  const span = { trace_id: traceId, span_id: "a", name: "a", start_time: 1790000000 };
  const body = JSON.stringify([{ ...span, end_time: "whenever it suits" }]);
  const answer = await send(port, "/spans", { body });
  expect(JSON.parse(answer.text)).toEqual({
    kept: 1,
    rejected: 0,
    notes: [expect.stringMatching(/^1 spans have an end that cannot be read/) as string],
  });
  expect(receiver.counters).toMatchObject({ spans: 1, rejected: 0, noted: 1 });
});

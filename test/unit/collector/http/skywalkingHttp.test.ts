/** SkyWalking's agents over HTTP: segments and logs as protobuf's JSON, and what else they report. */

import { expect, test } from "vitest";
import { skywalkingRoutes } from "../../../../src/collector/http/skywalkingRoutes.ts";
import { jsonType, openReceiver } from "./openReceiver.ts";
import { send } from "./rawHttp.ts";

const startMs = Date.UTC(2026, 2, 1, 10);
const span = {
  ...{ spanId: 0, parentSpanId: -1, operationName: "/pay", spanType: "Entry", spanLayer: "Http" },
  ...{ startTime: startMs, endTime: startMs + 9, isError: false, componentId: 1, peer: "" },
};
const segment = (id: string, spans: unknown = [span]): object => ({
  ...{ traceId: "t.1", traceSegmentId: id, service: "till", serviceInstance: "till-1", spans },
});
const log = {
  ...{
    timestamp: String(startMs),
    service: "till",
    body: { type: "text", text: { text: "paid" } },
  },
  ...{ traceContext: { traceId: "t.1", traceSegmentId: "s.1", spanId: 0 } },
  tags: { data: [{ key: "level", value: "INFO" }] },
};

test("keeps a segment, a list of them and logs, and answers what else an agent reports", async () => {
  const { port, receiver, sink, bugs } = await openReceiver(skywalkingRoutes);
  const post = (path: string, value: unknown) =>
    send(port, path, { headers: jsonType, body: JSON.stringify(value) });
  for (const [path, value] of [
    ["/v3/management/reportProperties", { service: "till", properties: [] }],
    ["/v3/management/keepAlive", { service: "till", serviceInstance: "till-1" }],
    ["/v3/segment", segment("s.1")],
    ["/v3/segments", [segment("s.2"), segment("s.3")]],
    ["/v3/logs", [log]],
  ] as const) {
    expect(await post(path, value)).toMatchObject({ status: 200, text: "{}" });
  }
  expect(sink.spans.map(({ span: { spanId } }) => spanId)).toEqual(["s.1:0", "s.2:0", "s.3:0"]);
  expect(sink.spans[0]!.span).toMatchObject({ name: "/pay", service: "till" });
  expect(sink.logs[0]).toMatchObject({ spanId: "s.1:0", event: { name: "paid" } });
  expect(receiver.counters).toMatchObject({ spans: 3, logs: 1, rejected: 0 });
  expect(bugs).toEqual([]);
});

test("refuses what is no segment with the reason, and counts it", async () => {
  const { port, receiver } = await openReceiver(skywalkingRoutes);
  for (const body of ["nonsense", "5", "[{}]", JSON.stringify(segment("s", 7))]) {
    const answer = await send(port, "/v3/segments", { headers: jsonType, body });
    expect(answer.status, body).toBe(400);
    expect(answer.text.trim()).not.toBe("");
  }
  const mixed = JSON.stringify([segment("s.1"), {}]);
  expect(await send(port, "/v3/segments", { headers: jsonType, body: mixed })).toMatchObject({
    status: 200,
  });
  expect(receiver.counters).toMatchObject({ spans: 1, rejected: 5 });
});

test("counts every span that is no span of a segment, with the reason", async () => {
  const { port, receiver, sink } = await openReceiver(skywalkingRoutes);
  const odd = [
    [{ ...segment("s.1"), traceSegmentId: 5 }, 1],
    [{ ...segment("s.2"), traceSegmentId: "" }, 1],
    [{ ...segment("s.3"), traceId: undefined }, 1],
    [segment("s.4", [span, null, 5, span]), 2],
    [segment("s.5", [{ ...span, startTime: "gt 0" }]), 1],
  ] as const;
  let rejected = 0;
  for (const [value, lost] of odd) {
    await send(port, "/v3/segments", { headers: jsonType, body: JSON.stringify([value]) });
    rejected += lost;
    expect(receiver.counters.rejected, JSON.stringify(value)).toBe(rejected);
    expect(receiver.counters.lastReason).toMatch(/segment|conditions/);
  }
  expect(sink.spans).toHaveLength(2);
});

/** Zipkin over HTTP. */

import { expect, test } from "vitest";
import { zipkinRoutes } from "../../../../src/collector/http/zipkinRoutes.ts";
import { SinkBusy } from "../../../../src/model/spanSink.ts";
import { send } from "./rawHttp.ts";
import { openReceiver, traceId, spanId, jsonType, protoType } from "./openReceiver.ts";

const v2 = {
  traceId,
  id: spanId,
  name: "work",
  kind: "CLIENT",
  timestamp: 1790000000000000,
  duration: 7,
};

test("keeps spans of version 2, whatever the content type says", async () => {
  const { port, sink } = await openReceiver(zipkinRoutes);
  for (const headers of [jsonType, {}, { "Content-Type": "text/plain" }]) {
    const answer = await send(port, "/api/v2/spans", { headers, body: JSON.stringify([v2]) });
    expect(answer).toMatchObject({ status: 202, text: "" });
  }
  expect(sink.spans).toHaveLength(3);
  expect(sink.spans[0]?.span).toMatchObject({ name: "work", endUnixNs: 1790000000000007000n });
});

test("keeps a span that has its ids only", async () => {
  const { port, sink } = await openReceiver(zipkinRoutes);
  const body = JSON.stringify([{ traceId: "1", id: "2" }]);
  expect(await send(port, "/api/v2/spans", { body })).toMatchObject({ status: 202 });
  expect(sink.spans[0]).toMatchObject({
    traceId: "1".padStart(32, "0"),
    span: { spanId: "2".padStart(16, "0") },
  });
});

test("takes an empty list", async () => {
  const { port } = await openReceiver(zipkinRoutes);
  expect(await send(port, "/api/v2/spans", { body: "[]" })).toMatchObject({ status: 202 });
  expect(await send(port, "/api/v2/spans", { headers: protoType })).toMatchObject({ status: 202 });
});

test("refuses what is no list of spans with the reason", async () => {
  const { port, receiver, bugs } = await openReceiver(zipkinRoutes);
  for (const [body, reason] of [
    ["{}", "not a JSON list of Zipkin spans"],
    ["nonsense", "JSON"],
    ['[{"id":"zz"}]', "1 of 1 have no traceId and id as Zipkin writes them"],
    ["[5,null]", "2 of 2 have no traceId and id"],
  ] as const) {
    const answer = await send(port, "/api/v2/spans", { headers: jsonType, body });
    expect(answer).toMatchObject({
      status: 400,
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
    expect(answer.text).toContain(reason);
  }
  const thrift = { "Content-Type": "application/x-thrift" };
  for (const body of [
    Buffer.alloc(0),
    Buffer.from("nonsense"),
    Buffer.from([12, 0x7f, 0xff, 0xff, 0xff]),
  ]) {
    expect(await send(port, "/api/v1/spans", { headers: thrift, body })).toMatchObject({
      status: 400,
    });
  }
  expect(receiver.counters).toMatchObject({ spans: 0, rejected: 8 });
  expect(bugs).toEqual([]);
});

test("tells the sender when to come again while the store cannot keep up", async () => {
  const { port } = await openReceiver(zipkinRoutes, {}, () => {
    throw new SinkBusy(100);
  });
  const answer = await send(port, "/api/v2/spans", { body: JSON.stringify([v2]) });
  expect(answer).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
});

test("counts a note on times in another unit, and reads them in that", async () => {
  const { port, receiver, sink } = await openReceiver(zipkinRoutes);
  const body = JSON.stringify([{ ...v2, timestamp: 1790000000000 }]);
  expect(await send(port, "/api/v2/spans", { body })).toMatchObject({ status: 202 });
  expect(sink.spans[0]?.span.startUnixNs).toBe(1790000000000000000n);
  expect(receiver.counters).toMatchObject({ spans: 1, rejected: 0, noted: 1 });
  expect(receiver.counters.lastNote).toMatch(/^the times of 1 of 1 spans are in a unit 1,000 /);
});

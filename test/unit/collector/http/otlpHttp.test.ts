/** OTLP over HTTP: both encodings, answers in the encoding of the request, and what is no OTLP. */

import { expect, test } from "vitest";
import { acceptOtlp } from "../../../../src/collector/http/otlpAnswers.ts";
import { SinkBusy } from "../../../../src/model/spanSink.ts";
import { field, message } from "../../formats/protoWriter.ts";
import { send } from "./rawHttp.ts";
import {
  openReceiver,
  allRoutes,
  traceId,
  spanId,
  jsonRequest,
  jsonSpan,
  protoSpan,
  protoRequest,
  jsonType,
  randomBytes,
  protoType,
} from "./openReceiver.ts";

test("tells notes on what was kept as a warning, in which nothing is rejected", () => {
  const noted = { stored: 1, rejected: 0, notes: ["in milliseconds"] };
  const { body } = acceptOtlp("application/json", noted, "rejectedSpans");
  expect(JSON.parse(String(body))).toEqual({
    partialSuccess: { rejectedSpans: "0", errorMessage: "in milliseconds" },
  });
  expect(acceptOtlp("application/x-protobuf", noted, "rejectedSpans").body).toEqual(
    field(1, message(field(2, "in milliseconds"))),
  );
});

test("keeps traces in either encoding, and answers in it", async () => {
  const { port, sink, receiver } = await openReceiver(allRoutes);
  const inJson = await send(port, "/v1/traces", {
    headers: { "Content-Type": "application/json; charset=utf-8" },
    body: jsonRequest(jsonSpan),
  });
  expect(inJson).toMatchObject({
    status: 200,
    headers: { "content-type": "application/json" },
    text: "{}",
  });
  const inProto = await send(port, "/v1/traces", {
    headers: protoType,
    body: protoRequest(protoSpan),
  });
  expect(inProto).toMatchObject({
    status: 200,
    headers: { "content-type": "application/x-protobuf" },
    text: "",
  });
  expect(sink.spans.map(({ span }) => [span.spanId, span.name])).toEqual([
    [spanId, "work"],
    [spanId, "work"],
  ]);
  expect(sink.spans[0]?.span.startUnixNs).toBe(1790000000000000001n);
  expect(receiver.counters).toMatchObject({ requests: 2, spans: 2, logs: 0, rejected: 0 });
});

test("keeps times that were written as numbers to the last digit", async () => {
  const { port, sink } = await openReceiver(allRoutes);
  const body = jsonRequest(jsonSpan).replace('"1790000000000000001"', "1790000000000000001");
  await send(port, "/v1/traces", { headers: jsonType, body });
  expect(sink.spans[0]?.span.startUnixNs).toBe(1790000000000000001n);
});

test("takes an empty request", async () => {
  const { port, receiver } = await openReceiver(allRoutes);
  for (const path of ["/v1/traces", "/v1/logs", "/v1/metrics"]) {
    expect(await send(port, path, { headers: jsonType, body: "{}" })).toMatchObject({
      status: 200,
      text: "{}",
    });
    expect(await send(port, path, { headers: protoType })).toMatchObject({ status: 200, text: "" });
  }
  expect(receiver.counters).toMatchObject({ requests: 6, spans: 0, rejected: 0 });
});

test("says how many it cannot keep, in the encoding of the request", async () => {
  const { port, receiver } = await openReceiver(allRoutes);
  const inJson = await send(port, "/v1/traces", {
    headers: jsonType,
    body: jsonRequest(jsonSpan, { ...jsonSpan, traceId: "" }),
  });
  expect(inJson.status).toBe(200);
  expect(JSON.parse(inJson.text)).toEqual({
    partialSuccess: { rejectedSpans: "1", errorMessage: "1 spans without a trace id" },
  });
  const inProto = await send(port, "/v1/traces", {
    headers: protoType,
    body: protoRequest(protoSpan, field(5, "lost")),
  });
  expect(inProto.status).toBe(200);
  expect(inProto.body).toEqual(
    field(1, message(field(1, 1), field(2, "1 spans without a trace id"))),
  );
  expect(receiver.counters).toMatchObject({ spans: 2, rejected: 2 });
});

test("keeps logs, of a trace or of none", async () => {
  const { port, sink, receiver } = await openReceiver(allRoutes);
  const record = { traceId, spanId, body: { stringValue: "said" }, timeUnixNano: "5" };
  const body = JSON.stringify({
    resourceLogs: [{ scopeLogs: [{ logRecords: [record, { body: { stringValue: "outside" } }] }] }],
  });
  expect(await send(port, "/v1/logs", { headers: jsonType, body })).toMatchObject({
    status: 200,
    text: "{}",
  });
  expect(sink.logs.map(log => log.event.name)).toEqual(["said", "outside"]);
  expect(receiver.counters).toMatchObject({ spans: 0, logs: 2, rejected: 0 });
});

test("tells the sender when to come again while the store cannot keep up", async () => {
  const { port, receiver } = await openReceiver(allRoutes, {}, () => {
    throw new SinkBusy(1500);
  });
  const inJson = await send(port, "/v1/traces", { headers: jsonType, body: jsonRequest(jsonSpan) });
  expect(inJson).toMatchObject({ status: 429, headers: { "retry-after": "2" } });
  expect(JSON.parse(inJson.text)).toEqual({ code: 8, message: "the store cannot keep up" });
  const inProto = await send(port, "/v1/traces", {
    headers: protoType,
    body: protoRequest(protoSpan),
  });
  expect(inProto).toMatchObject({ status: 429, headers: { "retry-after": "2" } });
  expect(inProto.body).toEqual(message(field(1, 8), field(2, "the store cannot keep up")));
  expect(receiver.counters.rejected).toBe(0);
});

test.each(["text/plain", "application/xml", "", "application/x-www-form-urlencoded"])(
  "does not read the content type '%s'",
  async type => {
    const { port } = await openReceiver(allRoutes);
    const headers: Record<string, string> = type === "" ? {} : { "Content-Type": type };
    const answer = await send(port, "/v1/traces", { headers, body: "{}" });
    expect(answer).toMatchObject({
      status: 415,
      headers: { "content-type": "text/plain; charset=utf-8" },
    });
  },
);

test("takes a list of nothing as Go writes it", async () => {
  const { port } = await openReceiver(allRoutes);
  const answer = await send(port, "/v1/traces", {
    headers: jsonType,
    body: '{"resourceSpans":null}',
  });
  expect(answer).toMatchObject({ status: 200, text: "{}" });
});

const wrongJson: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["no JSON", "nonsense"],
  ["a list", "[]"],
  ["a number", "5"],
  ["null", "null"],
  ["two documents", "{}{}"],
  ["a wrong type", '{"resourceSpans":5}'],
  ["another wrong type", '{"resourceSpans":{"a":1}}'],
  ["the half of it", '{"resourceSpans":['],
  ["deep lists", "[".repeat(200_000)],
  ["deeper lists", "[".repeat(2_000_000)],
  ["deep objects", '{"a":'.repeat(200_000)],
  [
    "small lists in lists that all end",
    `{"resourceSpans":[],"a":${"[".repeat(4_000)}${"]".repeat(4_000)}}`,
  ],
];
test.each(wrongJson)("refuses %s as JSON, with the reason", async (_name, body) => {
  const { port, bugs } = await openReceiver(allRoutes);
  const answer = await send(port, "/v1/traces", { headers: jsonType, body });
  expect(answer).toMatchObject({ status: 400, headers: { "content-type": "application/json" } });
  expect(JSON.parse(answer.text)).toMatchObject({
    code: 3,
    message: expect.stringMatching(/./) as string,
  });
  expect(bugs).toEqual([]);
});

test("refuses more objects than there is room for, before they are made", async () => {
  const { port } = await openReceiver(allRoutes);
  const empty = Buffer.from(`{"resourceSpans":[${"{},".repeat(2_500_000)}{}]}`);
  const answer = await send(port, "/v1/traces", { headers: jsonType, body: empty });
  expect(answer.status).toBe(413);
  expect(JSON.parse(answer.text)).toMatchObject({ message: "too many objects and lists" });
  const quoted = JSON.stringify({ a: '[{"\\'.repeat(500_000) });
  const text = await send(port, "/v1/traces", { headers: jsonType, body: quoted });
  expect(text).toMatchObject({ status: 200, text: "{}" });
});

test("survives values of every wrong type, nested as deep as one likes", async () => {
  const { port, bugs } = await openReceiver(allRoutes);
  const wrong = [5, "x", true, null, [], {}, [[[]]], { a: { b: 1 } }];
  for (const value of wrong) {
    const span = {
      ...jsonSpan,
      name: value,
      attributes: value,
      events: value,
      links: value,
      status: value,
    };
    const group = {
      resource: value,
      scopeSpans: [{ scope: value, spans: [span, value] }, value],
    };
    const body = JSON.stringify({ resourceSpans: [group, value] });
    expect((await send(port, "/v1/traces", { headers: jsonType, body })).status).toBe(200);
  }
  const deep = `${'{"arrayValue":{"values":['.repeat(50_000)}5${"]}}".repeat(50_000)}`;
  const attributes = JSON.stringify([{ key: "deep", value: "DEEP" }]).replace('"DEEP"', deep);
  const body = jsonRequest({ ...jsonSpan, attributes: "ATTRIBUTES" }).replace(
    '"ATTRIBUTES"',
    attributes,
  );
  expect((await send(port, "/v1/traces", { headers: jsonType, body })).status).toBeLessThan(500);
  expect(bugs).toEqual([]);
});

test("refuses protobuf that is cut short, at any byte, or not protobuf", async () => {
  const { port, bugs, sink } = await openReceiver(allRoutes);
  const whole = protoRequest(protoSpan);
  for (let length = 1; length < whole.length; length += 1) {
    const answer = await send(port, "/v1/traces", {
      headers: protoType,
      body: whole.subarray(0, length),
    });
    expect(answer.status).toBe(400);
    expect(answer.headers["content-type"]).toBe("application/x-protobuf");
    expect(answer.body.subarray(0, 2)).toEqual(Buffer.from([0x08, 3]));
  }
  for (const body of [randomBytes(1, 4000), randomBytes(2, 50), Buffer.alloc(3000, 0xff)]) {
    expect((await send(port, "/v1/traces", { headers: protoType, body })).status).toBeLessThan(500);
    expect((await send(port, "/v1/logs", { headers: protoType, body })).status).toBeLessThan(500);
  }
  expect(sink.spans).toEqual([]);
  expect(bugs).toEqual([]);
});

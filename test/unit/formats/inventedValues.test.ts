/** Nothing is made up that a file does not say: values that are none, ends that are unknown, ids that are no numbers. */

import { describe, expect, it } from "vitest";
import { writeOtlpProto } from "../../../src/formats/otlp/otlpProtoWriter.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import type { JsonObject } from "../../../src/formats/values/jsonObject.ts";
import { SpanFlag } from "../../../src/model/span.ts";

const traceId = "7c1d3f5a9b2e4c608d7f6e5a4b3c2d1e";
const startUs = 1_767_261_600_000_000;

function read(file: unknown) {
  return readTraceFile(Buffer.from(typeof file === "string" ? file : JSON.stringify(file)), {
    store: "file",
    path: "file.json",
    nowUnixMs: startUs / 1_000,
  });
}

function request(attributes: unknown): JsonObject {
  const times = { startTimeUnixNano: `${startUs}000`, endTimeUnixNano: `${startUs + 9}000` };
  const span = { traceId, spanId: "1122334455667788", name: "charge", ...times, attributes };
  const resource = {
    attributes: [{ key: "service.name", value: { Value: { StringValue: "till" } } }],
  };
  return { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] };
}

describe("attributes of OTLP in JSON", () => {
  const valuesOf = (attributes: unknown): Record<string, unknown> =>
    Object.fromEntries(
      read(request(attributes)).records[0]?.detail.attributes.map(each => [each.key, each.value]) ??
        [],
    );

  it("are read as Go prints its structs", () => {
    const file = request([
      { key: "retries", value: { Value: { IntValue: 3 } } },
      { key: "paid", value: { Value: { BoolValue: false } } },
      { key: "rate", value: { Value: { DoubleValue: 0.25 } } },
      {
        key: "cart",
        value: { Value: { ArrayValue: { values: [{ Value: { StringValue: "tea" } }] } } },
      },
      {
        key: "who",
        value: {
          Value: { KvlistValue: { values: [{ key: "id", value: { Value: { IntValue: 9 } } }] } },
        },
      },
    ]);
    const [record] = read(file).records;
    expect(record?.span.service).toBe("till");
    expect(
      Object.fromEntries(record?.detail.attributes.map(({ key, value }) => [key, value]) ?? []),
    ).toEqual({
      retries: 3,
      paid: false,
      rate: 0.25,
      cart: ["tea"],
      who: { id: 9 },
    });
    // The receiver must not take it for values that are empty.
    expect(writeOtlpProto(file)).toBeUndefined();
  });

  it("are read from a plain map, too", () => {
    expect(valuesOf({ retries: 3, rate: { doubleValue: 0.5 } })).toEqual({ retries: 3, rate: 0.5 });
    expect(writeOtlpProto(request({ retries: 3 }))).toBeUndefined();
  });

  it("are never turned into other values", () => {
    const values = valuesOf([
      { key: "half", value: { intValue: 2.5 } },
      { key: "word", value: { intValue: "many" } },
      { key: "nan", value: { doubleValue: "NaN" } },
      { key: "none", value: { doubleValue: null } },
      { key: "odd", value: { durationValue: "3s" } },
      { key: "empty", value: {} },
    ]);
    expect(values).toEqual({
      ...{ half: 2.5, word: "many", nan: "NaN", none: undefined, empty: undefined },
      odd: { durationValue: "3s" },
    });
  });

  it("that cannot be read are told with their place", () => {
    const { problems } = read(
      request([
        { key: "fine", value: { intValue: "1" } },
        { key: "rate", value: { doubleValue: null } },
        { key: "count", value: { intValue: null } },
      ]),
    );
    expect(problems).toMatchObject([
      {
        code: "storeNote",
        text: '2 values could not be read, the first at span 1122334455667788.attributes["rate"].doubleValue is null',
      },
    ]);
  });
});

describe("Zipkin", () => {
  const span = (id: string, more: object): object => ({
    ...{ traceId, id, name: "work", localEndpoint: { serviceName: "gate" } },
    ...more,
  });

  it("spans without a duration are not said to run", () => {
    const { records } = read([
      span("a1", { timestamp: startUs, duration: 35_000 }),
      span("b2", { parentId: "a1", timestamp: startUs }),
      span("c3", { parentId: "a1" }),
    ]);
    expect(records.map(({ span: { flags } }) => flags)).toEqual([
      0,
      SpanFlag.untimed,
      SpanFlag.untimed,
    ]);
    expect(records[1]?.span.startUnixNs).toBe(BigInt(startUs) * 1_000n);
    expect(records[1]?.span.endUnixNs).toBeUndefined();
  });

  it("spans are kept whose ids are no hexadecimal", () => {
    const root = "query-0f3a-11ee-b962-000000000001";
    const { records } = read([
      span(root, { timestamp: startUs, duration: 10 }),
      span("b2", { parentId: root, timestamp: startUs, duration: 5 }),
    ]);
    expect(records.map(each => each.span.spanId)).toEqual([root, "00000000000000b2"]);
    expect(records[1]?.span.parentSpanId).toBe(root);
  });

  it("has a span for each consumer of a message, of one service on several hosts", () => {
    const on = (ipv4: string): object => ({
      kind: "CONSUMER",
      timestamp: startUs + 10,
      localEndpoint: { serviceName: "mailer", ipv4 },
    });
    const { records } = read([
      span("a1", { kind: "PRODUCER", timestamp: startUs, duration: 5 }),
      ...["10.0.0.1", "10.0.0.2", "10.0.0.3"].map(host => span("a1", on(host))),
      span("d4", {
        parentId: "a1",
        timestamp: startUs + 20,
        duration: 1,
        localEndpoint: { serviceName: "mailer", ipv4: "10.0.0.2" },
      }),
    ]);
    const ids = records.map(each => each.span.spanId);
    expect(new Set(ids).size).toBe(5);
    const second = records.find(each => each.span.host === "10.0.0.2" && each.span.kind === 5);
    expect(records.find(each => each.span.spanId.endsWith("d4"))?.span.parentSpanId).toBe(
      second?.span.spanId,
    );
  });
});

it("a Jaeger span without a duration has no end, and one without a start keeps its length", () => {
  const span = (spanID: string, more: object): object => ({
    ...{ traceID: traceId, spanID, operationName: spanID, references: [], ...more },
  });
  const below = (spanID: string): object => ({
    references: [{ refType: "CHILD_OF", traceID: traceId, spanID }],
  });
  const { records } = read({
    data: [
      {
        traceID: traceId,
        spans: [
          span("a1", { startTime: 0, duration: 2_000 }),
          span("b2", { startTime: startUs + 500, duration: 100, ...below("a1") }),
          span("c3", { startTime: startUs + 600, ...below("a1") }),
        ],
      },
    ],
  });
  const [root, , open] = records.map(each => each.span);
  expect(root?.startUnixNs ?? 0n).toBe(0n);
  expect(root?.endUnixNs).toBe(BigInt(startUs + 2_500) * 1_000n);
  expect(open?.endUnixNs).toBeUndefined();
  expect(open?.flags).toBe(SpanFlag.untimed);
});

/** SkyWalking's segments and answers: ids, parents across segments, kinds, and what JSON of protobuf leaves out. */

import { describe, expect, it } from "vitest";
import { isSkywalking, readSkywalking } from "../../../src/formats/skywalking/skywalking.ts";
import type { JsonObject } from "../../../src/formats/values/jsonObject.ts";
import { EdgeKind, SpanKind, SpanStatus } from "../../../src/model/span.ts";
import { buildTraces, countRecords, outline } from "./outline.ts";

const context = { store: "file", nowUnixMs: 0 };

function read(...items: readonly JsonObject[]) {
  expect(items.map(isSkywalking)).not.toContain(false);
  return readSkywalking(items, context);
}

/** The three segments of the agent test tool's `actualData.yaml`, as the same tool answers them in JSON. */
const collected = {
  segmentItems: [
    {
      serviceName: "jettyserver-scenario",
      segmentSize: 1,
      segments: [
        {
          segmentId: "b7b87f050b004bcbaf6c3b461e310b39.19.15860972284530000",
          spans: [
            {
              ...{ operationName: "/jettyserver-case/case/receiveContext-0", parentSpanId: -1 },
              ...{ spanId: 0, spanLayer: "Http", spanType: "Entry", componentId: 19 },
              ...{ startTime: 1586097228454, endTime: 1586097230551, isError: false, peer: "" },
              tags: [{ key: "http.method", value: "GET" }],
              refs: [
                {
                  parentEndpoint: "/jettyclient-case/case/jettyclient-case",
                  networkAddress: "localhost:18080",
                  refType: "CrossProcess",
                  parentSpanId: 1,
                  parentTraceSegmentId: "9da55094db7845919d8de81cf26e9769.44.15860972266610000",
                  parentServiceInstance: "2c6396ba48d549c99ae3c1643aae5a90@172.17.0.2",
                  parentService: "jettyclient-scenario",
                  traceId: "9da55094db7845919d8de81cf26e9769.44.15860972266610001",
                },
              ],
            },
          ],
        },
      ],
    },
    {
      serviceName: "jettyclient-scenario",
      segmentSize: 2,
      segments: [
        {
          segmentId: "9da55094db7845919d8de81cf26e9769.43.15860972260670000",
          spans: [
            {
              ...{
                operationName: "/jettyclient-case/case/healthCheck",
                parentSpanId: -1,
                spanId: 0,
              },
              ...{ spanLayer: "Http", startTime: 1586097226069, endTime: 1586097226561 },
              ...{ componentId: 1, isError: false, spanType: "Entry", peer: "" },
            },
          ],
        },
        {
          segmentId: "9da55094db7845919d8de81cf26e9769.44.15860972266610000",
          spans: [
            {
              ...{ operationName: "/jettyserver-case/case/receiveContext-0", parentSpanId: 0 },
              ...{ spanId: 1, spanLayer: "Http", spanType: "Exit", peer: "localhost:18080" },
              ...{ startTime: 1586097226783, endTime: 1586097230546, componentId: 18 },
            },
            {
              ...{ operationName: "/jettyclient-case/case/jettyclient-case", parentSpanId: -1 },
              ...{ spanId: 0, spanLayer: "Http", spanType: "Entry", componentId: 1 },
              ...{ startTime: 1586097226661, endTime: 1586097230548 },
            },
          ],
        },
      ],
    },
  ],
};

describe("segments of the agents' test collector", () => {
  it("find their trace by what they refer to, and their place in it", () => {
    const { records } = read(collected);
    expect(countRecords(records)).toBe("4/2/3/3");
    expect(outline(records)).toBe(
      `
/jettyclient-case/case/jettyclient-case #jettyclient-scenario
  /jettyserver-case/case/receiveContext-0 #jettyclient-scenario
    /jettyserver-case/case/receiveContext-0 #jettyserver-scenario

/jettyclient-case/case/healthCheck #jettyclient-scenario`.trim(),
    );
    const traceId = "9da55094db7845919d8de81cf26e9769.44.15860972266610001";
    expect(records.filter(record => record.traceId === traceId)).toHaveLength(3);
    const [server] = records;
    expect(server?.span.spanId).toBe("b7b87f050b004bcbaf6c3b461e310b39.19.15860972284530000:0");
    expect(server?.span.startUnixNs).toBe(1586097228454000000n);
    expect(server?.detail.links[0]?.attributes).toContainEqual({
      key: "parentService",
      value: "jettyclient-scenario",
    });
  });

  it("that hold conditions instead of values are counted, not drawn", () => {
    const span = { operationName: "x", spanId: 0, parentSpanId: -1, startTime: "nq 0" };
    const segments = [{ segmentId: "not null", spans: [span] }];
    const { records, problems } = read({ segmentItems: [{ serviceName: "s", segments }] });
    expect(records).toEqual([]);
    expect(problems).toMatchObject([
      { code: "storeNote", text: "1 of 1 spans hold conditions of a test, not values" },
    ]);
  });
});

const segment = {
  traceId: "6B015183DA8B0AC68051B8A91B526A0C",
  traceSegmentId: "a",
  service: "shop",
  serviceInstance: "shop@1",
};
const times = { startTime: "1586097228454", endTime: "1586097228460" };

describe("segments as agents post them", () => {
  it("what protobuf leaves out is zero", () => {
    const { records } = read({
      ...segment,
      spans: [
        { ...times, parentSpanId: -1, operationName: "/buy", spanLayer: "Http" },
        { ...times, spanId: 1, operationName: "SELECT", spanType: "Exit", spanLayer: "Database" },
        { ...times, spanId: 2, parentSpanId: 1, operationName: "work", spanType: 2, spanLayer: 0 },
      ],
    });
    expect(outline(records)).toBe("/buy #shop\n  SELECT #shop\n    work #shop");
    expect(records.map(({ span }) => [span.spanId, span.kind])).toEqual([
      ["a:0", SpanKind.server],
      ["a:1", SpanKind.client],
      ["a:2", SpanKind.internal],
    ]);
    expect(records[0]?.traceId).toBe("6b015183da8b0ac68051b8a91b526a0c");
    expect(records[0]?.detail.traceId).toBe("6B015183DA8B0AC68051B8A91B526A0C".toLowerCase());
  });

  it("a consumer of a batch is below its first sender; the others are edges", () => {
    const ref = (parentTraceSegmentId: string, refType: string, traceId = segment.traceId) => ({
      ...{ parentTraceSegmentId, refType, traceId, parentSpanId: 1 },
    });
    const consumer = {
      ...{ ...times, parentSpanId: -1, operationName: "Kafka/orders/Consumer", spanLayer: "MQ" },
      tags: [{ key: "mq.topic", value: "orders" }],
      refs: [
        ref("elsewhere", "CrossProcess", "other.1.2"),
        ref("b", "CrossProcess"),
        ref("c", "CrossThread"),
      ],
    };
    const sender = (traceSegmentId: string) => ({
      ...{ ...segment, traceSegmentId },
      spans: [
        { ...times, parentSpanId: -1, operationName: "/send", spanType: "Entry" },
        { ...times, spanId: 1, operationName: "send", spanType: "Exit", spanLayer: "MQ" },
      ],
    });
    const { records } = read({ ...segment, spans: [consumer] }, sender("b"), sender("c"));
    const span = records[0]?.span;
    expect(span).toMatchObject({ parentSpanId: "b:1", kind: SpanKind.consumer, queue: "orders" });
    expect(span?.refs).toEqual([
      { kind: EdgeKind.crossProcess, traceId: "other.1.2", spanId: "elsewhere:1" },
      { kind: EdgeKind.crossThread, traceId: records[0]?.traceId, spanId: "c:1" },
    ]);
    expect(records[2]?.span.kind).toBe(SpanKind.producer);
    expect(buildTraces(records)[0]?.columns.edgeKind).toEqual(Uint8Array.of(EdgeKind.crossThread));
  });

  it("what was thrown is in the logs; a segment of another trace is not a missing parent", () => {
    const log = [
      { key: "event", value: "error" },
      { key: "error.kind", value: "java.lang.IllegalStateException" },
      { key: "message", value: "out of stock" },
      { key: "stack", value: "java.lang.IllegalStateException: out of stock\n\tat Shop.buy" },
    ];
    const refs = [{ parentTraceSegmentId: "z", parentSpanId: 3, traceId: "another" }];
    const span = { ...times, parentSpanId: -1, operationName: "/buy", isError: true, refs };
    const logs = [{ time: 1586097228455, data: log }];
    const { records } = read({ ...segment, spans: [{ ...span, logs }] });
    expect(records[0]?.span.status).toBe(SpanStatus.error);
    expect(records[0]?.detail.error).toMatchObject({
      type: "java.lang.IllegalStateException",
      message: "out of stock",
    });
    expect(records[0]?.detail.events[0]?.timeUnixNs).toBe("1586097228455000000");
    expect(buildTraces(records)[0]?.problems).toEqual([]);
  });
});

describe("answers over GraphQL", () => {
  const span = {
    ...{ traceId: "t.1.2", segmentId: "a", spanId: 0, parentSpanId: -1, refs: [] },
    ...{ serviceCode: "shop", serviceInstanceName: "shop@1", startTime: 5, endTime: 9 },
    ...{ endpointName: "POST:/users", type: "Entry", peer: "", component: "Tomcat" },
    ...{ isError: false, layer: "Http", tags: [], logs: [] },
  };
  const parent = { traceId: "t.1.2", parentSegmentId: "a", parentSpanId: 0 };
  const thread = {
    ...{ ...span, segmentId: "b", type: "Local", endpointName: "worker", startTime: 6 },
    refs: [{ ...parent, type: "CROSS_THREAD" }],
    attachedEvents: [
      {
        startTime: { seconds: 1, nanos: 5 },
        endTime: { seconds: 1, nanos: 9 },
        event: "write",
        tags: [{ key: "fd", value: "3" }],
        summary: [],
      },
    ],
  };

  it.each([
    ["queryTrace", { data: { queryTrace: { spans: [span, thread] } } }],
    ["queryTrace under another name", { data: { trace: { spans: [span, thread] } } }],
    ["queryTraces", { data: { queryTraces: { traces: [{ spans: [span, thread] }] } } }],
    ["the trace alone", { spans: [span, thread] }],
  ])("%s", (_name, answer) => {
    const { records } = read(answer);
    expect(outline(records)).toBe("POST:/users #shop\n  worker #shop");
    const { detail } = records[1]!;
    expect(detail.links).toMatchObject([{ kind: EdgeKind.crossThread, spanId: "a:0" }]);
    expect(detail.events).toEqual([
      {
        name: "write",
        timeUnixNs: "1000000005",
        attributes: [
          { key: "fd", value: "3" },
          { key: "durationNs", value: 4 },
        ],
      },
    ]);
  });

  it("nothing else is taken for one", () => {
    for (const item of [{ data: { services: [] } }, { spans: [{ spanID: "1" }] }, { data: null }]) {
      expect(isSkywalking(item)).toBe(false);
    }
  });

  it("nonsense in any field does no harm", () => {
    const odd: readonly unknown[] = [null, 0, -1, 1e300, "x", [], {}, [null], [[]], [{}], true];
    for (const key of Object.keys(thread)) {
      for (const value of odd) {
        for (const { detail } of readSkywalking([{ ...thread, [key]: value }], context).records) {
          expect(detail.stores).toEqual(["file"]);
        }
      }
    }
  });
});

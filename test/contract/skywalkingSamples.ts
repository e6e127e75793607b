/**
 * What SkyWalking's agents send, with times of now: what a Node.js agent really sent, byte by byte but for its times,
 * and segments in the form of the Java agent for what that one cannot do. Knows no server.
 */

import { credentials, Client } from "@grpc/grpc-js";
import { readSkywalking } from "../../src/formats/skywalking/skywalking.ts";
import { readSegment } from "../../src/formats/skywalking/skywalkingProto.ts";
import type { JsonObject } from "../../src/formats/values/jsonObject.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { readRecording } from "../sdkRecordings.ts";

const context = { store: "sent" };
const recorded = [1, 2, 3].map(number => `skywalking-nodejs-collect-${number}.bin`);

/** Three segments of one trace, for gRPC. */
export function readRecorded(startMs: number): readonly Uint8Array[] {
  const all = recorded.map(readRecording);
  const earliest = Math.min(...all.flatMap(listTimes).map(({ unixMs }) => unixMs));
  return all.map(bytes => {
    const shifted = Buffer.from(bytes);
    for (const { at, unixMs } of listTimes(bytes)) {
      writeVarint(shifted, at, unixMs - earliest + startMs);
    }
    return shifted;
  });
}

/** Milliseconds of our days take six bytes, whatever they are. */
function listTimes(bytes: Uint8Array): readonly { readonly at: number; readonly unixMs: number }[] {
  return Array.from(bytes.keys()).flatMap(at => {
    const own = bytes.subarray(at, at + 6);
    const isVarint = own.length === 6 && own.every((byte, i) => (i === 5) === byte < 0x80);
    const unixMs = own.reduce((sum, byte, i) => sum + (byte & 0x7f) * 2 ** (7 * i), 0);
    const isTime = isVarint && unixMs > Date.UTC(2026, 0) && unixMs < Date.UTC(2027, 0);
    return isTime ? [{ at, unixMs }] : [];
  });
}

function writeVarint(bytes: Buffer, at: number, value: number): void {
  for (let i = 0; i < 6; i += 1) {
    const bits = Math.floor(value / 2 ** (7 * i)) % 128;
    bytes[at + i] = i === 5 ? bits : bits | 0x80;
  }
}

/** As an agent reports: one stream, closed when all of it is sent. */
export async function report(address: string, segments: readonly Uint8Array[]): Promise<void> {
  const client = new Client(address, credentials.createInsecure());
  try {
    await new Promise<void>((resolve, reject) => {
      const call = client.makeClientStreamRequest(
        "/skywalking.v3.TraceSegmentReportService/collect",
        (bytes: Uint8Array) => Buffer.from(bytes),
        (bytes: Buffer) => bytes,
        error => {
          if (error === null) resolve();
          else reject(error);
        },
      );
      for (const segment of segments) call.write(segment);
      call.end();
    });
  } finally {
    client.close();
  }
}

interface SpanSketch {
  readonly parent?: number;
  readonly type?: "Entry" | "Exit" | "Local";
  readonly layer?: string;
  readonly name: string;
  /** Milliseconds from the start of the trace. */
  readonly from: number;
  readonly to: number;
  readonly refs?: readonly JsonObject[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly error?: { readonly kind: string; readonly message: string };
}

/** Segments of a shop, as the Java agent writes them: ids with dots, threads, messages, a batch. */
export function createSegments(startMs: number): readonly JsonObject[] {
  const at = (trace: number): number => startMs - trace * 60_000;
  const id = (trace: number): string =>
    `9da55094db7845919d8de81cf26e976${trace}.44.1586097226661000${trace}`;
  const segment = (
    trace: number,
    name: string,
    service: string,
    spans: readonly SpanSketch[],
  ): JsonObject => ({
    traceId: id(trace),
    traceSegmentId: `${name}.${trace}.${startMs}`,
    service,
    serviceInstance: `${service}@10.0.0.${trace}`,
    spans: spans.map((span, spanId) => ({
      spanId,
      parentSpanId: span.parent ?? spanId - 1,
      startTime: at(trace) + span.from,
      endTime: at(trace) + span.to,
      operationName: span.name,
      spanType: span.type ?? "Local",
      spanLayer: span.layer ?? "Unknown",
      componentId: 0,
      peer: span.type === "Exit" ? "10.0.0.9:80" : "",
      isError: span.error !== undefined,
      refs: span.refs ?? [],
      tags: Object.entries(span.tags ?? {}).map(([key, value]) => ({ key, value })),
      logs:
        span.error === undefined
          ? []
          : [
              {
                time: at(trace) + span.to,
                data: [
                  { key: "event", value: "error" },
                  { key: "error.kind", value: span.error.kind },
                  { key: "message", value: span.error.message },
                  {
                    key: "stack",
                    value: `${span.error.kind}: ${span.error.message}\n\tat shop.Pay`,
                  },
                ],
              },
            ],
    })),
  });
  const ref = (
    trace: number,
    name: string,
    parentSpanId: number,
    refType: "CrossProcess" | "CrossThread",
  ): JsonObject => ({
    refType,
    traceId: id(trace),
    parentTraceSegmentId: `${name}.${trace}.${startMs}`,
    parentSpanId,
    parentService: "shop-front",
    parentServiceInstance: `shop-front@10.0.0.${trace}`,
    parentEndpoint: "GET:/cart",
    networkAddressUsedAtPeer: "10.0.0.9:80",
  });
  const http = { "http.method": "GET", url: "http://shop/购物车?id=1" };
  return [
    segment(1, "front", "shop-front", [
      { name: "GET:/cart", type: "Entry", layer: "Http", from: 0, to: 90, tags: http },
      { name: "/stock", type: "Exit", layer: "Http", from: 10, to: 60 },
      {
        ...{ name: "orders/Producer", type: "Exit", layer: "MQ", parent: 0, from: 61, to: 63 },
        tags: {
          "mq.topic": "orders",
          "messaging.message_id": "019b4ed4-1a6d-7be3-8516-192449685f6d",
        },
      },
    ]),
    segment(1, "thread", "shop-front", [
      {
        ...{ name: "Thread/render", from: 12, to: 240 },
        refs: [ref(1, "front", 0, "CrossThread")],
      },
    ]),
    segment(1, "stock", "库存", [
      {
        ...{ name: "GET:/stock", type: "Entry", layer: "Http", from: 20, to: 55, tags: http },
        refs: [ref(1, "front", 1, "CrossProcess")],
        error: { kind: "java.lang.IllegalStateException", message: "out of stock" },
      },
      { name: "Mysql/JDBI/Statement", type: "Exit", layer: "Database", from: 25, to: 40 },
    ]),
    segment(1, "work", "worker", [
      {
        ...{ name: "Kafka/orders/Consumer", type: "Entry", layer: "MQ", from: 100, to: 180 },
        // A batch: one message of this trace, one of another.
        refs: [ref(1, "front", 2, "CrossProcess"), ref(2, "front", 0, "CrossProcess")],
        tags: { "mq.topic": "orders" },
      },
      { name: "pack", from: 110, to: 170 },
      { name: "weigh", parent: 1, from: 120, to: 130 },
    ]),
    segment(2, "front", "shop-front", [
      { name: "GET:/cart", type: "Entry", layer: "Http", from: 0, to: 20, tags: http },
    ]),
    segment(3, "front", "shop-front", [
      { name: "POST:/order", type: "Entry", layer: "Http", from: 0, to: 400, tags: http },
      { name: "validate", from: 1, to: 30 },
    ]),
    segment(4, "work", "worker", [{ name: "Cron/night", from: 0, to: 7 }]),
    segment(5, "front", "shop-front", [
      {
        ...{ name: "GET:/cart", type: "Entry", layer: "Http", from: 0, to: 15, tags: http },
        error: { kind: "Timeout", message: "too late" },
      },
    ]),
  ];
}

/** As our own reader sees both. */
export function readSent(
  segments: readonly JsonObject[],
  messages: readonly Uint8Array[],
): readonly SpanRecord[] {
  return [
    ...readSkywalking(segments, context).records,
    ...messages.flatMap(bytes => readSegment(bytes, context).records),
  ];
}

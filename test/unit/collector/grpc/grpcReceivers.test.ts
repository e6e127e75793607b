/**
 * The gRPC receivers to what no SDK would send, and to bytes that real SDKs sent: statuses, partial success,
 * back-pressure, both loopback addresses. What real SDKs make of them live is `test/peers`'.
 */

import { connect, createServer, type AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { openOtlpGrpc } from "../../../../src/collector/grpc/otlpGrpc.ts";
import { openSkywalkingGrpc } from "../../../../src/collector/grpc/skywalkingGrpc.ts";
import { BindError, type Receiver } from "../../../../src/collector/receiver.ts";
import { SinkBusy, type SpanSink } from "../../../../src/model/spanSink.ts";
import { readRecording } from "../../../sdkRecordings.ts";
import { field, message } from "../../formats/protoWriter.ts";
import { createMemorySink } from "./memorySink.ts";
import { openRawClient } from "./rawClient.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const open = async (receiver: Promise<Receiver>): Promise<Receiver> => {
  const opened = await receiver;
  closers.push(() => opened.close());
  return opened;
};
const openOtlp = (sink: SpanSink, port = 0): Promise<Receiver> =>
  openOtlpGrpc({ name: "otlpGrpc", port, target: { sink, store: "local" } });
const openSkywalking = (sink: SpanSink): Promise<Receiver> =>
  openSkywalkingGrpc({ name: "skywalking", port: 0, target: { sink, store: "local" } });
const clientOf = ({ port }: Receiver, host = "127.0.0.1", options = {}) => {
  const client = openRawClient(`${host}:${port}`, options);
  closers.push(client.close);
  return client;
};

const traces = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const logs = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
const metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

const Code = {
  ok: 0,
  invalidArgument: 3,
  resourceExhausted: 8,
  unimplemented: 12,
  unavailable: 14,
};

const traceId = Buffer.from("5b8efff798038103d269b633813fc60c", "hex");
const spanId = Buffer.from("eee19b7ec3c1b174", "hex");
const requestOf = (...items: readonly Buffer[]): Buffer =>
  field(1, message(field(2, message(...items.map(item => field(2, item))))));
const span = message(field(1, traceId), field(2, spanId), field(5, "work"));

describe("OTLP over gRPC", () => {
  it("keeps spans that are sent to either loopback address", async () => {
    const sink = createMemorySink();
    const receiver = await open(openOtlp(sink));
    expect(receiver.addresses[0]).toBe("127.0.0.1");
    for (const address of receiver.addresses) {
      const host = address.includes(":") ? `[${address}]` : address;
      const answer = await clientOf(receiver, host).call(traces, requestOf(span));
      expect(answer).toEqual({ code: Code.ok, bytes: Buffer.alloc(0) });
    }
    expect(sink.spans.map(record => record.span.name)).toEqual(
      receiver.addresses.map(() => "work"),
    );
    const { requests, spans, rejected, bytes } = receiver.counters;
    expect({ requests, spans, rejected }).toEqual({
      requests: receiver.addresses.length,
      spans: receiver.addresses.length,
      rejected: 0,
    });
    expect(bytes).toBeGreaterThan(span.length);
  });

  it("keeps what was sent compressed", async () => {
    const sink = createMemorySink();
    const receiver = await open(openOtlp(sink));
    for (const algorithm of [1, 2]) {
      const client = clientOf(receiver, "127.0.0.1", {
        "grpc.default_compression_algorithm": algorithm,
      });
      expect((await client.call(traces, requestOf(span))).code).toBe(Code.ok);
    }
    expect(sink.spans).toHaveLength(2);
  });

  it("keeps logs, of a trace or of none, and takes metrics without complaint", async () => {
    const sink = createMemorySink();
    const client = clientOf(await open(openOtlp(sink)));
    const own = message(field(9, traceId), field(10, spanId), field(5, field(1, "said")));
    const other = field(5, field(1, "outside"));
    expect((await client.call(logs, requestOf(own, other))).code).toBe(Code.ok);
    expect((await client.call(logs, requestOf(other))).code).toBe(Code.ok);
    expect((await client.call(metrics, Buffer.from("whatever"))).code).toBe(Code.ok);
    expect(sink.logs.map(({ event }) => event.name)).toEqual(["said", "outside", "outside"]);
  });

  it("takes an empty request", async () => {
    const client = clientOf(await open(openOtlp(createMemorySink())));
    for (const path of [traces, logs, metrics]) {
      expect(await client.call(path, Buffer.alloc(0))).toEqual({ code: 0, bytes: Buffer.alloc(0) });
    }
  });

  it("says how many spans no store can keep, and why", async () => {
    const sink = createMemorySink();
    const receiver = await open(openOtlp(sink));
    const answer = await clientOf(receiver).call(traces, requestOf(span, field(5, "lost")));
    const partial = message(field(1, 1), field(2, "1 spans without a trace id"));
    expect(answer).toEqual({ code: 0, bytes: field(1, partial) });
    expect(receiver.counters).toMatchObject({
      spans: 1,
      rejected: 1,
      lastReason: "1 spans without a trace id",
    });
  });

  it("refuses bad bytes with the reason, and goes on", async () => {
    const sink = createMemorySink();
    const receiver = await open(openOtlp(sink));
    const client = clientOf(receiver);
    for (const path of [traces, logs]) {
      const answer = await client.call(path, requestOf(span).subarray(0, -3));
      expect(answer).toMatchObject({
        code: Code.invalidArgument,
        details: expect.stringMatching(/^protobuf: /) as string,
      });
    }
    expect((await client.call(traces, requestOf(span))).code).toBe(Code.ok);
    expect(receiver.counters).toMatchObject({ requests: 3, spans: 1, rejected: 2 });
  });

  it("tells the sender when to come again while the store cannot keep up", async () => {
    const sink = createMemorySink(() => {
      throw new SinkBusy(1500);
    });
    const client = clientOf(await open(openOtlp(sink)));
    const answer = await client.call(traces, requestOf(span));
    expect(answer.code).toBe(Code.unavailable);
    const [facts] = "metadata" in answer ? answer.metadata.get("grpc-status-details-bin") : [];
    const delay = message(field(1, 1), field(2, 500_000_000));
    const retry = message(
      field(1, "type.googleapis.com/google.rpc.RetryInfo"),
      field(2, field(1, delay)),
    );
    expect(facts).toEqual(
      message(field(1, Code.unavailable), field(2, "the store cannot keep up"), field(3, retry)),
    );
  });

  it("lets the sender try again when the store fails", async () => {
    const sink = createMemorySink(() => {
      throw new Error("database or disk is full");
    });
    const receiver = await open(openOtlp(sink));
    expect(await clientOf(receiver).call(traces, requestOf(span))).toMatchObject({
      code: Code.unavailable,
      details: "database or disk is full",
    });
    expect(receiver.counters.lastReason).toBe("database or disk is full");
  });

  it("knows no other method", async () => {
    const client = clientOf(await open(openOtlp(createMemorySink())));
    const profiles = "/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export";
    expect((await client.call(profiles, Buffer.alloc(0))).code).toBe(Code.unimplemented);
  });

  it("takes 5 MiB, and refuses more than 64 MiB, compressed or not", async () => {
    const sink = createMemorySink();
    const receiver = await open(openOtlp(sink));
    const big = (bytes: number): Buffer =>
      requestOf(message(span, field(3, Buffer.alloc(bytes, "x"))));
    expect((await clientOf(receiver).call(traces, big(5 << 20))).code).toBe(Code.ok);
    for (const algorithm of [0, 2]) {
      const client = clientOf(receiver, "127.0.0.1", {
        "grpc.max_send_message_length": -1,
        "grpc.default_compression_algorithm": algorithm,
      });
      const answer = await client.call(traces, big(65 << 20));
      expect(answer.code, `compression ${algorithm}`).toBe(Code.resourceExhausted);
    }
    expect(sink.spans).toHaveLength(1);
  });

  it("stays up when something else knocks", async () => {
    const receiver = await open(openOtlp(createMemorySink()));
    for (const knock of [
      "GET /v1/traces HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "\x16\x03\x01\x00",
      "x",
    ]) {
      await new Promise<void>((resolve, reject) => {
        const socket = connect(receiver.port, "127.0.0.1", () => {
          socket.end(knock);
        });
        socket
          .on("error", () => undefined)
          .on("close", () => {
            resolve();
          });
        socket.resume().setTimeout(10_000, () => {
          reject(new Error(`still open after ${knock}`));
        });
      });
    }
    expect((await clientOf(receiver).call(traces, requestOf(span))).code).toBe(Code.ok);
  });

  it("names the port that another program holds", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    closers.push(() => other.close());
    await new Promise(resolve => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const failure = openOtlp(createMemorySink(), port);
    await expect(failure).rejects.toBeInstanceOf(BindError);
    await expect(failure).rejects.toMatchObject({ code: "EADDRINUSE", port, address: "127.0.0.1" });
  });

  it("frees its port when it closes, though senders are connected", async () => {
    const first = await openOtlp(createMemorySink());
    const client = clientOf(first);
    await client.call(traces, requestOf(span));
    await first.close();
    const second = await open(openOtlp(createMemorySink(), first.port));
    expect((await clientOf(second).call(traces, requestOf(span))).code).toBe(Code.ok);
  });
});

const collect = "/skywalking.v3.TraceSegmentReportService/collect";

function segmentOf(id: string): Buffer {
  const only = message(
    field(2, -1),
    field(3, 1586097228454),
    field(4, 1586097228460),
    field(6, id),
  );
  return message(field(1, "t1"), field(2, id), field(3, only), field(4, "shop"));
}

describe("SkyWalking over gRPC", () => {
  it.each([collect, "/TraceSegmentReportService/collect"])("keeps segments of %s", async path => {
    const sink = createMemorySink();
    const receiver = await open(openSkywalking(sink));
    const all = Array.from({ length: 300 }, (_, i) => segmentOf(`s${i}`));
    const answer = await clientOf(receiver).stream(path, all);
    expect(answer).toEqual({ code: 0, bytes: Buffer.alloc(0) });
    expect(new Set(sink.spans.map(({ span: { spanId: id } }) => id)).size).toBe(300);
    expect(receiver.counters).toMatchObject({ requests: 1, spans: 300, rejected: 0 });
  });

  it("keeps a collection of segments", async () => {
    const sink = createMemorySink();
    const client = clientOf(await open(openSkywalking(sink)));
    const request = message(field(1, segmentOf("a")), field(1, segmentOf("b")));
    await client.call("/skywalking.v3.TraceSegmentReportService/collectInSync", request);
    expect(sink.spans.map(({ span: { name } }) => name)).toEqual(["a", "b"]);
  });

  it("keeps logs, and the segment where one is named", async () => {
    const sink = createMemorySink();
    const client = clientOf(await open(openSkywalking(sink)));
    const place = message(field(1, "t1"), field(2, "a"), field(3, 1));
    const tag = (key: string, value: string): Buffer =>
      field(1, message(field(1, key), field(2, value)));
    const log = message(
      field(1, 1586097228455),
      field(2, "shop"),
      field(5, field(2, field(1, "said\nmore"))),
      field(6, place),
      field(7, message(tag("level", "WARN"), tag("logger", "orders"))),
    );
    const answer = await client.stream("/skywalking.v3.LogReportService/collect", [
      log,
      message(field(5, field(2, field(1, "outside")))),
    ]);
    expect(answer.code).toBe(0);
    expect(sink.logs).toEqual([
      {
        traceId: "t1",
        spanId: "a:1",
        event: {
          name: "said",
          timeUnixNs: "1586097228455000000",
          attributes: [
            { key: "log.severity", value: "WARN" },
            { key: "log.body", value: "said\nmore" },
            { key: "log.logger", value: "orders" },
            { key: "resource.service.name", value: "shop" },
          ],
        },
      },
      {
        traceId: "",
        event: {
          name: "outside",
          timeUnixNs: "0",
          attributes: [{ key: "log.severity", value: "UNSPECIFIED" }],
        },
      },
    ]);
  });

  it("says what it could not keep, and keeps the rest", async () => {
    const sink = createMemorySink();
    const receiver = await open(openSkywalking(sink));
    const nameless = message(field(1, "t1"), field(3, field(6, "x")));
    const answer = await clientOf(receiver).stream(collect, [
      segmentOf("a"),
      segmentOf("b").subarray(0, -2),
      nameless,
      segmentOf("c"),
    ]);
    expect(answer).toMatchObject({
      code: Code.invalidArgument,
      details: "protobuf: cut short; 1 spans of no segment with an id and a trace id",
    });
    expect(sink.spans.map(({ span: { name } }) => name)).toEqual(["a", "c"]);
    expect(receiver.counters).toMatchObject({ spans: 2, rejected: 2 });
  });

  it("holds the agent back while the store cannot keep up, and loses nothing", async () => {
    let refusals = 40;
    const sink = createMemorySink(() => {
      refusals -= 1;
      if (refusals >= 0) throw new SinkBusy(5);
    });
    const client = clientOf(await open(openSkywalking(sink)));
    const all = Array.from({ length: 200 }, (_, i) => segmentOf(`s${i}`));
    expect((await client.stream(collect, all)).code).toBe(Code.ok);
    expect(sink.spans).toHaveLength(200);
  });

  it("tells the agent when the store fails", async () => {
    const failures = [new SinkBusy(60_000), new Error("database or disk is full")];
    for (const failure of failures) {
      const sink = createMemorySink(() => {
        throw failure;
      });
      const client = clientOf(await open(openSkywalking(sink)));
      expect(await client.stream(collect, [segmentOf("a")])).toMatchObject({
        code: Code.unavailable,
        details: failure.message,
      });
    }
  });

  it("keeps what came before a sender left in the middle of its stream", async () => {
    const sink = createMemorySink();
    const client = clientOf(await open(openSkywalking(sink)));
    await client.stream(collect, [segmentOf("a")]);
    await client.abandon(collect, [segmentOf("b"), segmentOf("c")]);
    expect((await client.stream(collect, [segmentOf("d")])).code).toBe(Code.ok);
    expect(sink.spans.map(({ span: { name } }) => name)).toEqual(
      expect.arrayContaining(["a", "d"]),
    );
  });

  it.each([
    "/skywalking.v3.ManagementService/reportInstanceProperties",
    "/ManagementService/keepAlive",
    "/skywalking.v3.JVMMetricReportService/collect",
    "/skywalking.v3.ConfigurationDiscoveryService/fetchConfigurations",
    "/skywalking.v3.ProfileTask/getProfileTaskCommands",
    "/skywalking.v10.PprofTask/getPprofTaskCommands",
  ])("answers %s with no commands", async path => {
    const client = clientOf(await open(openSkywalking(createMemorySink())));
    const answer = await client.call(path, Buffer.from("whatever"));
    expect(answer).toEqual({ code: 0, bytes: Buffer.alloc(0) });
  });

  it.each([
    "/skywalking.v3.MeterReportService/collect",
    "/skywalking.v3.MeterReportService/collectBatch",
    "/skywalking.v3.EventService/collect",
    "/skywalking.v3.ProfileTask/collectSnapshot",
  ])("answers the stream of %s with no commands", async path => {
    const client = clientOf(await open(openSkywalking(createMemorySink())));
    const answer = await client.stream(path, [Buffer.from("a"), Buffer.from("b")]);
    expect(answer).toEqual({ code: 0, bytes: Buffer.alloc(0) });
  });
});

describe("what real SDKs sent over gRPC", () => {
  it("is kept of OpenTelemetry's", async () => {
    const sink = createMemorySink();
    const client = clientOf(await open(openOtlp(sink)));
    const request = readRecording("otel-js-otlp-grpc-Export-1.bin");
    expect((await client.call(traces, request)).code).toBe(Code.ok);
    expect(sink.spans).toHaveLength(6);
  });

  it("is kept of SkyWalking's", async () => {
    const sink = createMemorySink();
    const client = clientOf(await open(openSkywalking(sink)));
    const requests = [1, 2, 3].map(i => readRecording(`skywalking-nodejs-collect-${i}.bin`));
    expect((await client.stream(collect, requests)).code).toBe(Code.ok);
    expect(new Set(sink.spans.map(({ traceId: id }) => id)).size).toBe(1);
    const bySpanId = new Map(sink.spans.map(({ span }) => [span.spanId, span]));
    const parents = sink.spans.map(({ span }) => [
      span.name,
      bySpanId.get(span.parentSpanId ?? "")?.name,
    ]);
    expect(parents).toContainEqual(["GET:/stock/cart", "/stock/cart"]);
    const root = sink.spans.find(({ span }) => span.name === "GET:/cart");
    expect(root!.detail.resource).toContainEqual({ key: "service.instance.id", value: "inst-1" });
    expect(root!.detail.raw).toContain('"spanLayer":');
  });
});

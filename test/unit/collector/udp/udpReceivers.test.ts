/** The ports that take datagrams to whatever may be sent to them. What real clients send is `test/contract`'s. */

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Receiver } from "../../../../src/collector/receiver.ts";
import { SinkBusy } from "../../../../src/model/spanSink.ts";
import {
  openUdpReceiver,
  type UdpReceiverOptions,
} from "../../../../src/collector/udp/openUdpReceiver.ts";
import { readXrayDatagram } from "../../../../src/collector/udp/xrayDatagram.ts";
import { readJaegerCall } from "../../../../src/formats/jaeger/jaegerThrift.ts";
import { createMemorySink, type MemorySink } from "../grpc/memorySink.ts";

const oracle = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../fixtures/thrift/oracle.json"), "utf8"),
) as Readonly<Record<"compactCall" | "binaryCall" | "otherCall", string>>;
const compact = Buffer.from(oracle.compactCall, "hex");
const binary = Buffer.from(oracle.binaryCall, "hex");
const other = Buffer.from(oracle.otherCall, "hex");

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(
  options: Partial<UdpReceiverOptions> = {},
  before?: () => void,
): Promise<{ receiver: Receiver; sink: MemorySink; bugs: unknown[] }> {
  const sink = createMemorySink(before);
  const bugs: unknown[] = [];
  const receiver = await openUdpReceiver({
    name: "test",
    read: readJaegerCall,
    port: 0,
    target: { sink, store: "local" },
    onBug: error => bugs.push(error),
    ...options,
  });
  closers.push(() => receiver.close());
  return { receiver, sink, bugs };
}

async function sendTo(receiver: Receiver, datagrams: readonly Uint8Array[], address = "127.0.0.1") {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  for (const datagram of datagrams) {
    await new Promise<void>((resolve, reject) => {
      socket.send(datagram, receiver.port, address, error => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  }
  socket.close();
}

const arrived = (receiver: Receiver, requests: number) =>
  expect.poll(() => receiver.counters.requests, { timeout: 60_000 }).toBe(requests);
const kept = (sink: MemorySink, spans: number) =>
  expect.poll(() => sink.spans.length, { timeout: 60_000 }).toBe(spans);

describe("Jaeger's agent over UDP", () => {
  it("keeps compact and binary datagrams on one port, on either loopback address", async () => {
    const { receiver, sink } = await open();
    expect(receiver.addresses[0]).toBe("127.0.0.1");
    for (const address of receiver.addresses) await sendTo(receiver, [compact, binary], address);
    const count = 2 * receiver.addresses.length;
    await kept(sink, count);
    expect(new Set(sink.spans.map(({ span }) => span.name))).toEqual(new Set(["every type"]));
    expect(receiver.counters).toMatchObject({ requests: count, spans: count, rejected: 0 });
  });

  it("names the port that it cannot have", async () => {
    const holder = createSocket({ type: "udp6", ipv6Only: true });
    holder.bind(0, "::1");
    await once(holder, "listening");
    closers.push(() => holder.close());
    const { port } = holder.address();
    await expect(open({ port })).rejects.toMatchObject({
      name: "BindError",
      code: "EADDRINUSE",
      port,
    });
    // The half that could be had was given back.
    const again = createSocket("udp4");
    again.bind(port, "127.0.0.1");
    await once(again, "listening");
    again.close();
  });

  it("passes over other methods and bad bytes, counts them, and goes on", async () => {
    const { receiver, sink, bugs } = await open();
    const bad = [
      Buffer.alloc(0),
      Buffer.from("nonsense"),
      Buffer.alloc(60_000, 0xff),
      compact.subarray(0, -9),
    ];
    await sendTo(receiver, [other, ...bad]);
    await arrived(receiver, 5);
    await expect.poll(() => receiver.counters.rejected, { timeout: 60_000 }).toBe(5);
    await sendTo(receiver, [other]);
    await expect
      .poll(() => receiver.counters.lastReason, { timeout: 60_000 })
      .toBe("emitZipkinBatch is not read, only emitBatch");
    await sendTo(receiver, [compact]);
    await kept(sink, 1);
    expect(bugs).toEqual([]);
  });

  it("survives random bytes", async () => {
    const { receiver, sink, bugs } = await open();
    for (let seed = 0; seed < 200; seed += 1) {
      const bytes = Buffer.from(compact);
      for (let at = seed; at < bytes.length; at += 37) bytes[at] = (seed * 31 + at * 17) & 0xff;
      await sendTo(receiver, [bytes.subarray(0, bytes.length - (seed % 50))]);
    }
    await sendTo(receiver, [compact]);
    await expect.poll(() => sink.spans.at(-1)?.span.name, { timeout: 60_000 }).toBe("every type");
    expect(bugs).toEqual([]);
  });

  it("writes together what came together, and tries again while the store cannot keep up", async () => {
    let calls = 0;
    const { receiver, sink } = await open({}, () => {
      calls += 1;
      if (calls <= 3) throw new SinkBusy(10);
    });
    await sendTo(
      receiver,
      Array.from({ length: 100 }, () => compact),
    );
    await kept(sink, 100);
    expect(calls).toBeLessThan(50);
    expect(receiver.counters).toMatchObject({ requests: 100, spans: 100, rejected: 0 });
  });

  it("drops and counts what is more than may wait", async () => {
    let isBusy = true;
    const { receiver, sink } = await open({ maxWaitingBytes: compact.length * 10 }, () => {
      if (isBusy) throw new SinkBusy(20);
    });
    await sendTo(receiver, [compact]);
    await arrived(receiver, 1);
    await sendTo(
      receiver,
      Array.from({ length: 30 }, () => compact),
    );
    await arrived(receiver, 31);
    expect(receiver.counters.rejected).toBeGreaterThanOrEqual(20);
    expect(receiver.counters.lastReason).toBe("more datagrams than can be kept");
    isBusy = false;
    await kept(sink, 31 - receiver.counters.rejected);
  });

  it("loses what a bug loses, and no more", async () => {
    let calls = 0;
    const { receiver, sink, bugs } = await open({}, () => {
      calls += 1;
      if (calls === 1) throw new Error("a bug");
    });
    await sendTo(receiver, [compact]);
    await expect.poll(() => bugs.length, { timeout: 60_000 }).toBe(1);
    await sendTo(receiver, [binary]);
    await kept(sink, 1);
    expect(receiver.counters).toMatchObject({ spans: 1, rejected: 1, lastReason: "a bug" });
  });

  it("keeps what has come before it closes", async () => {
    const { receiver, sink } = await open();
    await sendTo(receiver, [compact, compact]);
    await arrived(receiver, 2);
    await receiver.close();
    closers.pop();
    expect(sink.spans).toHaveLength(2);
  });
});

describe("X-Ray's daemon over UDP", () => {
  const header = '{"format": "json", "version": 1}\n';
  const segment = {
    trace_id: "1-6a6b0f00-bd862e3fe1be46a994272793",
    ...{ id: "53995c3f42cd8ad8", name: "shop", start_time: 1784352512.25, end_time: 1784352512.5 },
    subsegments: [
      {
        ...{ id: "a1b2c3d4e5f60718", name: "DynamoDB", namespace: "aws", fault: true },
        ...{ start_time: 1784352512.3, end_time: 1784352512.4 },
      },
    ],
  };
  const openXray = () => open({ read: readXrayDatagram });
  const write = (value: unknown): Buffer => Buffer.from(header + JSON.stringify(value));

  it("keeps a segment with what is in it, and a subsegment that was sent alone", async () => {
    const { receiver, sink } = await openXray();
    const alone = {
      ...{ trace_id: segment.trace_id, id: "0000000000000abc", parent_id: segment.id },
      ...{ type: "subsegment", name: "pay", start_time: 1784352512.26, in_progress: true },
    };
    await sendTo(receiver, [write(segment), write(alone)]);
    await kept(sink, 3);
    const facts = sink.spans.map(({ traceId, span }) => [traceId, span.parentSpanId, span.name]);
    const traceId = "6a6b0f00bd862e3fe1be46a994272793";
    expect(facts).toEqual([
      [traceId, undefined, "shop"],
      [traceId, segment.id, "DynamoDB"],
      [traceId, segment.id, "pay"],
    ]);
    expect(sink.spans.map(({ span }) => span.endUnixNs)).toEqual([
      1784352512500000000n,
      1784352512400000000n,
      undefined,
    ]);
    expect(receiver.counters).toMatchObject({ requests: 2, spans: 3, rejected: 0, noted: 0 });
  });

  it("counts what is none of its protocol with the reason, and goes on", async () => {
    const { receiver, sink, bugs } = await openXray();
    for (const [datagram, reason] of [
      [compact, /JSON/],
      [Buffer.alloc(0), /JSON/],
      [Buffer.from("{}\n{}"), /^no header of X-Ray's daemon$/],
      [Buffer.from(JSON.stringify(segment)), /JSON/],
      [Buffer.from(header), /JSON/],
      [write({ ...segment, trace_id: "none" }), /^no segment of X-Ray$/],
      [write([segment]), /^no segment of X-Ray$/],
      [Buffer.from(`${header}${"[".repeat(30_000)}`), /^nested too deep/],
    ] as const) {
      const before = receiver.counters.rejected;
      await sendTo(receiver, [datagram]);
      await expect.poll(() => receiver.counters.rejected, { timeout: 60_000 }).toBe(before + 1);
      expect(receiver.counters.lastReason).toMatch(reason);
    }
    await sendTo(receiver, [write(segment)]);
    await kept(sink, 2);
    expect(bugs).toEqual([]);
  });
});

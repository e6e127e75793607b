/** gRPC's receivers to whoever sends half of everything: what they hold is bounded, and the port stays open. */

import { once } from "node:events";
import {
  connect as connectHttp2,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
} from "node:http2";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import type { GrpcReceiverOptions } from "../../../../src/collector/grpc/grpcServer.ts";
import { openOtlpGrpc } from "../../../../src/collector/grpc/otlpGrpc.ts";
import { openSkywalkingGrpc } from "../../../../src/collector/grpc/skywalkingGrpc.ts";
import { ReceiveBudget } from "../../../../src/collector/receiveBudget.ts";
import { createMemorySink } from "./memorySink.ts";
import { openRawClient } from "./rawClient.ts";

const TRACES = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(options: Partial<GrpcReceiverOptions> = {}, openReceiver = openOtlpGrpc) {
  const budget = new ReceiveBudget({ maxBodyBytes: 1_000_000, maxBytesInFlight: 1_000_000 });
  const target = { sink: createMemorySink(), store: "local" };
  const receiver = await openReceiver({ name: "test", port: 0, target, budget, ...options });
  closers.push(() => receiver.close());
  const { port } = receiver;
  const client = openRawClient(`127.0.0.1:${port}`);
  closers.push(() => client.close());
  return { port, budget, client, receiver };
}

function openSession(port: number): ClientHttp2Session {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  session.setMaxListeners(100);
  session.on("error", () => undefined);
  closers.push(() => session.destroy());
  return session;
}

/** A call that announces `length` bytes and sends `sent` of them; its status when it is refused. */
function sendHalf(session: ClientHttp2Session, length: number, sent: number, encoding?: string) {
  const headers = {
    ":method": "POST",
    ":path": TRACES,
    "content-type": "application/grpc",
    te: "trailers",
  };
  const stream = session.request({ ...headers, ...(encoding && { "grpc-encoding": encoding }) });
  stream.on("error", () => undefined);
  const frame = Buffer.alloc(5 + sent);
  frame.writeUInt32BE(length, 1);
  stream.write(frame);
  stream.resume();
  const status = new Promise<string>(resolve => {
    stream.once("response", answer => resolve(String(answer["grpc-status"])));
    stream.once("close", () => resolve("closed"));
  });
  return { stream, status };
}

async function connectSocket(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  closers.push(() => socket.destroy());
  await once(socket, "connect");
  // Who does not read does not notice that it was closed.
  return socket.resume();
}

test("half-sent messages hold no more than the budget, and give it back", async () => {
  const { port, budget, client } = await open();
  const sessions = Array.from({ length: 3 }, () => openSession(port));
  const calls = sessions.flatMap(session =>
    Array.from({ length: 8 }, () => sendHalf(session, 900_000, 200_000)),
  );
  // 24 times 200 KB were sent, and five fit.
  const told: string[] = [];
  for (const { status } of calls) void status.then(each => told.push(each));
  await expect
    .poll(() => told.filter(each => each === "14").length, { timeout: 60_000 })
    .toBeGreaterThanOrEqual(19);
  expect(budget.bytesInFlight).toBeLessThanOrEqual(1_000_000);
  expect(budget.bytesInFlight).toBeGreaterThan(0);
  for (const session of sessions) session.destroy();
  await expect.poll(() => budget.bytesInFlight, { timeout: 60_000 }).toBe(0);
  expect(await client.call(TRACES, Buffer.alloc(0))).toMatchObject({ code: 0 });
});

test("a message that does not come in time is refused, and what is idle is closed", async () => {
  const timeouts = { handshakeMs: 100, messageMs: 200, idleMs: 300 };
  const { port, budget } = await open({ timeouts });
  const silent = await connectSocket(port);
  const stammering = await connectSocket(port);
  stammering.write("PRI * HTTP");
  const { status, stream } = sendHalf(openSession(port), 900_000, 1_000);
  const idle = openSession(port);
  await Promise.all([
    ...[silent, stammering, stream, idle].map(each => once(each, "close")),
    expect(status).resolves.toBe("14"),
  ]);
  await expect.poll(() => budget.bytesInFlight, { timeout: 60_000 }).toBe(0);
});

test("a connection whose calls are reset is closed, and one that waits for some is not", async () => {
  const { port, client } = await open();
  const call = (session: ClientHttp2Session): ClientHttp2Stream => {
    const headers = { ":path": TRACES, "content-type": "application/grpc", te: "trailers" };
    const stream = session.request({ ":method": "POST", ...headers });
    return stream.on("error", () => undefined).resume();
  };
  const resetMany = async (session: ClientHttp2Session, calls: number): Promise<void> => {
    const ended = new AbortController();
    session.once("goaway", () => ended.abort());
    for (let each = 0; each < calls && !ended.signal.aborted; each += 1) {
      const stream = call(session);
      stream.close(constants.NGHTTP2_CANCEL);
      await once(stream, "close");
    }
  };
  const hostile = openSession(port);
  const closed = once(hostile, "close");
  await Promise.all([resetMany(hostile, 300), closed]);

  const hasty = openSession(port);
  await resetMany(hasty, 60);
  for (let each = 0; each < 60; each += 1) {
    const stream = call(hasty);
    stream.end(Buffer.alloc(5));
    await once(stream, "close");
  }
  await resetMany(hasty, 60);
  expect(hasty.destroyed || hasty.closed).toBe(false);
  expect(await client.call(TRACES, Buffer.alloc(0))).toMatchObject({ code: 0 });
});

test("a port is not shut by whoever holds connections", async () => {
  const { port, client } = await open({ maxConnections: 5 });
  const sockets: Socket[] = [];
  for (let each = 0; each < 20; each += 1) sockets.push(await connectSocket(port));
  expect(await client.call(TRACES, Buffer.alloc(0))).toMatchObject({ code: 0 });
  await expect
    .poll(() => sockets.filter(socket => !socket.destroyed && !socket.closed).length, {
      timeout: 60_000,
    })
    .toBeLessThanOrEqual(5);
});

test("what is compressed counts as what it becomes", async () => {
  const { port, budget } = await open();
  const bomb = gzipSync(Buffer.alloc(900_000));
  const session = openSession(port);
  const calls = Array.from({ length: 40 }, () => {
    const stream = session.request({
      ":method": "POST",
      ":path": TRACES,
      "content-type": "application/grpc",
      "grpc-encoding": "gzip",
    });
    const frame = Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), bomb]);
    frame.writeUInt32BE(bomb.length, 1);
    stream.end(frame);
    stream.resume();
    return once(stream, "response");
  });
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, budget.bytesInFlight)), 1);
  const statuses = (await Promise.all(calls)).map(([answer]) =>
    String((answer as Record<string, unknown>)["grpc-status"]),
  );
  clearInterval(watch);
  // Zeros are no request: 3 is what is told of those that fitted, 14 that of the others.
  expect(statuses.filter(each => each !== "3" && each !== "14")).toEqual([]);
  expect(statuses).toContain("3");
  expect(most).toBeLessThanOrEqual(1_000_000);
  await expect.poll(() => budget.bytesInFlight, { timeout: 60_000 }).toBe(0);
});

test("streams give back what they held of each message", async () => {
  const { client, budget } = await open({}, openSkywalkingGrpc);
  const messages = Array.from({ length: 200 }, () => Buffer.alloc(10_000));
  for (const path of [
    "TraceSegmentReportService/collect",
    "JVMMetricReportService/collect",
    "MeterReportService/collect",
  ]) {
    await client.stream(`/skywalking.v3.${path}`, messages);
  }
  await expect.poll(() => budget.bytesInFlight, { timeout: 60_000 }).toBe(0);
});

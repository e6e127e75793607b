/** Bodies of HTTP requests, as they may be compressed, too large, slow, or never end. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { expect, test } from "vitest";
import type { Route } from "../../../../src/collector/http/route.ts";
import { ReceiveBudget } from "../../../../src/collector/receiveBudget.ts";
import { send, sendBytes } from "./rawHttp.ts";
import {
  closers,
  openReceiver,
  allRoutes,
  jsonRequest,
  jsonSpan,
  jsonType,
  protoType,
} from "./openReceiver.ts";

test.each([
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["zstd", zstdCompressSync],
  ["br", brotliCompressSync],
  ["identity", (bytes: Uint8Array) => bytes],
])("reads %s", async (encoding, compress) => {
  const { port, sink, receiver } = await openReceiver(allRoutes);
  const body = compress(Buffer.from(jsonRequest(jsonSpan)));
  const headers = { ...jsonType, "Content-Encoding": encoding };
  expect(await send(port, "/v1/traces", { headers, body })).toMatchObject({ status: 200 });
  expect(sink.spans).toHaveLength(1);
  expect(receiver.counters.bytes).toBe(body.length);
});

test("refuses what it cannot decompress", async () => {
  const { port, receiver } = await openReceiver(allRoutes);
  const whole = gzipSync(jsonRequest(jsonSpan));
  const sendGzip = (encoding: string, body: Uint8Array) =>
    send(port, "/v1/traces", { headers: { ...jsonType, "Content-Encoding": encoding }, body });
  for (let length = 0; length < whole.length; length += 1) {
    expect((await sendGzip("gzip", whole.subarray(0, length))).status).toBe(400);
  }
  for (const encoding of ["gzip", "deflate", "zstd", "br"]) {
    const answer = await sendGzip(encoding, Buffer.from("no such thing"));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 3 });
  }
  for (const encoding of ["lz4", "gzip, gzip", "constructor"]) {
    const answer = await sendGzip(encoding, whole);
    expect(answer).toMatchObject({
      status: 415,
      headers: { "accept-encoding": "gzip, deflate, br, zstd" },
    });
  }
  expect(receiver.counters).toMatchObject({ spans: 0, rejected: whole.length + 7 });
});

test("refuses bodies that are too large, before and after decompression", async () => {
  const { port, receiver } = await openReceiver(allRoutes, {
    budget: new ReceiveBudget({ maxBodyBytes: 1024 * 1024 }),
  });
  const zeros = Buffer.alloc(1024 * 1024 + 1);
  const bomb = Buffer.alloc(50 * 1024 * 1024);
  const answers = await Promise.all([
    send(port, "/v1/traces", { headers: protoType, body: zeros }),
    send(port, "/v1/traces", {
      headers: { ...protoType, "Transfer-Encoding": "chunked" },
      body: zeros,
    }),
    send(port, "/v1/traces", {
      headers: { ...protoType, "Content-Encoding": "gzip" },
      body: gzipSync(bomb),
    }),
    send(port, "/v1/traces", {
      headers: { ...protoType, "Content-Encoding": "zstd" },
      body: zstdCompressSync(bomb),
    }),
  ]);
  for (const answer of answers) {
    expect(answer.status).toBe(413);
    expect(answer.body.toString()).toContain("more than 1 MiB");
  }
  expect(receiver.counters).toMatchObject({
    spans: 0,
    rejected: 4,
    lastReason: "more than 1 MiB",
  });
});

test("holds no more bodies at once than it may, and says when to come again", async () => {
  const budget = new ReceiveBudget({ maxBodyBytes: 1000, maxBytesInFlight: 1500 });
  const { port, receiver } = await openReceiver(allRoutes, { budget });
  const head = (length: number): string =>
    `POST /spans HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`;
  const slow = connect(port, "127.0.0.1");
  await once(slow, "connect");
  // What was promised counts for nothing, what has come does.
  slow.write(`${head(1000)}${"{".repeat(700)}`);
  await expect.poll(() => budget.bytesInFlight, { timeout: 60_000 }).toBe(700);
  const refused = await send(port, "/spans", { body: "x".repeat(900) });
  expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  // What was refused for now is not lost, so it is not counted as such.
  expect(receiver.counters.rejected).toBe(0);
  slow.destroy();
  await expect
    .poll(async () => (await send(port, "/spans", { body: " ".repeat(900) })).status, {
      timeout: 60_000,
    })
    .toBe(400);
});

test("forgets a client that goes away in the middle of its body", async () => {
  const { port, sink, receiver, bugs } = await openReceiver(allRoutes, {
    budget: new ReceiveBudget({ maxBodyBytes: 1000, maxBytesInFlight: 1000 }),
  });
  for (let times = 0; times < 50; times += 1) {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    const head = "POST /spans HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n[";
    await new Promise(resolve => socket.write(head, resolve));
    socket.resetAndDestroy();
  }
  const body = jsonRequest(jsonSpan);
  await expect
    .poll(async () => (await send(port, "/v1/traces", { headers: jsonType, body })).status, {
      timeout: 60_000,
    })
    .toBe(200);
  expect(sink.spans).toHaveLength(1);
  expect(receiver.counters.rejected).toBe(0);
  expect(bugs).toEqual([]);
});

test("lets nobody hold a connection by sending slowly, or not at all", async () => {
  const { port } = await openReceiver(allRoutes, { headersTimeoutMs: 300, requestTimeoutMs: 600 });
  const answers = await Promise.all([
    sendBytes(port),
    sendBytes(port, "POST /v1/traces HTTP/1.1\r\nHost: loc"),
    sendBytes(port, "POST /spans HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n["),
    sendBytes(port, "\u0000\u0001 no HTTP at all\r\n\r\n"),
  ]);
  expect(answers.map(answer => /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])).toEqual([
    "408",
    "408",
    "408",
    "400",
  ]);
});

test("is not shut by whoever sends bodies that never end", async () => {
  const { port } = await openReceiver(allRoutes, { maxConnections: 5 });
  const sockets: Socket[] = [];
  for (let each = 0; each < 12; each += 1) {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    closers.push(() => socket.destroy());
    await once(socket, "connect");
    socket.resume().write("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n");
    socket.write("Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{");
    sockets.push(socket);
  }
  const body = jsonRequest(jsonSpan);
  const answer = await send(port, "/v1/traces", { headers: jsonType, body });
  expect(answer.status).toBe(200);
  await expect
    .poll(() => sockets.filter(socket => !socket.closed).length, { timeout: 60_000 })
    .toBeLessThanOrEqual(5);
});

test("is not shut by whoever holds connections: where one more comes, the idlest goes", async () => {
  const { port } = await openReceiver(allRoutes, { maxConnections: 5 });
  const sockets: Socket[] = [];
  for (let each = 0; each < 30; each += 1) {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    closers.push(() => socket.destroy());
    await once(socket, "connect");
    sockets.push(socket.resume());
  }
  const answer = await send(port, "/v1/traces", { headers: jsonType, body: jsonRequest(jsonSpan) });
  expect(answer.status).toBe(200);
  const countOpen = (): number => sockets.filter(socket => !socket.closed).length;
  await expect.poll(countOpen, { timeout: 60_000 }).toBeLessThanOrEqual(5);
});

test("counts what bodies become by decompression, and refuses what does not fit", async () => {
  const budget = new ReceiveBudget({ maxBodyBytes: 1_000_000, maxBytesInFlight: 1_500_000 });
  let goOn: (() => void) | undefined;
  const isKeeping = new Promise<void>(resolve => (goOn = resolve));
  const slow = (target: Parameters<typeof allRoutes>[0]): readonly Route[] => {
    const sink = {
      ...target.sink,
      ingestOtlp: () => isKeeping.then(() => ({ stored: 1, rejected: 0 })),
    };
    return allRoutes({ ...target, sink });
  };
  const { port } = await openReceiver(slow, { budget });
  const body = gzipSync(Buffer.alloc(900_000));
  const headers = { ...protoType, "Content-Encoding": "gzip" };
  const first = send(port, "/v1/traces", { headers, body });
  await expect.poll(() => budget.bytesInFlight, { timeout: 60_000 }).toBe(900_000);
  expect((await send(port, "/v1/traces", { headers, body })).status).toBe(503);
  goOn?.();
  expect((await first).status).toBe(200);
  expect(budget.bytesInFlight).toBe(0);
});

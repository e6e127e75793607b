/** The HTTP receivers to whatever may be sent to them. What real SDKs send is `test/contract`'s. */

import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import {
  openHttpReceiver,
  type HttpReceiverOptions,
} from "../../../../src/collector/http/openHttpReceiver.ts";
import { jaegerRoute } from "../../../../src/collector/http/jaegerRoute.ts";
import { otlpRoutes } from "../../../../src/collector/http/otlpRoutes.ts";
import { plainSpansRoute } from "../../../../src/collector/http/plainSpansRoute.ts";
import { HttpRefusal, type HttpAnswer, type Route } from "../../../../src/collector/http/route.ts";
import { zipkinRoutes } from "../../../../src/collector/http/zipkinRoutes.ts";
import { ReceiveBudget } from "../../../../src/collector/receiveBudget.ts";
import type { Receiver } from "../../../../src/collector/receiver.ts";
import { SinkBusy, type SpanSink } from "../../../../src/model/spanSink.ts";
import { field, message } from "../../formats/protoWriter.ts";
import { createMemorySink, type MemorySink } from "../grpc/memorySink.ts";
import { send, sendBytes } from "./rawHttp.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(
  routesOf: (target: { sink: SpanSink; store: string }) => readonly Route[],
  options: Partial<HttpReceiverOptions> = {},
  before?: () => void,
): Promise<{ receiver: Receiver; port: number; sink: MemorySink; bugs: unknown[] }> {
  const sink = createMemorySink(before);
  const bugs: unknown[] = [];
  const receiver = await openHttpReceiver({
    name: "test",
    port: 0,
    routes: routesOf({ sink, store: "local" }),
    onBug: error => bugs.push(error),
    ...options,
  });
  closers.push(() => receiver.close());
  return { receiver, port: receiver.port, sink, bugs };
}
const all = (target: { sink: SpanSink; store: string }): readonly Route[] => [
  ...otlpRoutes(target),
  plainSpansRoute(target),
];

const traceId = "5b8efff798038103d269b633813fc60c";
const spanId = "eee19b7ec3c1b174";
const jsonRequest = (...spans: readonly object[]): string =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const jsonSpan = { traceId, spanId, name: "work", startTimeUnixNano: "1790000000000000001" };
const protoSpan = message(
  field(1, Buffer.from(traceId, "hex")),
  field(2, Buffer.from(spanId, "hex")),
  field(5, "work"),
);
const protoRequest = (...spans: readonly Buffer[]): Buffer =>
  field(1, message(field(2, message(...spans.map(span => field(2, span))))));

const json = { "Content-Type": "application/json" };
const proto = { "Content-Type": "application/x-protobuf" };

describe("any HTTP receiver", () => {
  it("listens on both loopback addresses, on one port", async () => {
    const { receiver, port, sink } = await open(all);
    expect(receiver.addresses[0]).toBe("127.0.0.1");
    for (const address of receiver.addresses) {
      const answer = await send(port, "/v1/traces", {
        address,
        headers: json,
        body: jsonRequest(jsonSpan),
      });
      expect(answer.status).toBe(200);
    }
    expect(sink.spans).toHaveLength(receiver.addresses.length);
  });

  it("names the port that it cannot have, and holds no half of it", async () => {
    const holder = createServer().listen(0, "::1");
    await once(holder, "listening");
    closers.push(() => holder.close());
    const { port } = holder.address() as AddressInfo;
    const opening = openHttpReceiver({ name: "test", port, routes: [] });
    await expect(opening).rejects.toMatchObject({
      name: "BindError",
      code: "EADDRINUSE",
      port,
      address: "::1",
    });
    const again = createServer().listen(port, "127.0.0.1");
    await once(again, "listening");
    again.close();
  });

  it.each([
    ["localhost", 200],
    ["localhost:4318", 200],
    ["LOCALHOST:1", 200],
    ["127.0.0.1:4318", 200],
    ["127.8.9.10", 200],
    ["[::1]:4318", 200],
    ["evil.example", 403],
    ["host.docker.internal:4318", 200],
    ["HOST.containers.internal", 200],
    ["host.docker.internal.evil.example", 403],
    ["evil.docker.internal", 403],
    ["localhost.evil.example", 403],
    ["127.0.0.1.evil.example:4318", 403],
    ["192.168.0.7:4318", 403],
    ["0.0.0.0:4318", 403],
  ])("answers the host %s with %i", async (host, status) => {
    const { port, sink } = await open(all);
    const headers = { ...json, Host: host };
    const answer = await send(port, "/v1/traces", { headers, body: jsonRequest(jsonSpan) });
    expect(answer.status).toBe(status);
    expect(sink.spans).toHaveLength(status === 200 ? 1 : 0);
  });

  it("refuses a request that names no host", async () => {
    const { port } = await open(all);
    const end =
      "Connection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    const empty = await sendBytes(port, `POST /v1/traces HTTP/1.1\r\nHost: \r\n${end}`);
    const none = await sendBytes(port, `POST /v1/traces HTTP/1.0\r\n${end}`);
    expect([empty, none].map(answer => answer.slice(9, 12))).toEqual(["403", "403"]);
  });

  it("lets pages of this machine send, and no others", async () => {
    const { port, sink } = await open(all);
    for (const origin of ["http://localhost:5173", "https://127.0.0.1", "http://[::1]:8080"]) {
      const preflight = await send(port, "/v1/traces", {
        method: "OPTIONS",
        headers: {
          Origin: origin,
          "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "content-type,x-tenant",
        },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers).toMatchObject({
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "content-type,x-tenant",
      });
      const answer = await send(port, "/v1/traces", {
        headers: { ...json, Origin: origin },
        body: "{}",
      });
      expect(answer.headers).toMatchObject({
        "access-control-allow-origin": origin,
        vary: "Origin",
      });
    }
    const others = [
      "https://evil.example",
      "http://localhost.evil.example",
      "null",
      "http://localhost:1@x",
    ];
    for (const origin of others) {
      const headers = { ...json, Origin: origin };
      const answers = [
        await send(port, "/v1/traces", { method: "OPTIONS", headers }),
        await send(port, "/v1/traces", { headers, body: jsonRequest(jsonSpan) }),
      ];
      for (const answer of answers) {
        expect(answer.status).toBe(403);
        expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
      }
    }
    expect(sink.spans).toHaveLength(0);
  });

  it("does no work for a page of another origin, which sends no Origin with pictures and links", async () => {
    let reads = 0;
    const route: Route = {
      kind: "read",
      path: "/api/services",
      answer: () => {
        reads += 1;
        return Promise.resolve({ status: 200 });
      },
    };
    const { port, sink } = await open(target => [...all(target), route]);
    const ask = async (method: string, headers: Record<string, string>): Promise<number> => {
      const isPost = method === "POST";
      const body = isPost ? jsonRequest(jsonSpan) : undefined;
      const path = isPost ? "/v1/traces" : "/api/services";
      const sent = { method, headers: { ...json, ...headers }, ...(body && { body }) };
      return (await send(port, path, sent)).status;
    };
    for (const site of ["cross-site", "same-site", "x"]) {
      const headers = { "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors" };
      for (const method of ["GET", "HEAD", "POST"]) expect(await ask(method, headers)).toBe(403);
      // A page of this machine may send, and cannot read.
      const local = { ...headers, Origin: "http://localhost:5173" };
      expect(await ask("GET", local)).toBe(403);
      expect(await ask("POST", local)).toBe(200);
    }
    expect(reads).toBe(0);
    expect(sink.spans).toHaveLength(3);
    // An address that was typed, a page of the receiver's own, a script.
    for (const site of ["none", "same-origin"]) {
      expect(await ask("GET", { "Sec-Fetch-Site": site })).toBe(200);
    }
    expect(await ask("GET", {})).toBe(200);
    expect(reads).toBe(3);
  });

  it("answers what can be read to scripts and to no page", async () => {
    const route: Route = {
      kind: "read",
      path: "/api/traces/{traceId}",
      answer: ({ parameters, query }) => {
        if (parameters["traceId"] === "none") throw new HttpRefusal(404, "no such trace");
        const body = `${parameters["traceId"]} ${query.get("raw") ?? ""}`;
        return Promise.resolve({ status: 200, body });
      },
    };
    const { port } = await open(() => [route]);
    const answer = await send(port, "/api/traces/a%2Fb%25?raw=1", {
      method: "GET",
      headers: { Origin: "http://localhost:3000" },
    });
    expect(answer).toMatchObject({ status: 200, text: "a/b% 1" });
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expect(await send(port, "/api/traces/x", { method: "HEAD" })).toMatchObject({
      status: 200,
      text: "",
    });
    expect(await send(port, "/api/traces/none", { method: "GET" })).toMatchObject({
      status: 404,
      text: "no such trace\n",
    });
    for (const method of ["POST", "OPTIONS", "DELETE"]) {
      const refused = await send(port, "/api/traces/x", { method });
      expect(refused).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
    }
    for (const path of ["/api/traces/", "/api/traces", "/api/traces/a/b", "/"]) {
      expect(await send(port, path, { method: "GET" })).toMatchObject({ status: 404 });
    }
  });

  it("tells a reader's question that nobody waits for the answer", async () => {
    const aborted = Promise.withResolvers<boolean>();
    const { port, bugs } = await open(() => [
      {
        kind: "read",
        path: "/slow",
        answer: (_, signal) =>
          new Promise(resolve => {
            signal.addEventListener("abort", () => {
              aborted.resolve(signal.aborted);
              resolve({ status: 200 });
            });
          }),
      },
    ]);
    const socket = connect(port, "127.0.0.1", () => {
      socket.write("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n", () => socket.destroy());
    });
    expect(await aborted.promise).toBe(true);
    expect(bugs).toEqual([]);
  });

  it("says what is here where nothing is", async () => {
    const { port } = await open(all);
    const answer = await send(port, "/", { headers: json, body: "{}" });
    expect(answer.status).toBe(404);
    expect(answer.text).toBe(
      "nothing answers POST /, only POST /v1/traces, POST /v1/logs, POST /v1/metrics, POST /spans\n",
    );
    const get = await send(port, "/v1/traces", { method: "GET" });
    expect(get).toMatchObject({ status: 405, headers: { allow: "POST, OPTIONS" } });
  });

  it("forgives a slash too many", async () => {
    const { port } = await open(all);
    for (const path of ["//v1/traces", "/v1/traces/"]) {
      expect(await send(port, path, { headers: json, body: "{}" })).toMatchObject({ status: 200 });
    }
  });

  it("keeps a connection for the next request", async () => {
    const { port } = await open(all);
    const one =
      "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n";
    const answer = await sendBytes(port, `${one}\r\n{}`, `${one}Connection: close\r\n\r\n{}`);
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  });

  it.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["zstd", zstdCompressSync],
    ["br", brotliCompressSync],
    ["identity", (bytes: Uint8Array) => bytes],
  ])("reads %s", async (encoding, compress) => {
    const { port, sink, receiver } = await open(all);
    const body = compress(Buffer.from(jsonRequest(jsonSpan)));
    const headers = { ...json, "Content-Encoding": encoding };
    expect(await send(port, "/v1/traces", { headers, body })).toMatchObject({ status: 200 });
    expect(sink.spans).toHaveLength(1);
    expect(receiver.counters.bytes).toBe(body.length);
  });

  it("refuses what it cannot decompress", async () => {
    const { port, receiver } = await open(all);
    const whole = gzipSync(jsonRequest(jsonSpan));
    const sendGzip = (encoding: string, body: Uint8Array) =>
      send(port, "/v1/traces", { headers: { ...json, "Content-Encoding": encoding }, body });
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

  it("refuses bodies that are too large, before and after decompression", async () => {
    const { port, receiver } = await open(all, {
      budget: new ReceiveBudget({ maxBodyBytes: 1024 * 1024 }),
    });
    const zeros = Buffer.alloc(1024 * 1024 + 1);
    const bomb = Buffer.alloc(50 * 1024 * 1024);
    const answers = await Promise.all([
      send(port, "/v1/traces", { headers: proto, body: zeros }),
      send(port, "/v1/traces", {
        headers: { ...proto, "Transfer-Encoding": "chunked" },
        body: zeros,
      }),
      send(port, "/v1/traces", {
        headers: { ...proto, "Content-Encoding": "gzip" },
        body: gzipSync(bomb),
      }),
      send(port, "/v1/traces", {
        headers: { ...proto, "Content-Encoding": "zstd" },
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

  it("holds no more bodies at once than it may, and says when to come again", async () => {
    const budget = new ReceiveBudget({ maxBodyBytes: 1000, maxBytesInFlight: 1500 });
    const { port, receiver } = await open(all, { budget });
    const head = (length: number): string =>
      `POST /spans HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`;
    const slow = connect(port, "127.0.0.1");
    await once(slow, "connect");
    // What was promised counts for nothing, what has come does.
    slow.write(`${head(1000)}${"{".repeat(700)}`);
    await expect.poll(() => budget.bytesInFlight, { timeout: 10_000 }).toBe(700);
    const refused = await send(port, "/spans", { body: "x".repeat(900) });
    expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    // What was refused for now is not lost, so it is not counted as such.
    expect(receiver.counters.rejected).toBe(0);
    slow.destroy();
    await expect
      .poll(async () => (await send(port, "/spans", { body: " ".repeat(900) })).status, {
        timeout: 10_000,
      })
      .toBe(400);
  });

  it("forgets a client that goes away in the middle of its body", async () => {
    const { port, sink, receiver, bugs } = await open(all, {
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
      .poll(async () => (await send(port, "/v1/traces", { headers: json, body })).status, {
        timeout: 10_000,
      })
      .toBe(200);
    expect(sink.spans).toHaveLength(1);
    expect(receiver.counters.rejected).toBe(0);
    expect(bugs).toEqual([]);
  });

  it("lets nobody hold a connection by sending slowly, or not at all", async () => {
    const { port } = await open(all, { headersTimeoutMs: 300, requestTimeoutMs: 600 });
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

  it("is not shut by whoever sends bodies that never end", async () => {
    const { port } = await open(all, { maxConnections: 5 });
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
    const answer = await send(port, "/v1/traces", { headers: json, body });
    expect(answer.status).toBe(200);
    await expect
      .poll(() => sockets.filter(socket => !socket.closed).length, { timeout: 10_000 })
      .toBeLessThanOrEqual(5);
  });

  it("is not shut by whoever holds connections: where one more comes, the idlest goes", async () => {
    const { port } = await open(all, { maxConnections: 5 });
    const sockets: Socket[] = [];
    for (let each = 0; each < 30; each += 1) {
      const socket = connect(port, "127.0.0.1").on("error", () => undefined);
      closers.push(() => socket.destroy());
      await once(socket, "connect");
      sockets.push(socket.resume());
    }
    const answer = await send(port, "/v1/traces", { headers: json, body: jsonRequest(jsonSpan) });
    expect(answer.status).toBe(200);
    const countOpen = (): number => sockets.filter(socket => !socket.closed).length;
    await expect.poll(countOpen, { timeout: 10_000 }).toBeLessThanOrEqual(5);
  });

  it("counts what bodies become by decompression, and refuses what does not fit", async () => {
    const budget = new ReceiveBudget({ maxBodyBytes: 1_000_000, maxBytesInFlight: 1_500_000 });
    let goOn: (() => void) | undefined;
    const isKeeping = new Promise<void>(resolve => (goOn = resolve));
    const slow = (target: Parameters<typeof all>[0]): readonly Route[] => {
      const sink = {
        ...target.sink,
        ingestOtlp: () => isKeeping.then(() => ({ stored: 1, rejected: 0 })),
      };
      return all({ ...target, sink });
    };
    const { port } = await open(slow, { budget });
    const body = gzipSync(Buffer.alloc(900_000));
    const headers = { ...proto, "Content-Encoding": "gzip" };
    const first = send(port, "/v1/traces", { headers, body });
    await expect.poll(() => budget.bytesInFlight, { timeout: 10_000 }).toBe(900_000);
    expect((await send(port, "/v1/traces", { headers, body })).status).toBe(503);
    goOn?.();
    expect((await first).status).toBe(200);
    expect(budget.bytesInFlight).toBe(0);
  });

  it("answers a bug with 500, tells its owner, and goes on", async () => {
    let calls = 0;
    const answer = (): Promise<HttpAnswer> => {
      calls += 1;
      if (calls === 1) throw new Error("a bug");
      return Promise.resolve({ status: 200 });
    };
    const { port, bugs } = await open(() => [{ kind: "read", path: "/read", answer }]);
    const told = await send(port, "/read", { method: "GET" });
    expect(told).toMatchObject({ status: 500 });
    expect(told.text).not.toContain("a bug");
    expect(bugs).toHaveLength(1);
    expect(await send(port, "/read", { method: "GET" })).toMatchObject({ status: 200 });
  });

  it("asks senders to come again when the store fails, and takes it then", async () => {
    const failures = [1, 2, 3].map(() => new Error("database or disk is full"));
    const { port, bugs, receiver, sink } = await open(all, {}, () => {
      const failure = failures.pop();
      if (failure !== undefined) throw failure;
    });
    const later = { status: 503, headers: { "retry-after": "5" } };
    const inJson = { headers: json, body: jsonRequest(jsonSpan) };
    const told = await send(port, "/v1/traces", inJson);
    expect(told).toMatchObject(later);
    expect(JSON.parse(told.text)).toEqual({ code: 14, message: "database or disk is full" });
    const inProto = { headers: proto, body: protoRequest(protoSpan) };
    expect(await send(port, "/v1/traces", inProto)).toMatchObject({
      ...later,
      body: message(field(1, 14), field(2, "database or disk is full")),
    });
    const plain = { body: JSON.stringify({ trace_id: traceId, name: "a", start_time: 1 }) };
    expect(await send(port, "/spans", plain)).toMatchObject(later);
    expect(receiver.counters).toMatchObject({
      rejected: 0,
      lastReason: "database or disk is full",
    });
    expect(bugs).toHaveLength(3);
    expect(await send(port, "/v1/traces", inJson)).toMatchObject({ status: 200 });
    expect(sink.spans).toHaveLength(1);
  });

  it("answers what is being kept before it closes", async () => {
    const sink = createMemorySink();
    const kept = Promise.withResolvers<undefined>();
    const receiver = await openHttpReceiver({
      name: "test",
      port: 0,
      routes: [
        plainSpansRoute({
          store: "local",
          sink: {
            ...sink,
            ingestSpans: async records => {
              await kept.promise;
              return sink.ingestSpans(records);
            },
          },
        }),
      ],
    });
    const body = JSON.stringify({ trace_id: traceId, name: "a", start_time: 1790000000 });
    const answer = send(receiver.port, "/spans", { body });
    await expect.poll(() => receiver.counters.bytes, { timeout: 10_000 }).toBe(body.length);
    const closed = receiver.close();
    kept.resolve(undefined);
    expect(await answer).toMatchObject({ status: 200 });
    await closed;
    await expect(send(receiver.port, "/spans", { body })).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
  });
});

describe("OTLP over HTTP", () => {
  it("keeps traces in either encoding, and answers in it", async () => {
    const { port, sink, receiver } = await open(all);
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
      headers: proto,
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

  it("keeps times that were written as numbers to the last digit", async () => {
    const { port, sink } = await open(all);
    const body = jsonRequest(jsonSpan).replace('"1790000000000000001"', "1790000000000000001");
    await send(port, "/v1/traces", { headers: json, body });
    expect(sink.spans[0]?.span.startUnixNs).toBe(1790000000000000001n);
  });

  it("takes an empty request", async () => {
    const { port, receiver } = await open(all);
    for (const path of ["/v1/traces", "/v1/logs", "/v1/metrics"]) {
      expect(await send(port, path, { headers: json, body: "{}" })).toMatchObject({
        status: 200,
        text: "{}",
      });
      expect(await send(port, path, { headers: proto })).toMatchObject({ status: 200, text: "" });
    }
    expect(receiver.counters).toMatchObject({ requests: 6, spans: 0, rejected: 0 });
  });

  it("says how many it cannot keep, in the encoding of the request", async () => {
    const { port, receiver } = await open(all);
    const inJson = await send(port, "/v1/traces", {
      headers: json,
      body: jsonRequest(jsonSpan, { ...jsonSpan, traceId: "" }),
    });
    expect(inJson.status).toBe(200);
    expect(JSON.parse(inJson.text)).toEqual({
      partialSuccess: { rejectedSpans: "1", errorMessage: "1 spans without a trace id" },
    });
    const inProto = await send(port, "/v1/traces", {
      headers: proto,
      body: protoRequest(protoSpan, field(5, "lost")),
    });
    expect(inProto.status).toBe(200);
    expect(inProto.body).toEqual(
      field(1, message(field(1, 1), field(2, "1 spans without a trace id"))),
    );
    expect(receiver.counters).toMatchObject({ spans: 2, rejected: 2 });
  });

  it("keeps logs, of a trace or of none", async () => {
    const { port, sink, receiver } = await open(all);
    const record = { traceId, spanId, body: { stringValue: "said" }, timeUnixNano: "5" };
    const body = JSON.stringify({
      resourceLogs: [
        { scopeLogs: [{ logRecords: [record, { body: { stringValue: "outside" } }] }] },
      ],
    });
    expect(await send(port, "/v1/logs", { headers: json, body })).toMatchObject({
      status: 200,
      text: "{}",
    });
    expect(sink.logs.map(log => log.event.name)).toEqual(["said", "outside"]);
    expect(receiver.counters).toMatchObject({ spans: 0, logs: 2, rejected: 0 });
  });

  it("tells the sender when to come again while the store cannot keep up", async () => {
    const { port, receiver } = await open(all, {}, () => {
      throw new SinkBusy(1500);
    });
    const inJson = await send(port, "/v1/traces", { headers: json, body: jsonRequest(jsonSpan) });
    expect(inJson).toMatchObject({ status: 429, headers: { "retry-after": "2" } });
    expect(JSON.parse(inJson.text)).toEqual({ code: 8, message: "the store cannot keep up" });
    const inProto = await send(port, "/v1/traces", {
      headers: proto,
      body: protoRequest(protoSpan),
    });
    expect(inProto).toMatchObject({ status: 429, headers: { "retry-after": "2" } });
    expect(inProto.body).toEqual(message(field(1, 8), field(2, "the store cannot keep up")));
    expect(receiver.counters.rejected).toBe(0);
  });

  it.each(["text/plain", "application/xml", "", "application/x-www-form-urlencoded"])(
    "does not read the content type '%s'",
    async type => {
      const { port } = await open(all);
      const headers: Record<string, string> = type === "" ? {} : { "Content-Type": type };
      const answer = await send(port, "/v1/traces", { headers, body: "{}" });
      expect(answer).toMatchObject({
        status: 415,
        headers: { "content-type": "text/plain; charset=utf-8" },
      });
    },
  );

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
  it.each(wrongJson)("refuses %s as JSON, with the reason", async (_name, body) => {
    const { port, bugs } = await open(all);
    const answer = await send(port, "/v1/traces", { headers: json, body });
    expect(answer).toMatchObject({ status: 400, headers: { "content-type": "application/json" } });
    expect(JSON.parse(answer.text)).toMatchObject({
      code: 3,
      message: expect.stringMatching(/./) as string,
    });
    expect(bugs).toEqual([]);
  });

  it("refuses more objects than there is room for, before they are made", async () => {
    const { port } = await open(all);
    const empty = Buffer.from(`{"resourceSpans":[${"{},".repeat(2_500_000)}{}]}`);
    const answer = await send(port, "/v1/traces", { headers: json, body: empty });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text)).toMatchObject({ message: "too many objects and lists" });
    const quoted = JSON.stringify({ a: '[{"\\'.repeat(500_000) });
    const text = await send(port, "/v1/traces", { headers: json, body: quoted });
    expect(text).toMatchObject({ status: 200, text: "{}" });
  });

  it("survives values of every wrong type, nested as deep as one likes", async () => {
    const { port, bugs } = await open(all);
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
      expect((await send(port, "/v1/traces", { headers: json, body })).status).toBe(200);
    }
    const deep = `${'{"arrayValue":{"values":['.repeat(50_000)}5${"]}}".repeat(50_000)}`;
    const attributes = JSON.stringify([{ key: "deep", value: "DEEP" }]).replace('"DEEP"', deep);
    const body = jsonRequest({ ...jsonSpan, attributes: "ATTRIBUTES" }).replace(
      '"ATTRIBUTES"',
      attributes,
    );
    expect((await send(port, "/v1/traces", { headers: json, body })).status).toBeLessThan(500);
    expect(bugs).toEqual([]);
  });

  it("refuses protobuf that is cut short, at any byte, or not protobuf", async () => {
    const { port, bugs, sink } = await open(all);
    const whole = protoRequest(protoSpan);
    for (let length = 1; length < whole.length; length += 1) {
      const answer = await send(port, "/v1/traces", {
        headers: proto,
        body: whole.subarray(0, length),
      });
      expect(answer.status).toBe(400);
      expect(answer.headers["content-type"]).toBe("application/x-protobuf");
      expect(answer.body.subarray(0, 2)).toEqual(Buffer.from([0x08, 3]));
    }
    for (const body of [randomBytes(1, 4000), randomBytes(2, 50), Buffer.alloc(3000, 0xff)]) {
      expect((await send(port, "/v1/traces", { headers: proto, body })).status).toBeLessThan(500);
      expect((await send(port, "/v1/logs", { headers: proto, body })).status).toBeLessThan(500);
    }
    expect(sink.spans).toEqual([]);
    expect(bugs).toEqual([]);
  });
});

describe("plain spans over HTTP", () => {
  it("keeps one, a list, or one a line, in the names and units that people use", async () => {
    const { port, sink } = await open(all);
    const start = "1790000000123456789";
    const spans = [
      {
        trace_id: traceId,
        span_id: "a1",
        name: "plan",
        start_time: 1790000000.5,
        end_time: 1790000001.5,
      },
      {
        trace_id: traceId,
        span_id: "a2",
        parent_id: "a1",
        tool_name: "search",
        start_time: 1790000000500,
        duration_ms: 20,
      },
      {
        traceId,
        spanId: "a3",
        parentId: "a1",
        name: "rank",
        start_time: 1790000000500000,
        end_time: 1790000000500900,
      },
      {
        trace_id: traceId,
        span_id: "a4",
        name: "write",
        start_time: start,
        duration_ms: 1.5,
        status: "error",
      },
    ];
    expect(await send(port, "/spans", { body: JSON.stringify(spans[0]) })).toMatchObject({
      status: 200,
    });
    const list = await send(port, "/spans", {
      headers: json,
      body: JSON.stringify(spans.slice(1, 3)),
    });
    expect(JSON.parse(list.text)).toEqual({ kept: 2, rejected: 0 });
    const lines = `${JSON.stringify(spans[3]).replace(`"${start}"`, start)}\n${JSON.stringify(spans[0])}\n`;
    const answer = await send(port, "/spans", {
      headers: { "Content-Type": "application/x-ndjson" },
      body: lines,
    });
    expect(JSON.parse(answer.text)).toEqual({ kept: 2, rejected: 0 });
    expect(
      sink.spans.map(({ span }) => [
        span.spanId,
        span.parentSpanId,
        span.name,
        span.startUnixNs,
        span.endUnixNs,
      ]),
    ).toEqual([
      ["a1", undefined, "plan", 1790000000500000000n, 1790000001500000000n],
      ["a2", "a1", "search", 1790000000500000000n, 1790000000520000000n],
      ["a3", "a1", "rank", 1790000000500000000n, 1790000000500900000n],
      ["a4", undefined, "write", 1790000000123456789n, 1790000000124956789n],
      ["a1", undefined, "plan", 1790000000500000000n, 1790000001500000000n],
    ]);
  });

  it("keeps input, output, attributes, events and errors", async () => {
    const { port, sink } = await open(all);
    const body = JSON.stringify({
      trace_id: traceId,
      tool_name: "search",
      start_time: 1790000000,
      duration_ms: 5,
      input: { query: "socks" },
      output: '["a", "b"]',
      attributes: { tokens: 17, model: "m" },
      events: [{ name: "cache miss", timestamp: 1790000000.001, key: "k" }],
      error: "quota exceeded",
    });
    await send(port, "/spans", { body });
    expect(sink.spans[0]?.detail).toMatchObject({
      parameters: { query: "socks" },
      result: ["a", "b"],
      attributes: [
        { key: "tokens", value: 17 },
        { key: "model", value: "m" },
      ],
      events: [
        {
          name: "cache miss",
          timeUnixNs: "1790000000001000000",
          attributes: [{ key: "key", value: "k" }],
        },
      ],
      error: { message: "quota exceeded" },
    });
  });

  it("gives a call without an id the same one when it is sent again, and another call another", async () => {
    const { port, sink } = await open(all);
    const call = (at: number) => ({
      trace_id: traceId,
      tool_name: "search",
      timestamp: at,
      duration_ms: 5,
    });
    await send(port, "/spans", { body: JSON.stringify([call(1790000000), call(1790000001)]) });
    await send(port, "/spans", { body: JSON.stringify(call(1790000001)) });
    const [first, second, again] = sink.spans.map(({ span }) => span.spanId);
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(second).not.toBe(first);
    expect(again).toBe(second);
  });

  it("tells what it could not keep", async () => {
    const { port, receiver } = await open(all);
    const good = { trace_id: traceId, name: "a", start_time: 1790000000 };
    const strangers = [
      { name: "no ids" },
      { span_id: "x", parent_id: "y", name: "no trace", start_time: 1 },
      5,
      "x",
    ];
    const some = await send(port, "/spans", { body: JSON.stringify([good, ...strangers]) });
    expect(some.status).toBe(200);
    expect(JSON.parse(some.text)).toEqual({
      kept: 1,
      rejected: 4,
      reason: "4 of 5 lack a trace id, a name or a start",
    });
    const bad = Array.from({ length: 30 }, () => "{oops");
    const lines = await send(port, "/spans", { body: [JSON.stringify(good), ...bad].join("\n") });
    expect(JSON.parse(lines.text)).toMatchObject({
      kept: 1,
      rejected: 30,
      reason: expect.stringMatching(/^line 2: /) as string,
    });
    const worse = await send(port, "/spans", { body: '{"a":1}\n{oops}\n'.repeat(2_000) });
    expect(worse.status).toBe(400);
    expect(JSON.parse(worse.text)).toMatchObject({
      kept: 0,
      reason: expect.stringMatching(/^more than 1000 lines are no JSON; line 2: /) as string,
    });
    const none = await send(port, "/spans", { body: "nonsense" });
    expect(none.status).toBe(400);
    expect(JSON.parse(none.text)).toMatchObject({
      kept: 0,
      rejected: 1,
      reason: expect.stringMatching(/JSON/) as string,
    });
    expect(receiver.counters).toMatchObject({ spans: 2, rejected: 36 });
  });
});

describe("Zipkin over HTTP", () => {
  const v2 = {
    traceId,
    id: spanId,
    name: "work",
    kind: "CLIENT",
    timestamp: 1790000000000000,
    duration: 7,
  };

  it("keeps spans of version 2, whatever the content type says", async () => {
    const { port, sink } = await open(zipkinRoutes);
    for (const headers of [json, {}, { "Content-Type": "text/plain" }]) {
      const answer = await send(port, "/api/v2/spans", { headers, body: JSON.stringify([v2]) });
      expect(answer).toMatchObject({ status: 202, text: "" });
    }
    expect(sink.spans).toHaveLength(3);
    expect(sink.spans[0]?.span).toMatchObject({ name: "work", endUnixNs: 1790000000000007000n });
  });

  it("keeps a span that has its ids only", async () => {
    const { port, sink } = await open(zipkinRoutes);
    const body = JSON.stringify([{ traceId: "1", id: "2" }]);
    expect(await send(port, "/api/v2/spans", { body })).toMatchObject({ status: 202 });
    expect(sink.spans[0]).toMatchObject({
      traceId: "1".padStart(32, "0"),
      span: { spanId: "2".padStart(16, "0") },
    });
  });

  it("takes an empty list", async () => {
    const { port } = await open(zipkinRoutes);
    expect(await send(port, "/api/v2/spans", { body: "[]" })).toMatchObject({ status: 202 });
    expect(await send(port, "/api/v2/spans", { headers: proto })).toMatchObject({ status: 202 });
  });

  it("refuses what is no list of spans with the reason", async () => {
    const { port, receiver, bugs } = await open(zipkinRoutes);
    for (const [body, reason] of [
      ["{}", "not a JSON list of Zipkin spans"],
      ["nonsense", "JSON"],
      ['[{"id":"zz"}]', "1 of 1 have no traceId and id as Zipkin writes them"],
      ["[5,null]", "2 of 2 have no traceId and id"],
    ] as const) {
      const answer = await send(port, "/api/v2/spans", { headers: json, body });
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

  it("tells the sender when to come again while the store cannot keep up", async () => {
    const { port } = await open(zipkinRoutes, {}, () => {
      throw new SinkBusy(100);
    });
    const answer = await send(port, "/api/v2/spans", { body: JSON.stringify([v2]) });
    expect(answer).toMatchObject({ status: 429, headers: { "retry-after": "1" } });
  });
});

describe("Jaeger over HTTP", () => {
  it("reads both of its content types, and no others", async () => {
    const { port } = await open(target => [jaegerRoute(target)]);
    for (const [type, status] of [
      ["application/x-thrift", 400],
      ["application/vnd.apache.thrift.binary", 400],
      ["application/json", 415],
      ["application/vnd.apache.thrift.compact", 415],
    ] as const) {
      const answer = await send(port, "/api/traces?format=jaeger.thrift", {
        headers: { "Content-Type": type },
        body: Buffer.from([0]),
      });
      expect(answer).toMatchObject({
        status,
        headers: { "content-type": "text/plain; charset=utf-8" },
      });
    }
  });

  it("survives random bytes", async () => {
    const { port, sink, bugs } = await open(target => [jaegerRoute(target)]);
    for (let seed = 1; seed <= 100; seed += 1) {
      const answer = await send(port, "/api/traces", {
        headers: { "Content-Type": "application/x-thrift" },
        body: randomBytes(seed, seed * 7),
      });
      expect(answer.status).toBe(400);
    }
    expect(sink.spans).toEqual([]);
    expect(bugs).toEqual([]);
  });
});

/** The same for the same seed, so that what fails fails again. */
function randomBytes(seed: number, length: number): Buffer {
  let state = seed >>> 0;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    }),
  );
}

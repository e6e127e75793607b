/**
 * The HTTP receivers to whoever may speak to them: hosts, pages, connections, faults. What real SDKs send is
 * `test/contract`'s.
 */

import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openHttpReceiver } from "../../../../src/collector/http/openHttpReceiver.ts";
import { plainSpansRoute } from "../../../../src/collector/http/plainSpansRoute.ts";
import { HttpRefusal, type HttpAnswer, type Route } from "../../../../src/collector/http/route.ts";
import { field, message } from "../../formats/protoWriter.ts";
import { createMemorySink } from "../grpc/memorySink.ts";
import { send, sendBytes } from "./rawHttp.ts";
import {
  closers,
  openReceiver,
  allRoutes,
  traceId,
  jsonRequest,
  jsonSpan,
  protoSpan,
  protoRequest,
  jsonType,
  protoType,
} from "./openReceiver.ts";

test("listens on both loopback addresses, on one port", async () => {
  const { receiver, port, sink } = await openReceiver(allRoutes);
  expect(receiver.addresses[0]).toBe("127.0.0.1");
  for (const address of receiver.addresses) {
    const answer = await send(port, "/v1/traces", {
      address,
      headers: jsonType,
      body: jsonRequest(jsonSpan),
    });
    expect(answer.status).toBe(200);
  }
  expect(sink.spans).toHaveLength(receiver.addresses.length);
});

test("names the port that it cannot have, and holds no half of it", async () => {
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

test.each([
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
  const { port, sink } = await openReceiver(allRoutes);
  const headers = { ...jsonType, Host: host };
  const answer = await send(port, "/v1/traces", { headers, body: jsonRequest(jsonSpan) });
  expect(answer.status).toBe(status);
  expect(sink.spans).toHaveLength(status === 200 ? 1 : 0);
});

test("refuses a request that names no host", async () => {
  const { port } = await openReceiver(allRoutes);
  const end = "Connection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
  const empty = await sendBytes(port, `POST /v1/traces HTTP/1.1\r\nHost: \r\n${end}`);
  const none = await sendBytes(port, `POST /v1/traces HTTP/1.0\r\n${end}`);
  expect([empty, none].map(answer => answer.slice(9, 12))).toEqual(["403", "403"]);
});

test("lets pages of this machine send, and no others", async () => {
  const { port, sink } = await openReceiver(allRoutes);
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
      headers: { ...jsonType, Origin: origin },
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
    const headers = { ...jsonType, Origin: origin };
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

test("does no work for a page of another origin, which sends no Origin with pictures and links", async () => {
  let reads = 0;
  const route: Route = {
    kind: "read",
    path: "/api/services",
    answer: () => {
      reads += 1;
      return Promise.resolve({ status: 200 });
    },
  };
  const { port, sink } = await openReceiver(target => [...allRoutes(target), route]);
  const ask = async (method: string, headers: Record<string, string>): Promise<number> => {
    const isPost = method === "POST";
    const body = isPost ? jsonRequest(jsonSpan) : undefined;
    const path = isPost ? "/v1/traces" : "/api/services";
    const sent = { method, headers: { ...jsonType, ...headers }, ...(body && { body }) };
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

test("answers what can be read to scripts and to no page", async () => {
  const route: Route = {
    kind: "read",
    path: "/api/traces/{traceId}",
    answer: ({ parameters, query }) => {
      if (parameters["traceId"] === "none") throw new HttpRefusal(404, "no such trace");
      const body = `${parameters["traceId"]} ${query.get("raw") ?? ""}`;
      return Promise.resolve({ status: 200, body });
    },
  };
  const { port } = await openReceiver(() => [route]);
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

test("tells a reader's question that nobody waits for the answer", async () => {
  const aborted = Promise.withResolvers<boolean>();
  const { port, bugs } = await openReceiver(() => [
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

test("says what is here where nothing is", async () => {
  const { port } = await openReceiver(allRoutes);
  const answer = await send(port, "/", { headers: jsonType, body: "{}" });
  expect(answer.status).toBe(404);
  expect(answer.text).toBe(
    "nothing answers POST /, only POST /v1/traces, POST /v1/logs, POST /v1/metrics, POST /spans\n",
  );
  const get = await send(port, "/v1/traces", { method: "GET" });
  expect(get).toMatchObject({ status: 405, headers: { allow: "POST, OPTIONS" } });
});

test("forgives a slash too many", async () => {
  const { port } = await openReceiver(allRoutes);
  for (const path of ["//v1/traces", "/v1/traces/"]) {
    expect(await send(port, path, { headers: jsonType, body: "{}" })).toMatchObject({
      status: 200,
    });
  }
});

test("keeps a connection for the next request", async () => {
  const { port } = await openReceiver(allRoutes);
  const one =
    "POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2\r\n";
  const answer = await sendBytes(port, `${one}\r\n{}`, `${one}Connection: close\r\n\r\n{}`);
  expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
});

test("answers a bug with 500, tells its owner, and goes on", async () => {
  let calls = 0;
  const answer = (): Promise<HttpAnswer> => {
    calls += 1;
    if (calls === 1) throw new Error("a bug");
    return Promise.resolve({ status: 200 });
  };
  const { port, bugs } = await openReceiver(() => [{ kind: "read", path: "/read", answer }]);
  const told = await send(port, "/read", { method: "GET" });
  expect(told).toMatchObject({ status: 500 });
  expect(told.text).not.toContain("a bug");
  expect(bugs).toHaveLength(1);
  expect(await send(port, "/read", { method: "GET" })).toMatchObject({ status: 200 });
});

test("asks senders to come again when the store fails, and takes it then", async () => {
  const failures = [1, 2, 3].map(() => new Error("database or disk is full"));
  const { port, bugs, receiver, sink } = await openReceiver(allRoutes, {}, () => {
    const failure = failures.pop();
    if (failure !== undefined) throw failure;
  });
  const later = { status: 503, headers: { "retry-after": "5" } };
  const inJson = { headers: jsonType, body: jsonRequest(jsonSpan) };
  const told = await send(port, "/v1/traces", inJson);
  expect(told).toMatchObject(later);
  expect(JSON.parse(told.text)).toEqual({ code: 14, message: "database or disk is full" });
  const inProto = { headers: protoType, body: protoRequest(protoSpan) };
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

test("answers what is being kept before it closes", async () => {
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
  await expect.poll(() => receiver.counters.bytes, { timeout: 60_000 }).toBe(body.length);
  const closed = receiver.close();
  kept.resolve(undefined);
  expect(await answer).toMatchObject({ status: 200 });
  await closed;
  await expect(send(receiver.port, "/spans", { body })).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});

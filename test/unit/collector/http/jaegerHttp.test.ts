/** Jaeger over HTTP. */

import { expect, test } from "vitest";
import { jaegerRoute } from "../../../../src/collector/http/jaegerRoute.ts";
import { send } from "./rawHttp.ts";
import { openReceiver, randomBytes } from "./openReceiver.ts";

test("reads both of its content types, and no others", async () => {
  const { port } = await openReceiver(target => [jaegerRoute(target)]);
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

test("survives random bytes", async () => {
  const { port, sink, bugs } = await openReceiver(target => [jaegerRoute(target)]);
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

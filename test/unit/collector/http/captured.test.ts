/** Requests and datagrams that real SDKs sent, byte for byte and header by header, through the receivers. */

import { createSocket } from "node:dgram";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jaegerRoute } from "../../../../src/collector/http/jaegerRoute.ts";
import { openHttpReceiver } from "../../../../src/collector/http/openHttpReceiver.ts";
import { otlpRoutes } from "../../../../src/collector/http/otlpRoutes.ts";
import { zipkinRoutes } from "../../../../src/collector/http/zipkinRoutes.ts";
import type { Receiver } from "../../../../src/collector/receiver.ts";
import { readJaegerCall } from "../../../../src/formats/jaeger/jaegerThrift.ts";
import { openUdpReceiver } from "../../../../src/collector/udp/openUdpReceiver.ts";
import { listRecordings, readMeta, readRecording } from "../../../sdkRecordings.ts";
import { createMemorySink } from "../grpc/memorySink.ts";
import { send } from "./rawHttp.ts";

describe("what real SDKs sent", () => {
  const sink = createMemorySink();
  let http: Receiver;
  let udp: Receiver;
  beforeAll(async () => {
    const target = { sink, store: "local" };
    const routes = [...otlpRoutes(target), ...zipkinRoutes(target), jaegerRoute(target)];
    http = await openHttpReceiver({ name: "http", port: 0, routes });
    udp = await openUdpReceiver({ name: "udp", port: 0, target, read: readJaegerCall });
  });
  afterAll(async () => {
    await Promise.all([http.close(), udp.close()]);
  });

  const files = listRecordings();
  const requests = files.filter(file => readMeta(file).transport === undefined);
  const datagrams = files.filter(file => readMeta(file).transport === "udp");
  it("is all here", () => {
    expect([requests.length, datagrams.length]).toEqual([18, 3]);
  });

  it.each(requests)("is kept: %s", async file => {
    sink.spans.length = 0;
    const meta = readMeta(file);
    // The connection is another one, and its lengths are made anew.
    const own = /^(?:host|connection|content-length|transfer-encoding)$/i;
    const headers = Object.fromEntries(
      Object.entries(meta.headers ?? {}).filter(([name]) => !own.test(name)),
    );
    const body = readRecording(file);
    const path = meta.url ?? "";
    const answer = await send(http.port, path, {
      headers,
      body,
    });
    expect(answer.status).toBe(path.startsWith("/v1") ? 200 : 202);
    expect(sink.spans.length).toBeGreaterThan(0);
    expect(http.counters.rejected).toBe(0);
  });

  it.each(datagrams)("is kept: %s", async file => {
    sink.spans.length = 0;
    const socket = createSocket("udp4");
    socket.send(readRecording(file), udp.port, "127.0.0.1", () => socket.close());
    await expect.poll(() => sink.spans.length, { timeout: 60_000 }).toBeGreaterThan(1);
    expect(udp.counters.rejected).toBe(0);
  });
});

/** The Tempo store against a real server: alone, with tenants, and with traces too large for it. */

import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { writeOtlpProto } from "../../src/formats/otlp/otlpProtoWriter.ts";
import type { JsonObject } from "../../src/formats/values/jsonObject.ts";
import { failureOf } from "./madeUpServer.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { openTempoStore } from "../../src/stores/tempo/tempoStore.ts";
import type { TraceStore } from "../../src/model/traceStore.ts";
import { startTempo, type TempoPeer } from "../peers/tempo.ts";
import { readRecording } from "../sdkRecordings.ts";
import { describePeer } from "../peers/describePeer.ts";
import { startFaulty, type FaultyServer } from "./faultyServer.ts";
import { otlpTag, readFreshRequests, readSent, type OtlpRequest } from "./otlpSamples.ts";
import { describeSpanStoreContract, waitFor } from "./spanStoreContract.ts";
import { useStoresOf } from "./openStores.ts";

const never = new AbortController().signal;
const open = useStoresOf("tempo", openTempoStore);

describePeer("the Tempo store", await startTempo(), describeSingle);
describePeer("tenants", await startTempo({ multitenant: true }), describeTenants);

function describeSingle(peer: TempoPeer): void {
  describeSpanStoreContract("tempo", async () => {
    const requests = withoutFlags(readFreshRequests(Date.now()));
    await send(peer, requests);
    const sent = readSent(requests);
    const store = open({ url: peer.url });
    await waitForSpans(store, sent);
    return { store, sent, tag: otlpTag };
  });

  describe("the Tempo store", () => {
    it("finds a span that nobody has read yet, and its children", async () => {
      const sent = readSent(readFreshRequests(Date.now()));
      const parent = sent.find(({ span }) =>
        sent.some(each => each.span.parentSpanId === span.spanId),
      );
      const { spanId = "" } = parent?.span ?? {};
      const found = await open({ url: peer.url }).findId(spanId, never);
      expect(found.map(each => each.spanId)).toEqual([spanId]);
      const children = await open({ url: peer.url }).readChildren(spanId, never);
      const wanted = sent.filter(each => each.span.parentSpanId === spanId);
      expect(children.map(child => child.spanId).sort()).toEqual(
        wanted.map(each => each.span.spanId).sort(),
      );
    });

    it("tells where it cut a trace that is too long to read", async () => {
      const traceId = randomBytes(16).toString("hex");
      const startMs = Date.now();
      const spans = Array.from({ length: 200 }, (_, index) => ({
        traceId,
        spanId: randomBytes(8).toString("hex"),
        name: `step ${index}`,
        startTimeUnixNano: `${startMs}000000`,
        endTimeUnixNano: `${startMs + index}000000`,
      }));
      const request = { resourceSpans: [{ scopeSpans: [{ spans }] }] } as OtlpRequest;
      await send(peer, [request]);
      await waitForSpans(open({ url: peer.url }), readSent([request]));
      const part = await open({ url: peer.url, maxTraceBytes: 5_000 }).readTrace(traceId, never);
      const limit = [...(part?.spans ?? [])].length;
      expect(limit).toBeGreaterThan(50);
      expect(limit).toBeLessThan(200);
      expect(part?.problems).toEqual([{ code: "cutAt", spans: [], limit, store: "tempo" }]);
    });

    it("says what it is", async () => {
      expect((await open({ url: peer.url }).checkHealth(never)).facts[0]).toMatch(/^Tempo/);
    });
  });
}

function describeTenants(peer: TempoPeer): void {
  it("asks for its own tenant's traces, and tells a refusal", async () => {
    const requests = readFreshRequests(Date.now()).slice(-1);
    await send(peer, requests, { "x-scope-orgid": "acme" });
    const traceId = readSent(requests)[0]?.traceId ?? "";
    const own = open({ url: peer.url, tenant: "acme" });
    await waitFor(async () => (await own.findId(traceId, never)).length > 0, "the trace");
    expect(await open({ url: peer.url, tenant: "umbrella" }).findId(traceId, never)).toEqual([]);
    expect(await failureOf(open({ url: peer.url }).findId(traceId, never))).toMatchObject({
      code: "storeUnauthorized",
    });
  });
}

/** What one real server cannot show, with what a real SDK made, as one trace whose id begins with a zero. */
describe("a Tempo that is old, or has more than it tells", () => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const text = readRecording("otel-js-otlp-http-json-1.json")
    .toString("utf8")
    .replaceAll(/"traceId":"[0-9a-f]{32}"/g, `"traceId":"${traceId}"`);
  const trace = writeOtlpProto(JSON.parse(text) as JsonObject) ?? Buffer.alloc(0);
  const batches = text.replace('{"resourceSpans":', '{"batches":');
  const start = async (answers: Readonly<Record<string, Answer>>): Promise<FaultyServer> => {
    const server = await startFaulty((request, response) => {
      const { pathname } = new URL(request.url ?? "", "http://host");
      const [status, contentType, body] = answers[pathname] ?? [404, "text/plain", "404"];
      response.writeHead(status, { "content-type": contentType }).end(body);
    });
    servers.push(server);
    return server;
  };
  const servers: FaultyServer[] = [];
  afterAll(() => Promise.all(servers.map(server => server.stop())));
  const echo: Answer = [200, "text/plain", "echo"];
  const field = (number: number, bytes: Uint8Array): Buffer => {
    const { length } = bytes;
    const varint = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
    return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint]), bytes]);
  };

  it("tells that a trace is partial, in the server's own words", async () => {
    const message = "trace exceeds max size (max bytes: 5000000)";
    const partial = Buffer.concat([
      field(1, trace),
      Buffer.from([3 << 3, 1]),
      field(4, Buffer.from(message)),
    ]);
    const json = JSON.stringify({
      trace: JSON.parse(batches) as object,
      status: "PARTIAL",
      message,
    });
    for (const answer of [
      [200, "application/protobuf", partial],
      [200, "application/json", json],
    ] as const) {
      const { url } = await start({ "/api/echo": echo, [`/api/v2/traces/${traceId}`]: answer });
      const part = await open({ url }).readTrace(traceId, never);
      expect([...(part?.spans ?? [])]).toHaveLength(6);
      expect(part?.problems).toEqual([
        { code: "storeNote", spans: [], store: "tempo", text: message },
        { code: "cutAt", spans: [], limit: 6, store: "tempo" },
      ]);
    }
  });

  it.each([
    ["protobuf", [200, "application/protobuf", trace]],
    ["JSON", [200, "application/json", batches]],
  ] as const)("reads version 1 in %s, by a gateway that passes on little", async (_, answer) => {
    const { url, asked } = await start({
      [`/tempo/api/traces/${traceId}`]: answer,
      "/tempo/api/search/tags": [200, "application/json", '{"tagNames":["service.name"]}'],
    });
    const store = open({ url: `${url}/tempo` });
    const part = await store.readTrace(traceId, never);
    expect([...(part?.spans ?? [])].map(span => span.name)).toContain("orders process");
    expect(part?.problems).toEqual([]);
    expect(await store.readTrace("f50f7a80f0b8f88b97788093157c4ae2", never)).toBeUndefined();
    // What it does not have is asked for once only.
    const second = asked.filter(each => each.url?.includes("f50f7a80") === true);
    expect(second.filter(each => each.url?.includes("/v2/") === true)).toEqual([]);
  });

  it("searches without a hint that the server does not know, and restores an id's zeros", async () => {
    const short = traceId.replace(/^0/, "");
    const server = await startFaulty((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://host");
      if (pathname === "/api/echo") response.end("echo");
      else if (pathname === `/api/v2/traces/${traceId}`) {
        response.setHeader("content-type", "application/protobuf");
        response.end(field(1, trace));
      } else if (searchParams.get("q")?.includes("with") === true) {
        response.writeHead(400).end("parse error at line 1, col 4: syntax error");
      } else response.end(JSON.stringify({ traces: [{ traceID: short, startTimeUnixNano: "1" }] }));
    });
    servers.push(server);
    const store = open({ url: server.url });
    for (let time = 0; time < 2; time += 1) {
      const page = await store.searchTraces({ limit: 5, fromUnixMs: 1 }, never);
      expect(page.traces.map(brief => brief.traceId)).toEqual([traceId]);
    }
    expect(server.asked.filter(each => each.url?.includes("most_recent"))).toHaveLength(1);
  });
});

type Answer = readonly [status: number, contentType: string, body: string | Uint8Array];

/** Tempo keeps them only until it writes a block. */
function withoutFlags(requests: readonly OtlpRequest[]): readonly OtlpRequest[] {
  return JSON.parse(JSON.stringify(requests).replace(/,"flags":\d+/g, "")) as OtlpRequest[];
}

async function send(
  peer: TempoPeer,
  requests: readonly OtlpRequest[],
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const request of requests) {
    const answer = await fetch(`${peer.otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(request),
    });
    expect(answer.status, await answer.text()).toBe(200);
  }
}

/** Until all can be read, and found. */
async function waitForSpans(store: TraceStore, sent: readonly SpanRecord[]): Promise<void> {
  const traces = Map.groupBy(sent, record => record.traceId);
  for (const [traceId, records] of traces) {
    await waitFor(async () => {
      const part = await store.readTrace(traceId, never);
      return [...(part?.spans ?? [])].length >= records.length;
    }, `trace ${traceId}`);
  }
  await waitFor(async () => {
    const page = await store.searchTraces({ limit: 200 }, never);
    return page.traces.length >= traces.size;
  }, "the search");
}

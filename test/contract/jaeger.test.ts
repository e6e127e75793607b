/** The Jaeger store against real servers: version 2, and one of version 1 from before its stable API was stable. */

import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { afterAll, describe, expect, it } from "vitest";
import { readOtlpProto } from "../../src/formats/otlp/otlpProto.ts";
import { failureOf } from "./madeUpServer.ts";
import { SpanFlag } from "../../src/model/span.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { openJaegerStore } from "../../src/stores/jaeger/jaegerStore.ts";
import type { TraceStore } from "../../src/model/traceStore.ts";
import { startJaeger, type JaegerPeer } from "../peers/jaeger.ts";
import { readRecording } from "../sdkRecordings.ts";
import { describePeer } from "../peers/describePeer.ts";
import { startFaulty, type FaultyServer } from "./faultyServer.ts";
import { otlpTag, readFreshRequests, readSent, type OtlpRequest } from "./otlpSamples.ts";
import { describeSpanStoreContract, read, waitFor } from "./spanStoreContract.ts";
import { useStoresOf } from "./openStores.ts";

const never = new AbortController().signal;
const open = useStoresOf("jaeger", openJaegerStore);

/** A request as OpenTelemetry's SDK of JavaScript sent it. */
const exported = readRecording("otel-js-otlp-grpc-Export-1.bin");

const gates: FaultyServer[] = [];
afterAll(() => Promise.all(gates.map(gate => gate.stop())));

describePeer("version 2", await startJaeger({ basePath: "/tracing/jaeger" }), describeModern);
describePeer("version 1.42", await startJaeger({ version: "1.42" }), describeOld);
describePeer(
  "tenants",
  await startJaeger({ version: "1.42", tenants: ["acme", "umbrella"] }),
  describeTenants,
);

function describeModern(peer: JaegerPeer): void {
  describeSpanStoreContract("jaeger 2", async () => {
    const requests = readFreshRequests(Date.now());
    await send(peer, requests);
    const sent = readSent(requests);
    const store = open({ url: peer.url });
    await waitForSpans(store, sent);
    return { store, sent, tag: otlpTag };
  });

  describe("the Jaeger store", () => {
    it("says which product it is, and by which API", async () => {
      const { facts } = await open({ url: peer.url }).checkHealth(never);
      expect(facts[0]).toMatch(/^Jaeger .*\(API v3\)$/);
    });

    it("reads version 2.21, which has no classic search and other names of parameters", async () => {
      const { url } = await startGate(peer, asked => {
        const isTrace = /^\/api\/traces\/[^/]+$/.test(asked.pathname);
        if (!asked.pathname.startsWith("/api/v3/") && !isTrace) return "absent";
        const given = [...asked.searchParams];
        asked.search = "";
        for (const [key, value] of given) {
          if (key === "query.attributes" && value === "?") return "refused";
          if (key.includes("_") || key === "query.attributes") continue;
          const old = key === "query.searchDepth" ? "query.num_traces" : key;
          const snake = old.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
          asked.searchParams.append(snake, value);
        }
        return asked;
      });
      const store = open({ url });
      const whole = open({ url: peer.url });
      expect(await store.listServices(never)).toEqual(await whole.listServices(never));
      expect(await store.listOperations("frontend", never)).toEqual(
        await whole.listOperations("frontend", never),
      );
      const { traces } = await store.searchTraces({ limit: 100 }, never);
      expect(traces).toEqual((await whole.searchTraces({ limit: 100 }, never)).traces);
      const [key, value] = otlpTag;
      const tagged = await store.searchTraces({ limit: 100, tags: { [key]: value } }, never);
      expect(tagged.traces).toHaveLength(1);
      // The classic search counts in microseconds, so only who was found is the same.
      const find = async (from: TraceStore): Promise<unknown> =>
        (await from.findId(value, never)).map(({ spanId }) => spanId);
      expect(await find(store)).toEqual(await find(whole));
    });

    it("leaves v3 alone where that cannot leave times alone", async () => {
      const gate = await startGate(peer, asked => {
        for (const key of [...asked.searchParams.keys()]) {
          if (/raw_?traces/i.test(key)) asked.searchParams.delete(key);
        }
        return asked;
      });
      const store = open({ url: gate.url });
      const [first] = readSent(readFreshRequests(Date.now()));
      expect(await store.findId(first?.traceId ?? "", never)).toHaveLength(1);
      expect(gate.asked.at(-1)?.url).toMatch(/^\/api\/traces\/.*raw=true/);
    });

    it("keeps what a server said of its spans", async () => {
      const traceId = "0af7651916cd43dd8448eb211c80319c";
      const text = "clock skew: this span's timestamps were adjusted by 5ms";
      const attributes = [
        { key: "@jaeger@warnings", value: { arrayValue: { values: [{ stringValue: text }] } } },
      ];
      const span = {
        traceId: "CvdlGRbNQ92ESOshHIAxnA==",
        spanId: "AAAAAAAAAAI=",
        name: "a",
        attributes,
      };
      const plain = { ...span, spanId: "AAAAAAAAAAM=", attributes: [] };
      const result = { resourceSpans: [{ scopeSpans: [{ spans: [span, plain] }] }] };
      const server = await startFaulty((request, response) => {
        if (request.url?.includes("rawTraces=%3F") === true) response.writeHead(400);
        else if (request.url?.includes(`/${traceId}`) === true) {
          return response.end(JSON.stringify({ result }));
        } else response.writeHead(404);
        return response.end('{"error":{"httpCode":404,"message":"No traces found"}}');
      });
      gates.push(server);
      const part = await open({ url: server.url }).readTrace(traceId, never);
      const [moved, other] = [...(part?.spans ?? [])];
      expect(moved).toMatchObject({ spanId: "0000000000000002", warnings: [text] });
      expect((moved?.flags ?? 0) & SpanFlag.adjusted).toBe(SpanFlag.adjusted);
      expect((other?.flags ?? 0) & SpanFlag.adjusted).toBe(0);
      expect(part?.problems).toEqual([{ code: "storeNote", spans: [], store: "jaeger", text }]);
    });

    it("offers the base path that a server has but the settings do not", async () => {
      const { origin } = new URL(peer.url);
      for (const path of ["", "/tracing/jaeger/search", "/tracing/jaeger/trace/1"]) {
        const failure = await failureOf(open({ url: origin + path }).checkHealth(never));
        // Nobody can guess two levels of a path.
        const expected =
          path === ""
            ? { code: "storeSentPage", title: "Test Page" }
            : { code: "wrongProduct", expected: "jaeger", found: "jaeger", foundUrl: peer.url };
        expect(failure, path).toMatchObject(expected);
      }
    });
  });
}

function describeOld(peer: JaegerPeer): void {
  describe("the Jaeger store with a server of version 1.42", () => {
    const requests = readFreshRequests(Date.now());
    const sent = readSent(requests);
    const traces = Map.groupBy(sent, record => record.traceId);
    const store = open({ url: peer.url });

    it("reads every trace as it was sent, to the microsecond", async () => {
      await send(peer, requests);
      await waitForSpans(store, sent);
      for (const [traceId, records] of traces) {
        const trace = await read(store, traceId);
        const { columns } = trace;
        for (const { span } of records) {
          const index = trace.findSpan(span.spanId) ?? -1;
          expect(index, `${traceId}/${span.spanId}`).toBeGreaterThanOrEqual(0);
          const parent = columns.parent[index] ?? -1;
          if (parent >= 0) expect(trace.spanIds[parent]).toBe(span.parentSpanId);
          expect(columns.strings[columns.name[index] ?? 0]).toBe(span.name);
          expect(columns.strings[columns.service[index] ?? 0]).toBe(span.service ?? "");
          expect(columns.kind[index]).toBe(span.kind);
          // Jaeger's own rule makes a failure of some answers that OpenTelemetry leaves open.
          if (span.status !== 0) expect(columns.status[index]).toBe(span.status);
          const startNs =
            BigInt(columns.originUnixMs) * 1_000_000n + BigInt(columns.startNs[index] ?? 0);
          expect(startNs / 1_000n).toBe((span.startUnixNs ?? 0n) / 1_000n);
        }
        expect(columns.count - records.length).toBe(
          new Set(
            trace.problems.flatMap(each => (each.code === "missingParent" ? [each.parentId] : [])),
          ).size,
        );
      }
    });

    it("lists, narrows and finds, although it must be asked for each service", async () => {
      const all = await store.searchTraces({ limit: 200 }, never);
      expect(all.traces.map(trace => trace.traceId).sort()).toEqual([...traces.keys()].sort());
      const [key, value] = otlpTag;
      const own = sent.find(({ detail }) => detail.attributes.some(each => each.value === value));
      const tagged = await store.searchTraces({ limit: 200, tags: { [key]: value } }, never);
      expect(tagged.traces.map(trace => trace.traceId)).toEqual([own?.traceId]);
      const found = await store.findId(value, never);
      expect(found.map(each => each.spanId)).toContain(own?.span.spanId);
      const services = new Set(sent.flatMap(({ span }) => span.service ?? []));
      expect(await store.listServices(never)).toEqual([...services].sort());
    });

    it("says by which API", async () => {
      expect((await store.checkHealth(never)).facts[0]).toMatch(/^Jaeger .*\(classic API\)$/);
    });
  });
}

function describeTenants(peer: JaegerPeer): void {
  it("asks for its own tenant's traces, and tells a refusal", async () => {
    // Only by gRPC does that version learn whose spans they are.
    await exportByGrpc(peer.otlpGrpcAddress, "acme");
    const traceId = readOtlpProto(exported, { store: "sent" }).records[0]?.traceId ?? "";
    const own = open({ url: peer.url, tenant: "acme" });
    await waitFor(async () => (await own.findId(traceId, never)).length > 0, "the trace");
    expect(await own.findId(traceId, never)).toHaveLength(1);
    expect(await open({ url: peer.url, tenant: "umbrella" }).findId(traceId, never)).toEqual([]);
    for (const tenant of [undefined, "nobody"]) {
      const failure = await failureOf(open({ url: peer.url, tenant }).findId(traceId, never));
      expect(failure).toMatchObject({ code: "storeUnauthorized" });
    }
  });
}

/** A real server behind a gate that makes it one of another version: what is asked, and what is not there. */
async function startGate(
  peer: JaegerPeer,
  translate: (url: URL) => "absent" | "refused" | URL,
): Promise<FaultyServer> {
  const base = new URL(peer.url);
  const gate = await startFaulty((request, response) => {
    const asked = translate(new URL(request.url ?? "", base));
    if (asked === "absent") response.writeHead(404).end("404 page not found");
    else if (asked === "refused") {
      response.writeHead(400).end('{"error":{"httpCode":400,"message":"malformed parameter"}}');
    } else {
      asked.pathname = base.pathname.replace(/\/$/, "") + asked.pathname;
      void fetch(asked).then(async answer => {
        response.writeHead(answer.status).end(await answer.text());
      });
    }
  });
  gates.push(gate);
  return gate;
}

async function send(peer: JaegerPeer, requests: readonly OtlpRequest[]): Promise<void> {
  for (const request of requests) {
    const answer = await fetch(`${peer.otlpUrl}/v1/traces`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    expect(answer.status, await answer.text()).toBe(200);
  }
}

async function waitForSpans(store: TraceStore, sent: readonly SpanRecord[]): Promise<void> {
  for (const [traceId, records] of Map.groupBy(sent, record => record.traceId)) {
    await waitFor(async () => {
      const part = await store.readTrace(traceId, never);
      return [...(part?.spans ?? [])].length >= records.length;
    }, `trace ${traceId}`);
  }
}

async function exportByGrpc(address: string, tenant: string): Promise<void> {
  const client = new Client(address, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set("x-tenant", tenant);
  const asIs = (each: Buffer): Buffer => each;
  await new Promise<void>((resolve, reject) => {
    const path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    client.makeUnaryRequest(path, asIs, asIs, exported, metadata, error => {
      if (error === null) resolve();
      else reject(error);
    });
  });
  client.close();
}

/** The Zipkin store against real servers: Zipkin's own, strict and lenient about ids, and SkyWalking's Zipkin API. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readZipkinThrift } from "../../src/formats/zipkin/zipkinThrift.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { openZipkinStore } from "../../src/stores/zipkin/zipkinStore.ts";
import { startSkywalking } from "../peers/skywalking.ts";
import { startZipkin } from "../peers/zipkin.ts";
import { dataFolder, needsData, readData } from "../publicTraces.ts";
import { describePeer } from "../peers/describePeer.ts";
import { failureOf, serve, serveGuarded } from "./madeUpServer.ts";
import { build, describeSpanStoreContract, drawTrace, read } from "./spanStoreContract.ts";
import {
  asKept,
  post,
  readFreshBodies,
  readSent,
  waitForSpans,
  zipkinTag,
} from "./zipkinSamples.ts";
import { useStoresOf } from "./openStores.ts";

const never = new AbortController().signal;
const open = useStoresOf("zipkin", openZipkinStore);

const strict = await startZipkin({ autocompleteKeys: [zipkinTag[0]] });
describePeer("a server that is strict on ids", strict, ({ url }) => {
  describeSpanStoreContract("zipkin", async () => {
    const bodies = readFreshBodies(Date.now());
    for (const body of bodies) await post(`${url}/api/v2/spans`, body);
    const sent = readSent(bodies);
    await waitForSpans(url, sent);
    // The address that people copy from the browser.
    return { store: open({ url: `${url}/zipkin/` }), sent, tag: zipkinTag };
  });
  describeIds(url);
  describeAnswers(url);
});

describePeer("a lenient server", await startZipkin({ isStrict: false }), ({ url }) => {
  describe("files that it keeps", needsData, () => describeFiles(url));
  describeIds(url);
});

describePeer("SkyWalking", await startSkywalking(), oap => {
  describeSpanStoreContract("zipkin, as SkyWalking speaks it", async () => {
    // It keeps one span of each id, so that the other side of a call is lost.
    const bodies = readFreshBodies(Date.now(), { hasShared: false });
    for (const body of bodies) await post(`${oap.zipkinCollectorUrl}/api/v2/spans`, body);
    const sent = readSent(bodies);
    await waitForSpans(`${oap.zipkinUrl}/zipkin`, sent);
    return { store: open({ url: `${oap.zipkinUrl}/zipkin/` }), sent, tag: zipkinTag };
  });

  it("is said to be another product, and where this one is", async () => {
    const graphql = open({ url: oap.url });
    expect(await failureOf(graphql.findId("abc", never))).toMatchObject({
      code: "wrongProduct",
      found: "skywalking",
    });
    const elsewhere = open({ url: oap.zipkinUrl });
    expect(await failureOf(elsewhere.checkHealth(never))).toMatchObject({
      code: "wrongProduct",
      found: "zipkin",
      foundUrl: `${oap.zipkinUrl}/zipkin`,
    });
  });
});

function describeFiles(url: string): void {
  const store = open({ url });
  const expectSame = async (records: readonly SpanRecord[]): Promise<void> => {
    await waitForSpans(url, records);
    expect(records.length).toBeGreaterThan(0);
    for (const [traceId, own] of Map.groupBy(records, record => record.traceId)) {
      expect(drawTrace(await read(store, traceId))).toEqual(drawTrace(build(traceId, own)));
    }
  };

  it.each([
    ...["ascend", "messaging", "messaging2", "messaging-kafka", "simple-db-p6", "skew", "yelp"].map(
      name => `zipkin/${name}.json`,
    ),
    ...["zipkin2-chinese", "zipkin2-client"].map(name => `zipkin/${name}.json`),
    ...["sample1", "sample2", "zipkin_v2_single"].map(name => `otel-collector/${name}.json`),
    ...["sample3", "sample4"].map(name => `otel-collector-contrib/zipkinreceiver-${name}.json`),
    ...["v1_merged_spans", "v2_01", "v2_02", "v2_03"].map(
      name => `jaeger/collector-zipkin_${name}.json`,
    ),
    ...["otel-js-zipkin-1", "zipkin-js-v2-1", "py-zipkin-v2-json-1"].map(
      name => `captured/${name}.json`,
    ),
  ])("%s, kept by Zipkin, is the trace that the file is", async path => {
    const text = readData(path).trim();
    const body = withOwnIds(text.startsWith("[") ? text : `[${text}]`, path);
    await post(`${url}/api/v2/spans`, body);
    await expectSame(readSent([body]));
  });

  it.each([
    ...["local_component", "single_batch"].map(name => `otel-collector/zipkin_v1_${name}.json`),
    "otel-collector/zipkin_v2_notimestamp.json",
    "captured/py-zipkin-v1-json-2.json",
  ])("%s, taken in by Zipkin as version 1, is the trace that the file is", async path => {
    const body = withOwnIds(readData(path), path);
    await post(`${url}/api/v1/spans`, body);
    await expectSame(readSent([body]));
  });

  it("what py-zipkin sends in thrift is the trace that we take in", async () => {
    const body = readFileSync(join(dataFolder, "captured/py-zipkin-v1-thrift-1.thrift"));
    await post(`${url}/api/v1/spans`, body, "application/x-thrift");
    await expectSame(asKept(readZipkinThrift(body, { store: "sent" }).records));
  });
}

/** Spans of long ago and of no service, so that no list of other tests has them. */
function describeIds(url: string): void {
  const store = open({ url });
  const long = "463ac35c9f6413ad48485a3953bb6124";
  const low = long.slice(16);
  const span = (traceId: string, id: string, parentId?: string): object => ({
    ...{ traceId, id, parentId, name: "step" },
    ...{ timestamp: 1_500_000_000_000_000, duration: 5 },
  });

  it("a trace whose id lost its half on the way is one trace", async () => {
    const spans = [
      span(long, "000000000000000a"),
      span(low, "000000000000000b", "000000000000000a"),
    ];
    await post(`${url}/api/v2/spans`, JSON.stringify(spans));
    await waitForSpans(url, readSent([JSON.stringify(spans.slice(0, 1))]));
    const trace = await read(store, long);
    expect(trace.spanIds).toEqual(["000000000000000a", "000000000000000b"]);
    expect(JSON.stringify(trace.problems)).toContain("1 of 2 spans have the lower half");
    expect((await store.findId(long.toUpperCase(), never))[0]?.traceId).toBe(long);
  });

  it("pages through one moment full of traces", async () => {
    const timestamp = (Date.now() - 40 * 86_400_000) * 1_000;
    const ids = Array.from(
      { length: 60 },
      (_, index) => `c0ffee${String(index).padStart(10, "0")}`,
    );
    const spans = ids.map((id, index) => ({
      ...{ traceId: id, id, name: "stand", duration: 5 },
      timestamp: timestamp - (index < 40 ? 0 : index),
    }));
    await post(`${url}/api/v2/spans`, JSON.stringify(spans));
    await waitForSpans(url, readSent([JSON.stringify(spans)]));
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const bounds = { fromUnixMs: timestamp / 1_000 - 60_000, toUnixMs: timestamp / 1_000 };
      const page = await store.searchTraces({ ...bounds, limit: 7, cursor }, never);
      found.push(...page.traces.map(({ traceId }) => traceId.slice(16)));
      cursor = page.cursor;
    } while (cursor !== undefined && found.length <= ids.length);
    expect(found.toSorted()).toEqual(ids);
  });

  it("a short id may be padded, written short or large", async () => {
    await post(`${url}/api/v2/spans`, JSON.stringify([span("abc", "000000000000000c")]));
    const padded = "0".repeat(29) + "abc";
    await waitForSpans(url, readSent([JSON.stringify([span(padded, "000000000000000c")])]));
    for (const id of ["abc", "ABC", "0000000000000abc", padded]) {
      expect((await store.findId(id, never))[0], id).toMatchObject({ traceId: padded });
      expect((await read(store, id)).spanIds, id).toEqual(["000000000000000c"]);
    }
  });
}

function describeAnswers(url: string): void {
  it("sends credentials to the proxy before it", async () => {
    const guarded = await serveGuarded(url, "reader", "s3cr#t");
    const username = "reader";
    const known = open({ url: guarded, credentials: { username, password: "s3cr#t" } });
    expect((await known.checkHealth(never)).facts[0]).toMatch(/^Zipkin \d/);
    const stranger = open({ url: guarded, credentials: { username, password: "guess" } });
    for (const question of [stranger.findId("abc", never), stranger.checkHealth(never)]) {
      expect(await failureOf(question)).toMatchObject({ code: "storeUnauthorized" });
    }
  });

  it("passes on what the server says against a question", async () => {
    const store = open({ url });
    await store.listServices(never);
    const cursor = JSON.stringify({ endMs: 0, listed: [] });
    const failure = await failureOf(store.searchTraces({ limit: 5, cursor }, never));
    expect(failure).toMatchObject({ code: "storeRefused", reason: "HTTP 400: endTs <= 0" });
  });

  it("cuts a trace that is larger than the bound", async () => {
    const traceId = "00000000000000cc";
    const spans = Array.from({ length: 200 }, (_, index) => ({
      ...{ traceId, id: (index + 1).toString(16).padStart(16, "0"), name: "many" },
      ...{ timestamp: 1_500_000_000_000_000 + index, duration: 5 },
    }));
    await post(`${url}/api/v2/spans`, JSON.stringify(spans));
    await waitForSpans(url, readSent([JSON.stringify(spans)]));
    const part = await open({ url, maxTraceBytes: 10_000 }).readTrace(traceId, never);
    const count = [...(part?.spans ?? [])].length;
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(200);
    expect(part?.problems).toEqual([{ code: "cutAt", spans: [], limit: count, store: "zipkin" }]);
  });
}

describe("when it cannot answer as it should", () => {
  it("tells nothing of a trace where something else answers", async () => {
    const url = await serve((_, response) => {
      response.writeHead(404, { "content-type": "text/plain" }).end("404 page not found");
    });
    expect(await failureOf(open({ url }).readTrace("abc", never))).toMatchObject({
      code: "storeRefused",
      reason: `HTTP 404 (${url})`,
    });
  });

  it("says that the server has lost its storage", async () => {
    const url = await serve((request, response) => {
      const isHealth = request.url === "/health";
      const details = {
        "ElasticsearchStorage{}": { status: "DOWN", details: { error: "no nodes" } },
      };
      const health = { status: "DOWN", zipkin: { status: "DOWN", details } };
      response.writeHead(isHealth ? 503 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(isHealth ? health : []));
    });
    expect(await failureOf(open({ url }).checkHealth(never))).toMatchObject({
      code: "storeRefused",
      reason: "its storage is down: no nodes",
    });
  });
});

/** Many files hold the same traces: each gets ids of its own, of the same length. */
function withOwnIds(text: string, path: string): string {
  const salt = createHash("sha256").update(path).digest("hex");
  return text.replace(/("traceId"\s*:\s*")([0-9a-f]+)"/g, (_, start: string, id: string) => {
    const own = Array.from(id, (digit, at) =>
      (Number.parseInt(digit, 16) ^ Number.parseInt(salt[at] ?? "0", 16)).toString(16),
    );
    return `${start}${own.join("")}"`;
  });
}

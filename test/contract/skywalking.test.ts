/** The SkyWalking store against real servers, one of which lives in another time zone. */

import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/formats/values/jsonObject.ts";
import { SpanKind } from "../../src/model/span.ts";
import type { SpanRecord } from "../../src/model/spanRecord.ts";
import { openSkywalkingStore } from "../../src/stores/skywalking/skywalkingStore.ts";
import { startSkywalking, type SkywalkingPeer } from "../peers/skywalking.ts";
import { describePeer } from "../peers/describePeer.ts";
import { failureOf, serve, serveGuarded } from "./madeUpServer.ts";
import { describeSpanStoreContract, waitFor } from "./spanStoreContract.ts";
import { createSegments, readRecorded, readSent, report } from "./skywalkingSamples.ts";
import { post } from "./zipkinSamples.ts";
import { useStoresOf } from "./openStores.ts";

const never = new AbortController().signal;
const open = useStoresOf("skywalking", openSkywalkingStore);

function describeContract(peer: SkywalkingPeer): void {
  describeSpanStoreContract("skywalking", async () => {
    const sent = await fill(peer);
    return {
      store: open({ url: peer.url }),
      sent,
      isOffered,
      // Agents send numbers, and the server tells names.
      ownKeys: ["component"],
      tag: ["http.method", "GET"],
    };
  });
}

describePeer("in UTC", await startSkywalking({ timeZone: "UTC" }), peer => {
  describeContract(peer);
  describeServer(peer);
});
describePeer("in Shanghai", await startSkywalking({ timeZone: "Asia/Shanghai" }), describeContract);

/** Endpoints are what segments begin with: a call that came in, or work that somebody began. */
function isOffered({ span }: SpanRecord): boolean {
  const isCalled =
    span.kind === SpanKind.server ||
    span.kind === SpanKind.consumer ||
    (span.kind === SpanKind.internal && span.parentSpanId !== undefined);
  return span.spanId.endsWith(":0") && isCalled;
}

function describeServer({ url, zipkinUrl }: SkywalkingPeer): void {
  it("is asked with credentials, at the address with or without its path", async () => {
    const guarded = await serveGuarded(url, "reader", "s3cr#t");
    const username = "reader";
    for (const address of [guarded, `${guarded}/graphql`, `${guarded}/graphql/`]) {
      const known = open({ url: address, credentials: { username, password: "s3cr#t" } });
      const { facts } = await known.checkHealth(never);
      expect(facts[0]).toMatch(/^SkyWalking \d+\./);
      expect(facts).toContain("UTC+0000");
    }
    const stranger = open({ url: guarded, credentials: { username, password: "guess" } });
    for (const question of [stranger.findId("abc", never), stranger.checkHealth(never)]) {
      expect(await failureOf(question)).toMatchObject({ code: "storeUnauthorized" });
    }
  });

  it("is not asked for its schema where a proxy forbids that", async () => {
    const store = open({ url: await serveWithoutSchema(url) });
    const { traces } = await store.searchTraces({ limit: 3 }, never);
    expect(traces).toHaveLength(3);
    for (const { traceId, spanCount } of traces) {
      const part = await store.readTrace(traceId, never);
      expect([...(part?.spans ?? [])]).toHaveLength(spanCount);
    }
    expect(await store.listServices(never)).toContain("shop-front");
  });

  it("says what it has against a question", async () => {
    const store = open({ url });
    await store.listServices(never);
    const cursor = JSON.stringify({ endMs: 0, page: "first", size: 1, listed: [] });
    const failure = await failureOf(store.searchTraces({ limit: 5, cursor }, never));
    expect(failure).toMatchObject({
      code: "storeRefused",
      reason: expect.stringMatching(/^Variable 'condition' has an invalid value/) as string,
    });
  });

  it("is told from another product", async () => {
    const zipkin = open({ url: `${zipkinUrl}/zipkin` });
    expect(await failureOf(zipkin.findId("abc", never))).toMatchObject({
      code: "wrongProduct",
      expected: "skywalking",
      found: "zipkin",
    });
  });

  it("pages through seconds that are full of traces", async () => {
    const now = Date.now() - 1_000;
    const times = Array.from({ length: 90 }, (_, index) => (index < 50 ? now : now - index * 100));
    for (const [index, startTime] of times.entries()) {
      const span = { spanId: 0, parentSpanId: -1, startTime, endTime: startTime + 5, spanType: 0 };
      const segment = {
        ...{ traceId: `crowd.${index}`, traceSegmentId: `crowd.segment.${index}` },
        ...{ service: "crowd", serviceInstance: "one" },
        spans: [{ ...span, operationName: "stand", spanLayer: 3, componentId: 1 }],
      };
      await post(`${url}/v3/segment`, JSON.stringify(segment));
    }
    const store = open({ url });
    for (const traceId of times.map((_, index) => `crowd.${index}`)) {
      await waitFor(async () => (await store.readTrace(traceId, never)) !== undefined, traceId);
    }
    const starts: number[] = [];
    const ids = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await store.searchTraces({ service: "crowd", limit: 7, cursor }, never);
      starts.push(...page.traces.map(({ startUnixMs }) => startUnixMs));
      for (const { traceId } of page.traces) ids.add(traceId);
      cursor = page.cursor;
    } while (cursor !== undefined && starts.length <= times.length);
    expect(ids.size).toBe(times.length);
    expect(starts).toEqual([...times].sort((a, b) => b - a));
  });

  it("finds a segment and its spans by the ids that agents write into logs", async () => {
    const store = open({ url });
    const [brief] = (await store.searchTraces({ limit: 1, text: "render" }, never)).traces;
    const [found] = await store.findId(brief?.root.spanId.replace(/:0$/, "") ?? "", never);
    expect(found).toMatchObject({ traceId: brief?.traceId, spanId: brief?.root.spanId });
  });
}

describe("servers of other versions", () => {
  const startMs = Date.now() - 60_000;
  const segments = createSegments(startMs);
  const whole = readSent(segments, []);

  it("one that keeps whole traces by time is searched for those, and looked through for old ones", async () => {
    const url = await serveGraphql({
      queries: ["version", "getTimeInfo", "queryTrace", "queryTraces", "hasQueryTracesV2Support"],
      arguments: { queryTrace: ["traceId", "duration"] },
      answers: {
        hasQueryTracesV2Support: () => true,
        getTimeInfo: () => ({ timezone: "-0330" }),
        queryTraces: ({ condition }) => {
          const { paging, queryDuration } = condition as TraceCondition;
          expect(queryDuration.start).toMatch(/^\d{4}-\d\d-\d\d \d{6}$/);
          const traces = listTraces(segments);
          const from = (paging.pageNum - 1) * paging.pageSize;
          return { traces: traces.slice(from, from + paging.pageSize) };
        },
        queryTrace: ({ t0, duration }) => ({
          spans:
            duration === undefined
              ? []
              : listTraces(segments.filter(({ traceId }) => traceId === t0)).flatMap(
                  ({ spans }) => spans,
                ),
        }),
      },
    });
    const store = open({ url });
    const { traces, cursor } = await store.searchTraces({ limit: 50 }, never);
    expect(cursor).toBeUndefined();
    const ids = new Set(whole.map(({ traceId }) => traceId));
    expect(new Set(traces.map(({ traceId }) => traceId))).toEqual(ids);
    const paged: string[] = [];
    for (let page = await store.searchTraces({ limit: 2 }, never); ;) {
      paged.push(...page.traces.map(({ traceId }) => traceId));
      if (page.cursor === undefined) break;
      page = await store.searchTraces({ limit: 2, cursor: page.cursor }, never);
    }
    expect(paged).toEqual(traces.map(({ traceId }) => traceId));
    const [first = ""] = ids;
    const part = await store.readTrace(first, never);
    const own = whole.filter(({ traceId }) => traceId === first);
    expect([...(part?.spans ?? [])]).toHaveLength(own.length);
  });

  it("an old one names its services and endpoints by other questions, and knows less of a span", async () => {
    const url = await serveGraphql({
      queries: ["version", "getTimeInfo", "queryTrace", "getAllServices", "searchEndpoint"],
      spanFields: ["traceId", "segmentId", "spanId", "parentSpanId", "refs", "serviceCode"],
      answers: {
        getTimeInfo: () => ({ timezone: "+0800" }),
        getAllServices: ({ duration }) => {
          expect(duration).toMatchObject({ step: "MINUTE" });
          return [{ name: "b" }, { name: "a" }];
        },
        searchEndpoint: ({ serviceId }) => [{ id: "1", name: `of ${String(serviceId)}` }],
        queryTrace: () => ({ spans: [] }),
      },
      forbidden: ["attachedEvents", "serviceInstanceName", "normal", "checkHealth"],
    });
    const store = open({ url });
    expect(await store.listServices(never)).toEqual(["a", "b"]);
    expect(await store.listOperations("a", never)).toEqual(["of YQ==.1"]);
    expect(await store.readTrace("nothing", never)).toBeUndefined();
    expect((await store.checkHealth(never)).facts).toEqual([
      "SkyWalking 8.0.0",
      { kind: "services", names: ["a", "b"] },
      "UTC+0800",
    ]);
  });

  it("one that is not well says why", async () => {
    const url = await serveGraphql({
      queries: ["version", "getTimeInfo", "listServices", "checkHealth"],
      answers: {
        getTimeInfo: () => ({ timezone: "+0000" }),
        listServices: () => [],
        checkHealth: () => ({ score: 1, details: "storage_elasticsearch," }),
      },
    });
    expect(await failureOf(open({ url }).checkHealth(never))).toMatchObject({
      code: "storeRefused",
      reason: "it is not well: storage_elasticsearch,",
    });
  });
});

interface TraceCondition {
  readonly paging: { readonly pageNum: number; readonly pageSize: number };
  readonly queryDuration: { readonly start: string };
}

type Variables = Readonly<Record<string, unknown>>;

interface GraphqlServer {
  readonly queries: readonly string[];
  readonly arguments?: Readonly<Record<string, readonly string[]>>;
  readonly spanFields?: readonly string[];
  /** By the name of the query; an alias gets the same answer. */
  readonly answers: Readonly<Record<string, (variables: Variables) => unknown>>;
  /** What a question must not name. */
  readonly forbidden?: readonly string[];
}

/** A server with a schema of its own, which answers what it is told. */
function serveGraphql(server: GraphqlServer): Promise<string> {
  const toFields = (names: readonly string[]): readonly object[] =>
    names.map(name => ({
      name,
      args: (server.arguments?.[name] ?? []).map(argument => ({ name: argument })),
    }));
  const answers: GraphqlServer["answers"] = {
    version: () => "8.0.0",
    __schema: () => ({ queryType: { fields: toFields(server.queries) } }),
    __type: () => ({ fields: toFields(server.spanFields ?? []) }),
    ...server.answers,
  };
  return serve((request, response) => {
    void text(request).then(body => {
      const { query, variables } = JSON.parse(body) as { query: string; variables: Variables };
      const asked = [...query.matchAll(/(?:(\w+): )?(\w+)(?=\s*[({ ])/g)].filter(
        ([, , name = ""]) => name in answers,
      );
      const isForbidden = server.forbidden?.some(name => query.includes(name)) === true;
      if (asked.length === 0 || isForbidden) {
        const message = `Validation error : ${query}`;
        response.writeHead(400).end(JSON.stringify({ errors: [{ message }] }));
        return;
      }
      const data = asked.map(([, alias, name = ""]) => [alias ?? name, answers[name]?.(variables)]);
      response.end(JSON.stringify({ data: Object.fromEntries(data) as object }));
    });
  });
}

/** Before a real server: refuses questions about the schema. */
function serveWithoutSchema(target: string): Promise<string> {
  return serve((request, response) => {
    void text(request)
      .then(async body => {
        if (body.includes("__")) {
          return JSON.stringify({ errors: [{ message: "Introspection is disabled" }] });
        }
        const headers = { "content-type": "application/json" };
        const answer = await fetch(`${target}/graphql`, { method: "POST", headers, body });
        return answer.text();
      })
      .then(answer => response.end(answer));
  });
}

/** Segments as GraphQL tells their spans, by trace. */
function listTraces(
  segments: readonly JsonObject[],
): readonly { readonly spans: readonly object[] }[] {
  const traces = Map.groupBy(segments, ({ traceId }) => traceId);
  return [...traces.values()].map(own => ({
    spans: own.flatMap(({ traceId, traceSegmentId, service, serviceInstance, spans }) =>
      (spans as readonly JsonObject[]).map(({ operationName, spanType, spanLayer, ...span }) => ({
        ...span,
        ...{ traceId, segmentId: traceSegmentId, serviceCode: service },
        ...{ serviceInstanceName: serviceInstance, endpointName: operationName },
        ...{ type: spanType, layer: spanLayer },
        refs: (span["refs"] as readonly JsonObject[]).map(ref => ({
          ...ref,
          parentSegmentId: ref["parentTraceSegmentId"],
          type: ref["refType"] === "CrossThread" ? "CROSS_THREAD" : "CROSS_PROCESS",
        })),
      })),
    ),
  }));
}

/** What was sent, once the server tells all of it. */
async function fill(peer: SkywalkingPeer): Promise<readonly SpanRecord[]> {
  const startMs = Date.now() - 120_000;
  const segments = createSegments(startMs);
  const messages = readRecorded(startMs + 60_000);
  for (const segment of segments) await post(`${peer.url}/v3/segment`, JSON.stringify(segment));
  await report(peer.grpcAddress, messages);
  const sent = readSent(segments, messages);
  const store = open({ url: peer.url });
  const traces = Map.groupBy(sent, record => record.traceId);
  const services = new Set(sent.map(({ span }) => span.service));
  const endpoints = new Set(
    sent.filter(isOffered).map(({ span }) => `${span.service ?? ""} ${span.name}`),
  );
  for (const [traceId, records] of traces) {
    await waitFor(
      async () =>
        [...((await store.readTrace(traceId, never))?.spans ?? [])].length >= records.length,
      `trace ${traceId}`,
    );
  }
  await waitFor(
    async () => (await store.listServices(never)).length >= services.size,
    "the names of services",
  );
  await waitFor(async () => {
    const names = await Promise.all(
      [...services].map(each => store.listOperations(each ?? "", never)),
    );
    return names.flat().length >= endpoints.size;
  }, "the names of endpoints");
  return sent;
}

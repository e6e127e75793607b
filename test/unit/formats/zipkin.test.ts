/** Zipkin's spans of both versions: real files against their INDEX rows, and the rules for spans that share an id. */

import { describe, expect, it } from "vitest";
import { parseJsonText } from "../../../src/formats/encodings/jsonText.ts";
import { isZipkin, readZipkin } from "../../../src/formats/zipkin/zipkinV2.ts";
import { isObject, type JsonObject } from "../../../src/formats/values/jsonObject.ts";
import { EdgeKind, SpanFlag, SpanKind, SpanStatus } from "../../../src/model/span.ts";
import { needsData, readData, readIndexRow } from "../../publicTraces.ts";
import { buildTraces, countRecords, outline } from "./outline.ts";

const context = { store: "file", nowUnixMs: 0 };

function readText(text: string) {
  return readZipkin(parseJsonText(text).values.flat(2).filter(isObject).filter(isZipkin), context);
}

function read(...items: readonly JsonObject[]) {
  return readText(JSON.stringify(items)).records;
}

/** Rows whose depth counts a call's two sides as one span, as the ids say; here the server stands below its client. */
const deeper: Readonly<Record<string, string>> = {
  "zipkin/ascend.json": "8/1/8/4",
  "zipkin/skew.json": "4/1/4/4",
  "zipkin/yelp.json": "16/1/16/5",
  "otel-collector/zipkin_v1_single_batch.json": "5/1/5/4",
  "otel-collector/zipkin_v1_thrift_single_batch.json": "5/1/5/4",
  // One span, delivered nine times over.
  "otel-collector/sample1.json": "1/1/1/1",
};

describe("real files", needsData, () => {
  it.each([
    ...["ascend", "messaging-kafka", "messaging", "messaging2", "simple-db-p6", "skew"].map(
      name => `zipkin/${name}.json`,
    ),
    ...["yelp", "zipkin2-chinese", "zipkin2-client"].map(name => `zipkin/${name}.json`),
    ...["sample1", "sample2", "zipkin_v1_error_batch", "zipkin_v1_local_component"].map(
      name => `otel-collector/${name}.json`,
    ),
    ...["zipkin_v1_single_batch", "zipkin_v1_thrift_local_component"].map(
      name => `otel-collector/${name}.json`,
    ),
    ...["zipkin_v1_thrift_single_batch", "zipkin_v2_notimestamp", "zipkin_v2_single"].map(
      name => `otel-collector/${name}.json`,
    ),
    "otel-collector-contrib/zipkinreceiver-sample3.json",
    "otel-collector-contrib/zipkinreceiver-sample4.json",
    ...["thrift_v1_merged_spans", "v1_merged_spans", "v2_01", "v2_02", "v2_03"].map(
      name => `jaeger/collector-zipkin_${name}.json`,
    ),
    ...["01", "02", "03"].map(number => `jaeger/zipkinthrift-zipkin_${number}.json`),
  ])("%s has what its INDEX row says", path => {
    const { records, problems } = readText(readData(path));
    // One of its three spans has the upper half of their trace id.
    const isJoined = path === "jaeger/zipkinthrift-zipkin_01.json";
    expect(problems).toHaveLength(isJoined ? 1 : 0);
    expect(countRecords(records)).toBe(deeper[path] ?? readIndexRow(path));
    for (const record of records) expect(record.detail.stores).toEqual(["file"]);
  });

  it("a server whose clock is behind stands below its client, and what it did below it", () => {
    expect(outline(readText(readData("zipkin/skew.json")).records)).toBe(
      `
get #servicea
  post #servicea
    post #serviceb
      async #serviceb`.trim(),
    );
  });

  it("children go to the side whose service is theirs, though their endpoints differ in the port", () => {
    expect(outline(readText(readData("zipkin/yelp.json")).records)).toBe(
      `
post /location/update/v4 #routing
  post #unknown
    post api proxy proxy #yelp_main/api_proxy
      get my_cache_name_v2 #yelp-main
      txn: user_get_basic_and_scout_info #yelp-main
        begin #yelp-main
        get user_details_cache-20150901 #yelp-main
        get_multi my_cache_name_v1 #yelp-main
        commit #yelp-main
  post #yelp-main
    post /location/update/v4 #mobile_api
      get_multi mobile_api_nonce #mobile_api
      set mobile_api_nonce #mobile_api
      get #mobile_api
        get #spectre
      post #mobile_api`.trim(),
    );
  });

  it("the halves of one call in version 1 become client and server", () => {
    const path = "otel-collector/zipkin_v1_thrift_single_batch.json";
    const thrift = readText(readData(path)).records;
    const json = readText(readData("otel-collector/zipkin_v1_single_batch.json")).records;
    expect(outline(thrift)).toBe(
      `
checkAvailability #front-proxy
  checkAvailability #service1
    checkStock #service1
      checkStock #service2
    checkStock #`.trim(),
    );
    expect(outline(json)).toBe(outline(thrift));
    expect(thrift.map(({ span }) => span)).toEqual(json.map(({ span }) => span));
  });

  it("what zipkin-js sends: a client without times, wrongly marked as shared, around its server", () => {
    const { records } = readText(readData("captured/zipkin-js-v2-1.json"));
    const client = records.find(({ span }) => span.kind === SpanKind.client);
    expect(outline(records)).toBe("get #\n  get #back");
    expect(client?.span.spanId).toBe("b29a9e98cd645c36");
    expect(client?.span.flags).toBe(SpanFlag.noStart);
    expect(client?.span.startUnixNs).toBe(1795248278200100000n);
    expect(client?.detail.events.map(({ name }) => name)).toEqual(["retry", "finish"]);
  });

  it("what OpenTelemetry's exporter sends: status, error and resource are in the tags", () => {
    const { records } = readText(readData("captured/otel-js-zipkin-1.json"));
    const process = records.find(({ span }) => span.name === "orders process");
    expect(process?.span.status).toBe(SpanStatus.error);
    expect(process?.span.kind).toBe(SpanKind.consumer);
    expect(process?.detail.error?.message).toBe('boom "quoted"\n second line');
    const step = records.find(({ span }) => span.name === "local step");
    expect(step?.span.status).toBe(SpanStatus.ok);
    expect(step?.span.endUnixNs).toBe(1795248275928005000n);
  });
});

const client = { traceId: "a", id: "1", name: "call", kind: "CLIENT", timestamp: 10, duration: 9 };
const server = { traceId: "a", id: "1", name: "call", kind: "SERVER", timestamp: 12, duration: 4 };
const shop = { localEndpoint: { serviceName: "shop" } };
const stock = { localEndpoint: { serviceName: "stock" } };
const depot = { localEndpoint: { serviceName: "depot" } };

describe("spans that share an id", () => {
  it.each([
    ["with the flag", { shared: true }],
    ["without the flag, as some tracers forget it", {}],
  ])("%s: the client keeps the id, the server gets one", (_name, flag) => {
    const records = read({ ...server, ...stock, ...flag }, { ...client, ...shop });
    expect(records.map(({ span }) => [span.spanId, span.parentSpanId])).toEqual([
      ["0000000000000001", undefined],
      ["0000000000000001#server", "0000000000000001"],
    ]);
    expect(buildTraces(records)[0]?.problems).toEqual([]);
    expect(records[1]?.detail.spanId).toBe("0000000000000001");
  });

  it("two servers that answer one client both stand below it, each with its own children", () => {
    const child = { traceId: "a", parentId: "1", timestamp: 13, duration: 1 };
    const records = read(
      { ...client, ...shop },
      { ...server, ...stock, shared: true },
      { ...server, ...depot, shared: true },
      { ...child, id: "2", name: "in stock", ...stock },
      { ...child, id: "3", name: "in depot", ...depot },
      { ...child, id: "4", name: "in shop", ...shop },
      { ...child, id: "5", name: "nowhere" },
    );
    expect(outline(records)).toBe(
      `
call #shop
  call #stock
    in stock #stock
    nowhere #
  call #depot
    in depot #depot
  in shop #shop`.trim(),
    );
  });

  it("a server whose client never reported keeps its own id and parent", () => {
    const [record] = read({ ...server, parentId: "9", shared: true });
    expect(record?.span.spanId).toBe("0000000000000001");
    expect(record?.span.parentSpanId).toBe("0000000000000009");
  });

  it("client and server in one process stay two", () => {
    expect(outline(read({ ...client, ...shop }, { ...server, ...shop }))).toBe(
      "call #shop\n  call #shop",
    );
  });

  it("pieces of one span become one, the same again too; two whole ones stay two", () => {
    const begin = { ...client, duration: undefined };
    const end = { traceId: "a", id: "1", duration: 9, tags: { "http.path": "/x" }, ...shop };
    const [whole, ...others] = read({ ...begin, tags: { a: "b" } }, end, client, client);
    expect(others).toEqual([]);
    expect(whole?.span.endUnixNs).toBe(19_000n);
    expect(whole?.span.service).toBe("shop");
    expect(whole?.detail.attributes.map(({ key }) => key)).toEqual(["a", "http.path"]);
    const twice = read(client, { ...client, timestamp: 50 });
    expect(buildTraces(twice)[0]?.problems.map(({ code }) => code)).toEqual(["duplicateSpan"]);
  });
});

describe("late pieces", () => {
  it("join the side of their endpoint, or the caller where they name none", () => {
    const note = (value: string) => ({
      ...{ traceId: "a", id: "1", name: "call", timestamp: 15 },
      annotations: [{ timestamp: 15, value }],
    });
    const records = read(
      { ...note("of the server"), ...stock },
      note("of nobody"),
      { ...server, ...stock, shared: true },
      { ...client, ...shop },
    );
    expect(outline(records)).toBe("call #shop\n  call #stock");
    const notes = records.map(({ detail }) => detail.events.map(({ name }) => name));
    expect(notes).toEqual([["of nobody"], ["of the server"]]);
    expect(records.map(({ span }) => span.startUnixNs)).toEqual([10_000n, 12_000n]);
  });

  it("where a service calls itself the address tells whose a child is", () => {
    const at = (ipv4: string) => ({ localEndpoint: { serviceName: "shop", ipv4 } });
    const child = { traceId: "a", parentId: "1", timestamp: 13, duration: 1 };
    const records = read(
      { ...client, ...at("10.0.0.1") },
      { ...server, ...at("10.0.0.2"), shared: true },
      { ...child, id: "2", name: "called", ...at("10.0.0.2") },
      { ...child, id: "3", name: "calling", ...at("10.0.0.1") },
    );
    expect(outline(records)).toBe("call #shop\n  call #shop\n    called #shop\n  calling #shop");
  });
});

describe("ids and times", () => {
  it("64 and 128 bits of one trace id meet", () => {
    const long = "463ac35c9f6413ad48485a3953bb6124";
    const low = long.slice(16).toUpperCase();
    const records = read({ ...client, traceId: long }, { ...server, traceId: low, shared: true });
    expect(new Set(records.map(({ traceId }) => traceId))).toEqual(new Set([long]));
    expect(outline(records)).toBe("call #\n  call #");
    const other = { ...server, id: "2", traceId: `${"1".repeat(16)}${low}` };
    const apart = read({ ...client, traceId: long }, { ...server, traceId: low }, other);
    expect(new Set(apart.map(({ traceId }) => traceId)).size).toBe(3);
  });

  it("thrift's signed integers lose nothing", () => {
    const text = `[{"trace_id": -6795926411110210000, "trace_id_high": 5679353540597208577,
      "id": -3944181038374441761, "parent_id": 9007199254740993, "name": "x",
      "timestamp": 1633073248678309, "duration": 3360, "annotations": []}]`;
    const [record] = readText(text).records;
    expect(record?.traceId).toBe("4ed11df465275601a1b004ef7a14a630");
    expect(record?.span.spanId).toBe("c943743e25dc2cdf");
    expect(record?.span.parentSpanId).toBe("0020000000000001");
    expect(record?.span.startUnixNs).toBe(1633073248678309000n);
    expect(record?.span.endUnixNs).toBe(1633073248681669000n);
  });

  it("thrift's values are decoded by their type, and kept where they do not fit it", () => {
    const binary = (key: string, annotation_type: string, value: string) => ({
      ...{ key, annotation_type, value },
    });
    const [record] = read({
      ...{ trace_id: 1, id: 2, name: "x", annotations: [] },
      binary_annotations: [
        binary("bool", "BOOL", "AQ=="),
        binary("i16", "I16", "MDk="),
        binary("bad", "I16", "AQ=="),
        binary("i32", "I32", "AAAwOQ=="),
        binary("i64", "I64", "AAAAAAAAMDk="),
        binary("double", "DOUBLE", "QMgcgAAAAAA="),
        binary("bytes", "BYTES", "c29t"),
        { ...binary("sa", "BOOL", "AQ=="), host: { service_name: "db", ipv4: -1407254521 } },
      ],
    });
    expect(
      Object.fromEntries(record!.detail.attributes.map(each => [each.key, each.value])),
    ).toEqual({
      ...{ bool: true, i16: 12345, bad: "AQ==", i32: 12345, i64: 12345, double: 12345 },
      ...{ bytes: "c29t", "peer.service": "db", "peer.ipv4": "172.31.0.7" },
    });
  });

  it("what version 1 says of one side only is kept, with the time that it has", () => {
    const endpoint = { serviceName: "shop" };
    const [half] = read({
      ...{ traceId: "a", id: "1", name: "x", binaryAnnotations: [] },
      annotations: [{ timestamp: 7, value: "sr", endpoint }],
    });
    expect(half?.span.kind).toBe(SpanKind.server);
    expect(half?.span.startUnixNs).toBe(7_000n);
    const [end] = read({
      ...{ traceId: "a", id: "1", name: "x", timestamp: 3, duration: 4 },
      annotations: [{ timestamp: 7, value: "cr", endpoint }],
    });
    expect([end?.span.startUnixNs, end?.span.endUnixNs]).toEqual([3_000n, 7_000n]);
    const both = read({
      ...{ traceId: "a", id: "1", name: "x" },
      annotations: [
        { timestamp: 1, value: "cs", endpoint },
        { timestamp: 2, value: "sr", endpoint },
        { timestamp: 3, value: "ss", endpoint },
        { timestamp: 4, value: "cr", endpoint },
      ],
    });
    expect(both.map(({ span }) => [span.kind, span.startUnixNs, span.endUnixNs])).toEqual([
      [SpanKind.client, 1_000n, 4_000n],
      [SpanKind.server, 2_000n, 3_000n],
    ]);
  });

  it("messages are moments; a span without times is drawn where its parent begins", () => {
    const [sent, untimed] = read(
      {
        ...{ traceId: "a", id: "1", name: "send", kind: "PRODUCER", timestamp: 5 },
        tags: { "kafka.topic": "t" },
      },
      { traceId: "a", id: "2", parentId: "1", name: "x", kind: "SERVER" },
    );
    expect([sent?.span.endUnixNs, sent?.span.queue]).toEqual([5_000n, "t"]);
    expect(untimed?.span.flags).toBe(SpanFlag.untimed);
  });
});

describe("what others put into Zipkin's places", () => {
  it("the collector's events and links have their attributes back", () => {
    const linked = "4d1e00c0db9010db86154a4ba6e91385";
    const [record] = read({
      ...client,
      tags: {
        error: "true",
        "otlp.link.0": `${linked}|86154a4ba6e91385||{"why":"batch"}|0`,
        "otel.scope.name": "shop",
      },
      annotations: [
        { timestamp: 11, value: 'exception|{"exception.message":"no","exception.type":"E"}|0' },
        { timestamp: 12, value: '{"x":"y"}' },
      ],
    });
    expect(record?.detail.error).toEqual({ type: "E", message: "no" });
    expect(record?.detail.events.map(({ name }) => name)).toEqual(["exception", '{"x":"y"}']);
    expect(record?.detail.scope).toEqual({ name: "shop" });
    expect(record?.span.refs).toEqual([
      { kind: EdgeKind.link, traceId: linked, spanId: "86154a4ba6e91385" },
    ]);
  });

  it("nonsense in any field does no harm", () => {
    const odd: readonly unknown[] = [null, 0, -1, 1e300, "x", [], {}, [null], [[]], true];
    for (const key of ["parentId", "name", "kind", "timestamp", "duration", "localEndpoint"]) {
      for (const value of odd) read({ ...client, [key]: value }).map(({ detail }) => detail);
    }
    for (const key of ["annotations", "tags", "shared", "binaryAnnotations", "remoteEndpoint"]) {
      for (const value of odd) {
        for (const { detail } of readZipkin([{ ...server, [key]: value }], context).records) {
          expect(isObject(detail)).toBe(true);
        }
      }
    }
  });
});

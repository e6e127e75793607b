/** Spans without a format: fields in any spelling, times in any unit, tables of all kinds. */

import { describe, expect, it } from "vitest";
import { readCsvRows } from "../../../src/formats/csvText.ts";
import { isPlainSpan, readPlainSpans } from "../../../src/formats/plainSpans.ts";
import { isSpanCsv, readSpanCsv } from "../../../src/formats/spanCsv.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import type { JsonObject } from "../../../src/formats/traceFormat.ts";
import { getFailure } from "../../../src/model/failure.ts";
import { EdgeKind, SpanKind, SpanStatus } from "../../../src/model/span.ts";
import { needsData, readData, readIndexRow } from "../../publicTraces.ts";
import { buildTraces, countRecords, outline } from "./outline.ts";

const context = { store: "spans.json", nowUnixMs: 0 };
const unixNs = 1_767_225_600_123_456_789n;

function read(...items: readonly JsonObject[]) {
  expect(items.map(isPlainSpan)).not.toContain(false);
  return readPlainSpans(items, context).records;
}

function readOne(item: JsonObject) {
  const [record] = read({ trace_id: "t", span_id: "s", name: "x", ...item });
  return record!;
}

describe("when a plain span began and ended", () => {
  it.each([
    ["seconds", { start_time: 1767225600.123457, end_time: 1767225601 }, 123_457_000n],
    ["milliseconds", { startTime: 1767225600123, endTime: 1767225601000 }, 123_000_000n],
    ["microseconds", { start: 1767225600123456, end: 1767225601000000 }, 123_456_000n],
    ["nanoseconds in text", { start_ns: `${unixNs}`, end_ns: "1767225601000000000" }, 123_456_789n],
    [
      "nanoseconds by name",
      { StartTimeUnixNano: `${unixNs}`, EndTimeUnixNano: "1767225601000000000" },
      123_456_789n,
    ],
    ["milliseconds by name", { startTimeUnixMs: 1767225600123, durationMs: 877 }, 123_000_000n],
    [
      "seconds in text",
      { start_time: "1767225600.123456789", end_time: "1767225601" },
      123_456_789n,
    ],
    [
      "ISO 8601",
      { start_time: "2026-01-01T00:00:00.123456789Z", end_time: "2026-01-01T01:00:01+01:00" },
      123_456_789n,
    ],
    [
      "Python's own text",
      { started_at: "2026-01-01 00:00:00.123456", ended_at: "2026-01-01 00:00:01" },
      123_456_000n,
    ],
    ["a duration in ms", { timestamp: 1767225600.123, duration_ms: 877 }, 123_000_000n],
    ["a duration in the unit of the start", { start: 1767225600123, duration: 877 }, 123_000_000n],
    [
      "a duration beside ISO 8601",
      { time: "2026-01-01T00:00:00.123Z", elapsed: 877 },
      123_000_000n,
    ],
    ["a duration with its unit", { ts: 1767225600.123, latency: "0.877s" }, 123_000_000n],
    [
      "a duration in the finest unit that the start is told in",
      { startTimeMillis: 1767225600123, startTime: 1767225600123456, duration: 876544 },
      123_456_000n,
    ],
    [
      "a duration beside nanoseconds in ISO 8601",
      { Timestamp: "2026-01-01 00:00:00.123456789", Duration: 876543211 },
      123_456_789n,
    ],
    [
      "a duration of ISO 8601",
      { time: "2025-12-31T22:57:59.5Z", duration: "PT1H2M1.5S" },
      -3_720_500_000_000n,
    ],
    [
      "a duration of .NET",
      { StartTime: "2026-01-01T00:00:00.123Z", Duration: "00:00:00.877" },
      123_000_000n,
    ],
    [
      "Go's own text",
      {
        start_time: "2026-01-01 00:00:00.123 +0000 UTC",
        end_time: "2026-01-01 08:00:01 +0800 CST",
      },
      123_000_000n,
    ],
  ])("%s", (_name, times, startNs) => {
    const { span } = readOne(times);
    expect(span.startUnixNs).toBe(1_767_225_600_000_000_000n + startNs);
    expect(span.endUnixNs).toBe(1_767_225_601_000_000_000n);
  });

  it("without an end it was a moment, unless it says that it runs", () => {
    expect(readOne({ start_time: 1767225600 }).span.endUnixNs).toBe(1_767_225_600_000_000_000n);
    expect(readOne({ start_time: 1767225600, status: "running" }).span.endUnixNs).toBeUndefined();
  });
});

describe("what a plain span tells", () => {
  it.each<[string, JsonObject, SpanStatus, string | undefined]>([
    ["a word", { status: "Success" }, SpanStatus.ok, undefined],
    ["a failure", { status: "failed", status_message: "no stock" }, SpanStatus.error, "no stock"],
    ["an object", { status: { code: "ERROR", message: "no" } }, SpanStatus.error, "no"],
    ["OpenTelemetry's number", { status_code: 2 }, SpanStatus.error, ""],
    ["HTTP's number", { status_code: 503 }, SpanStatus.error, ""],
    ["a caller's mistake", { status_code: 404 }, SpanStatus.unset, undefined],
    ["a flag", { success: false }, SpanStatus.error, ""],
    ["an error in text", { status: "ok", error: "boom\n at x" }, SpanStatus.error, "boom"],
    ["an error as an object", { error: { type: "E", message: "m" } }, SpanStatus.error, "m"],
    ["no error", { error: null, success: true }, SpanStatus.ok, undefined],
    ["an empty error", { error: "", status: "done" }, SpanStatus.ok, undefined],
  ])("status: %s", (_name, fields, status, message) => {
    const record = readOne({ start_time: 1, ...fields });
    expect(record.span.status).toBe(status);
    expect(record.detail.error?.message).toBe(message);
  });

  it("everything has its place, and what has none is an attribute", () => {
    const { span, detail } = readOne({
      ...{ start_time: 1, parentSpanId: "p", service: "shop", kind: "SPAN_KIND_CLIENT" },
      ...{ input: '{"sku": 1}', output: [1, 2], depth: 3 },
      attributes: { "http.method": "GET" },
      events: [{ name: "retry", timestamp: 1.5, attributes: { n: 1 } }, { message: "no time" }],
      links: [{ context: { trace_id: "u", span_id: "v" } }],
    });
    expect(span).toMatchObject({ parentSpanId: "p", service: "shop", kind: SpanKind.client });
    expect(span.refs).toEqual([{ kind: EdgeKind.link, traceId: "u", spanId: "v" }]);
    expect(detail.parameters).toEqual({ sku: 1 });
    expect(detail.result).toEqual([1, 2]);
    expect(detail.attributes).toEqual([
      { key: "http.method", value: "GET" },
      { key: "depth", value: 3 },
    ]);
    expect(detail.events.map(({ name, timeUnixNs }) => [name, timeUnixNs])).toEqual([
      ["retry", "1500000000"],
      ["no time", "1000000000"],
    ]);
  });

  it("ids may stand in a context, and the service among the resource's attributes", () => {
    const [record] = readPlainSpans(
      [
        {
          ...{ name: "GET /", start: `${unixNs}`, end: `${unixNs}`, kind: "KIND_SERVER" },
          context: { trace_id: "t", span_id: "s", trace_state: "" },
          parentSpanContext: { traceId: "t", spanId: "p" },
          resource: { "service.name": "shop" },
        },
      ],
      context,
    ).records;
    expect(record?.traceId).toBe("t");
    expect(record?.span).toMatchObject({
      ...{ spanId: "s", parentSpanId: "p", service: "shop", kind: SpanKind.server },
    });
    expect(record?.detail.attributes).toEqual([]);
  });

  it("nothing is lost of spans like Datadog's, whose fields are called like others' lists", () => {
    const { span, detail } = readOne({
      ...{ start: `${unixNs}`, duration: 1000, error: 1, resource: "GET /cart" },
      ...{ meta: { "span.kind": "client", "error.message": "no stock" }, metrics: { n: 1 } },
      ...{ tags: ["a"], logs: "none", links: 2 },
    });
    expect(span).toMatchObject({ kind: SpanKind.client, status: SpanStatus.error });
    expect(detail.error).toMatchObject({ message: "no stock" });
    expect(Object.fromEntries(detail.attributes.map(({ key, value }) => [key, value]))).toEqual({
      ...{ "span.kind": "client", "error.message": "no stock", n: 1 },
      ...{ resource: "GET /cart", tags: ["a"], logs: "none", links: 2 },
    });
  });

  it.each(["root", "", "0000000000000000", "null", null])("no parent: %j", parent_id => {
    expect(readOne({ start_time: 1, parent_id }).span.parentSpanId).toBeUndefined();
  });

  it("a parent called root is one, if there is such a span", () => {
    const own = { trace_id: "t", start_time: 1 };
    const root = { ...own, name: "x", span_id: "root" };
    const child = { ...own, name: "y", span_id: "a", parent_id: "root" };
    expect(outline(read(child, root))).toBe("x #\n  y #");
    expect(outline(read(child))).toBe("y #");
  });

  it("snapshots of tool calls are spans of one trace without ids of their own", () => {
    const call = { trace_id: "t", tool_name: "search", input: { q: "x" }, output: "found" };
    const records = read(
      { ...call, timestamp: "2026-01-01T00:00:00Z", duration_ms: 12.5 },
      { ...call, timestamp: "2026-01-01T00:00:01Z", duration_ms: 1 },
    );
    expect(outline(records)).toBe("search #\nsearch #");
    expect(buildTraces(records)[0]?.problems).toEqual([]);
    expect(records[0]?.span.endUnixNs).toBe(1_767_225_600_012_500_000n);
    expect(records[0]?.detail.parameters).toEqual({ q: "x" });
  });

  it("spans without a trace id are one trace, and it is said", () => {
    const own = { name: "x", start_time: 1 };
    const { records, problems } = readPlainSpans(
      [
        { ...own, id: "a", parent_id: null },
        { ...own, id: "b", parent_id: "a" },
      ],
      context,
    );
    expect(outline(records)).toBe("x #\n  x #");
    expect(problems).toMatchObject([
      { text: "2 of 2 spans have no trace id; they are drawn as one trace" },
    ]);
  });

  it.each<[string, JsonObject]>([
    ["a line of a log", { trace_id: "t", name: "app", level: 30, time: 1, msg: "hello" }],
    ["a task's document", { trace_id: "t", function: "f", time_start: 1, timestamp: 1 }],
    ["a thing with a name", { name: "x", time: 1 }],
    [
      "a span of Sentry, whose root lies elsewhere",
      { trace_id: "t", span_id: "s", parent_span_id: "p", op: "db", timestamp: 1 },
    ],
    ["a line of a log of requests", { trace_id: "t", url: "/cart", time: 1 }],
    ["a span without a time", { trace_id: "t", name: "x" }],
  ])("%s is none", (_name, item) => {
    expect(isPlainSpan(item)).toBe(false);
  });

  it("a file of lines opens as one", () => {
    const line = (id: number) =>
      JSON.stringify({
        traceId: "t",
        spanId: `${id}`,
        parentId: `${id - 1 || ""}`,
        name: "x",
        start: id,
      });
    const bytes = Buffer.from([1, 2, 3].map(line).join("\n"));
    const file = readTraceFile(bytes, { ...context, path: "spans.ndjson" });
    expect(file.format).toBe("plain spans");
    expect(countRecords(file.records)).toBe("3/1/3/3");
  });

  const call = (id: string, rest: object = {}) => ({ id, name: id, start: 1, end: 2, ...rest });
  it.each<[string, unknown]>([
    ["of a trace", { traceId: "t", spans: [call("a"), call("b", { parentId: "a" })] }],
    ["of a trace that has but an id", { id: "t", rootSpan: call("a", { children: [call("b")] }) }],
    [
      "of an answer",
      { data: { traces: [{ trace_id: "t", spans: [call("a"), call("b", { parent: "a" })] }] } },
    ],
    ["of a caller", call("a", { trace_id: "t", subsegments: [call("b")] })],
    [
      "of an export of observations",
      {
        trace: {
          ...{ id: "t", name: "turn", timestamp: 1 },
          observations: [
            { ...call("a"), traceId: "t", parentObservationId: null },
            { ...call("b"), traceId: "t", parentObservationId: "a" },
          ],
        },
      },
    ],
  ])("spans inside %s are found", (_name, value) => {
    const file = readTraceFile(Buffer.from(JSON.stringify(value)), { ...context, path: "a.json" });
    expect(file.format).toBe("plain spans");
    expect(file.records.map(record => record.traceId)).toEqual(["t", "t"]);
    expect(outline(file.records)).toBe("a #\n  b #");
    expect(file.records[0]?.detail.raw).not.toContain('"b"');
  });

  it("a segment of AWS X-Ray has the trace's id that OpenTelemetry and logs have", () => {
    const [record] = read({
      ...{ name: "x", id: "c1a5e958ffd61344", trace_id: "1-f50f7a80-f0b8f88b97788093157c4ae2" },
      ...{ start_time: 1.5, end_time: 2.5, fault: true },
    });
    expect(record?.traceId).toBe("f50f7a80f0b8f88b97788093157c4ae2");
    expect(record?.detail.traceId).toBe("1-f50f7a80-f0b8f88b97788093157c4ae2");
    expect(record?.span.status).toBe(SpanStatus.error);
  });

  it("calls without ids hang below their callers, deeper than the call stack", () => {
    const depth = 20_000;
    const open = '{"trace_id":"t","name":"x","time":1,"children":['.repeat(depth);
    const text = `${open}{"trace_id":"t","name":"x","time":1}${"]}".repeat(depth)}`;
    const { records } = readTraceFile(Buffer.from(text), { ...context, path: "a.json" });
    expect(countRecords(records)).toBe(`${depth + 1}/1/${depth + 1}/${depth + 1}`);
  });

  it.each<[string, JsonObject]>([
    ["a page of things", { id: 7, items: [{ id: 1, parent_id: null, label: "x", created_at: 1 }] }],
    ["a tree of things", { id: 7, name: "x", time: 1, children: [{ id: 8, name: "y", time: 1 }] }],
    ["a trace without spans", { trace_id: "t", spans: [], data: { items: [null, 1, "x"] } }],
  ])("%s is not taken for spans", (_name, value) => {
    const bytes = Buffer.from(JSON.stringify(value));
    expect(() => readTraceFile(bytes, { ...context, path: "a.json" })).toThrow();
  });

  it("nonsense in any field does no harm", () => {
    const odd: readonly unknown[] = [null, 0, -1, 1e300, "x", [], {}, [null], [[]], [{}], true];
    const keys = ["start_time", "end_time", "duration", "status", "error", "events", "links"];
    for (const key of [...keys, "kind", "attributes", "parent_id", "input", "span_id"]) {
      for (const value of odd) {
        const item = { trace_id: "t", name: "x", timestamp: 1, [key]: value };
        for (const { detail } of readPlainSpans([item], context).records) {
          expect(detail.stores).toEqual(["spans.json"]);
        }
      }
    }
  });
});

describe("tables", () => {
  it.each([
    [
      "plain",
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "quotes, breaks and Windows",
      'a,b\r\n"x, ""y""\nz",2\r\n',
      [
        ["a", "b"],
        ['x, "y"\nz', "2"],
      ],
    ],
    [
      "empty cells at every end",
      ",a,\n,,\n",
      [
        ["", "a", ""],
        ["", "", ""],
      ],
    ],
    [
      "an empty last cell without a break",
      "a,b\n1,",
      [
        ["a", "b"],
        ["1", ""],
      ],
    ],
    [
      "semicolons",
      "a;b\n1,5;2",
      [
        ["a", "b"],
        ["1,5", "2"],
      ],
    ],
    ["a quote that never ends", 'a,b\n"1,2', [["a", "b"], ["1,2"]]],
    [
      "empty lines",
      "a,b\n\n1,2\n\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a mark at the beginning",
      "\uFEFFa,b\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
  ])("cells: %s", (_name, text, rows) => {
    expect([...readCsvRows(text)]).toEqual(rows);
  });

  it.each([
    "nezha/2022-08-23-16_42_trace.csv",
    "nezha/2023-01-29-08_50_trace.csv",
    "deathstarbench/trace.csv",
  ])("%s has what its INDEX row says", needsData, path => {
    const { records, problems } = readSpanCsv(readData(path), context);
    expect(problems).toEqual([]);
    expect(countRecords(records)).toBe(readIndexRow(path));
  });

  it("Nezha's pods run services", needsData, () => {
    const { records } = readSpanCsv(readData("nezha/2022-08-23-16_42_trace.csv"), context);
    const [first] = records;
    expect(first?.span).toMatchObject({
      spanId: "0aff5fb7c0f0cbec",
      name: "hipstershop.Frontend/Recv.",
      service: "frontend",
      startUnixNs: 1661272897621816981n,
      endUnixNs: 1661272897725837577n,
    });
    expect(first?.span.parentSpanId).toBeUndefined();
    expect(first?.detail.resource).toEqual([
      { key: "k8s.pod.name", value: "frontend-579b9bff58-t2dbm" },
    ]);
  });

  it("DeathStarBench's edges are their children", needsData, () => {
    const { records } = readSpanCsv(readData("deathstarbench/trace.csv"), context);
    expect(records[0]?.span).toMatchObject({
      spanId: "137cfc2d87740f56",
      parentSpanId: "37e2b05295806961",
      name: "compose_user_mentions_memcached_get_client",
      service: "user-mention-service",
      startUnixNs: 1695943858155643000n,
      endUnixNs: 1695943858156161000n,
    });
    const missing = buildTraces(records).flatMap(trace => trace.problems);
    expect(missing.map(({ code }) => code)).toEqual(new Array(20).fill("missingParent"));
  });

  it("rows without a name are called by their place, or by their service", () => {
    const text =
      "timestamp,cmdb_id,url,trace_id,span_id,parent_span\n" +
      "1647763200000,shop,http://shop/cart,t,a,\n1647763200001,db,,t,b,a\n";
    expect(outline(readSpanCsv(text, context).records)).toBe("http://shop/cart #shop\n  db #db");
  });

  it("a last row that breaks off is no span, and it is said", () => {
    const text = "trace_id,span_id,parent_id,name,start_time,end_time\nt,a,,x,1,2\nt,b,a,";
    const { records, problems } = readSpanCsv(text, context);
    expect(outline(records)).toBe("x #");
    expect(problems).toMatchObject([{ text: "the last row breaks off" }]);
  });

  it("a table without spans is refused by what its columns are", () => {
    expect(isSpanCsv("a,b,c\n1,2,3")).toBe(false);
    try {
      readSpanCsv("a,b,c\n1,2,3", context);
      expect.unreachable();
    } catch (error) {
      expect(getFailure(error)).toMatchObject({
        code: "unreadableFile",
        reason: "no columns of spans: a, b, c",
      });
    }
  });
});

describe("Alibaba's calls", () => {
  const header = ",traceid,timestamp,rpcid,um,rpctype,dm,interface,rt";
  const readRows = (...rows: readonly string[]) =>
    readSpanCsv([header, ...rows].join("\n"), context);

  it("the rpc id is the tree, and both rows of one call have their side of it", () => {
    const { records, problems } = readRows(
      "0,0b13,1000,0,(?),http,gate,/buy,50",
      "1,0b13,1001,0,(?),http,gate,/buy,-48",
      "2,0b13,1005,0.1,gate,rpc,cart,cart.get,20",
      "3,0b13,1006,0.1,gate,rpc,cart,cart.get,-17",
      "4,0b13,1007,0.1.1,cart,mc,cache,,1",
      "5,0b13,1009,0.1.2,cart,db,orders-db,,3",
      "6,0b13,1030,0.2,gate,mq,mail,mail.send,4",
    );
    expect(problems).toEqual([]);
    expect(outline(records)).toBe(
      `
/buy #
  /buy #gate
    cart.get #gate
      cart.get #cart
        mc cache #cart
        db orders-db #cart
    mail.send #gate`.trim(),
    );
    const [client, server] = records.filter(({ detail }) => detail.spanId === "0.1");
    expect([client?.span.startUnixNs, client?.span.endUnixNs]).toEqual([
      1_005_000_000n,
      1_025_000_000n,
    ]);
    expect(server?.span).toMatchObject({ kind: SpanKind.server, endUnixNs: 1_023_000_000n });
    expect(records.at(-1)?.span.kind).toBe(SpanKind.producer);
  });

  it("calls above that were not kept are one missing parent; rows without an id are counted", () => {
    const { records, problems } = readRows(
      "0,t,1000,0.1.1,a,rpc,b,x,5",
      "1,t,1006,0.1.2,a,rpc,c,y,5",
      "2,t,1006,nan,a,rpc,c,y,5",
    );
    expect(outline(records)).toBe("? 0.1\n  x #a\n  y #a");
    expect(problems).toMatchObject([{ text: "1 of 3 rows have no trace id or no rpc id" }]);
  });

  it("the columns of the year after", () => {
    const text = [
      "timestamp,traceid,service,rpc_id,rpctype,um,uminstanceid,interface,dm,dminstanceid,rt",
      "152757,T_1,S_1,0,http,UNKNOWN,UNKNOWN,Vf,MS_1,MS_1_POD_1,8.0",
    ].join("\n");
    const { records } = readSpanCsv(text, context);
    expect(records[0]?.span).toMatchObject({
      spanId: "0.",
      name: "Vf",
      endUnixNs: 152_765_000_000n,
    });
  });
});

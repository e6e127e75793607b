/** Spans without a format: fields in any spelling, times in any unit. */

import { describe, expect, it } from "vitest";
import { isPlainSpan, readPlainSpans } from "../../../src/formats/plain/plainSpans.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import type { JsonObject } from "../../../src/formats/values/jsonObject.ts";
import { EdgeKind, SpanKind, SpanStatus } from "../../../src/model/span.ts";
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

it("reads the attributes of a span once to draw it, and once more for its detail", () => {
  let reads = 0;
  const ownKeys = (target: object): ArrayLike<string | symbol> => {
    reads += 1;
    return Reflect.ownKeys(target);
  };
  const tags = new Proxy({ "http.method": "GET" }, { ownKeys });
  const item = { trace_id: "t", span_id: "s", name: "x", start_time: 1_767_225_600_000, tags };
  const [record] = readPlainSpans([item], context, undefined, () => "").records;
  expect(reads).toBe(1);
  expect(record?.detail.attributes).toMatchObject([{ key: "http.method", value: "GET" }]);
  expect(reads).toBe(2);
});

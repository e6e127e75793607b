/** What OpenTelemetry's console exporters print: recorded from the real ones, see `test/fixtures/otel`. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseInspectedText } from "../../../src/formats/encodings/inspectedText.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { EdgeKind, SpanKind, SpanStatus } from "../../../src/model/span.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/otel");
const options = { store: "file", path: "a.txt", nowUnixMs: 0 };

function tell({ span, detail }: SpanRecord): string {
  const kind = Object.entries(SpanKind).find(([, value]) => value === span.kind)?.[0];
  const failed = span.status === SpanStatus.error ? ` !${detail.error?.type}` : "";
  const above = span.parentSpanId === undefined ? "" : ` < ${span.parentSpanId}`;
  return `${span.spanId}${above} ${span.name} #${span.service} ${kind}${failed}`;
}

describe("JavaScript's console exporter", () => {
  const { format, records, problems } = readTraceFile(
    readFileSync(join(fixtures, "javascript-console.txt")),
    options,
  );

  it("is read, though it prints no JSON and other things are printed in between", () => {
    expect(format).toBe("OpenTelemetry JavaScript console");
    expect(problems).toEqual([]);
    expect(records.map(tell)).toEqual([
      "8d2905a9fe6fe563 < 03c14e302a510b14 cart.load #shop internal !TypeError",
      "f7952d09249eec5a < 03c14e302a510b14 orders send #shop producer",
      "03c14e302a510b14 GET /cart #shop server",
    ]);
  });

  it("keeps times, quotes and long texts", () => {
    const [load, , root] = records;
    expect(load!.span.startUnixNs).toBe(1795262188594000000n);
    expect(load!.span.endUnixNs).toBe(1795262188594471060n);
    expect(load!.detail.events.map(event => event.timeUnixNs)).toEqual([
      "1795262188594368607",
      "1795262188594428296",
    ]);
    expect(load!.detail.error?.stack).toMatch(/^TypeError: no such cart\n {4}at file:.*:10:23\n/);
    expect(load!.detail.links).toMatchObject([{ kind: EdgeKind.link, spanId: "03c14e302a510b14" }]);
    expect(load!.detail.scope).toEqual({ name: "shop.tracer", version: "1.2.0" });
    expect(Object.fromEntries(root!.detail.attributes.map(each => [each.key, each.value]))).toEqual(
      {
        "http.route": "/cart",
        quote: `it's "a" \`b\``,
        lines:
          "one\ntwo\nthree and much more text so that it does not fit into one line of the console any more",
        tags: ["a", "b"],
        ratio: 0.5,
        ok: true,
      },
    );
  });

  const told = {
    ...{ name: "load", kind: 2, attributes: { "http.route": "/cart" } },
    status: { code: 2, message: "gone" },
    events: [{ name: "retry", time: [1795262188, 594368607] }],
  };
  const ids = { traceId: "f50f7a80f0b8f88b97788093157c4ae2", spanId: "c1a5e958ffd61344" };
  const printed = {
    ...{ ...told, traceId: ids.traceId, id: ids.spanId, parentId: "1" },
    ...{ timestamp: 1795262188594000, duration: 471.06 },
    resource: { attributes: { "service.name": "shop" } },
  };
  const kept = {
    ...{ ...told, _spanContext: ids, parentSpanContext: { traceId: ids.traceId, spanId: "1" } },
    ...{ startTime: [1795262188, 594000000], endTime: [1795262188, 594471060] },
    ...{ duration: [0, 471060], resource: { _attributes: { "service.name": "shop" } } },
  };
  it.each<[string, object]>([
    ["printed", printed],
    ["as it is", kept],
  ])("is read where it was put into JSON: %s", (_name, span) => {
    const { records } = readTraceFile(Buffer.from(JSON.stringify([span])), options);
    expect(records.map(tell)).toEqual([`${ids.spanId} < 1 load #shop client !undefined`]);
    expect(records[0]!.traceId).toBe(ids.traceId);
    expect(records[0]!.span.startUnixNs).toBe(1795262188594000000n);
    expect(records[0]!.span.endUnixNs).toBe(1795262188594471060n);
    expect(records[0]!.detail).toMatchObject({
      attributes: [{ key: "http.route", value: "/cart" }],
      events: [{ name: "retry", timeUnixNs: "1795262188594368607" }],
      error: { message: "gone" },
    });
  });

  it.each<[string, unknown]>([
    ["{\n  a: 1,\n  'b.c': [ 1, 'x', ... 3 more items ]\n}", { a: 1, "b.c": [1, "x"] }],
    ["{\n  a: [Object],\n  f: [Function: run],\n  u: undefined\n}", {}],
    [
      "{\n  m: [Object: null prototype] { k: 1n },\n  c: Cart { id: -2.5e3 }\n}",
      { m: { k: "1" }, c: { id: -2500 } },
    ],
    ["{\n  q: \"it's\",\n  e: 'a\\n\\x1B\\u00e9'\n}", { q: "it's", e: "a\n\u001B\u00e9" }],
    [
      "{\n  d: 2026-01-01T00:00:00.000Z,\n  [Symbol(x)]: true\n}",
      { d: "2026-01-01T00:00:00.000Z", "[Symbol(x)]": true },
    ],
  ])("prints %j", (text, expected) => {
    expect(parseInspectedText(text)).toEqual([expected]);
  });

  it.each([
    "{\n  a: 'open",
    "{\n  a: 'one\n  two'\n}",
    "{\n  a: ",
    "{\n",
    "{\n  if (x) {\n  }\n}",
    `{\n a: ${"[".repeat(20_000)}`,
  ])("passes over what it did not print: %j", text => {
    expect(parseInspectedText(text)).toEqual([]);
  });
});

describe("Python's console exporter", () => {
  const { format, records } = readTraceFile(
    readFileSync(join(fixtures, "python-console.txt")),
    options,
  );

  it("is read with other lines in between", () => {
    expect(format).toBe("OpenTelemetry Python console");
    expect(records.map(tell)).toEqual([
      "f889dc5fc18a7445 < c71376149c9a56ba charge #worker internal !ValueError",
      "c71376149c9a56ba orders process #worker consumer",
    ]);
    expect(records[0]!.traceId).toBe("8fe85423fbfff58837b31cb718a6d414");
    expect(records[0]!.span.endUnixNs! - records[0]!.span.startUnixNs!).toBe(763_000n);
    expect(records[0]!.detail.attributes).toContainEqual({ key: "big", value: "9007199254740993" });
    expect(records[1]!.detail.parameters).toEqual({ order_id: 1 });
  });
});

it("Phoenix's spans, which are Python's with the status beside them, keep it", () => {
  const span = {
    ...{ name: "turn", context: { trace_id: "f50f7a80f0b8f88b97788093157c4ae2", span_id: "c1" } },
    ...{ span_kind: "LLM", parent_id: null, start_time: "2026-01-01T00:00:00+00:00" },
    ...{ end_time: "2026-01-01T00:00:01+00:00", status_code: "ERROR", status_message: "too long" },
  };
  const [record] = readTraceFile(Buffer.from(JSON.stringify(span)), options).records;
  expect(record?.span.status).toBe(SpanStatus.error);
  expect(record?.detail.error?.message).toBe("too long");
});

it("what looks like Python's and has numbers for times is someone's own, with its times", () => {
  const span = {
    ...{ name: "turn", context: { trace_id: "t", span_id: "s" }, parent_id: null },
    ...{ start_time: "START", end_time: "END", status_code: "ERROR" },
  };
  const json = JSON.stringify(span).replace('"START"', "1767225600123456789");
  const bytes = Buffer.from(json.replace('"END"', "1767225601000000000"));
  const { format, records } = readTraceFile(bytes, options);
  expect(format).toBe("plain spans");
  expect(records[0]?.span).toMatchObject({
    ...{ spanId: "s", startUnixNs: 1767225600123456789n, endUnixNs: 1767225601000000000n },
    status: SpanStatus.error,
  });
});

describe("Go's stdouttrace", () => {
  const span = {
    Name: "load",
    SpanContext: { TraceID: "0555ce1903feb85770d102846273073b", SpanID: "f5f33ab2ca194d1b" },
    Parent: {
      TraceID: "00000000000000000000000000000000",
      SpanID: "0000000000000000",
    },
    SpanKind: 3,
    StartTime: "2024-01-12T14:57:40.147265775Z",
    EndTime: "2024-01-12T15:57:40.164529263+01:00",
    Attributes: [{ Key: "n", Value: { Type: "INT64", Value: 7 } }],
    Events: null,
    Links: [{ SpanContext: { TraceID: "ff", SpanID: "aa" }, Attributes: null }],
    Status: { Code: "Error", Description: "gone" },
    Resource: [{ Key: "service.name", Value: { Type: "STRING", Value: "buildx" } }],
    InstrumentationScope: { Name: "otelgrpc", Version: "0.40.0" },
  };
  const text = JSON.stringify(span, undefined, "\t");

  it.each([
    ["objects one after the other", `${text}\n${text}`],
    ["an array", `[${text},${text}]`],
    ["one a line", `${JSON.stringify(span)}\n${JSON.stringify(span)}`],
  ])("is read as %s", (_name, content) => {
    const { format, records, problems } = readTraceFile(Buffer.from(content), options);
    expect(format).toBe("OpenTelemetry Go stdout");
    expect(problems).toEqual([]);
    expect(records).toHaveLength(2);
    expect(records[1]!.span).toEqual({
      spanId: "f5f33ab2ca194d1b",
      refs: [{ kind: EdgeKind.link, traceId: "ff", spanId: "aa" }],
      name: "load",
      service: "buildx",
      kind: SpanKind.client,
      status: SpanStatus.error,
      startUnixNs: 1705071460147265775n,
      endUnixNs: 1705071460164529263n,
      flags: 0,
    });
    expect(records[1]!.detail.error).toEqual({ message: "gone" });
  });

  it.each([
    [0, SpanStatus.unset],
    [1, SpanStatus.error],
    [2, SpanStatus.ok],
    ["Ok", SpanStatus.ok],
  ])("tells by the status %s, in Go's own numbers, how it went", (Code, status) => {
    const content = JSON.stringify({ ...span, Status: { Code, Description: "" } });
    const { records } = readTraceFile(Buffer.from(content), options);
    expect(records[0]!.span.status).toBe(status);
  });
});

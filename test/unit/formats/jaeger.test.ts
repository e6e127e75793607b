/** Jaeger's JSON: one row of data for each shape that is in use, and the oddities of each. */

import { describe, expect, it } from "vitest";
import { readTraceFile, type TraceFile } from "../../../src/formats/traceFile.ts";
import {
  EdgeKind,
  SpanFlag,
  SpanKind,
  SpanStatus,
  type SpanInput,
} from "../../../src/model/span.ts";
import { outline } from "./outline.ts";

const options = { store: "file", path: "a.json", nowUnixMs: 0 };
const read = (content: unknown): TraceFile =>
  readTraceFile(
    Buffer.from(typeof content === "string" ? content : JSON.stringify(content)),
    options,
  );

const traceID = "52969a8955571a3f";
const traceId = `0000000000000000${traceID}`;
const childOf = (spanID: string, of = traceID) => ({ refType: "CHILD_OF", traceID: of, spanID });
const follows = (spanID: string, of = traceID) => ({
  refType: "FOLLOWS_FROM",
  traceID: of,
  spanID,
});

function spanOf(spanID: string, changes: object = {}) {
  return {
    traceID,
    spanID,
    operationName: "get",
    references: [],
    startTime: 1485467191639875,
    duration: 22938,
    tags: [{ key: "span.kind", type: "string", value: "server" }],
    logs: [],
    processID: "p1",
    ...changes,
  };
}

const processes = {
  p1: { serviceName: "api", tags: [{ key: "ip", type: "string", value: "10.53.69.61" }] },
};
const traceOf = (...spans: readonly object[]) => ({ traceID, spans, processes });
const a = "0000000000000001";
const b = "0000000000000002";
const c = "0000000000000003";

describe("a file of Jaeger's JSON", () => {
  const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
  const process = { serviceName: "api", tags: processes.p1.tags };
  const named = spanOf(b, { references: [childOf(a)] });
  const row = { ...named, processID: undefined, process };
  const modelSpan = {
    traceId: base64(traceId),
    spanId: base64(b),
    operationName: "get",
    references: [{ refType: "CHILD_OF", traceId: base64(traceId), spanId: base64(a) }],
    startTime: "2017-01-26T16:46:31.639875-05:00",
    duration: "22938000ns",
    tags: [{ key: "span.kind", vType: "STRING", vStr: "server" }],
    process,
  };
  const thriftSpan =
    '{"traceIdLow":5951113872249657919,"spanId":2,"parentSpanId":1,"operationName":"get",' +
    '"startTime":1485467191639875,"duration":22938,' +
    '"tags":[{"key":"span.kind","vType":"STRING","vStr":"server"}]}';

  it.each<[string, unknown]>([
    ["the API's answer", { data: [traceOf(named)], total: 0, errors: null }],
    ["what its page keeps", { data: traceOf(named), state: "FETCH_DONE" }],
    ["a trace", traceOf(named)],
    ["a list of traces", [traceOf(named)]],
    ["rows of Elasticsearch, one a line", `${JSON.stringify(row)}\n`],
    ["rows of Elasticsearch with their index", { _index: "jaeger-span", _source: row }],
    ["an answer of Elasticsearch", { hits: { hits: [{ _source: row }] } }],
    ["the parent of old", { ...row, references: [], parentSpanID: a }],
    ["the model", { spans: [modelSpan] }],
    ["a span of the model", modelSpan],
    ["a batch of Thrift", `{"process":${JSON.stringify(process)},"spans":[${thriftSpan}]}`],
  ])("reads %s", (_name, content) => {
    const { format, records } = read(content);
    expect(format).toBe("Jaeger JSON");
    const hasHost = records[0]!.detail.resource.length > 1;
    expect(records.map(record => [record.traceId, record.span])).toEqual([
      [
        traceId,
        {
          spanId: b,
          parentSpanId: a,
          name: "get",
          service: "api",
          kind: SpanKind.server,
          status: SpanStatus.unset,
          startUnixNs: 1485467191639875000n,
          endUnixNs: 1485467191662813000n,
          flags: 0,
          ...(hasHost && { host: "10.53.69.61" }),
        } satisfies SpanInput,
      ],
    ]);
    expect(records[0]!.detail.resource).toEqual([
      { key: "service.name", value: "api" },
      ...(hasHost ? [{ key: "ip", value: "10.53.69.61" }] : []),
    ]);
  });

  it.each<[string, readonly object[], string | undefined, number]>([
    ["the first CHILD_OF that is there", [childOf("00000000000000ff"), childOf(c)], c, 1],
    ["FOLLOWS_FROM where no CHILD_OF is there", [childOf("00000000000000ff"), follows(c)], c, 2],
    ["CHILD_OF before FOLLOWS_FROM", [follows(a), childOf(c)], c, 1],
    [
      "the first CHILD_OF where none is there",
      [childOf("00000000000000ff")],
      "00000000000000ff",
      0,
    ],
    ["none in another trace", [childOf(a, "00000000000000ff")], undefined, 1],
    ["none of zeros", [childOf("0000000000000000", "0000000000000000")], undefined, 0],
  ])("takes as parent %s", (_name, references, parent, links) => {
    const record = read(traceOf(spanOf(a), spanOf(c), spanOf(b, { references }))).records[2]!;
    expect(record.span.parentSpanId).toBe(parent);
    expect(record.detail.links).toHaveLength(links);
  });

  it("keeps a reference to another trace as a link there", () => {
    const references = [follows("00000000000000aa", "00000000000000ff")];
    const { span, detail } = read(spanOf(b, { references })).records[0]!;
    expect(span.refs).toEqual([
      { kind: EdgeKind.followsFrom, traceId: "ff".padStart(32, "0"), spanId: "00000000000000aa" },
    ]);
    expect(detail.links[0]).toMatchObject({ traceId: "00000000000000ff" });
  });

  it.each<[string, Record<string, unknown>, SpanStatus]>([
    ["an error", { error: true }, SpanStatus.error],
    ["an error in words", { error: "true", "otel.status_code": "OK" }, SpanStatus.error],
    [
      "no error, but OpenTelemetry's",
      { error: false, "otel.status_code": "ERROR" },
      SpanStatus.error,
    ],
    [
      "OpenTelemetry's word before HTTP's",
      { "otel.status_code": "OK", "http.status_code": 500 },
      SpanStatus.ok,
    ],
    ["a server's 500", { "http.status_code": "500" }, SpanStatus.error],
    ["a server's 404", { "http.status_code": 404 }, SpanStatus.unset],
    ["a client's 404", { "span.kind": "CLIENT", "http.status_code": 404 }, SpanStatus.error],
    ["nothing", {}, SpanStatus.unset],
  ])("tells the status by %s", (_name, tags, status) => {
    const tag = { "span@kind": "server", ...tags };
    const content = spanOf(b, { tags: [], tag: renameKeys(tag) });
    expect(read(content).records[0]!.span.status).toBe(status);
  });

  function renameKeys(tags: object) {
    return Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [key.replaceAll(".", "@"), value as unknown]),
    );
  }

  it("reads tags of every type and shape", () => {
    const tags =
      '[{"key":"text","type":"string","value":"x"},{"key":"yes","type":"bool","value":"true"},' +
      '{"key":"large","type":"int64","value":9223372036854775222},' +
      '{"key":"digits","type":"int64","value":"9223372036854775222"},' +
      '{"key":"small","type":"int64","value":"7"},{"key":"half","type":"float64","value":0.5},' +
      '{"key":"blob","type":"binary","value":"00003039"},' +
      '{"key":"long","vType":"LONG","vStr":"","vDouble":0,"vBool":false,"vLong":12,"vBinary":""},' +
      '{"key":"typed","v_type":3,"v_float64":129.8},{"key":"zero","vType":"INT64"},' +
      '{"key":"untyped","vStr":"y"},{"key":"text","type":"string","value":"again"}]';
    const content = JSON.stringify(spanOf(b, { tags: "TAGS" })).replace('"TAGS"', tags);
    const { attributes } = read(content).records[0]!.detail;
    expect(attributes.map(each => [each.key, each.value])).toEqual([
      ["text", "x"],
      ["yes", true],
      ["large", "9223372036854775222"],
      ["digits", "9223372036854775222"],
      ["small", 7],
      ["half", 0.5],
      ["blob", "00003039"],
      ["long", 12],
      ["typed", 129.8],
      ["zero", 0],
      ["untyped", "y"],
      ["text", "again"],
    ]);
  });

  it.each([
    ["unset", SpanStatus.unset, undefined],
    ["false", SpanStatus.unset, undefined],
    ["true", SpanStatus.error, undefined],
    ["no stock", SpanStatus.error, "no stock"],
  ])("takes the error %s for what it says", (value, status, message) => {
    const tags = [{ key: "error", type: "string", value }];
    const { span, detail } = read(spanOf(b, { tags })).records[0]!;
    expect(span.status).toBe(status);
    expect(detail.error?.message).toBe(message);
  });

  it("reads logs as events, and an error's stack", () => {
    const field = (key: string, value: string) => ({ key, type: "string", value });
    const logs = [
      { timestamp: 1485467191639876, fields: [field("event", "retry"), field("attempt", "2")] },
      {
        timestamp: 1485467191639877,
        fields: [
          ...[field("event", "error"), field("error.kind", "Timeout")],
          ...[field("message", "after 1 s"), field("stack", "Timeout\n  at f (a.js:1:1)")],
        ],
      },
    ];
    const { detail } = read(spanOf(b, { logs })).records[0]!;
    expect(detail.events[0]).toEqual({
      name: "retry",
      timeUnixNs: "1485467191639876000",
      attributes: [{ key: "attempt", value: "2" }],
    });
    expect(detail.error).toEqual({
      type: "Timeout",
      message: "after 1 s",
      stack: "Timeout\n  at f (a.js:1:1)",
    });
  });

  it("counts the end from the nearest ancestor's start where a span has none", () => {
    const parent = spanOf(a);
    const child = spanOf(b, { startTime: 0, duration: 10, references: [childOf(a)] });
    const { span } = read(traceOf(parent, child)).records[1]!;
    expect(span.startUnixNs).toBe(0n);
    expect(span.endUnixNs).toBe(1485467191639885000n);
  });

  it("keeps what the server said: of a span with the span, of the trace once", () => {
    const moved = "This span's timestamps were adjusted by 35ms";
    const spans = [spanOf(a, { warnings: [moved] }), spanOf(b, { warnings: ["odd"] })];
    const { records, problems } = read({ ...traceOf(...spans), warnings: ["cut", "cut"] });
    expect(records.map(({ span }) => span.warnings)).toEqual([[moved], ["odd"]]);
    // Its times are the server's own doing already.
    expect(records.map(({ span }) => span.flags)).toEqual([SpanFlag.adjusted, 0]);
    expect(problems).toEqual([{ code: "storeNote", spans: [], store: "file", text: "cut" }]);
  });

  it("keeps no span inside of another, however deep the page nested them", () => {
    const [open = "", close = ""] = JSON.stringify({
      ...childOf(a),
      span: spanOf(a, { references: ["HERE"] }),
    }).split('"HERE"');
    const nested = open.repeat(20_000) + JSON.stringify(childOf(a)) + close.repeat(20_000);
    const text = JSON.stringify(traceOf(spanOf(a), spanOf(b, { references: ["HERE"] })));
    const { records } = read(text.replace('"HERE"', nested));
    expect(records).toHaveLength(2);
    expect(JSON.parse(records[1]!.detail.raw)).toEqual(spanOf(b, { references: [childOf(a)] }));
  });

  it("stands what nobody writes on purpose", () => {
    for (const odd of [null, 1, "x", [], [null], { a: { b: 1 } }]) {
      const content = spanOf(b, {
        ...{ references: odd, tags: odd, tag: odd, logs: odd, process: odd, warnings: odd },
        ...{ startTime: odd, duration: odd, operationName: odd },
      });
      expect(read({ data: [traceOf(content), odd] }).records).toHaveLength(1);
    }
  });
});

describe("rows of Jaeger's table in Cassandra", () => {
  const tag = (key: string, type: string, value: unknown) => ({
    ...{ key, value_type: type, value_string: "", value_bool: false, value_long: 0 },
    ...{ value_double: 0, value_binary: null },
    [`value_${type}`]: value,
  });
  const row = (name: string, span_id: string, rest: object) => ({
    ...{ trace_id: "0x0000000000000000680ba0631c56249e", span_id, operation_name: name },
    ...{ parent_id: 0, refs: null, logs: null, tags: null, duration: 5, start_time: 1e15 },
    process: { service_name: "till", tags: [tag("ip", "string", "10.0.0.7")] },
    ...rest,
  });
  const refs = [
    {
      ref_type: "follows-from",
      trace_id: "0x0000000000000000680ba0631c56249e",
      span_id: "5431262504304003481",
    },
  ];
  const expected = "pay #till\n  print #till\n  pack #till";

  it("have references, parents, tags and logs", () => {
    const logs = [{ ts: 1e15, fields: [tag("event", "string", "cut")] }];
    const { records } = read([
      row("pay", "5431262504304003481", {
        tags: [tag("first", "bool", true), tag("n", "long", 7)],
      }),
      row("print", "-635532372686413769", { parent_id: "5431262504304003481", logs }),
      row("pack", "7668922448578903825", { refs, start_time: 1e15 + 1 }),
    ]);
    expect(outline(records)).toBe(expected);
    expect(records[0]?.detail.attributes).toEqual([
      { key: "first", value: true },
      { key: "n", value: 7 },
    ]);
    expect(records[1]?.detail.events).toMatchObject([
      { name: "cut", timeUnixNs: "1000000000000000000" },
    ]);
    expect(records[0]?.span.host).toBe("10.0.0.7");
  });

  it("open as cqlsh copies them", () => {
    const process =
      "{service_name: 'till', tags: [{key: 'ip', value_type: 'string', value_string: '10.0.0.7', value_bool: False, value_binary: }]}";
    const trace = "0x0000000000000000680ba0631c56249e";
    const line = (name: string, id: string, parent: string, references: string) =>
      [trace, id, "5", name, parent, `"${process}"`, references, "1000000000000000"].join(",");
    const text = [
      "trace_id,span_id,duration,operation_name,parent_id,process,refs,start_time",
      line("pay", "5431262504304003481", "0", ""),
      line("print", "42", "5431262504304003481", ""),
      line(
        "pack",
        "-7668922448578903825",
        "0",
        `"[{ref_type: 'child-of', trace_id: ${trace}, span_id: 5431262504304003481}]"`,
      ),
    ].join("\n");
    const options = { store: "file", path: "traces.csv", nowUnixMs: 0 };
    const { records } = readTraceFile(Buffer.from(text), options);
    expect(outline(records)).toBe(expected);
    expect(records[1]?.span.spanId).toBe("000000000000002a");
  });
});

it("a tag that does not tell its type has that of its place", () => {
  const span = { traceID: "1", spanID: "2", operationName: "pay", startTime: 1, duration: 1 };
  const {
    records: [record],
  } = read([
    {
      ...span,
      tags: [
        { key: "error", vBool: true },
        { key: "n", vLong: 7 },
      ],
    },
  ]);
  expect(record?.span.status).toBe(SpanStatus.error);
  expect(record?.detail.attributes).toContainEqual({ key: "n", value: 7 });
});

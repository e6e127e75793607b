/** Rows of spans as databases and pages with queries answer, export and print them, one form of each kind. */

import { describe, expect, it } from "vitest";
import { EJSON, serialize, UUID } from "bson";
import { attributesOf, detailOf, open, snapshot } from "./fileSnapshot.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const [root, child] = ["00f067aa0ba902b7", "53995c3f42cd8ad8"];
const startMs = Date.UTC(2026, 2, 1, 10);
const at = (ms: number): string => new Date(startMs + ms).toISOString();
const nanos = (ms: number): string => `${startMs + ms}000000`;
const draw = (...drawn: readonly string[]): string => drawn.join("\n");
const payment = (format: string, failed = ": refused"): string =>
  draw(
    `${format} @ 2026-03-01T10:00:00.000Z`,
    "pay #till 0+9000",
    `  ask #till error !${failed} 1000+3000`,
  );

/** The call and the one in it that failed, each from the facts of a span. */
type Call = readonly [id: string, parent: string, name: string, from: number, to: number];
const calls: readonly [Call, Call] = [
  [root, "", "pay", 0, 9],
  [child, root, "ask", 1, 4],
];
const both = <T>(toRow: (...call: Call) => T): readonly T[] => calls.map(call => toRow(...call));

describe("columns that say whose they are, in lists of an answer", () => {
  const quickwit = both((id, parent, name, from, to) => ({
    ...{ trace_id: trace, span_id: id, parent_span_id: parent || null, span_name: name },
    ...{ span_start_timestamp_nanos: nanos(from), span_end_timestamp_nanos: nanos(to) },
    ...{ service_name: "till", span_attributes: { "http.method": "GET" } },
    span_status: { code: parent && "error", message: parent && "refused" },
  }));
  const dynatrace = both((id, parent, name, from, to) => ({
    ...{ "trace.id": trace, "span.id": id, "span.parent_id": parent || null, "span.name": name },
    ...{ start_time: at(from), end_time: at(to), "service.name": "till" },
    ...{ "span.status_code": parent ? "error" : "", "span.status_message": parent && "refused" },
    "http.method": "GET",
  }));
  const openSearch = both((id, parent, name, from, to) => ({
    ...{ traceId: trace, spanId: id, parentSpanId: parent, name, serviceName: "till" },
    ...{ startTime: at(from), endTime: at(to), "status.code": parent ? 2 : 0 },
    ...{ "status.message": parent && "refused", "span.attributes.http@method": "GET" },
    "resource.attributes.host@name": "h",
  }));
  const victoria = both((id, parent, name, from, to) => ({
    ...{ trace_id: trace, span_id: id, parent_span_id: parent, name, status_code: parent && "2" },
    ...{ start_time_unix_nano: nanos(from), end_time_unix_nano: nanos(to) },
    ...{ "resource_attr:service.name": "till", "span_attr:http.method": "GET" },
    status_message: parent && "refused",
  }));
  const openObserve = both((id, parent, name, from, to) => ({
    ...{ trace_id: trace, span_id: id, reference_parent_span_id: parent, operation_name: name },
    ...{ start_time: nanos(from), end_time: nanos(to), service_name: "till" },
    ...{ span_status: parent && "ERROR", status_message: parent && "refused" },
    "http.method": "GET",
  }));
  it.each([
    ["Quickwit", { num_hits: 2, hits: quickwit }],
    ["Dynatrace", { state: "SUCCEEDED", result: { records: dynatrace, metadata: {} } }],
    ["OpenSearch", { hits: { hits: openSearch.map(_source => ({ _id: "a", _source })) } }],
    ["VictoriaTraces", victoria],
    ["OpenObserve", { took: 3, hits: openObserve }],
  ])("of %s", (_, answer) => {
    expect(snapshot(answer)).toBe(payment("plain spans"));
    expect(attributesOf(answer, "pay")).toMatchObject({ "http.method": "GET" });
  });
});

describe("names of columns beside rows or columns of values", () => {
  const names = ["timestamp", "timestamp_end", "trace_id", "span_id", "parent_span_id"];
  names.push("span_name", "span_status_code", "span_status_message", "service_name");
  const rows = both((id, parent, name, from, to) => [
    ...[nanos(from), nanos(to), trace, id, parent, name],
    ...[parent && "STATUS_CODE_ERROR", parent && "refused", "till"],
  ]);
  const columns = names.map(name => ({ name, type: "String" }));
  it.each([
    ["GreptimeDB", { output: [{ records: { schema: { column_schemas: columns }, rows } }] }],
    ["ES|QL", { columns, values: rows }],
    ["Axiom", { tables: [{ fields: columns, columns: names.map((_, i) => rows.map(r => r[i])) }] }],
    ["Snowflake", { resultSetMetaData: { rowType: columns }, data: rows }],
    ["ClickHouse's compact lines", [names, ...rows].map(row => JSON.stringify(row)).join("\n")],
  ])("of %s", (_, answer) => {
    expect(snapshot(answer)).toBe(payment("plain spans"));
  });
});

describe("what stands beside a list of spans", () => {
  const spans = both((id, parent, name, from, to) => ({
    ...{ name, trace_id: trace, span_id: id, parent_span_id: parent },
    ...{ start: nanos(from), end: nanos(to) },
    status: { code: parent ? "Error" : "Unset", description: parent && "refused" },
  }));
  const resource = { attributes: { "service.name": "till", "host.name": "h" } };
  it.each([
    ["PHP's console", { resource, scope: { name: "io", spans } }],
    ["a tracer's own file", { resource, spans }],
  ])("holds for each, as in %s", (_, file) => {
    expect(snapshot(file)).toBe(payment("plain spans"));
    const { resource: told } = detailOf(file, "ask");
    expect(told).toContainEqual({ key: "host.name", value: "h" });
  });

  it("holds for each in Tempo's answers to language models", () => {
    const own = both((spanId, parentSpanId, name, from, to) => ({
      ...{ spanId, parentSpanId, name, durationMs: to - from },
      ...{ startTimeUnixNano: nanos(from), endTimeUnixNano: nanos(to) },
      status: { code: parentSpanId ? "STATUS_CODE_ERROR" : "", message: parentSpanId && "refused" },
    }));
    const scopes = [{ name: "io", version: "1.2", spans: own }];
    const services = [{ serviceName: "till", resource: { "host.name": "h" }, scopes }];
    const answer = { trace: { traceId: trace, services }, metrics: { totalJobs: 1 }, status: "OK" };
    expect(snapshot(answer)).toBe(payment("plain spans"));
    expect(open(answer).records[0]?.traceId).toBe(trace);
    expect(detailOf(answer, "ask")).toMatchObject({
      scope: { name: "io", version: "1.2" },
      resource: [{ key: "host.name", value: "h" }],
    });
  });
});

const cells = both((id, parent, name, from, to) => ({
  ...{ trace_id: trace, span_id: id, parent_span_id: parent, name, service: "till" },
  ...{ start_time: at(from), duration_ms: String(to - from), status: parent && "ERROR" },
  error_message: parent && "refused",
}));
const each = (write: (key: string, value: string) => string, between: string): readonly string[] =>
  cells.map(row =>
    Object.entries(row)
      .map(([key, value]) => write(key, value))
      .join(between),
  );
const quote = (text: string): string => JSON.stringify(text);

describe("a row that is printed by", () => {
  it.each([
    ["SQLite in lines", each((key, value) => `${key.padStart(14)} = ${value}`, "\n").join("\n\n")],
    ["logfmt", each((key, value) => `${key}=${value === "" ? '""' : value}`, " ").join("\n")],
    ["Ruby", `[{${each((key, value) => `:${key}=>${quote(value)}`, ", ").join("}, {")}}]`],
    [
      "Elixir",
      `[%{${each((key, value) => `${quote(key)} => ${quote(value)}`, ", ").join("}, %{")}}]`,
    ],
    [
      "PHP",
      `array (\n0 => array (${each((key, value) => `'${key}' => '${value}'`, ", ").join("), 1 => array (")}))`,
    ],
    [
      "Kotlin",
      each((key, value) => `${key}=${value || null}`, ", ")
        .map(row => `Span(${row})`)
        .join("\n"),
    ],
    [
      "YAML in a list",
      each((key, value) => `${key}: ${quote(value)}`, "\n  ")
        .map(row => `- ${row}`)
        .join("\n"),
    ],
    [
      "YAML in documents",
      each((key, value) => `${key}: ${quote(value)}`, "\n")
        .map(row => `---\n${row}`)
        .join("\n"),
    ],
  ])("%s", (name, text) => {
    const format = name.startsWith("YAML") ? "plain spans YAML" : "plain spans";
    expect(snapshot(`${text}\n`)).toBe(payment(format));
  });

  it("Java has maps in its cells", () => {
    const table = `trace_id,span_id,name,start_time,attributes\n${trace},${root},pay,${at(0)},"{http.method=GET, http.route=/pay}"\n`;
    expect(attributesOf(table, "pay")).toMatchObject({
      "http.method": "GET",
      "http.route": "/pay",
    });
  });
});

describe("a file of bytes that were", () => {
  const otlp = (...spans: readonly object[]): string =>
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  const [outer, inner] = both((spanId, parentSpanId, name, from, to) => ({
    ...{ traceId: trace, spanId, parentSpanId, name },
    ...{ startTimeUnixNano: nanos(from), endTimeUnixNano: nanos(to) },
  }));
  const lines = [otlp(outer!), otlp(inner!)];
  const wrapped = Buffer.from(lines.join("\n")).toString("base64");
  it.each([
    [
      "written as base64, a value a line",
      lines.map(line => Buffer.from(line).toString("base64")).join("\n"),
    ],
    ["written as base64 in lines", wrapped.replaceAll(/.{76}/g, "$&\n")],
    ["written as digits", Buffer.from(lines.join("\n")).toString("hex")],
  ])("%s", (_, text) => {
    expect(snapshot(text)).toBe(
      draw("OTLP JSON @ 2026-03-01T10:00:00.000Z", "pay 0+9000", "  ask 1000+3000"),
    );
  });
});

it("MongoDB's dump may be of spans, whose ids may be UUIDs", () => {
  const documents = cells.map(row => ({
    ...row,
    trace_id: new UUID("4bf92f35-77b3-4da6-a3ce-929d0e0e4736"),
    start_time: new Date(row.start_time),
  }));
  const dump = Buffer.concat(documents.map(document => serialize(document)));
  expect(snapshot(dump)).toBe(payment("plain spans (BSON)"));
  expect(open(dump).records[0]?.traceId).toBe(trace);
  const json = documents.map(document => EJSON.stringify(document, { relaxed: false }));
  expect(
    snapshot(
      json
        .join("\n")
        .replaceAll(/\{"\$binary".*?\}\}/g, '{"$uuid":"4bf92f35-77b3-4da6-a3ce-929d0e0e4736"}'),
    ),
  ).toBe(payment("plain spans"));
});

it("Zipkin's tags may be a list, and numbers of version 1 have their types", () => {
  const own = {
    traceId: trace,
    id: root,
    name: "pay",
    timestamp: startMs * 1_000,
    duration: 9_000,
  };
  const tags = [{ key: "error", value: "refused" }];
  expect(detailOf([{ ...own, kind: "SERVER", tags }], "pay").error?.message).toBe("refused");
  const binaryAnnotations = [
    { key: "n", value: "7", type: "I16" },
    { key: "big", value: "9007199254740993", type: "I64" },
  ];
  expect(attributesOf([{ ...own, annotations: [], binaryAnnotations }], "pay")).toMatchObject({
    ...{ n: 7, big: "9007199254740993" },
  });
  expect(open([{ ...own, annotations: [], binaryAnnotations }]).problems).toEqual([]);
});

it.each([
  ["samples of a profiler", "main;run;pay 12\nmain;run;ask 5\n"],
  [
    "samples of a profiler",
    "node 12 4.5: 250000 cycles:u: \n\t    7f1234 run+0x10 (/lib/uv.so)\n\n",
  ],
  ["samples of a profiler", "version: 1\ncreator: xdebug 3.3\nevents: Time\n"],
  ["CPU profile", '{"main()==>pay": {"ct": 1, "wt": 9}}'],
  ["heap snapshot", '{"snapshot": {"meta": {}, "node_count": 1}, "nodes": []}'],
  ["metrics of Prometheus", "# HELP up Whether it is.\n# TYPE up gauge\nup 1\n"],
  [
    "metrics of Prometheus",
    '{"status": "success", "data": {"resultType": "vector", "result": []}}',
  ],
  ["access log", '{"start_time": "2026-03-01T10:00:00Z", "method": "GET", "response_flags": "-"}'],
])("says that it is the %s, and how to get a trace", (name, text) => {
  expect(() => open(text)).toThrow(
    expect.objectContaining({
      failure: expect.objectContaining({
        reason: expect.stringMatching(new RegExp(`${name}.*send OTLP`)) as unknown,
      }) as unknown,
    }),
  );
});

/** Small files of the formats that no fixture has, as their writers write them. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EJSON, serialize } from "bson";
import { field, message } from "./protoWriter.ts";
import { listRenamedSamples } from "./renamedSamples.ts";

const fixtures = join(import.meta.dirname, "../../fixtures");

/** One at least of each format of which the fixtures have no small file. */
export function listOwnSamples(): readonly Uint8Array[] {
  const documents = readFileSync(join(fixtures, "funboost/documents/shop_orders.ndjson"), "utf8")
    .trim()
    .split("\n")
    .map(line => EJSON.parse(line) as Record<string, unknown>);
  const plain = [
    { trace_id: "t1", span_id: "a", name: "ask", start_time: 1_795_000_000.25, duration_ms: 12.5 },
    {
      trace_id: "t1",
      span_id: "b",
      parent_id: "a",
      tool_name: "search",
      input: { q: "x" },
      output: [1],
    },
  ];
  // As wide as the rows of Alibaba's traces of 2021.
  const row = (time: number, rpcId: string, from: string, kind: string, to: string): string =>
    `0b133c1915919238193454000e5d37,${time},${rpcId},${from.padEnd(40, "0")},${kind},${to.padEnd(40, "1")},` +
    `${"c".repeat(40)},${time % 40}\n`;
  const eagleEye =
    "traceid,timestamp,rpcid,um,rpctype,dm,interface,rt\n" +
    row(100, "0", "USER", "http", "front") +
    row(101, "0.1", "front", "rpc", "cart") +
    row(102, "0.1.1", "cart", "db", "mysql");
  const { zipkin } = JSON.parse(readFileSync(join(fixtures, "thrift/oracle.json"), "utf8")) as {
    readonly zipkin: string;
  };
  return [
    Buffer.from(zipkin, "hex"),
    Buffer.concat(documents.map(document => serialize(document))),
    Buffer.from(plain.map(line => JSON.stringify(line)).join("\n")),
    Buffer.from(eagleEye),
    ...[...listRenamedSamples().values()].map(sample => Buffer.from(JSON.stringify(sample))),
    ...Object.values(listRareSamples()).map(sample =>
      typeof sample === "string" ? Buffer.from(sample) : sample,
    ),
  ];
}

function listRareSamples(): Readonly<Record<string, string | Uint8Array>> {
  const [traceId, a, b] = [
    "5af7183fb1d4cf5f463ac35c9f6413ad",
    "352bff9a74ca9ad2",
    "6b221d5bc9e6496c",
  ];
  const tags = [{ key: "http.method", value: "GET" }];
  const times = { startTime: 1_586_097_228_454, endTime: 1_586_097_230_551 };
  const segment = {
    ...{
      traceId: "9da5.44.1",
      traceSegmentId: "b7b8.19.2",
      service: "cart",
      serviceInstance: "cart@1",
    },
    spans: [
      {
        ...{ spanId: 0, parentSpanId: -1, ...times, operationName: "/cart", peer: "", tags },
        ...{ spanType: "Entry", spanLayer: "Http", componentId: 19, isError: true },
        refs: [
          {
            ...{ refType: "CrossProcess", traceId: "9da5.44.1", parentTraceSegmentId: "9da5.44.3" },
            ...{ parentSpanId: 1, parentService: "front", parentEndpoint: "/" },
          },
        ],
        logs: [{ time: times.startTime, data: [{ key: "error.kind", value: "Timeout" }] }],
      },
      { spanId: 1, parentSpanId: 0, ...times, operationName: "SELECT", spanType: "Exit", tags },
    ],
  };
  const javaScript = {
    ...{ traceId, id: a, parentSpanContext: { traceId, spanId: b }, name: "load", kind: 2 },
    ...{ timestamp: 1_795_262_188_594_000, duration: 471.06, attributes: { n: 1 } },
    ...{
      status: { code: 2, message: "gone" },
      resource: { attributes: { "service.name": "cart" } },
    },
    events: [
      { name: "exception", time: [1_795_262_188, 5], attributes: { "exception.type": "E" } },
    ],
    links: [{ context: { traceId, spanId: b }, attributes: {} }],
  };
  const call = (name: string, ...children: readonly object[]): object => ({
    ...{ span_id: name, name, start_time: "2026-01-05T02:00:00.25Z", duration: "PT0.5S", children },
  });
  const zipkin = message(
    field(1, Buffer.from(traceId, "hex")),
    field(2, Buffer.from(b, "hex")),
    field(3, Buffer.from(a, "hex")),
    ...[field(4, 1), field(5, "get /api"), field(6, 1_556_604_172_355_737n), field(7, 5_000)],
    field(
      8,
      message(field(1, "backend"), field(2, Buffer.from([192, 168, 99, 1])), field(4, 3306)),
    ),
    field(10, message(field(1, 1_556_604_172_355_800n), field(2, "foo"))),
    field(11, message(field(1, "http.method"), field(2, "GET"))),
  );
  return {
    "SkyWalking JSON": JSON.stringify(segment),
    "OpenTelemetry JavaScript spans": JSON.stringify(javaScript),
    "plain spans": JSON.stringify({
      data: [
        { trace_id: "t9", spans: [call("ask", call("search", call("read")), call("answer"))] },
      ],
    }),
    "OTLP YAML": [
      "resourceSpans:",
      "  - resource:",
      "      attributes: [{ key: service.name, value: { stringValue: cart } }]",
      "    scopeSpans:",
      "      - scope: { name: web }",
      "        spans:",
      ...[a, b].map(
        id =>
          `          - { traceId: ${traceId}, spanId: "${id}", name: load, kind: 2, ` +
          `startTimeUnixNano: 1544712660300000000, endTimeUnixNano: "1544712660600000000", ` +
          `attributes: [{ key: n, value: { intValue: 7 } }], events: [{ name: e }], links: [{ spanId: "${a}" }] }`,
      ),
    ].join("\n"),
    "plain spans YAML": [
      ...[a, b].map(
        id =>
          `- trace_id: ${traceId}\n  span_id: "${id}"\n  name: load\n  start_time: 1795000000.25`,
      ),
    ].join("\n"),
    "plain spans (BSON)": Buffer.concat(
      [a, b].map(id =>
        serialize({ trace_id: traceId, span_id: id, name: "load", start_time: new Date(1e12) }),
      ),
    ),
    "OpenTelemetry Rust console": [
      'Resource\n\t ->  service.name=String(Static("cart"))\nSpan #0\n\tInstrumentation Scope',
      '\t\tName         : "app"\n\n\tName        : load',
      `\tTraceId     : ${traceId}\n\tSpanId      : ${a}\n\tParentSpanId: ${b}`,
      "\tStart time: 2026-01-01 10:00:00.25\n\tEnd time: 2026-01-01 10:00:00.5",
      '\tStatus: Error { description: "it\\u{27}s" }\n\tAttributes:\n\t\t ->  n: Array(I64([7]))',
    ].join("\n"),
    "a printed table": [
      " trace_id | span_id | parent_id | name | start_time | end_time | attributes",
      "----------+---------+-----------+------+------------+----------+-----------",
      ` ${traceId} | ${a} | | load | 2026-01-01 10:00:00+00 | 2026-01-01 10:00:01+00 | {"n": 7}`,
      ` ${traceId} | ${b} | ${a} | read | 2026-01-01 10:00:00+00 | 2026-01-01 10:00:01+00 | {'n': [7]}`,
    ].join("\n"),
    "a printed object":
      `[{'trace_id': UUID('${traceId}'), 'name': "load", 'attributes': {'n': (1, 2)}, ` +
      `'start_time': datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc), 'duration': 5}]`,
    "Zipkin protobuf": message(field(1, zipkin), field(1, zipkin)),
    "Jaeger JSON": JSON.stringify({
      data: [
        {
          traceID: traceId,
          spans: [a, b].map((spanID, index) => ({
            ...{ traceID: traceId, spanID, operationName: "load", processID: "p1", warnings: null },
            ...{ startTime: 1_795_000_000_000_000, duration: 500, flags: 1 },
            tags: [{ key: "span.kind", type: "string", value: "client" }],
            references: index === 0 ? [] : [{ refType: "CHILD_OF", traceID: traceId, spanID: a }],
            logs: [{ timestamp: 1_795_000_000_000_001, fields: [{ key: "event", value: "x" }] }],
          })),
          processes: { p1: { serviceName: "cart", tags: [{ key: "ip", value: "127.0.0.1" }] } },
        },
      ],
    }),
    "SkyWalking YAML": [
      "segmentItems:",
      "  - serviceName: cart",
      "    segmentSize: 1",
      "    segments:",
      "      - segmentId: b7b8.19.2",
      "        spans:",
      ...segment.spans.map(span => `          - ${JSON.stringify(span)}`),
    ].join("\n"),
    "Elastic APM CSV":
      "@timestamp,processor.event,trace.id,transaction.id,transaction.name,transaction.duration.us,service.name\n" +
      `"Jan 5, 2026 @ 02:00:00.250",transaction,${traceId},${a},GET /cart,5000,cart\n`,
    "New Relic CSV":
      "trace.id,guid,parentId,name,timestamp,duration.ms,entityGuid\n" +
      `${traceId},${a},,GET /cart,1767261600123,250,e1\n${traceId},${b},${a},SELECT,1767261600124,2,e1\n`,
    "MLflow traces": JSON.stringify({
      ...{ trace_id: "tr-1", state: "OK", request_time: 1_767_261_600_000, execution_duration: 9 },
      spans: [
        {
          ...{ trace_id: "XwyOIbepTTOQ4cLUprjwFw==", span_id: "obLD1OX2Bxg=", name: "predict" },
          ...{ start_time_unix_nano: "1767261600000000000", status: { code: "STATUS_CODE_OK" } },
          ...{
            end_time_unix_nano: "1767261601000000000",
            attributes: { "mlflow.spanType": "LLM" },
          },
        },
      ],
    }),
    ...listPrinted(traceId, a, b),
  };
}

/** As consoles have it. */
function listPrinted(traceId: string, a: string, b: string): Readonly<Record<string, string>> {
  const value = (text: unknown): object => ({ Type: "STRING", Value: text });
  const go = {
    ...{ Name: "load", SpanContext: { TraceID: traceId, SpanID: a }, SpanKind: 3 },
    Parent: { TraceID: traceId, SpanID: b },
    ...{ StartTime: "2026-01-05T02:00:00.25Z", EndTime: "2026-01-05T02:00:00.75Z" },
    Attributes: [{ Key: "db.system", Value: value("pg") }],
    Events: [{ Name: "exception", Attributes: [], Time: "2026-01-05T02:00:00.3Z" }],
    ...{ Status: { Code: "Error", Description: "gone" }, Links: null, ChildSpanCount: 0 },
    Resource: [{ Key: "service.name", Value: value("cart") }],
  };
  return {
    "OpenTelemetry Go stdout": `${JSON.stringify(go)}\n${JSON.stringify(go, undefined, "\t")}\n`,
    "OpenTelemetry .NET console": [
      `Activity.TraceId:            ${traceId}`,
      `Activity.SpanId:             ${a}`,
      `Activity.ParentSpanId:       ${b}`,
      "Activity.DisplayName:        SELECT cart",
      "Activity.Kind:               Client",
      "Activity.StartTime:          2026-03-01T10:00:00.1234567Z",
      "Activity.Duration:           00:00:00.0500001",
      "Activity.Tags:",
      "    db.system: mssql",
      "    db.statement: SELECT *",
      "  FROM cart",
      "StatusCode: Error",
      "Activity.Events:",
      "    exception [3/1/2026 10:00:00 AM +00:00]",
      "        exception.type: System.TimeoutException",
      "Activity.Links:",
      `    ${traceId} ${b}`,
      "        why: batch",
      "Resource associated with Activity:",
      "    service.name: shop",
      "",
    ].join("\n"),
    "OpenTelemetry C++ console": [
      "starting",
      "{",
      "  name          : SELECT",
      `  trace_id      : ${traceId}`,
      `  span_id       : ${a}`,
      "  tracestate    : ",
      `  parent_span_id: ${b}`,
      "  start         : 1714557600123456789",
      "  duration      : 1000",
      "  description   : dead lock",
      "  span kind     : Client",
      "  status        : Error",
      "  attributes    : ",
      "\tdb.system: pg",
      "\tids: [1,2]",
      "  events        : ",
      "\t{",
      "\t  name          : retry",
      "\t  timestamp     : 1714557600123456800",
      "\t  attributes    : ",
      "\t\twhy: a: b",
      "\t}",
      "  links         : ",
      "  resources     : ",
      "\tservice.name: cart",
      "  instr-lib     : pg-client-1.2.0",
      "}",
      "",
    ].join("\n"),
    "OpenTelemetry Collector debug output": [
      "2026-01-01T10:00:00.1Z\tinfo\tResourceSpans #0",
      "Resource attributes:",
      "     -> service.name: Str(cart)",
      "ScopeSpans #0",
      "InstrumentationScope shop 1.2",
      "Span #0",
      `    Trace ID       : ${traceId}`,
      `    Parent ID      : ${b}`,
      `    ID             : ${a}`,
      "    Name           : GET /cart",
      "    Kind           : Server",
      "    Start time     : 2026-01-01 10:00:00.045933 +0000 UTC",
      "    End time       : 2026-01-01 10:00:00.145933 +0000 UTC",
      "    Status code    : Error",
      "Attributes:",
      "     -> http.method: Str(GET)",
      '     -> list: Slice(["a",1])',
      "Events:",
      "SpanEvent #0",
      "     -> Name: retry",
      "     -> Attributes::",
      "          -> attempt: Int(2)",
      "",
    ].join("\n"),
  };
}

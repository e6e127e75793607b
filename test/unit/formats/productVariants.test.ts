/** Rarer shapes of what products keep and answer, each with all that it tells. */

import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { attributesOf, detailOf, open, snapshot, toObject } from "./fileSnapshot.ts";
import { field, message } from "./protoWriter.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const [root, child, other] = ["00f067aa0ba902b7", "53995c3f42cd8ad8", "6b221d5bc9e6496c"];
const startMs = Date.UTC(2026, 2, 1, 10);
const at = (ms: number): string => new Date(startMs + ms).toISOString();
const draw = (...drawn: readonly string[]): string => drawn.join("\n");
const day = "2026-03-01T10:00:00.000Z";

it("OpenAI Agents: a trace with its spans in it, as processors are told to write them", () => {
  const span = (id: string, parent: string | null, type: string, from: number) => ({
    ...{ span_id: id, parent_id: parent, span_data: { type, name: type } },
    ...{ started_at: at(from), ended_at: at(from + 10) },
  });
  const failed = { ...span("s2", "s1", "function", 5), error: { message: "no order" } };
  const spans = [span("s1", null, "agent", 0), failed];
  const { records, format } = open({ traceId: "trace_7", workflow_name: "Help", spans });
  expect(format).toBe("OpenAI Agents");
  expect(
    records.map(({ traceId, span: { parentSpanId, name } }) => [traceId, parentSpanId, name]),
  ).toEqual([
    ["trace_7", undefined, "agent"],
    ["trace_7", "s1", "function"],
  ]);
});

describe("Datadog", () => {
  const span = {
    ...{ name: "web.request", service: "till", resource: "POST /pay", type: "web", error: 0 },
    ...{ start: `${startMs}000000`, duration: 5_000_000, meta: {} },
  };

  it("a trace's id may count from zero, and has its upper half nonetheless", () => {
    const span = { name: "web.request", resource: "/", service: "", error: 0, duration: 5 };
    const first = { ...span, trace_id: 0, span_id: 1, parent_id: 0, start: `${startMs}000000` };
    const meta = { "_dd.p.tid": "68e68f4300000000" };
    const file = [
      [
        { ...first, meta },
        { ...first, span_id: 2, parent_id: 1 },
      ],
      [{ ...first, trace_id: 1, meta: {} }],
    ];
    const { records, problems } = open(file);
    expect(
      records.map(({ traceId, span: { parentSpanId = "" } }) => traceId + parentSpanId),
    ).toEqual([
      `68e68f4300000000${"0".repeat(16)}`,
      `68e68f4300000000${"0".repeat(16)}0000000000000001`,
      `${"0".repeat(31)}1`,
    ]);
    expect(problems).toEqual([]);
  });

  it("prints spans by traces, with ids in hexadecimal", () => {
    const own = { ...span, trace_id: trace.slice(16), span_id: child, parent_id: root };
    expect(snapshot({ traces: [[own]] })).toBe(
      draw(`Datadog @ ${day}`, `(${root}) web.request #till server 0+5000`),
    );
  });

  it("has other names in what its agent sends", () => {
    const own = { ...span, traceID: "11", spanID: "12", parentID: "0" };
    const file = { tracerPayloads: [{ chunks: [{ spans: [own] }] }] };
    const [record] = open(file).records;
    expect(record?.span.spanId).toBe("000000000000000c");
    expect(record?.traceId).toBe(`${"0".repeat(31)}b`);
  });

  it("links spans of traces whose ids have two halves", () => {
    const links = [
      { trace_id: "2", trace_id_high: "1", span_id: "3", attributes: { why: "batch" } },
    ];
    const own = { ...span, trace_id: "11", span_id: "12", parent_id: "0", span_links: links };
    const [link] = detailOf([[own]], "web.request").links;
    expect(link).toMatchObject({
      traceId: "00000000000000010000000000000002",
      spanId: "0000000000000003",
      attributes: [{ key: "why", value: "batch" }],
    });
  });
});

it("Sentry's spans of a transaction share what is said of their service", () => {
  const times = { start_timestamp: startMs / 1_000, timestamp: startMs / 1_000 + 1 };
  const below = (span_id: string | undefined) => ({
    ...{ ...times, span_id, trace_id: trace, parent_span_id: root, op: "db" },
  });
  const file = {
    ...{ ...times, type: "transaction", transaction: "POST /pay", release: "till@1" },
    contexts: { trace: { trace_id: trace, span_id: root } },
    spans: [below(child), below(other)],
  };
  const [first, ...others] = open(file).records.map(({ detail }) => detail.resource);
  expect(first).toContainEqual({ key: "service.name", value: "till" });
  expect(others).toHaveLength(2);
  for (const each of others) expect(each).toBe(first);
});

it("Sentry's page of a trace shows spans by the ids of events", () => {
  const view = (id: string, name: string, from: number, to: number, more: object): object => ({
    ...{ event_id: id, project_slug: "till", description: name, children: [], errors: [] },
    ...{ start_timestamp: at(from), end_timestamp: at(to), ...more },
  });
  const inner = view(child, "SELECT", 1, 4, { op: "db", errors: [{ message: "deadlock" }] });
  const file = [view(root, "POST /pay", 0, 9, { op: "http.server", children: [inner] })];
  expect(snapshot(file)).toBe(
    draw(
      `Sentry @ ${day}`,
      "POST /pay #till server 0+9000",
      "  SELECT #till client error !: error 1000+3000",
    ),
  );
});

describe("Google Cloud Trace", () => {
  const name = `projects/shop/traces/${trace}/spans/${root}`;

  it("has times in parts where a library prints them", () => {
    const time = (ms: number): object => ({ seconds: String(startMs / 1_000), nanos: ms * 1e6 });
    const span = {
      name,
      spanId: root,
      displayName: { value: "pay" },
      startTime: time(0),
      endTime: time(9),
    };
    expect(snapshot({ spans: [span] })).toBe(draw(`Google Cloud Trace @ ${day}`, "pay 0+9000"));
  });

  it("may keep the names of its protocol", () => {
    const span = {
      ...{ name, span_id: root, parent_span_id: child, display_name: { value: "pay" } },
      ...{ start_time: at(0), end_time: at(9), span_kind: "SERVER" },
      attributes: { attribute_map: { user_id: { string_value: { value: "u1" } } } },
    };
    expect(snapshot({ spans: [span] })).toContain(`(${child}) pay server 0+9000`);
    expect(attributesOf({ spans: [span] }, "pay")).toEqual({ user_id: "u1" });
  });
});

it("Application Insights' older ids hold the trace's, and its exceptions have frames", () => {
  const row = { operation_Id: trace, cloud_RoleName: "till", timestamp: at(0) };
  const details = [
    { message: "no", parsedStack: [{ method: "Till.Pay", fileName: "/Till.cs", line: 12 }] },
  ];
  const file = [
    {
      ...{ ...row, itemType: "request", id: `|${trace}.${root}.`, name: "POST /pay" },
      ...{ operation_ParentId: `|${trace}.`, duration: 9, success: true },
    },
    {
      ...{
        ...row,
        itemType: "dependency",
        id: `|${trace}.${child}.`,
        name: "bank",
        target: "bank",
      },
      ...{ operation_ParentId: `|${trace}.${root}.`, duration: 3, success: false },
    },
    {
      ...{ ...row, itemType: "exception", operation_ParentId: `|${trace}.${child}.` },
      ...{ type: "Till.Closed", outerMessage: "no", details: JSON.stringify(details) },
    },
  ];
  expect(snapshot(file)).toBe(
    draw(
      `Application Insights @ ${day}`,
      "POST /pay #till server ok 0+9000",
      "  bank #till client error !Till.Closed: no 0+3000 [exception]",
    ),
  );
  expect(detailOf(file, "bank").error?.stack).toContain('File "/Till.cs", line 12, in Till.Pay');
});

it("MLflow's trace tells of all of its spans, and of each what went in and out", () => {
  const file = {
    info: { request_id: `tr-${trace}`, execution_time_ms: 9, tags: { "mlflow.user": "ada" } },
    data: {
      spans: [
        {
          ...{ name: "plan", context: { trace_id: `0x${trace}`, span_id: `0x${root}` } },
          ...{ parent_id: null, start_time: startMs * 1e6, end_time: (startMs + 9) * 1e6 },
          attributes: { "mlflow.spanInputs": '{"q": 1}', "mlflow.spanOutputs": '"done"' },
        },
      ],
    },
  };
  expect(snapshot(file)).toBe(draw(`MLflow traces @ ${day}`, "plan 0+9000"));
  const { parameters, result, resource } = detailOf(file, "plan");
  expect({ parameters, result }).toEqual({ parameters: { q: 1 }, result: "done" });
  expect(toObject(resource)).toMatchObject({ execution_time_ms: 9, "mlflow.user": "ada" });
});

it("each tree of LangChain's runs is a trace of its own", () => {
  const run = (id: string, from: number, children: readonly object[]): object => ({
    ...{ id, name: `run ${id}`, run_type: "chain", child_runs: children },
    ...{ start_time: startMs + from, end_time: startMs + from + 5 },
  });
  const { format, records } = open([run("r1", 0, [run("r2", 1, [])]), run("r3", 2, [])]);
  expect(format).toBe("LangSmith");
  expect(records.map(({ traceId, span }) => [traceId, span.spanId, span.parentSpanId])).toEqual([
    ["r1", "r1", undefined],
    ["r1", "r2", "r1"],
    ["r3", "r3", undefined],
  ]);
});

it("a column of errors that is empty is no error", () => {
  const csv = `timestamp,appName,duration.ms,id,name,trace.id,error.class,error.message\n${startMs},till,9,${root},pay,${trace},,\n`;
  expect(snapshot(csv)).toBe(draw(`New Relic CSV @ ${day}`, "pay #till 0+9000"));
});

describe("a row of a span", () => {
  const times = { start_time: at(0), end_time: at(9) };
  it("may have a column for each part of its context and its attributes", () => {
    const row = {
      ...{ name: "plan", span_kind: "CHAIN", parent_id: null, ...times, status_code: "OK" },
      ...{ "context.trace_id": trace, "context.span_id": root, "attributes.llm.model_name": "m1" },
      events:
        "[{'name': 'exception', 'timestamp': '2026-03-01T10:00:00Z', 'attributes': {'k': True}}]",
    };
    expect(snapshot([row])).toBe(draw(`plain spans @ ${day}`, "plan ok 0+9000 [exception]"));
    expect(attributesOf([row], "plan")).toEqual({ "llm.model_name": "m1", span_kind: "CHAIN" });
    expect(detailOf([row], "plan").events[0]?.attributes).toEqual([{ key: "k", value: true }]);
  });

  it("may have an id of its own beside its context", () => {
    const row = {
      id: "row-1",
      context: { trace_id: trace, span_id: root },
      name: "plan",
      ...times,
    };
    expect(
      open([{ ...row, start_time: startMs, end_time: startMs + 9 }]).records[0]?.span.spanId,
    ).toBe(root);
  });

  it("may have its resource around attributes, its scope, and typed values", () => {
    const row = {
      ...{ traceId: trace, spanId: root, name: "pay", kind: "SERVER" },
      ...{ startTimeUnixNano: startMs * 1e6, endTimeUnixNano: (startMs + 9) * 1e6 },
      resource: { attributes: { "service.name": "till" } },
      scope: { name: "shop", version: "1" },
      attributes: [
        { key: "n", value: { intValue: "3" } },
        { Key: "k", Value: { Type: "STRING", Value: "v" } },
      ],
    };
    expect(snapshot([row])).toBe(draw(`plain spans @ ${day}`, "pay #till server 0+9000"));
    const { scope, attributes } = detailOf([row], "pay");
    expect({ scope, ...toObject(attributes) }).toEqual({
      ...{ scope: { name: "shop", version: "1" }, n: 3, k: "v" },
    });
  });

  it("that is told again when it ended stays one, however short it was", () => {
    const row = { trace_id: trace, span_id: other, name: "add", start_time: at(0) };
    const file = [
      { ...row, end_time: null },
      { ...row, end_time: at(0), result: 3 },
    ];
    expect(open(file).records).toHaveLength(1);
    expect(detailOf(file, "add").result).toBe(3);
  });

  it("that never ended has no year 1 for an end", () => {
    const ids = (spanId: string): object => ({ TraceID: trace, SpanID: spanId });
    const go = {
      ...{ Name: "pay", SpanContext: ids(root), Parent: ids("0".repeat(16)) },
      ...{ StartTime: at(0), EndTime: "0001-01-01T00:00:00Z", Attributes: null },
    };
    expect(snapshot(go)).toBe(draw(`OpenTelemetry Go stdout @ ${day}`, "pay 0+"));
  });

  it("ends in Python with what was raised", () => {
    const row = { trace_id: trace, span_id: root, name: "pay", ...times };
    const error =
      'Traceback (most recent call last):\n  File "a.py", line 3, in pay\nTillError: closed\n';
    expect(detailOf([{ ...row, error }], "pay").error).toEqual({
      ...{ type: "TillError", message: "closed", stack: error },
    });
  });
});

/** A profile's kinds of samples and its table of texts, which they point into. */
const pprof = message(
  field(1, message(field(1, 1), field(2, 2))),
  ...["", "cpu", "nanoseconds", "main.pay"].map(text => field(6, text)),
);

it.each<[string, unknown]>([
  [
    "LoggingSpanExporter",
    `INFO: 'pay' : ${trace} ${root} SERVER [tracer: shop:1] AttributesMap{data={a=1}, capacity=128}\n`,
  ],
  [
    "Temporal",
    { events: [{ eventId: "1", eventTime: at(0), eventType: "EVENT_TYPE_TIMER_FIRED" }] },
  ],
  [
    "Step Functions",
    { events: [{ id: 2, previousEventId: 1, type: "TaskStateEntered", timestamp: at(0) }] },
  ],
  [
    "Claude Code",
    [{ sessionId: "s", uuid: "a", parentUuid: null, type: "user", timestamp: at(0) }],
  ],
  ["Codex", [{ timestamp: at(0), type: "response_item", payload: { name: "shell" } }]],
  ["Spark", [{ Event: "SparkListenerJobStart", "Job ID": 0, "Submission Time": 1 }]],
  ["Dagster", [{ runId: "a", timestamp: 1, dagsterEvent: { eventTypeValue: "RUN_START" } }]],
  ["PostgreSQL", [{ Plan: { "Node Type": "Seq Scan", "Actual Total Time": 1 } }]],
  ["Turborepo", { id: "a", turboVersion: "2.1", tasks: [{ taskId: "ui#build" }] }],
  ["dbt", { metadata: { dbt_schema_version: "v6" }, results: [{ unique_id: "a" }] }],
  ["pytest", [{ $report_type: "TestReport", nodeid: "a", start: startMs, stop: startMs }]],
  ["Dask", [{ key: "inc-1", worker: "tcp://a", startstops: [{ start: 1, stop: 2 }] }]],
  ["Ansible", { plays: [{ tasks: [{ task: { name: "install" } }] }], stats: {} }],
  ["Terraform", [{ "@module": "terraform.ui", "@level": "info", type: "apply_start" }]],
  ["Clockwork", { id: "a", databaseQueries: [], timelineData: [{ data: null }], data: null }],
  ["Rust", [{ level: "INFO", target: "a", fields: { message: "close" }, span: { name: "pay" } }]],
  ["JUnit", "<?xml version='1.0'?>\n<testsuites><testsuite name='a'/></testsuites>"],
  ["Apollo", { data: {}, extensions: { tracing: { version: 1, execution: { resolvers: [] } } } }],
  ["Pinpoint", { callStack: [["", 1]], callStackIndex: { begin: 1 }, agentId: "a" }],
  ["Cargo", { reason: "timing-info", package_id: "pay 0.1.0", target: {}, duration: 0.5 }],
  ["Jest", { numTotalTests: 1, testResults: [{ name: "pay.test.js", startTime: startMs }] }],
  ["HAR", { log: { version: "1.2", entries: [{ time: 5 }] } }],
  ["Dramatiq", [{ queue_name: "tills", actor_name: "pay", message_id: "1", args: [] }]],
  ["workflow of Kubernetes", { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow", status: {} }],
  ["pprof", gzipSync(pprof)],
  ["Perfetto", Buffer.from("\n\u0010\u0000perfetto\u0000track_event")],
  ["Go's runtime", "go 1.22 trace\u0000\u0000\u0000\u0001"],
  ["Flight Recorder", "FLR\u0000\u0000\u0002"],
  ["MessagePack", "\u0091\u0091\u0082\u00a8trace_id\u0001\u00a7span_id\u0002\u0000"],
])("%s is named, with a way out", (name, content) => {
  expect(() => open(content)).toThrow(
    expect.objectContaining({
      failure: expect.objectContaining({
        reason: expect.stringMatching(new RegExp(`${name}.*(?:4318|otlp|perfetto)`)) as unknown,
      }) as unknown,
    }),
  );
});

it("a document with a list of errors is not taken for the answer of a server", () => {
  const fields = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map(key => [key, 1]));
  const refusal = (content: unknown): unknown =>
    expect(() => open(content)).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({ reason: "JSON of no known trace format" }) as unknown,
      }),
    );
  refusal({ ...fields, errors: ["x"] });
  refusal({ ...fields, error: { message: "x" } });
});

it("OpenCensus tells the trace once for all of its spans", () => {
  const text = (value: string): object => ({ value, truncated_byte_count: 0 });
  const attributes = { attributeMap: { "http.method": { string_value: text("GET") } } };
  const times = { startTime: at(0), endTime: at(9) };
  const file = {
    traceId: trace,
    spans: [{ spanId: root, displayName: text("pay"), ...times, attributes }],
  };
  expect(open(file).records[0]?.traceId).toBe(trace);
  expect(attributesOf(file, "pay")).toEqual({ "http.method": "GET" });
  const node = { identifier: { hostName: "a1" }, serviceInfo: { name: "shop" } };
  const [shared] = open({ ...file, node, resource: { labels: { zone: "b" } } }).records;
  expect(shared?.span.service).toBe("shop");
  expect(shared?.detail.resource.map(({ key }) => key)).toEqual(
    expect.arrayContaining(["host.name", "zone"]),
  );
});

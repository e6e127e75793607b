/** Shapes that products document beside their commonest, and that hand-made tracers write: each is read whole. */

import { describe, expect, it } from "vitest";
import { SpanStatus } from "../../../src/model/span.ts";
import { open, snapshot } from "./fileSnapshot.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const [root, child, inner] = ["b7ad6b7169203331", "c8be7c8270314442", "d9cf8d9381425553"];
const startMs = Date.UTC(2026, 0, 1, 10);
const at = "2026-01-01T10:00:00.000Z";
const lines = (...items: readonly unknown[]): string =>
  items.map(item => JSON.stringify(item)).join("\n");
const row = (id: string, parent: string | null, name: string): object => ({
  ...{ trace_id: traceId, span_id: id, parent_span_id: parent, span_name: name },
  ...{ start_timestamp: at, end_timestamp: "2026-01-01T10:00:00.005Z", service_name: "cart" },
});
const otlpSpan = {
  ...{ traceId, spanId: root, name: "GET /cart", kind: 2 },
  ...{ startTimeUnixNano: `${startMs}000000`, endTimeUnixNano: `${startMs + 5}000000` },
};
const resource = { attributes: [{ key: "service.name", value: { stringValue: "cart" } }] };
const otlp = JSON.stringify({
  resourceSpans: [{ resource, scopeSpans: [{ spans: [otlpSpan] }] }],
});
const rows = [row(root, null, "GET /cart"), row(child, root, "SELECT")];
const draw = (...drawn: readonly string[]): string => drawn.join("\n");
const twoRows = draw(`plain spans @ ${at}`, "GET /cart #cart 0+5000", "  SELECT #cart 0+5000");

describe("an answer", () => {
  it("of Logfire is rows or columns", () => {
    expect(snapshot({ columns: [{ name: "trace_id", datatype: "Utf8" }], rows })).toBe(twoRows);
    const columns = Object.keys(rows[0] ?? {}).map(name => ({
      name,
      values: rows.map(each => (each as Record<string, unknown>)[name]),
    }));
    expect(snapshot({ columns })).toBe(twoRows);
  });

  it("of New Relic's GraphQL is a trace", () => {
    const span = (id: string, parentId: string | null, name: string): object => ({
      ...{ id, parentId, name, timestamp: startMs, durationMs: 5 },
    });
    const spans = [span(root, null, "GET /cart"), span(child, root, "SELECT")];
    const file = { data: { actor: { distributedTracing: { trace: { traceId, spans } } } } };
    expect(snapshot(file)).toBe(draw(`plain spans @ ${at}`, "GET /cart 0+5000", "  SELECT 0+5000"));
  });

  it("of Elasticsearch may be its documents alone", () => {
    const file = { hits: { hits: rows.map(_source => ({ _source })) } };
    expect(snapshot(file)).toBe(twoRows);
  });
});

it("Elastic's agent for browsers writes short names, and tells no time", () => {
  const request = { h: { url: "http://localhost/api", mt: "GET", sc: 503 } };
  const exception = { mg: "no answer", ty: "TypeError" };
  const file = lines(
    { m: { se: { n: "shop-ui", a: { n: "rum-js", ve: "5.12.0" }, la: { n: "javascript" } } } },
    {
      x: {
        ...{ id: root, tid: traceId, n: "/products", t: "page-load", d: 700, o: "success" },
        y: [
          { id: child, n: "GET /api", t: "external", s: 50, d: 100, o: "failure", c: request },
          { id: inner, pi: 0, n: "parse", t: "app", s: 60, d: 20 },
        ],
        yc: { sd: 2 },
      },
    },
    { e: { id: "e1", tid: traceId, pid: child, xid: root, ex: exception } },
  );
  expect(snapshot(file)).toBe(
    draw(
      "Elastic APM @ 1970-01-01T00:00:00.000Z",
      "! the times count from an unknown moment, not from 1970",
      "/products #shop-ui ok 0+700000",
      "  GET /api #shop-ui client error !TypeError: no answer 50000+100000 [exception]",
      "    parse #shop-ui internal 60000+20000",
    ),
  );
  const [, span] = open(file).records;
  const status = { key: "span.context.http.status_code", value: 503 };
  expect(span?.detail.attributes).toContainEqual(status);
});

it("Sentry's attributes have their types beside them", () => {
  const items = [
    {
      ...{ trace_id: traceId, span_id: root, name: "GET /cart", status: "error" },
      ...{ start_timestamp: startMs / 1_000, end_timestamp: startMs / 1_000 + 0.005 },
      attributes: {
        "sentry.op": { type: "string", value: "http.server" },
        retries: { type: "integer", value: 3 },
        shape: { type: "circle", value: 1 },
      },
    },
  ];
  const head = {
    type: "span",
    item_count: 1,
    content_type: "application/vnd.sentry.items.span.v2+json",
  };
  const [record] = open(lines({ sent_at: at }, head, { items })).records;
  expect(record?.detail.attributes).toEqual([
    { key: "sentry.op", value: "http.server" },
    { key: "retries", value: 3 },
    { key: "shape", value: { type: "circle", value: 1 } },
  ]);
});

it("a table of MLflow may have nothing but the traces' ids and spans", () => {
  const spans = JSON.stringify([
    {
      ...{ trace_id: traceId, span_id: root, parent_span_id: null, name: "predict" },
      start_time_unix_nano: startMs * 1e6,
      end_time_unix_nano: (startMs + 5) * 1e6,
      status: { code: "STATUS_CODE_OK" },
    },
  ]);
  const csv = `trace_id,spans\ntr-${traceId},"${spans.replaceAll('"', '""')}"\n`;
  expect(snapshot(csv)).toBe(draw(`MLflow traces CSV @ ${at}`, "predict ok 0+5000"));
});

describe("OTLP in a record of", () => {
  it.each([
    ["a page for Kafka", { partition: 0, offset: 7, timestamp: at, content: otlp }],
    ["structlog", { event: otlp, level: "info" }],
    ["Google's log", { jsonPayload: JSON.parse(otlp) as object, insertId: "a", timestamp: at }],
  ])("%s is read", (_, record) => {
    expect(snapshot(lines(record))).toBe(
      draw(`OTLP JSON @ ${at}`, "GET /cart #cart server 0+5000"),
    );
  });
});

it("Cassandra doubles quotation marks in its texts, and a cell that cannot be read is said", () => {
  const csv = (logs: string): string =>
    "".concat(
      "trace_id,span_id,operation_name,parent_id,process,refs,start_time,duration,logs,tags\n",
      `0x${traceId},77,op,0,"{service_name: 'cart'}","[]",${startMs}000,5,"${logs}","[]"\n`,
    );
  const event = "{key: 'event', value_type: 'string', value_string: 'it''s ''here'' now'}";
  const [record] = open(csv(`[{ts: ${startMs}000, fields: [${event}]}]`)).records;
  expect(record?.detail.events.map(({ name }) => name)).toEqual(["it's 'here' now"]);
  const { problems } = open(csv("[{ts: 'never closed"));
  expect(problems).toMatchObject([{ text: "1 cells cannot be read" }]);
});

it("results of Celery in Redis lie under their keys", () => {
  const [first, second] = [1, 2].map(n => `0000000${n}-14df-4578-8b76-5c4442d7077b`);
  const result = { status: "SUCCESS", result: 3, date_done: at, name: "shop.add" };
  const file = {
    [`celery-task-meta-${first}`]: JSON.stringify({ ...result, task_id: first }),
    [`celery-task-meta-${second}`]: { ...result, task_id: second, parent_id: first },
  };
  const { records } = open(file);
  expect(records.map(({ span }) => [span.spanId, span.parentSpanId])).toEqual([
    [first, undefined],
    [second, first],
  ]);
});

describe("a tracer of one's own", () => {
  const span = (name: string, fields: object): object => ({
    ...{ name, start: startMs, end: startMs + 5 },
    ...fields,
  });
  const tree = draw(`plain spans @ ${at}`, "load 0+5000", "  parse 0+5000");
  const parse = span("parse", { id: "b", parentId: "a" });

  it.each([
    [
      "a root",
      { trace_id: "t", root: span("load", { id: 1, children: [span("parse", { id: 2 })] }) },
    ],
    ["steps", { traceId: "t", steps: [span("load", { id: "a" }), parse] }],
    [
      "a map",
      { traceId: "t", spans: { a: span("load", {}), b: span("parse", { parentId: "a" }) } },
    ],
  ])("may keep its spans in %s", (_, file) => {
    expect(snapshot(file)).toBe(tree);
  });

  it("may tell a span when it begins, and again when it ends", () => {
    const own = { id: "1", trace_id: "t", name: "load", start: startMs };
    const ended = { ...own, end: startMs + 5 };
    const file = lines({ event: "start", span: own }, { event: "end", span: ended });
    expect(snapshot(file)).toBe(draw(`plain spans @ ${at}`, "load 0+5000"));
  });
});

describe("a plain span", () => {
  const plain = { trace_id: "t", span_id: "1", name: "load", start_time: startMs, duration_ms: 5 };
  const statusOf = (fields: object): SpanStatus | undefined =>
    open([{ ...plain, ...fields }]).records[0]?.span.status;

  it.each([
    { status: { statusCode: "ERROR" } },
    { tags: { error: true } },
    { tags: [{ key: "error", value: "true" }] },
    { attributes: { "otel.status_code": "ERROR" } },
    { attributes: { "error.type": "TimeoutError" } },
    { errors: [{ message: "no order" }] },
    {
      traceback: 'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: no order',
    },
  ])("failed: %j", fields => {
    expect(statusOf(fields)).toBe(SpanStatus.error);
  });

  it.each([
    { error: {} },
    { errors: [] },
    { tags: { error: "false" } },
    { tags: [{ key: "error", value: false }] },
    { attributes: { "otel.status_code": "UNSET" } },
    { stack: "    at load (/srv/a.js:1:2)" },
  ])("did not fail: %j", fields => {
    expect(statusOf(fields)).toBe(SpanStatus.unset);
  });

  it("tells what failed out of its attributes", () => {
    const attributes = {
      "otel.status_code": "ERROR",
      ...{ "exception.type": "ValueError", "exception.message": "no order" },
    };
    expect(open([{ ...plain, attributes }]).records[0]?.detail.error).toMatchObject({
      type: "ValueError",
      message: "no order",
    });
  });
});

/** OTLP in JSON and protobuf: one row of data for each shape that is in use. */

import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readTraceFile, type TraceFile } from "../../../src/formats/traceFile.ts";
import { getFailure } from "../../../src/model/failure.ts";
import { EdgeKind, SpanFlag, SpanKind, SpanStatus } from "../../../src/model/span.ts";
import { readRecording } from "../../sdkRecordings.ts";
import { field, message } from "./protoWriter.ts";

const options = { store: "file", path: "a.json", nowUnixMs: 0 };
const read = (content: unknown): TraceFile =>
  readTraceFile(
    Buffer.from(typeof content === "string" ? content : JSON.stringify(content)),
    options,
  );
const readOne = (content: unknown) => read(content).records[0]!;

function reasonOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    const failure = getFailure(error);
    if (failure?.code === "unreadableFile") return failure.reason;
    throw error;
  }
  return "was read";
}

const span = {
  traceId: "5b8efff798038103d269b633813fc60c",
  spanId: "eee19b7ec3c1b174",
  parentSpanId: "eee19b7ec3c1b173",
  name: "I'm a server span",
  kind: 2,
  startTimeUnixNano: "1544712660000000001",
  endTimeUnixNano: "1544712661000000003",
};
const resource = { attributes: [{ key: "service.name", value: { stringValue: "my.service" } }] };
const groupOf = (...spans: readonly object[]) => ({ resource, scopeSpans: [{ scope: {}, spans }] });
const request = (...spans: readonly object[]) => ({ resourceSpans: [groupOf(...spans)] });

describe("a file of OTLP in JSON", () => {
  const expected = {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    service: "my.service",
    kind: SpanKind.server,
    status: SpanStatus.unset,
    startUnixNs: 1544712660000000001n,
    endUnixNs: 1544712661000000003n,
    flags: 0,
  };
  const snake = {
    resource_spans: [
      {
        resource: {
          attributes: [{ key: "service.name", value: { string_value: "my.service" } }],
        },
        scope_spans: [
          {
            spans: [
              {
                trace_id: span.traceId,
                span_id: span.spanId,
                parent_span_id: span.parentSpanId,
                name: span.name,
                kind: "SPAN_KIND_SERVER",
                start_time_unix_nano: span.startTimeUnixNano,
                end_time_unix_nano: span.endTimeUnixNano,
              },
            ],
          },
        ],
      },
    ],
  };
  const base64 = (hex: string) => Buffer.from(hex, "hex").toString("base64");
  const tempoSpan = {
    ...span,
    traceId: base64(span.traceId),
    spanId: base64(span.spanId),
    parentSpanId: base64(span.parentSpanId),
    kind: "SPAN_KIND_SERVER",
  };
  const answer = JSON.stringify({ result: request(span) });

  it.each<[string, unknown]>([
    ["a request", request(span)],
    ["an array of requests", [request(span)]],
    ["lines", `${JSON.stringify({ resourceLogs: [] })}\n${JSON.stringify(request(span))}\n`],
    ["pretty objects one after the other", JSON.stringify(request(span), undefined, 2).repeat(2)],
    ["Jaeger's answer", answer],
    ["Jaeger's answer in parts", answer + answer],
    ["the answer of Aspire's dashboard", { data: request(span), totalCount: 1 }],
    ["Tempo's first answer", { batches: [groupOf(tempoSpan)] }],
    ["Tempo's second answer", { trace: request(tempoSpan), status: "COMPLETE" }],
    ["snake case", snake],
    [
      "libraries instead of scopes",
      { resourceSpans: [{ resource, instrumentationLibrarySpans: [{ spans: [span] }] }] },
    ],
    ["a group on its own", groupOf(span)],
    [
      "upper-case ids",
      request({
        ...span,
        traceId: span.traceId.toUpperCase(),
        spanId: span.spanId.toUpperCase(),
        parentSpanId: span.parentSpanId.toUpperCase(),
      }),
    ],
    ["nanoseconds without quotes", JSON.stringify(request(span)).replaceAll(/"(\d{19})"/g, "$1")],
    ["a byte order mark", `\uFEFF${JSON.stringify(request(span))}`],
  ])("reads %s", (_name, content) => {
    const { format, records } = read(content);
    expect(format).toBe("OTLP JSON");
    expect(records[0]!.traceId).toBe(span.traceId);
    expect(records[0]!.span).toEqual(expected);
  });

  it("reads it in YAML, as the Collector's tests keep it", () => {
    // JSON is YAML, but for the first line.
    const group = JSON.stringify(groupOf({ ...span, attributes: [] }));
    const unquoted = group.replaceAll(/"(\d{19})"/g, "$1").replaceAll(/([:,])/g, "$1 ");
    for (const each of [group, unquoted]) {
      const { format, records } = read(`# golden\n---\nresourceSpans:\n  - ${each}\n`);
      expect(format).toBe("OTLP YAML");
      expect(records[0]!.span).toEqual(expected);
    }
  });

  it("reads it zipped, and in the UTF-16 of PowerShell", () => {
    const text = JSON.stringify(request(span));
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
    for (const bytes of [gzipSync(text), utf16]) {
      expect(readTraceFile(bytes, options).records[0]!.span).toEqual(expected);
    }
  });

  it("reads what was cut short as far as it goes, and says so", () => {
    const text = JSON.stringify(request(span, { ...span, spanId: "1111111111111111" }));
    const cut = text.slice(0, text.lastIndexOf("1111111111111111"));
    const zipped = gzipSync(`${text}\n`.repeat(50));
    for (const bytes of [Buffer.from(cut), zipped.subarray(0, zipped.length - 12)]) {
      const { records, problems } = readTraceFile(bytes, options);
      expect(records[0]!.span).toEqual(expected);
      expect(problems[0]).toMatchObject({ code: "storeNote" });
    }
  });

  it("reads a list that a comma ends", () => {
    const { records } = readTraceFile(
      Buffer.from(`[\n${JSON.stringify(request(span))},\n]\n`),
      options,
    );
    expect(records.map(record => record.span)).toEqual([expected]);
  });

  it("keeps ids as they are written in the detail", () => {
    const upper = span.traceId.toUpperCase();
    expect(readOne(request({ ...span, traceId: upper })).detail.traceId).toBe(upper);
  });

  it("keeps every kind of value", () => {
    const values = {
      text: { stringValue: "x" },
      yes: { boolValue: false },
      small: { intValue: "7" },
      number: { intValue: 7 },
      large: { intValue: "9223372036854775807" },
      half: { doubleValue: 0.5 },
      infinite: { doubleValue: "Infinity" },
      bytes: { bytesValue: "AQID" },
      list: { arrayValue: { values: [{ stringValue: "a" }, { intValue: 1 }] } },
      map: { kvlistValue: { values: [{ key: "k", value: { boolValue: true } }] } },
      empty: {},
    };
    const attributes = Object.entries(values).map(([key, value]) => ({ key, value }));
    const detail = readOne(request({ ...span, attributes })).detail;
    expect(Object.fromEntries(detail.attributes.map(each => [each.key, each.value]))).toEqual({
      text: "x",
      yes: false,
      small: 7,
      number: 7,
      large: "9223372036854775807",
      half: 0.5,
      infinite: "Infinity",
      bytes: "AQID",
      list: ["a", 1],
      map: { k: true },
      empty: undefined,
    });
    expect(JSON.parse(detail.raw)).toEqual({ ...span, attributes });
  });

  it("tells what failed by the exception that got out", () => {
    const event = (type: string, message: string) => ({
      name: "exception",
      timeUnixNano: "1544712660500000000",
      attributes: Object.entries({
        "exception.type": type,
        "exception.message": message,
        "exception.stacktrace": `${type}: ${message}\n  at f (a.js:1:1)`,
      }).map(([key, stringValue]) => ({ key, value: { stringValue } })),
    });
    const failed = {
      ...span,
      status: { code: "STATUS_CODE_ERROR", message: "gave up" },
      events: [event("Timeout", "after 1 s"), event("Refused", "no retry left")],
    };
    const record = readOne(request(failed));
    expect(record.span.status).toBe(SpanStatus.error);
    expect(record.detail.error).toEqual({
      type: "Refused",
      message: "no retry left",
      stack: "Refused: no retry left\n  at f (a.js:1:1)",
    });
    expect(readOne(request({ ...failed, events: [] })).detail.error).toEqual({
      message: "gave up",
    });
  });

  it("knows Funboost's run of a task, and its queue", () => {
    const attributes = Object.entries({
      "messaging.system": "funboost",
      "messaging.destination": "orders",
      "messaging.message_id": "019b4ed4-1a6d-7be3-8516-192449685f6d",
      "funboost.function_params": '{"order_id": 1}',
    }).map(([key, stringValue]) => ({ key, value: { stringValue } }));
    const run = readOne(request({ ...span, kind: 5, attributes }));
    expect(run.span.queue).toBe("orders");
    expect(run.detail.parameters).toEqual({ order_id: 1 });
    expect(run.detail.task).toMatchObject({
      taskId: "019b4ed4-1a6d-7be3-8516-192449685f6d",
      queue: "orders",
    });
    const sent = readOne(request({ ...span, kind: 4, attributes }));
    expect(sent.span.queue).toBe("orders");
    expect(sent.detail.task).toBeUndefined();
  });

  it("follows links, within the trace and out of it", () => {
    const links = [
      { traceId: span.traceId, spanId: "00000000000000aa" },
      {
        traceId: "00000000000000000000000000000001",
        spanId: "00000000000000bb",
        attributes: [{ key: "opentracing.ref_type", value: { stringValue: "follows_from" } }],
      },
    ];
    const { span: input, detail } = readOne(request({ ...span, links, flags: 0x301 }));
    expect(input.refs).toEqual([
      { kind: EdgeKind.link, spanId: "00000000000000aa" },
      {
        kind: EdgeKind.followsFrom,
        traceId: "00000000000000000000000000000001",
        spanId: "00000000000000bb",
      },
    ]);
    expect(detail.links).toHaveLength(2);
    expect(input.flags! & SpanFlag.remoteParent).toBeTruthy();
  });

  it("says what it could not read, and reads the rest", () => {
    const lines = [JSON.stringify(request(span)), '{"resourceSpans":[{', '{"resourceMetrics":[]}'];
    const { records, problems } = read(lines.join("\n"));
    expect(records).toHaveLength(1);
    expect(problems.map(problem => problem.code === "storeNote" && problem.text)).toEqual([
      expect.stringMatching(/^line 2: /),
      "1 of 2 are not OTLP JSON",
    ]);
    expect(read(request(span, { name: "lost" })).problems).toHaveLength(1);
  });

  it("stands what nobody writes on purpose", () => {
    const deep = `{"resourceSpans":[{"scopeSpans":[{"spans":[${JSON.stringify(span).slice(0, -1)},
      "attributes":[{"key":"deep","value":${nest(20_000)}}]}]}]}]}`;
    expect(readOne(deep).detail.attributes[0]!.key).toBe("deep");
    for (const odd of [null, 1, "x", [], [null], { attributes: 1 }, { spans: [[]] }]) {
      const content = {
        resourceSpans: [odd, groupOf({ ...span, events: odd, links: odd, status: odd })],
      };
      expect(read(content).records).toHaveLength(1);
    }
  });
});

function nest(depth: number): string {
  return `${'{"arrayValue":{"values":['.repeat(depth)}{"stringValue":"x"}${"]}}".repeat(depth)}`;
}

describe("a file that is no trace", () => {
  it.each<[string, string | Uint8Array]>([
    ["an empty file", ""],
    ["an empty file", "  \n"],
    ["not JSON: ", '{"resourceSpans": [}'],
    ["OTLP logs, no traces", '{"resourceLogs":[]}'],
    ["OTLP metrics, no traces", '{"resourceMetrics":[]}'],
    ["OTLP JSON without any span", '{"resourceSpans":[]}'],
    ["dependency links", '[{"parent":"a","child":"b","callCount":1}]'],
    ["a search in Tempo", '{"traces":[{"traceID":"1"}],"metrics":{}}'],
    ["an error that a server answered", '{"error":{"httpCode":404,"message":"No traces found"}}'],
    ["an answer without traces", '{"data":[],"total":0,"errors":null}'],
    ["JSON of no known trace format", '{"name":"x"}'],
    ["OTLP logs, no traces", '{"data":{"resourceLogs":[]}}'],
    ["OTLP logs, no traces", "resourceLogs:\n  - resource: {}\n"],
    ["Elastic APM", '{"metadata":{"service":{"name":"shop"}}}\n{"error":{"id":"1"}}'],
    ["documents of Elastic APM", '{"@timestamp":"2026-01-01","processor.event":"span"}'],
    ["a message of Funboost", '{"x":1,"extra":{"task_id":"1","publish_time":1}}'],
    ["Sentry", '{"event_id":"1","sent_at":"2026-01-01T00:00:00Z"}\n{"type":"transaction"}'],
    ["AWS X-Ray", '{"Traces":[{"Id":"1-5-a","Segments":[]}]}'],
    ["OpenCensus", '[{"Node":{},"Spans":[]}]'],
    ["Celery's workers", '{"type":"task-received","uuid":"1"}\n{"type":"task-started","uuid":"1"}'],
    ["lines of a log", '{"level":"info","msg":"placed","trace_id":"1"}'],
    ["lines of a log", "[INFO]2026-01-01 placed trace_id=1"],
    ["lines of a log", "2026-01-01 00:00:00,123 - shop - placed"],
    ["spans without times", '{"name":"load","spanId":"1","parentSpanId":"2"}'],
    ["debug exporter", "2026-01-01 info\nResourceSpans #0\nScopeSpans #0\nSpan #0"],
    ["in .NET", "LogRecord.Timestamp:    2026-01-01T00:00:00Z\n"],
    ["a CPU profile", '{"nodes":[],"samples":[],"timeDeltas":[]}'],
    ["a table without columns of spans: TraceID, Log, Pod", "TraceID,Log,Pod\n1,hello,a\n"],
    ["an empty archive", Buffer.from("PK\u0003\u0004\u0000\u0000")],
    ["an HTML page", "<!DOCTYPE html><html></html>"],
    ["a template, no trace", "spans:\n  {{- with .first }}\n- span_id: {{ .id }}\n  {{- end }}\n"],
    ["text of no known trace format", "hello"],
    ["a picture", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2)],
    ["binary of no known trace format", Uint8Array.of(0x99, 0x50, 0x4e, 0x47, 0, 1, 2)],
    ["JSON without any span", "[]"],
    ["zipped by bzip2", Buffer.from("BZh91AY&SY\u0000")],
    ["zipped again and again", [1, 2, 3, 4].reduce(bytes => gzipSync(bytes), Buffer.from("{}"))],
    // Sixteen characters, as many as a trace's id has bytes.
    [
      "binary of no known",
      field(1, message(field(2, message(field(2, message(field(1, "http.server.time"))))))),
    ],
    ["binary of no known", Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0])],
    ["gzip: ", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0)],
  ])("is refused as %s", (reason, content) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    expect(reasonOf(() => readTraceFile(bytes, options))).toContain(reason);
  });

  it("is refused where it would fill the memory when unzipped", () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000, 0x20));
    expect(reasonOf(() => readTraceFile(bomb, { ...options, maxBytes: 1_000_000 }))).toMatch(
      /^gzip: /,
    );
    const large = Buffer.alloc(2_000_000, 0x20);
    expect(reasonOf(() => readTraceFile(large, { ...options, maxBytes: 1_000_000 }))).toMatch(
      /larger/,
    );
  });
});

describe("what a real SDK sent", () => {
  const readCaptured = (file: string): TraceFile => readTraceFile(readRecording(file), options);
  const facts = (file: TraceFile) =>
    file.records.map(({ traceId, span: input, detail }) => ({
      traceId,
      input,
      // The raw text is each format's own.
      detail: { ...detail, raw: "" },
    }));

  it("is the same in JSON, in protobuf and by gRPC, zipped or not", () => {
    const inJson = sortById(facts(readCaptured("otel-js-otlp-http-json-1.json")));
    expect(inJson).toHaveLength(6);
    const zipped = sortById(facts(readCaptured("otel-js-otlp-http-json-gzip-1.json.gz")));
    expect(withoutIdsAndTimes(zipped)).toEqual(withoutIdsAndTimes(inJson));
    for (const file of [
      "otel-js-otlp-http-protobuf-1.pb",
      "otel-js-otlp-http-protobuf-gzip-1.pb.gz",
      "otel-js-otlp-grpc-Export-1.bin",
    ]) {
      const answer = readCaptured(file);
      expect(answer.format).toBe("OTLP protobuf");
      expect(answer.problems).toEqual([]);
      expect(withoutIdsAndTimes(sortById(facts(answer)))).toEqual(withoutIdsAndTimes(inJson));
    }
  });

  it("is read as far as it goes where it was cut short, at any byte", () => {
    const bytes = readRecording("otel-js-otlp-http-protobuf-1.pb");
    const counts = new Set<number | string>();
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = bytes.subarray(0, length);
      const reason = reasonOf(() => {
        const answer = readTraceFile(cut, options);
        expect(answer.problems).not.toEqual([]);
        counts.add(answer.records.length);
      });
      expect(reason).toMatch(/^(?:was read|an empty file|binary|text|OTLP)/);
    }
    expect(counts).toContain(6);
  });

  it("is read from the Collector's file of messages, each behind its length", () => {
    const bytes = readRecording("otel-js-otlp-http-protobuf-1.pb");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    const answer = readTraceFile(Buffer.concat([length, bytes, length, bytes]), options);
    expect(answer.records).toHaveLength(12);
  });

  it("is read from Tempo's answer, which wraps it once more", () => {
    const bytes = readRecording("otel-js-otlp-http-protobuf-1.pb");
    const length = Buffer.from([(bytes.length & 0x7f) | 0x80, bytes.length >> 7]);
    const answer = readTraceFile(Buffer.concat([Buffer.from([0x0a]), length, bytes]), options);
    expect(answer.records).toHaveLength(6);
  });
});

interface Facts {
  readonly input: { readonly name: string };
}

function sortById<T extends Facts>(facts: readonly T[]): readonly T[] {
  return facts.toSorted((a, b) => a.input.name.localeCompare(b.input.name));
}

/** Each file is a run of its own: its ids, its times and its stack's line numbers are too. */
function withoutIdsAndTimes(facts: unknown): unknown {
  const text = JSON.stringify(facts, (_key, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  return JSON.parse(
    text
      .replaceAll(/:\d+:\d+(?=[^"]*")/g, "")
      .replaceAll(/"[0-9a-f]{16}"|"[0-9a-f]{32}"|"\d{19}"|"[0-9a-f-]{36}"/g, '"…"'),
  );
}

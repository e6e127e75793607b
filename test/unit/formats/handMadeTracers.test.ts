/** What people's own tracers write: errors and kinds under many names, parents as objects, ids of the clock, call trees. */

import { describe, expect, it } from "vitest";
import { writeJaegerJson } from "../../../src/formats/jaeger/jaegerJsonWriter.ts";
import { writeOtlpJson } from "../../../src/formats/otlp/otlpJsonWriter.ts";
import { readTraceFile, type TraceFile } from "../../../src/formats/traceFile.ts";
import { SpanKind, SpanStatus } from "../../../src/model/span.ts";
import { outline } from "./outline.ts";

function open(value: unknown): TraceFile {
  const options = { store: "file", path: "a.json", nowUnixMs: 0 };
  return readTraceFile(Buffer.from(JSON.stringify(value)), options);
}

function listNotes({ problems }: TraceFile): readonly string[] {
  return problems.flatMap(each => (each.code === "storeNote" ? [each.text] : []));
}

const START_MS = 1_775_000_000_000;
const span = { trace_id: "t", span_id: "a", name: "pay", start: START_MS, end: START_MS + 20 };

describe("an error", () => {
  it.each<[object, string | undefined, string]>([
    [{ is_error: true }, undefined, ""],
    [{ IsError: "True" }, undefined, ""],
    [{ hasErrors: 1 }, undefined, ""],
    [{ failed: true, error_message: "no till" }, undefined, "no till"],
    [{ isException: true, exceptionType: "TillError" }, "TillError", ""],
    [{ error: false, fault: true }, undefined, ""],
    [{ errors: ["no till"] }, undefined, "no till"],
    [{ level: "ERROR", statusMessage: "no till" }, undefined, "no till"],
    [{ severity: "fatal" }, undefined, ""],
    [{ attributes: { error: "no till" } }, undefined, "no till"],
    [{ tags: [{ key: "error", bool_value: true }] }, undefined, ""],
    [
      { otel_status_code: "STATUS_CODE_ERROR", otel_status_message: "no till" },
      undefined,
      "no till",
    ],
    [{ status: "ok", statusCode: "Error" }, undefined, ""],
    [{ outcome: "failure" }, undefined, ""],
    [{ "request.is_failed": true }, undefined, ""],
    [{ success: "no" }, undefined, ""],
    [{ exception_type: "TillError", exception_message: "no till" }, "TillError", "no till"],
    [{ error: { kind: "TillError", msg: "no till" }, has_error: true }, "TillError", "no till"],
  ])("is in %j", (fields, type, message) => {
    const [record] = open([{ ...span, ...fields }]).records;
    expect(record?.span.status).toBe(SpanStatus.error);
    expect(record?.detail.error).toEqual({ message, ...(type !== undefined && { type }) });
  });

  it.each<[object]>([
    [{ is_error: false, hasErrors: 0, failed: "False", errors: [], error: null }],
    [{ level: "WARNING", message: "slow" }],
    [{ status: { code: "OK" }, error_message: "" }],
    [{ statusCode: 404 }],
  ])("is not in %j", fields => {
    const [record] = open([{ ...span, ...fields }]).records;
    expect(record?.span.status).not.toBe(SpanStatus.error);
    expect(record?.detail.error).toBeUndefined();
  });

  it("keeps its stack", () => {
    const stack = 'Traceback:\n  File "till.py", line 3, in pay\nTillError: no till';
    const [record] = open([{ ...span, is_exception: true, exception_stacktrace: stack }]).records;
    expect(record?.detail.error).toEqual({ message: "", stack });
  });
});

describe("a kind", () => {
  it.each<[object, SpanKind]>([
    [{ SpanType: "Entry" }, SpanKind.server],
    [{ span_type: "Exit" }, SpanKind.client],
    [{ type: "Local" }, SpanKind.internal],
    [{ kind: "RPC_SERVER" }, SpanKind.server],
    [{ kind: "RPC_CLIENT" }, SpanKind.client],
    [{ spanKind: "SPAN_KIND_PRODUCER" }, SpanKind.producer],
    [{ kind: "SpanKind.CONSUMER" }, SpanKind.consumer],
    [{ kind: "outbound" }, SpanKind.client],
    [{ kind: 3 }, SpanKind.client],
    [{ kind: "constructor" }, SpanKind.unspecified],
  ])("is in %j", (fields, kind) => {
    expect(open([{ ...span, ...fields }]).records[0]?.span.kind).toBe(kind);
  });

  it("of another sort stays an attribute", () => {
    const [record] = open([{ ...span, type: "GENERATION" }]).records;
    expect(record?.detail.attributes).toEqual([{ key: "type", value: "GENERATION" }]);
  });
});

describe("times", () => {
  it("of zero give way to a time that is told", () => {
    const row = { traceID: "t", spanID: "a", spanName: "pay", startTime: 0, duration: 2_000_000 };
    const columns = { spanKind: "Server", serviceName: "till" };
    const [record] = open([{ ...row, ...columns, timestamp: "2026-04-01T00:00:00.5Z" }]).records;
    expect(record?.span).toMatchObject({
      startUnixNs: 1_775_001_600_500_000_000n,
      endUnixNs: 1_775_001_600_502_000_000n,
    });
  });

  it("whose names have the other order are read", () => {
    const times = { time_start: START_MS, time_end: START_MS + 20 };
    const [record] = open({ trace_id: "t", span_id: "a", name: "pay", ...times }).records;
    expect(record?.span).toMatchObject({
      startUnixNs: BigInt(START_MS) * 1_000_000n,
      endUnixNs: BigInt(START_MS + 20) * 1_000_000n,
    });
  });

  const offsets = [
    { span_id: "a", parent_span_id: "", name: "pay", start_offset_ms: 0, duration_ms: 20 },
    { span_id: "b", parent_span_id: "a", name: "ask", offset_ms: 5, duration_ms: 9 },
  ];
  const listTimes = ({ records }: TraceFile, from: number): readonly unknown[] =>
    records.map(({ span: { startUnixNs = 0n, endUnixNs = 0n } }) =>
      [startUnixNs, endUnixNs].map(each => Number(each / 1_000_000n) - from),
    );

  it("count from the start of the trace that they lie in", () => {
    const file = open({ trace_id: "t", start_time: START_MS, spans: offsets });
    expect(listTimes(file, START_MS)).toEqual([
      [0, 20],
      [5, 14],
    ]);
  });

  it("that count from nothing that is told say so", () => {
    const file = open(offsets);
    expect(listTimes(file, 0)).toEqual([
      [0, 20],
      [5, 14],
    ]);
    expect(listNotes(file)).toContain("the times count from an unknown moment, not from 1970");
  });

  it("do not count from the place in a queue", () => {
    const [record] = open({ ...span, start: undefined, timestamp: START_MS, offset: 7 }).records;
    expect(record?.span.startUnixNs).toBe(BigInt(START_MS) * 1_000_000n);
  });

  it("of an end that is null are those of a span that has not ended", () => {
    const [record] = open([{ ...span, end: null }]).records;
    expect(record?.span.endUnixNs).toBeUndefined();
  });
});

it("a span beside the level and the message of a log is one, if it has a length", () => {
  const row = { ...span, level: 9, message: "paid" };
  expect(open([row]).records).toHaveLength(1);
  expect(() => open([{ ...row, end: undefined }])).toThrow();
});

it("a span that is told when it starts and when it ends is one span", () => {
  const event = (name: string, id: string, rest: object) => ({
    event: name,
    span: { ...span, span_id: id, end: null, ...rest },
  });
  const file = open([
    event("start", "a", {}),
    event("start", "b", { name: "print", parent_id: "a" }),
    event("end", "b", { name: "print", parent_id: "a", end: START_MS + 9 }),
    event("end", "a", { end: START_MS + 20 }),
    event("start", "c", { name: "rest", parent_id: "a" }),
  ]);
  expect(file.records.map(each => [each.span.name, each.span.endUnixNs !== undefined])).toEqual([
    ["print", true],
    ["pay", true],
    ["rest", false],
  ]);
});

describe("input and output of a span that is no task", () => {
  const call = { ...span, input: { question: "7 + 1" }, output: "8" };

  it.each([
    ["OTLP", writeOtlpJson],
    ["Jaeger JSON", writeJaegerJson],
  ])("are kept in %s", (_name, write) => {
    const { records } = open([call]);
    const again = open(JSON.parse(write(records)) as unknown).records;
    expect(again[0]?.detail).toMatchObject({ parameters: { question: "7 + 1" }, result: "8" });
    expect(again[0]?.detail.attributes).toEqual(records[0]?.detail.attributes);
  });
});

it("a span without an end says so where it is exported", () => {
  const { records } = open([{ ...span, end: null }]);
  const text = writeOtlpJson(records);
  expect(text).not.toContain("endTimeUnixNano");
  expect(text).toContain('{"key":"traceside.running","value":{"boolValue":true}}');
  expect(open(JSON.parse(text) as unknown).records[0]?.span.endUnixNs).toBeUndefined();
});

describe("a parent that is the whole span", () => {
  const ids = (span_id: string) => ({ context: { trace_id: "t", span_id } });
  const call = (name: string, id: string, start: number, end: number, parent: object | null) => ({
    ...{ name, ...ids(id), parent },
    start_time: START_MS + start,
    end_time: START_MS + end,
  });

  it("is the parent", () => {
    const root = call("pay", "a", 0, 20, null);
    const middle = call("print", "b", 2, 9, root);
    expect(outline(open([call("cut", "c", 3, 4, middle), middle, root]).records)).toBe(
      "pay #\n  print #\n    cut #",
    );
  });

  it("is told from others of its id, which was made of the clock", () => {
    const id = `id-${START_MS}`;
    const root = call("pay", id, 0, 20, null);
    const print = call("print", id, 0, 9, root);
    const pack = call("pack", id, 10, 19, root);
    const file = open([
      call("cut", "id-1", 3, 4, print),
      call("fold", "id-2", 11, 12, pack),
      ...[print, pack, root],
    ]);
    expect(outline(file.records)).toBe("pay #\n  print #\n    cut #\n  pack #\n    fold #");
    expect(listNotes(file)).toEqual([
      "1 span ids are those of several spans; parents were told by their times",
    ]);
  });

  it("is told by time alone where it is only an id", () => {
    const shared = { trace_id: "t", span_id: "x" };
    const file = open([
      { ...shared, name: "pay", start: START_MS, end: START_MS + 20 },
      { ...shared, name: "print", parent_id: "x", start: START_MS + 1, end: START_MS + 9 },
      { ...shared, name: "pack", parent_id: "x", start: START_MS + 10, end: START_MS + 19 },
      {
        ...shared,
        span_id: "y",
        name: "fold",
        parent_id: "x",
        start: START_MS + 11,
        end: START_MS + 12,
      },
    ]);
    expect(outline(file.records)).toBe("pay #\n  print #\n  pack #\n    fold #");
    expect(new Set(file.records.map(each => each.span.spanId)).size).toBe(4);
  });

  it("may be nested without end", () => {
    const depth = 5_000;
    const text = `${'{"context":{"a":'.repeat(depth)}1${"}}".repeat(depth)}`;
    const item = `{"trace_id":"t","span_id":"a","name":"x","start":1,"parent":${text}}`;
    const options = { store: "file", path: "a.json", nowUnixMs: 0 };
    expect(readTraceFile(Buffer.from(`[${item}]`), options).records).toHaveLength(1);
  });
});

describe("a call tree", () => {
  const leaf = (name: string, duration_ms: number) => ({ name, duration_ms });

  it.each(["children", "calls", "sub_calls", "callees", "nested"])("in %s opens whole", key => {
    const root = {
      ...{ trace_id: "t", name: "pay", start_time: START_MS, duration_ms: 20 },
      [key]: [leaf("print", 9), { ...leaf("pack", 8), [key]: [leaf("fold", 1), leaf("tie", 2)] }],
    };
    const file = open(root);
    expect(outline(file.records)).toBe("pay #\n  print #\n  pack #\n    fold #\n    tie #");
    expect(
      file.records.map(each => Number((each.span.startUnixNs ?? 0n) / 1_000_000n) - START_MS),
    ).toEqual([0, 0, 9, 9, 10]);
    expect(listNotes(file)).toEqual([
      "4 calls have no start; they are drawn one after the other within their callers",
    ]);
  });

  it("opens without any id or time", () => {
    const file = open({ name: "pay", duration: "20ms", children: [leaf("print", 9)] });
    expect(outline(file.records)).toBe("pay #\n  print #");
    expect(
      file.records.map(({ span: { startUnixNs = 0n, endUnixNs = 0n } }) => endUnixNs - startUnixNs),
    ).toEqual([20_000_000n, 9_000_000n]);
  });

  it.each<[string, unknown]>([
    [
      "a report",
      { trace_id: "t", call_tree: { function: "pay", total_ms: 20, calls: [leaf("print", 9)] } },
    ],
    [
      "a list of reports",
      [{ traceId: "t", callTree: [{ func: "pay", took: "20ms", children: [leaf("print", 9)] }] }],
    ],
    [
      "a span",
      { trace_id: "t", span_id: "a", name: "pay", start: START_MS, call_tree: [leaf("print", 9)] },
    ],
  ])("opens inside of %s", (_name, value) => {
    const file = open(value);
    expect(outline(file.records)).toBe("pay #\n  print #");
    expect(file.records.map(each => each.traceId)).toEqual(["t", "t"]);
  });

  it("that pyinstrument sampled opens with its lines of code", () => {
    const frame = (name: string, time: number, line_no: number, children: object[]): object => ({
      ...{ function: name, file_path: "/shop/till.py", line_no, time, children },
    });
    const file = open({
      ...{ start_time: START_MS / 1_000, duration: 0.02, sample_count: 20, cpu_time: 0.01 },
      root_frame: frame("pay", 0.02, 1, [frame("ask", 0.009, 5, [frame("send", 0.004, 9, [])])]),
    });
    expect(outline(file.records)).toBe("pay #\n  ask #\n    send #");
    const [, ask] = file.records;
    expect(ask?.span).toMatchObject({
      startUnixNs: BigInt(START_MS) * 1_000_000n,
      endUnixNs: BigInt(START_MS + 9) * 1_000_000n,
    });
    expect(ask?.detail.attributes).toEqual(
      expect.arrayContaining([
        { key: "code.file.path", value: "/shop/till.py" },
        { key: "code.line.number", value: 5 },
      ]),
    );
  });

  it("has durations in the unit of its root's times", () => {
    const root = { trace_id: "t", name: "pay", start: 1_775_000_000.5, duration: 0.5 };
    const [, print] = open({ ...root, children: [{ name: "print", duration: 0.25 }] }).records;
    expect(print?.span).toMatchObject({
      startUnixNs: 1_775_000_000_500_000_000n,
      endUnixNs: 1_775_000_000_750_000_000n,
    });
  });

  it("keeps times where calls have their own", () => {
    const child = { name: "print", start: START_MS + 5, end: START_MS + 9 };
    const file = open({ name: "pay", start: START_MS, end: START_MS + 20, children: [child] });
    expect(outline(file.records)).toBe("pay #\n  print #");
    expect(file.records[1]?.span.startUnixNs).toBe(BigInt(START_MS + 5) * 1_000_000n);
    expect(listNotes(file)).toEqual(["2 of 2 spans have no trace id; they are drawn as one trace"]);
  });
});

describe("a report", () => {
  it("wraps the tree whose root it is called after", () => {
    const child = { id: "c", name: "ask", start_milliseconds: 5, duration_milliseconds: 4 };
    const root = {
      ...{ id: "b", name: "pay", start_milliseconds: 0, duration_milliseconds: 20 },
      children: [child],
    };
    const file = open({ id: "a", name: "pay", started: START_MS, duration_milliseconds: 20, root });
    expect(outline(file.records)).toBe("pay #\n  ask #");
    expect(file.records[1]?.span).toMatchObject({
      startUnixNs: BigInt(START_MS + 5) * 1_000_000n,
      endUnixNs: BigInt(START_MS + 9) * 1_000_000n,
    });
  });

  it("of a build has stages with steps, and jobs with none", () => {
    const node = (id: string, name: string, from: number, ms: number) => ({
      ...{ id, name, startTimeMillis: START_MS + from, durationMillis: ms },
    });
    const stages = [{ ...node("6", "Build", 1, 9), stageFlowNodes: [node("7", "make", 2, 8)] }];
    expect(outline(open({ ...node("12", "#12", 0, 20), stages }).records)).toBe(
      "#12 #\n  Build #\n    make #",
    );
    const job = { id: "j1", name: "lint", started_at: START_MS, finished_at: START_MS + 5 };
    const build = { id: "b1", number: 3, started_at: START_MS, finished_at: START_MS + 9 };
    expect(outline(open({ ...build, jobs: [{ ...job, steps: [] }] }).records)).toBe("lint #");
  });
});

it("a label names what took time, and titles of issues name none", () => {
  const row = { trace: "t", span: "a", label: "pay", t0: START_MS, t1: START_MS + 20 };
  expect(open([row]).records[0]?.span).toMatchObject({
    name: "pay",
    endUnixNs: BigInt(START_MS + 20) * 1_000_000n,
  });
  expect(outline(open({ fn: 1, func: "pay", ms: 20, sub: [{ func: "ask", ms: 9 }] }).records)).toBe(
    "pay #\n  ask #",
  );
  expect(() => open([{ id: "a", parent: "b", title: "no till", created_at: START_MS }])).toThrow();
});

it("lengths beside a time in words are nanoseconds in OpenTelemetry's documents, and where one would take days", () => {
  const at = new Date(START_MS).toISOString();
  const document = { "@timestamp": at, trace_id: "t", span_id: "a", name: "pay" };
  const nanos = 20_000_000n;
  const lengthOf = (...items: object[]): bigint => {
    const { startUnixNs = 0n, endUnixNs = 0n } = open(items).records[0]?.span ?? {};
    return endUnixNs - startUnixNs;
  };
  const parts = { resource: { attributes: { "service.name": "shop" } }, scope: { name: "x" } };
  expect(lengthOf({ ...document, ...parts, duration: 20_000_000 })).toBe(nanos);
  const long = { ...document, span_id: "b", duration: 90_000_000_000 };
  expect(lengthOf({ ...document, duration: 20_000_000 }, long)).toBe(nanos);
  expect(lengthOf({ ...document, duration: 20 })).toBe(nanos);
});

it("annotations with keys are attributes, which may tell the service and the error", () => {
  const annotations = [
    { key: "service", value: "shop" },
    { key: "error", value: "true" },
  ];
  expect(open([{ ...span, annotations }]).records[0]?.span).toMatchObject({
    ...{ service: "shop", status: SpanStatus.error },
  });
});

it("a parent of 0 is none, unless a span has that id", () => {
  const row = (span_id: number, parent_id: number, name: string): object => ({
    ...{ ...span, span_id, parent_id, name },
  });
  expect(outline(open([row(1, 0, "pay"), row(2, 1, "ask")]).records)).toBe("pay #\n  ask #");
  expect(open([row(1, 0, "pay")]).records[0]?.span.parentSpanId).toBeUndefined();
  expect(outline(open([row(0, 0, "pay"), row(1, 0, "ask")]).records)).toBe("pay #\n  ask #");
});

it("a service stands among the attributes or under a name of its own", () => {
  const told = [{ attributes: { service_name: "till" } }, { tags: { service: "till" } }];
  for (const more of [...told, { app_service: "till" }]) {
    expect(open([{ ...span, ...more }]).records[0]?.span.service).toBe("till");
  }
});

it("a tag may have its value under the name of its type, and a reference its ids in a context", () => {
  const context = (span_id: string): object => ({ span_context: { trace_id: "t", span_id } });
  const sent = (id: string, name: string, more: object): object => ({
    ...{ ...context(id), operation_name: name, duration_micros: "9000" },
    ...{
      start_timestamp: "2026-03-01T10:00:00Z",
      tags: [{ key: "a", string_value: "b" }],
      ...more,
    },
  });
  const references = [{ relationship: "CHILD_OF", ...context("1") }];
  const { records } = open({ spans: [sent("1", "pay", {}), sent("2", "ask", { references })] });
  expect(outline(records)).toBe("pay #\n  ask #");
  expect(records[0]?.detail.attributes).toEqual([{ key: "a", value: "b" }]);
});

describe("a root that names neither a parent nor a trace", () => {
  const times = { start: START_MS, end: START_MS + 20 };
  const root = { id: 1, name: "pay", ...times };
  const child = { id: 2, parent: 1, name: "ask", ...times };

  it.each<[string, unknown]>([
    ["in a list", [root, child]],
    ["after its callees", [child, root]],
    ["in an envelope", { spans: [root, child] }],
  ])("is there with its callees, %s", (_where, value) => {
    expect(outline(open(value).records)).toBe("pay #\n  ask #");
  });

  it("is nothing where there are no spans", () => {
    expect(() => open([root])).toThrow();
  });
});

it("spans are kept by the ids of their traces, or beside the id of theirs", () => {
  const times = { start: START_MS, end: START_MS + 20 };
  const [root, child] = [
    { spanId: "a", name: "pay", ...times },
    { spanId: "b", parentSpanId: "a", name: "ask", ...times },
  ];
  const listed = open({ service: "till", traces: { t7: [root, child] } });
  const beside = open([
    { trace: "t7", service: "till", span: root },
    { trace: "t7", service: "till", span: child },
  ]);
  for (const { records, problems } of [listed, beside]) {
    expect(outline(records)).toBe("pay #till\n  ask #till");
    expect(records.map(({ traceId }) => traceId)).toEqual(["t7", "t7"]);
    expect(problems).toEqual([]);
  }
});

/** Tracers that write a row when a span begins and another when it ends. */

import { expect, it } from "vitest";
import { readTraceFile } from "../../../src/formats/traceFile.ts";

const at = (seconds: number): string => new Date(1_767_261_600_000 + seconds * 1_000).toISOString();
const toLines = (rows: readonly object[]): string =>
  rows.map(row => JSON.stringify(row)).join("\n");

function read(text: string) {
  const file = readTraceFile(Buffer.from(text), { store: "file", path: "a", nowUnixMs: 0 });
  const spans = file.records.map(({ span }) => {
    const { startUnixNs = 0n, endUnixNs } = span;
    const length = endUnixNs === undefined ? "open" : `${Number(endUnixNs - startUnixNs) / 1e9} s`;
    return `${span.parentSpanId ?? "-"} > ${span.spanId} ${span.name} ${length}`;
  });
  return { ...file, spans };
}

const expected = ["- > a load 3 s", "a > b query 1 s"];
/** Two spans, the second within the first, with the words of some tracer. */
const write = (begin: object, end: object, time = "timestamp"): string =>
  toLines([
    { ...begin, trace_id: "t", span_id: "a", name: "load", [time]: at(0) },
    { ...begin, trace_id: "t", span_id: "b", parent_id: "a", name: "query", [time]: at(1) },
    { ...end, trace_id: "t", span_id: "b", [time]: at(2), result: 7 },
    { ...end, span_id: "a", [time]: at(3), error: "no answer" },
  ]);

it.each([
  ["span_start", write({ event: "span_start" }, { event: "span_end" })],
  ["start and stop", write({ event: "start" }, { event: "stop" }, "ts")],
  ["SpanStarted", write({ type: "SpanStarted" }, { type: "SpanFinished" }, "time")],
  ["begin", write({ phase: "begin" }, { phase: "end" }, "at")],
  ["open and close", write({ kind: "open" }, { kind: "close" })],
  ["on_start", write({ event: "on_start" }, { event: "on_end" })],
  ["enter", write({ action: "enter" }, { action: "exit" })],
  [
    "ids under the names of what they are of",
    write({ msg: "span.start" }, { msg: "span.end" })
      .replaceAll("trace_id", "trace")
      .replaceAll("span_id", "span"),
  ],
  ["before and after", write({ type: "before" }, { type: "after" })],
  ["pre and post", write({ event: "tool.pre" }, { event: "tool.post" })],
  [
    "messages of a logger",
    write({ level: "info", msg: "span started" }, { level: "info", msg: "span finished" }, "time"),
  ],
  [
    "one of the two times",
    write({}, {})
      .split("\n")
      .map((line, index) => line.replace("timestamp", index < 2 ? "start_time" : "end_time"))
      .join("\n"),
  ],
])("pairs the rows of one span, by %s", (_, text) => {
  const { spans, records, problems } = read(text);
  expect(spans).toEqual(expected);
  expect(problems).toEqual([]);
  expect(records[0]?.detail.error?.message).toBe("no answer");
  expect(records[1]?.detail.result).toBe(7);
});

it("keeps the attributes of both rows", () => {
  const row = { trace_id: "t", span_id: "a", name: "load" };
  const { records } = read(
    toLines([
      { ...row, event: "start", ts: at(0), attrs: { path: "/till" } },
      { ...row, event: "end", ts: at(1), attrs: { bytes: 7, error: "no answer" } },
    ]),
  );
  expect(records[0]?.detail).toMatchObject({
    attributes: expect.arrayContaining([
      { key: "path", value: "/till" },
      { key: "bytes", value: 7 },
    ]) as unknown,
    error: { message: "no answer" },
  });
});

it("pairs the rows of a table", () => {
  const { spans } = read(
    `event,trace_id,span_id,parent_id,name,timestamp
start,t,a,,load,${at(0)}
start,t,b,a,query,${at(1)}
stop,t,b,a,query,${at(2)}
stop,t,a,,load,${at(3)}`,
  );
  expect(spans).toEqual(expected);
});

it("leaves a span open that did not end, and keeps the unit of its times", () => {
  const { spans } = read(
    toLines([
      { event: "start", trace_id: "t", span_id: "a", name: "load", ts_ms: 1_767_261_600_000 },
      { event: "start", trace_id: "t", span_id: "b", name: "query", ts_ms: 1_767_261_600_001 },
      { event: "end", trace_id: "t", span_id: "a", ts_ms: 1_767_261_600_002 },
    ]),
  );
  expect(spans).toEqual(["- > a load 0.002 s", "- > b query open"]);
});

it("keeps apart two traces that count their spans, and two runs of one id", () => {
  const row = (event: string, trace_id: string, seconds: number): object => ({
    ...{ event, trace_id, span_id: "1", name: "load", timestamp: at(seconds) },
  });
  const { spans, records } = read(
    toLines([
      ...[row("start", "t", 0), row("start", "u", 1), row("end", "t", 2), row("end", "u", 5)],
      ...[row("start", "t", 6), row("end", "t", 7)],
    ]),
  );
  expect(records.map(({ traceId }) => traceId)).toEqual(["t", "u", "t"]);
  expect(spans.map(span => span.slice(span.indexOf("load")))).toEqual([
    ...["load 2 s", "load 4 s", "load 1 s"],
  ]);
});

it("takes whole spans that were told twice, and those that only speak of starts, as they are", () => {
  const whole = { trace_id: "t", span_id: "a", name: "load", start: at(0), end: at(3) };
  expect(read(toLines([whole, { ...whole, span_id: "b", type: "start" }])).spans).toEqual([
    "- > a load 3 s",
    "- > b load 3 s",
  ]);
});

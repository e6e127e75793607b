/** What is written as OTLP or Jaeger JSON is what those have, and can be taken back: values of every kind, and tasks. */

import { describe, expect, it } from "vitest";
import { writeJaegerJson } from "../../../src/formats/jaeger/jaegerJsonWriter.ts";
import {
  toW3cSpanId,
  toW3cTraceId,
  writeOtlpJson,
} from "../../../src/formats/otlp/otlpJsonWriter.ts";
import { readTraceFile } from "../../../src/formats/traceFile.ts";
import { EdgeKind, SpanKind, SpanStatus } from "../../../src/model/span.ts";
import type { SpanRecord } from "../../../src/model/spanRecord.ts";

const read = (bytes: Uint8Array, path = "a.json") =>
  readTraceFile(bytes, { store: "file", path, nowUnixMs: 0 });
const readText = (text: string) => read(Buffer.from(text)).records;

type Plain = Record<string, unknown>;

/** Without the text of the file, and with ids as we compare them. Order is not part of it: writers group. */
function comparable(records: readonly SpanRecord[]): Plain[] {
  return records
    .map(({ traceId, span, detail }) => {
      const rest = { ...detail, raw: "", spanId: "", traceId: "" };
      const text = JSON.stringify({ ...rest, traceId, span }, (_key, value: unknown) =>
        typeof value === "bigint" ? String(value) : value,
      );
      return JSON.parse(text) as Plain;
    })
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

const everything: SpanRecord = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  span: {
    spanId: "b7ad6b7169203331",
    parentSpanId: "00f067aa0ba902b7",
    refs: [{ kind: EdgeKind.link, traceId: "1".repeat(32), spanId: "2".repeat(16) }],
    name: "GET /cart",
    service: "shop",
    kind: SpanKind.server,
    status: SpanStatus.error,
    startUnixNs: 1_766_642_410_123_456_789n,
    endUnixNs: 1_766_642_412_000_000_001n,
    flags: 16,
  },
  detail: {
    spanId: "b7ad6b7169203331",
    traceId: "0af7651916cd43dd8448eb211c80319c",
    attributes: [
      { key: "text", value: 'ünïcode \u0000 " </script>' },
      { key: "integer", value: 9007199254740991 },
      { key: "long", value: "9223372036854775807" },
      { key: "double", value: -0.25 },
      { key: "yes", value: true },
      { key: "list", value: ["a", 1, false, [1.5]] },
      { key: "map", value: { a: { b: "c" } } },
      { key: "nothing", value: undefined },
      { key: "text", value: "again" },
    ],
    resource: [{ key: "service.name", value: "shop" }],
    scope: { name: "express", version: "1.2" },
    events: [
      {
        name: "exception",
        timeUnixNs: "1766642411999999999",
        attributes: [
          { key: "exception.type", value: "ValueError" },
          { key: "exception.message", value: "out of stock" },
        ],
      },
    ],
    links: [
      {
        kind: EdgeKind.link,
        traceId: "1".repeat(32),
        spanId: "2".repeat(16),
        attributes: [{ key: "why", value: "batch" }],
      },
    ],
    error: { type: "ValueError", message: "out of stock" },
    stores: ["file"],
    raw: "",
  },
};

describe("OTLP", () => {
  it("carries every type of value, and every nanosecond", () => {
    expect(comparable(readText(writeOtlpJson([everything])))).toEqual(comparable([everything]));
  });

  it("leaves out the end of a span that runs", () => {
    const running = { ...everything, span: { ...everything.span, endUnixNs: undefined } };
    expect(writeOtlpJson([running])).not.toContain("endTimeUnixNano");
    expect(readText(writeOtlpJson([running]))[0]?.span.endUnixNs).toBeUndefined();
  });

  it("makes W3C ids of others, the same for a parent and its child", () => {
    const task = "019b4ed4-1a6d-7be3-8516-192449685f6d";
    expect(toW3cTraceId(task)).toBe("019b4ed41a6d7be38516192449685f6d");
    expect(toW3cTraceId("1.2.3")).toMatch(/^[0-9a-f]{32}$/);
    const child = {
      ...everything,
      traceId: task,
      span: { ...everything.span, parentSpanId: task },
    };
    const text = writeOtlpJson([child]);
    expect(text).toContain(`"parentSpanId":"${toW3cSpanId(task)}"`);
    expect(comparable(readText(text))).toEqual(comparable([child]));
  });

  it("tells of a task what its document knew", () => {
    const [written] = readText(
      writeOtlpJson([
        {
          ...everything,
          span: { ...everything.span, queue: "orders", attempts: 3, queuedUnixNs: 5n },
          detail: {
            ...everything.detail,
            events: [],
            task: { taskId: "t1", function: "pay", queue: "orders", state: "finish" },
            parameters: { order: 1 },
            error: { type: "KeyError", message: "no such order", stack: "Traceback …" },
          },
        },
      ]),
    );
    const values = Object.fromEntries(
      written!.detail.attributes.map(each => [each.key, each.value]),
    );
    expect(values).toMatchObject({
      "messaging.message.id": "t1",
      "messaging.destination.name": "orders",
      "code.function.name": "pay",
      "task.state": "finish",
      "task.attempts": 3,
      "task.queued_unix_nano": "5",
      "task.parameters": '{"order":1}',
    });
    expect(written?.span).toMatchObject({ queue: "orders", attempts: 3, queuedUnixNs: 5n });
    expect(written?.detail).toMatchObject({
      task: { taskId: "t1", function: "pay", queue: "orders", state: "finish" },
      parameters: { order: 1 },
    });
    expect(written?.detail.error).toEqual({
      type: "KeyError",
      message: "no such order",
      stack: "Traceback …",
    });
  });
});

describe("Jaeger's JSON", () => {
  it("is what Jaeger answers", () => {
    const answer = JSON.parse(writeJaegerJson([everything])) as { data: Plain[] };
    expect(answer).toMatchObject({
      data: [
        {
          traceID: everything.traceId,
          spans: [
            {
              spanID: "b7ad6b7169203331",
              operationName: "GET /cart",
              startTime: 1766642410123456,
              // From microsecond to microsecond, so that the end is right.
              duration: 1876544,
              processID: "p1",
              references: [
                { refType: "CHILD_OF", traceID: everything.traceId, spanID: "00f067aa0ba902b7" },
                { refType: "FOLLOWS_FROM", traceID: "1".repeat(32), spanID: "2".repeat(16) },
              ],
            },
          ],
          processes: { p1: { serviceName: "shop", tags: [] } },
        },
      ],
      errors: null,
    });
    const [spans] = answer.data.map(trace => trace["spans"] as { tags: Plain[] }[]);
    expect(spans?.[0]?.tags).toEqual(
      expect.arrayContaining([
        { key: "integer", type: "int64", value: 9007199254740991 },
        { key: "double", type: "float64", value: -0.25 },
        { key: "yes", type: "bool", value: true },
        { key: "span.kind", type: "string", value: "server" },
        { key: "error", type: "bool", value: true },
        { key: "otel.scope.name", type: "string", value: "express" },
      ]),
    );
  });

  it("writes ids of 64 bits as such", () => {
    const short = { ...everything, traceId: "0000000000000000a8ad6b7169203331" };
    expect(writeJaegerJson([short])).toContain('"traceID":"a8ad6b7169203331"');
  });
});

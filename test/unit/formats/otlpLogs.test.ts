/** OTLP's logs in each shape that is in use, and what a span looks like with its logs. */

import { describe, expect, it } from "vitest";
import {
  joinLogs,
  readOtlpLogsJson,
  readOtlpLogsProto,
} from "../../../src/formats/otlp/otlpLogs.ts";
import { WireError } from "../../../src/formats/encodings/protoReader.ts";
import type { LogRecord } from "../../../src/model/logRecord.ts";
import type { SpanDetail, SpanEvent } from "../../../src/model/spanDetail.ts";
import { checkHostile } from "./hostileBytes.ts";
import { field, message } from "./protoWriter.ts";

const traceId = "5b8efff798038103d269b633813fc60c";
const spanId = "eee19b7ec3c1b174";
const text = (value: string) => ({ stringValue: value });

const camel = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: "service.name", value: text("orders") }] },
      scopeLogs: [
        {
          scope: { name: "shop.orders", version: "2" },
          logRecords: [
            {
              timeUnixNano: "1544712660000000001",
              observedTimeUnixNano: "1544712660000000009",
              severityNumber: 17,
              severityText: "ERROR",
              body: text("Order failed\nbecause"),
              attributes: [{ key: "order.items", value: { intValue: "3" } }],
              traceId: traceId.toUpperCase(),
              spanId,
            },
            { body: text("no trace") },
          ],
        },
      ],
    },
  ],
};

const snake = {
  resource_logs: [
    {
      resource: { attributes: [{ key: "service.name", value: { string_value: "orders" } }] },
      scope_logs: [
        {
          scope: { name: "shop.orders" },
          log_records: [
            {
              time_unix_nano: "1544712660000000001",
              severity_number: "SEVERITY_NUMBER_ERROR",
              body: { string_value: "Order failed\nbecause" },
              attributes: [{ key: "order.items", value: { int_value: 3 } }],
              trace_id: traceId,
              span_id: spanId,
            },
            { trace_id: "00000000000000000000000000000000", body: { string_value: "no trace" } },
          ],
        },
      ],
    },
  ],
};

const stringValue = (value: string): Buffer => field(1, value);
const keyValue = (key: string, value: Buffer): Buffer => message(field(1, key), field(2, value));
const proto = field(
  1,
  message(
    field(1, field(1, keyValue("service.name", stringValue("orders")))),
    field(
      2,
      message(
        field(1, field(1, "shop.orders")),
        field(
          2,
          message(
            field(1, 1544712660000000001n),
            field(2, 17),
            field(3, "ERROR"),
            field(5, stringValue("Order failed\nbecause")),
            field(6, keyValue("order.items", field(3, 3))),
            field(9, Buffer.from(traceId, "hex")),
            field(10, Buffer.from(spanId, "hex")),
            field(11, 1544712660000000009n),
          ),
        ),
        field(2, field(5, stringValue("no trace"))),
      ),
    ),
  ),
);

const expected: LogRecord = {
  traceId,
  spanId,
  event: {
    name: "Order failed",
    timeUnixNs: "1544712660000000001",
    attributes: [
      { key: "log.severity", value: "ERROR" },
      { key: "log.body", value: "Order failed\nbecause" },
      { key: "log.logger", value: "shop.orders" },
      { key: "order.items", value: 3 },
      { key: "resource.service.name", value: "orders" },
    ],
  },
};

/** It names no trace. */
const loose: LogRecord = {
  traceId: "",
  event: {
    name: "no trace",
    timeUnixNs: "0",
    attributes: [
      { key: "log.severity", value: "UNSPECIFIED" },
      { key: "log.logger", value: "shop.orders" },
      { key: "resource.service.name", value: "orders" },
    ],
  },
};

describe("a request with logs", () => {
  it.each([
    ["camel case", () => readOtlpLogsJson(camel)],
    ["snake case", () => readOtlpLogsJson(snake)],
    ["protobuf", () => readOtlpLogsProto(proto)],
  ])("is read in %s", (_, read) => {
    expect(read()).toEqual({ records: [expected, loose], problems: [] });
  });

  it("may be empty", () => {
    const nothing = { records: [], problems: [] };
    expect(readOtlpLogsJson({})).toEqual(nothing);
    expect(readOtlpLogsJson({ resourceLogs: null })).toEqual(nothing);
    expect(readOtlpLogsProto(new Uint8Array())).toEqual(nothing);
  });

  it.each([[[]], ["logs"], [null], [{ resourceLogs: "x" }], [{ resource_logs: {} }]])(
    "is refused as %j",
    value => {
      expect(() => readOtlpLogsJson(value)).toThrow(WireError);
    },
  );

  it("is read or refused, and nothing else, whatever the bytes", () => {
    const { read, refused } = checkHostile(proto, readOtlpLogsProto);
    expect(read).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1000);
  });

  it("is refused where it has parts beyond counting", () => {
    const parts = Buffer.alloc(9_000_000);
    for (let at = 0; at < parts.length; at += 2) parts[at] = 0x0a;
    expect(() => readOtlpLogsProto(parts)).toThrow("too many parts");
  });

  it("is refused where it nests without end", () => {
    // An array in an array: four bytes each and the length of all that follow.
    let value = stringValue("x");
    for (let depth = 0; depth < 500; depth += 1) value = field(5, field(1, value));
    const log = message(field(9, Buffer.from(traceId, "hex")), field(5, value));
    expect(() => readOtlpLogsProto(field(1, field(2, field(2, log))))).toThrow("nested too deep");
  });
});

function readOne(log: object): SpanEvent {
  const { records } = readOtlpLogsJson({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ traceId, ...log }] }] }],
  });
  return records[0]!.event;
}

describe("a log", () => {
  it.each([
    [{ eventName: "order.paid", body: text("paid") }, "order.paid", "paid"],
    [{ attributes: [{ key: "event.name", value: text("click") }] }, "click", undefined],
    [{ body: text("paid") }, "paid", undefined],
    [{ body: text("\n  paid \r\nin full") }, "paid", "\n  paid \r\nin full"],
    [
      {
        body: { kvlistValue: { values: [{ key: "message", value: text("paid") }] } },
      },
      "paid",
      { message: "paid" },
    ],
    [{ body: { arrayValue: { values: [{ intValue: 1 }] } } }, "[1]", [1]],
    [{ body: { intValue: "7" } }, "7", 7],
    [{ attributes: [{ key: "exception.type", value: text("E") }] }, "exception", undefined],
    [{}, "log", undefined],
  ])("%j is named %s", (log, name, body) => {
    const event = readOne(log);
    expect(event.name).toBe(name);
    expect(event.attributes.find(({ key }) => key === "log.body")?.value).toEqual(body);
  });

  it.each([
    [{ severityText: "WARNING", severityNumber: 13 }, "WARNING"],
    [{ severityNumber: 1 }, "TRACE"],
    [{ severityNumber: 10 }, "INFO2"],
    [{ severityNumber: "24" }, "FATAL4"],
    [{ severityNumber: "SEVERITY_NUMBER_DEBUG3" }, "DEBUG3"],
    [{ severityNumber: 25 }, "UNSPECIFIED"],
    [{}, "UNSPECIFIED"],
  ])("%j has the severity %s", (log, severity) => {
    expect(readOne(log).attributes[0]).toEqual({ key: "log.severity", value: severity });
  });

  it("has the time at which it was seen where its own is not known", () => {
    expect(readOne({ timeUnixNano: "0", observedTimeUnixNano: 5 }).timeUnixNs).toBe("5");
    expect(readOne({}).timeUnixNs).toBe("0");
  });

  it("may belong to a trace and to none of its spans", () => {
    const { records } = readOtlpLogsJson({
      resourceLogs: [
        { scopeLogs: [{ logRecords: [{ traceId, spanId: "0000000000000000" }, { traceId }] }] },
      ],
    });
    expect(records.map(record => "spanId" in record)).toEqual([false, false]);
  });
});

const detail: SpanDetail = {
  spanId,
  traceId,
  attributes: [],
  resource: [{ key: "service.name", value: "orders" }],
  events: [{ name: "second", timeUnixNs: "1544712660000000002", attributes: [] }],
  links: [],
  stores: ["local"],
  raw: "{}",
};

function logAt(timeUnixNs: string, name: string, facts: Record<string, string> = {}): LogRecord {
  const attributes = Object.entries(facts).map(([key, value]) => ({ key, value }));
  return {
    traceId,
    spanId,
    event: {
      name,
      timeUnixNs,
      attributes: [{ key: "log.severity", value: "ERROR" }, ...attributes],
    },
  };
}

describe("a span with its logs", () => {
  it("is itself without any", () => {
    expect(joinLogs(detail, [])).toBe(detail);
  });

  it("shows them among its events, in order of time, without what it knows already", () => {
    const later = { ...expected, event: { ...expected.event, timeUnixNs: "1544712660000000003" } };
    const { events, error } = joinLogs(detail, [
      later,
      logAt("999", "first", { "resource.service.name": "other" }),
    ]);
    expect(events.map(({ name }) => name)).toEqual(["first", "second", "Order failed"]);
    expect(events[0]?.attributes).toContainEqual({ key: "resource.service.name", value: "other" });
    expect(events[2]?.attributes.map(({ key }) => key)).toEqual([
      "log.severity",
      "log.body",
      "log.logger",
      "order.items",
    ]);
    expect(error).toBeUndefined();
  });

  const facts = {
    "exception.type": "ValueError",
    "exception.message": "bad",
    "exception.stacktrace": "Traceback …",
  };
  const thrown = { type: "ValueError", message: "bad", stack: "Traceback …" };

  it("has the last exception among them as its error", () => {
    const logs = [
      logAt("2", "went wrong", facts),
      logAt("1", "tried", { ...facts, "exception.message": "first" }),
      logAt("3", "given up"),
    ];
    expect(joinLogs(detail, logs).error).toEqual(thrown);
  });

  it.each<[string, SpanDetail["error"], Record<string, string>, string, SpanDetail["error"]]>([
    [
      "its own error stays",
      { type: "E", message: "own" },
      facts,
      "x",
      { type: "E", message: "own" },
    ],
    [
      "a status that says no more than a message is completed",
      { message: "ValueError: bad" },
      facts,
      "x",
      thrown,
    ],
    [
      "its message serves a log without",
      { message: "own" },
      { "exception.type": "E" },
      "x",
      { type: "E", message: "own" },
    ],
    [
      "an event named exception needs no facts",
      undefined,
      { "log.body": "all of it" },
      "exception",
      { message: "all of it" },
    ],
    [
      "what was said is the message",
      undefined,
      { "exception.type": "E" },
      "Order failed",
      { type: "E", message: "Order failed" },
    ],
  ])("%s", (_, error, attributes, name, result) => {
    const own = error === undefined ? detail : { ...detail, error };
    expect(joinLogs(own, [logAt("1", name, attributes)]).error).toEqual(result);
  });
});

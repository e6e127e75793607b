/** SkyWalking's segments and logs in protobuf: the same spans as in JSON, and nothing but a refusal of bad bytes. */

import { describe, expect, it } from "vitest";
import { readSkywalking } from "../../../src/formats/skywalking/skywalking.ts";
import {
  readSegment,
  readSegments,
  readSkywalkingLog,
} from "../../../src/formats/skywalking/skywalkingProto.ts";
import { checkHostile } from "./hostileBytes.ts";
import { readRecording } from "../../sdkRecordings.ts";
import { field, message } from "./protoWriter.ts";

const context = { store: "local" };
const pair = (number: number, key: string, value: string): Buffer =>
  field(number, message(field(1, key), field(2, value)));

const segment = message(
  field(1, "d241ce5f-e6f3-47c1-94d6-b05260140ea0"),
  field(2, "seg.2.1"),
  field(4, "orders"),
  field(5, "orders-1"),
  field(
    3,
    message(
      field(2, -1),
      field(3, 1586097228454),
      field(4, 1586097230551),
      field(
        5,
        message(
          field(1, 1),
          field(2, "d241ce5f-e6f3-47c1-94d6-b05260140ea0"),
          field(3, "seg.1.1"),
          field(4, 3),
          field(5, "front"),
        ),
      ),
      field(6, "/orders"),
      field(7, "127.0.0.1:80"),
      field(9, 3),
      field(10, 49),
      field(11, 1),
      pair(12, "http.method", "GET"),
      pair(12, "http.method", "HEAD"),
      field(
        13,
        message(field(1, 1586097228460), pair(2, "event", "error"), pair(2, "message", "bad")),
      ),
    ),
  ),
  field(
    3,
    message(field(1, 1), field(3, 1586097228500), field(6, "insert"), field(8, 1), field(9, 1)),
  ),
);

const json = {
  traceId: "d241ce5f-e6f3-47c1-94d6-b05260140ea0",
  traceSegmentId: "seg.2.1",
  service: "orders",
  serviceInstance: "orders-1",
  spans: [
    {
      parentSpanId: -1,
      startTime: 1586097228454,
      endTime: 1586097230551,
      refs: [
        {
          refType: "CrossThread",
          traceId: "d241ce5f-e6f3-47c1-94d6-b05260140ea0",
          parentTraceSegmentId: "seg.1.1",
          parentSpanId: 3,
          parentService: "front",
        },
      ],
      operationName: "/orders",
      peer: "127.0.0.1:80",
      spanLayer: "Http",
      componentId: 49,
      isError: true,
      tags: [
        { key: "http.method", value: "GET" },
        { key: "http.method", value: "HEAD" },
      ],
      logs: [
        {
          time: 1586097228460,
          data: [
            { key: "event", value: "error" },
            { key: "message", value: "bad" },
          ],
        },
      ],
    },
    {
      spanId: 1,
      startTime: 1586097228500,
      operationName: "insert",
      spanType: "Exit",
      spanLayer: "Database",
    },
  ],
};

const plain = (records: ReturnType<typeof readSkywalking>["records"]) =>
  records.map(({ traceId, span, detail }) => ({ traceId, span, detail: { ...detail, raw: "" } }));

describe("a segment in protobuf", () => {
  it("is what it is in JSON", () => {
    const { records, lost } = readSegment(segment, context);
    expect(plain(records)).toEqual(plain(readSkywalking([json], context).records));
    expect(lost).toBeUndefined();
    expect(records[0]!.span.parentSpanId).toBe("seg.1.1:3");
    expect(records[1]!.span.parentSpanId).toBe("seg.2.1:0");
    expect(JSON.parse(records[1]!.detail.raw)).toMatchObject({
      spanType: "Exit",
      spanLayer: "Database",
    });
  });

  it("is read from a collection, and counted where it has no id", () => {
    const nameless = message(field(1, "t"), field(3, field(6, "x")), field(3, field(6, "y")));
    const { records, lost } = readSegments(message(field(1, segment), field(1, nameless)), context);
    expect(records).toHaveLength(2);
    expect(lost).toBe(2);
  });

  it("is read or refused, and nothing else, whatever the bytes", () => {
    for (const read of [readSegment, readSegments]) {
      const { read: sound, refused } = checkHostile(
        read === readSegment ? segment : field(1, segment),
        bytes => read(bytes, context).records.map(({ detail }) => detail),
      );
      expect(sound).toBeGreaterThan(100);
      expect(refused).toBeGreaterThan(500);
    }
  });

  it("is refused where it has parts beyond counting", () => {
    const parts = Buffer.alloc(3_000_000);
    for (let at = 0; at < parts.length; at += 2) parts[at] = 0x1a;
    expect(() => readSegment(parts, context)).toThrow("too many parts");
  });
});

describe("what Python's agent saw thrown", () => {
  const traceback =
    'Traceback (most recent call last):\n  File "a.py", line 7, in f\nValueError: no: stock\n';

  it.each([
    [traceback, { type: "ValueError", message: "no: stock", stack: traceback }],
    [
      "Traceback:\n  …\nshop.Empty\n",
      { type: "shop.Empty", message: "", stack: "Traceback:\n  …\nshop.Empty\n" },
    ],
    ["no stock", { message: "no stock" }],
  ])("is the error of the span: %j", (text, error) => {
    const log = field(13, message(field(1, 1586097228460), pair(2, "Traceback", text)));
    const failed = message(field(2, -1), field(11, 1), log);
    const { records } = readSegment(
      message(field(1, "t1"), field(2, "a"), field(3, failed)),
      context,
    );
    expect(records[0]!.detail.error).toEqual(error);
  });
});

describe("a log in protobuf", () => {
  const log = message(
    field(1, 1586097228455),
    field(4, "/orders"),
    field(5, message(field(1, "json"), field(3, field(1, '{"a":1}')))),
    field(6, message(field(1, "t1"), field(2, "seg.2.1"))),
    field(7, pair(1, "k", "v")),
  );

  it("belongs to the first span of its segment where it names no other", () => {
    expect(readSkywalkingLog(log)).toEqual({
      records: [
        {
          traceId: "t1",
          spanId: "seg.2.1:0",
          event: {
            name: '{"a":1}',
            timeUnixNs: "1586097228455000000",
            attributes: [
              { key: "log.severity", value: "UNSPECIFIED" },
              { key: "k", value: "v" },
              { key: "endpoint", value: "/orders" },
            ],
          },
        },
      ],
      problems: [],
    });
  });

  it("is read or refused, and nothing else, whatever the bytes", () => {
    const { read, refused } = checkHostile(log, readSkywalkingLog);
    expect(read).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(500);
  });
});

describe("segments that a real agent sent", () => {
  it.each([1, 2, 3])(
    "are read or refused, and nothing else, whatever became of the bytes",
    number => {
      const bytes = readRecording(`skywalking-nodejs-collect-${number}.bin`);
      expect(readSegment(bytes, context).records.length).toBeGreaterThan(0);
      checkHostile(bytes, each => readSegment(each, context).records.map(({ detail }) => detail));
    },
  );
});

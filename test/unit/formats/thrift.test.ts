/** Jaeger's and Zipkin's thrift: what Apache's thrift and real clients wrote, and what nobody would. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readJaegerBatch, readJaegerCall } from "../../../src/formats/jaeger/jaegerThrift.ts";
import { WireError } from "../../../src/formats/encodings/protoReader.ts";
import {
  BinaryReader,
  CompactReader,
  one,
  type ThriftStruct,
} from "../../../src/formats/encodings/thriftReader.ts";
import { readZipkinThrift } from "../../../src/formats/zipkin/zipkinThrift.ts";
import { EdgeKind, SpanKind, SpanStatus } from "../../../src/model/span.ts";
import type { SpanRecord, SpanRecords } from "../../../src/model/spanRecord.ts";
import { dataFolder, needsData } from "../../publicTraces.ts";
import { readRecording } from "../../sdkRecordings.ts";

const context = { store: "local" };

/** Written by `test/peers/jsSenders/thriftOracle.mjs`, which a contract test runs again. */
const oracle = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../fixtures/thrift/oracle.json"), "utf8"),
) as Readonly<Record<"batch" | "compactCall" | "binaryCall" | "otherCall" | "zipkin", string>>;
const bytesOf = (name: keyof typeof oracle): Buffer => Buffer.from(oracle[name], "hex");
const readCall = (bytes: Uint8Array): SpanRecords => readJaegerCall(bytes, context);

describe("a Jaeger batch that Apache's thrift wrote", () => {
  const ways: readonly (readonly [string, () => SpanRecords])[] = [
    ["binary over HTTP", () => readJaegerBatch(bytesOf("batch"), context)],
    ["compact over UDP", () => readCall(bytesOf("compactCall"))],
    ["binary over UDP", () => readCall(bytesOf("binaryCall"))],
  ];
  it.each(ways)("is read in full, %s", (_name, read) => {
    const { records, problems, lost } = read();
    expect({ count: records.length, problems, lost }).toEqual({
      count: 1,
      problems: [],
      lost: undefined,
    });
    const [record] = records as [SpanRecord];
    expect(record.traceId).toBe("80000000000000aaf000000000000001");
    expect(record.span).toMatchObject({
      spanId: "fedcba9876543210",
      parentSpanId: "0000000000000001",
      name: "every type",
      service: "thrifty",
      startUnixNs: 1790000000000001000n,
      endUnixNs: 1790005000000001000n,
    });
    expect(record.detail).toMatchObject({
      traceId: "80000000000000aaf000000000000001",
      resource: [
        { key: "service.name", value: "thrifty" },
        { key: "zone", value: "b" },
      ],
      events: [{ name: "retry", timeUnixNs: "1790000000000002000", attributes: [] }],
      links: [
        { kind: EdgeKind.followsFrom, traceId: "0000000000000002", spanId: "0000000000000003" },
      ],
    });
    expect(record.detail.attributes).toEqual([
      { key: "text", value: "日本語" },
      { key: "double", value: 0.1 },
      { key: "infinite", value: "Infinity" },
      { key: "yes", value: true },
      { key: "no", value: false },
      { key: "small", value: -7 },
      { key: "safe", value: 9007199254740991 },
      { key: "least safe", value: -9007199254740991 },
      { key: "unsafe", value: "9007199254740993" },
      { key: "least", value: "-9223372036854775808" },
      { key: "bytes", value: "AP8B" },
      { key: "absent", value: 0 },
    ]);
    expect(JSON.parse(record.detail.raw)).toMatchObject({ operationName: "every type" });
  });

  it("is passed over where it is the argument of another method", () => {
    expect(() => readCall(bytesOf("otherCall"))).toThrow(
      "emitZipkinBatch is not read, only emitBatch",
    );
  });

  it("is read from a message of the protocol's first version, which had no number", () => {
    const strict = bytesOf("binaryCall");
    // The version and the kind of call go; the kind comes back behind the name.
    const name = strict.subarray(4, 4 + 4 + 9);
    const old = Buffer.concat([name, Buffer.from([4]), strict.subarray(17)]);
    expect(readCall(old).records).toHaveLength(1);
  });
});

describe("a list of Zipkin spans that Apache's thrift wrote", () => {
  it("is read in full, and what has no ids is counted", () => {
    const { records, lost } = readZipkinThrift(bytesOf("zipkin"), context);
    expect(lost).toBe(1);
    expect(
      records.map(({ traceId, span }) => [traceId, span.spanId, span.parentSpanId, span.name]),
    ).toEqual([
      ["000000000000000a000000000000000b", "fedcba9876543210", "000000000000000c", "get"],
      ["000000000000000a000000000000000b", "000000000000000d", undefined, "no annotations"],
    ]);
    const [first] = records as [SpanRecord];
    expect(first.span).toMatchObject({
      service: "front",
      kind: SpanKind.client,
      startUnixNs: 1790000000000001000n,
      endUnixNs: 1790000000000011000n,
    });
    expect(first.detail.attributes).toEqual([
      { key: "count", value: 5 },
      { key: "debug", value: true },
    ]);
    expect(first.detail.resource).toEqual([
      { key: "service.name", value: "front" },
      { key: "host.ip", value: "192.168.0.1" },
      { key: "net.host.port", value: 60000 },
    ]);
  });
});

describe("what real clients sent", () => {
  const names = ({ records }: SpanRecords): readonly string[] =>
    records.map(({ span }) => span.name);

  it("is read, Ruby's compact datagram", () => {
    const spans = readCall(readRecording("jaeger-client-ruby-udp6831-compact-1.bin"));
    expect(spans.records).toHaveLength(2);
    expect(spans.records[0]?.span).toMatchObject({
      parentSpanId: spans.records[1]?.span.spanId,
      name: "child op",
      service: "ruby-svc",
      kind: SpanKind.client,
    });
  });

  it("is read alike from Node's datagrams and requests", () => {
    const otel = [
      "otel-js-jaeger-udp6832-binary-1.bin",
      "otel-js-jaeger-thrift-http-1.thrift",
    ] as const;
    const client = [
      "jaeger-client-node-udp6832-binary-1.bin",
      "jaeger-client-node-thrift-http-1.thrift",
    ] as const;
    for (const [datagram, request] of [otel, client]) {
      const sent = readCall(readRecording(datagram));
      expect(names(sent).length).toBeGreaterThan(2);
      expect(names(readJaegerBatch(readRecording(request), context))).toEqual(names(sent));
    }
    const spans = readCall(readRecording(otel[0])).records;
    expect(
      spans.find(({ span }) => span.status === SpanStatus.error)?.detail.error?.message,
    ).toMatch(/./);
    // All seven fields of every tag are written; the type says which one counts.
    const port = spans
      .flatMap(({ detail }) => detail.attributes)
      .find(({ key }) => key === "server.port");
    expect(port?.value).toBe(5432);
  });

  it("is read, Python's Zipkin spans of old", needsData, () => {
    const bytes = readFileSync(join(dataFolder, "captured/py-zipkin-v1-thrift-1.thrift"));
    const { records, lost } = readZipkinThrift(bytes, context);
    expect(lost).toBeUndefined();
    expect(records.map(({ span }) => span.name).sort()).toEqual([
      "GET /x",
      "call back",
      "local work",
      "local work",
    ]);
  });
});

describe("hostile bytes", () => {
  const readers: readonly (readonly [string, Buffer, (bytes: Uint8Array) => unknown])[] = [
    ["a binary batch", bytesOf("batch"), bytes => readJaegerBatch(bytes, context)],
    ["a compact call", bytesOf("compactCall"), bytes => readJaegerCall(bytes, context)],
    ["a binary call", bytesOf("binaryCall"), bytes => readJaegerCall(bytes, context)],
    ["a Zipkin list", bytesOf("zipkin"), bytes => readZipkinThrift(bytes, context)],
  ];

  it.each(readers)("are refused where %s is cut short, at any byte", (_name, whole, read) => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => read(whole.subarray(0, length))).toThrow(WireError);
    }
    read(whole);
  });

  it.each(readers)("cost nothing where %s has any byte changed", (_name, whole, read) => {
    for (let at = 0; at < whole.length; at += 1) {
      for (const value of [0, 0x0f, 0xff]) {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        refuseOrRead(() => read(bytes));
      }
    }
  });

  it("are refused where a length or a count is larger than what is there", () => {
    const huge = [
      // A list of 2^31 − 1 structs, of as many bytes, of as many lists.
      "0f00020c7fffffff",
      "0f0002037fffffff",
      "0f00020f7fffffff0f7fffffff",
      // A map and a set of as many, passed over.
      "0d000908087fffffff",
      "0e0009087fffffff",
      // A string of 2^31 − 1 bytes, of −1, of −2^31.
      "0b00097fffffff",
      "0b0009ffffffff",
      "0b000980000000",
      "0f00090bffffffff",
    ];
    for (const hex of huge) {
      expect(() => readJaegerBatch(Buffer.from(hex, "hex"), context)).toThrow(WireError);
    }
    const compact = [
      "29fcffffffff07",
      "29ffffffffffffffffffffff",
      "98ffffffff0f",
      "9bffffffff0f88",
      "98ffffffffffffffffff7f",
    ];
    for (const hex of compact) {
      const reader = new CompactReader(Buffer.from(hex, "hex"));
      expect(() => reader.readStruct({})).toThrow(WireError);
    }
  });

  it("are refused where structs nest without end, whether they are known or not", () => {
    const nest: ThriftStruct = { 1: one("inner", () => nest) };
    for (const table of [nest, {}]) {
      const binary = new BinaryReader(Buffer.from("0c0001".repeat(100_000), "hex"));
      expect(() => binary.readStruct(table)).toThrow("nested too deep");
      const compact = new CompactReader(Buffer.from("1c".repeat(100_000), "hex"));
      expect(() => compact.readStruct(table)).toThrow("nested too deep");
      const lists = new CompactReader(
        Buffer.concat([Buffer.from("19", "hex"), Buffer.alloc(100_000, 0x19)]),
      );
      expect(() => lists.readStruct(table)).toThrow("nested too deep");
    }
  });

  it("are refused where a byte makes a struct each", () => {
    const count = 4_000_000;
    const head = Buffer.from([0x0c, 0, 1, 0, 0x0f, 0, 2, 0x0c, 0, 0, 0, 0]);
    head.writeUInt32BE(count, 8);
    expect(() => readJaegerBatch(Buffer.concat([head, Buffer.alloc(count + 1)]), context)).toThrow(
      "too many parts",
    );
  });

  it("are read or refused, whatever they are", () => {
    for (let seed = 1; seed <= 3_000; seed += 1) {
      const bytes = randomBytes(seed, seed % 200);
      for (const [, , read] of readers) refuseOrRead(() => read(bytes));
      const start = randomBytes(seed, 1)[0]! % 3;
      const call = Buffer.concat([bytesOf("compactCall").subarray(0, 20 + start * 30), bytes]);
      refuseOrRead(() => readJaegerCall(call, context));
    }
  });
});

function refuseOrRead(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
}

/** The same for the same seed, so that what fails fails again. */
function randomBytes(seed: number, length: number): Buffer {
  let state = seed >>> 0;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    }),
  );
}

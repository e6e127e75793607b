/** Zipkin's protobuf, and addresses as people read them. */

import { describe, expect, it } from "vitest";
import { formatIpv4, formatIpv6 } from "../../../src/formats/values/ipAddress.ts";
import { WireError } from "../../../src/formats/encodings/protoReader.ts";
import { readZipkinProto } from "../../../src/formats/zipkin/zipkinProto.ts";
import { readZipkinList } from "../../../src/formats/zipkin/zipkinV2.ts";
import type { SpanRecords } from "../../../src/model/spanRecord.ts";
import { field, message } from "./protoWriter.ts";

const context = { store: "local" };

/** Field by field as zipkin.proto numbers them. */
const span = message(
  field(1, Buffer.from("5af7183fb1d4cf5f463ac35c9f6413ad", "hex")),
  field(2, Buffer.from("6b221d5bc9e6496c", "hex")),
  field(3, Buffer.from("352bff9a74ca9ad2", "hex")),
  field(4, 1),
  field(5, "get /api"),
  field(6, 1556604172355737n),
  field(7, 5_000_000_000),
  field(
    8,
    message(
      field(1, "backend"),
      field(2, Buffer.from([192, 168, 99, 1])),
      field(3, Buffer.from("20010db800000000000000000000c001", "hex")),
      field(4, 3306),
    ),
  ),
  field(9, message(field(2, Buffer.from([172, 19, 0, 2])), field(4, 58648))),
  field(10, message(field(1, 1556604172355800n), field(2, "foo"))),
  field(11, message(field(1, "http.method"), field(2, "GET"))),
  field(11, message(field(1, "empty"))),
  field(12, 1),
);
/** The same as Zipkin's JSON writes it. */
const json = {
  traceId: "5af7183fb1d4cf5f463ac35c9f6413ad",
  parentId: "6b221d5bc9e6496c",
  id: "352bff9a74ca9ad2",
  kind: "CLIENT",
  name: "get /api",
  timestamp: 1556604172355737,
  duration: 5_000_000_000,
  localEndpoint: {
    serviceName: "backend",
    ipv4: "192.168.99.1",
    ipv6: "2001:db8::c001",
    port: 3306,
  },
  remoteEndpoint: { ipv4: "172.19.0.2", port: 58648 },
  annotations: [{ timestamp: 1556604172355800, value: "foo" }],
  tags: { "http.method": "GET", empty: "" },
  debug: true,
};
const shown = ({ records }: SpanRecords) =>
  records.map(({ traceId, span: input, detail }) => ({ ...detail, traceId, input, raw: "" }));

describe("Zipkin's protobuf", () => {
  it("says the same as its JSON", () => {
    const { lost, ...spans } = readZipkinProto(field(1, span), context);
    expect(lost).toBeUndefined();
    expect(shown(spans)).toEqual(shown(readZipkinList([json], context)));
    expect(spans.records[0]?.span.endUnixNs).toBe(1556609172355737000n);
  });

  it("knows who shares whose id", () => {
    const ids = message(field(1, Buffer.alloc(8, 1)), field(3, Buffer.alloc(8, 2)));
    const side = (kind: number, service: string, ...more: readonly Buffer[]) =>
      field(1, message(ids, field(4, kind), field(8, field(1, service)), ...more));
    const { records } = readZipkinProto(
      message(side(2, "stock", field(13, 1)), side(1, "shop")),
      context,
    );
    expect(records.map(each => [each.span.spanId, each.span.parentSpanId])).toEqual([
      ["0202020202020202", undefined],
      ["0202020202020202#server", "0202020202020202"],
    ]);
  });

  it("counts spans without ids, and refuses what is no protobuf", () => {
    expect(
      readZipkinProto(message(field(1, span), field(1, field(5, "lost"))), context),
    ).toMatchObject({
      lost: 1,
      records: [{ span: { name: "get /api" } }],
    });
    expect(readZipkinProto(Buffer.alloc(0), context).records).toEqual([]);
    const whole = field(1, span);
    for (let length = 1; length < whole.length; length += 1) {
      expect(() => readZipkinProto(whole.subarray(0, length), context)).toThrow(WireError);
    }
    const many = Buffer.from("0a00".repeat(1_200_000), "hex");
    expect(() => readZipkinProto(many, context)).toThrow("too many parts");
  });
});

describe("an address", () => {
  it.each([
    ["20010db800000000000000000000c001", "2001:db8::c001"],
    ["00000000000000000000000000000001", "::1"],
    ["fe800000000000000000000000000000", "fe80::"],
    ["00000000000000000000000000000000", "::"],
    ["20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"],
    ["20010000000000010000000000000001", "2001:0:0:1::1"],
    ["20010db8000000000001000000000001", "2001:db8::1:0:0:1"],
    ["0a0b", ""],
  ])("of bytes %s is %s", (hex, text) => {
    expect(formatIpv6(Buffer.from(hex, "hex"))).toBe(text);
  });

  it("of version 4 has four bytes", () => {
    expect(formatIpv4(Buffer.from([10, 0, 0, 255]))).toBe("10.0.0.255");
    expect(formatIpv4(Buffer.alloc(5))).toBe("");
  });
});

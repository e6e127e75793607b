import { describe, expect, it } from "vitest";
import type { SpanDetail } from "../../../src/model/spanDetail.ts";
import {
  AttributeTexts,
  type AttributeText,
} from "../../../src/stores/local/index/attributeTexts.ts";
import { BytesBuilder } from "../../../src/stores/local/log/bytesBuilder.ts";
import { RecordEncoder } from "../../../src/stores/local/log/recordEncoder.ts";
import {
  encodeRow,
  readRecordDetail,
  readRow,
  toSpanRow,
} from "../../../src/stores/local/log/spanRow.ts";

const row = toSpanRow({ traceId: "t", span: { spanId: "s", name: "work", startUnixNs: 5n } });
const detail: SpanDetail = {
  spanId: "s",
  traceId: "t",
  attributes: [
    { key: "text", value: 'a "quoted" value' },
    { key: "text", value: 'a "quoted" value' },
    { key: "nothing", value: undefined },
    { key: "list", value: [1, undefined, { deep: true }] },
    { key: "", value: "no name" },
    { key: "long", value: "x".repeat(600) },
    { key: "told", value: 1, store: "zipkin" },
    { key: "zero", value: 0 },
  ],
  resource: [{ key: "service.name", value: "shop" }],
  events: [{ name: "event", timeUnixNs: "7", attributes: [{ key: "k", value: false }] }],
  links: [],
  parameters: { text: "a mark \u0001 within" },
  stores: ["local"],
  raw: 'any text, with a mark \u0001 and "quotes"\nand lines',
};

describe("RecordEncoder", () => {
  it("writes what is read again, the first time and from its cache", () => {
    const encoder = new RecordEncoder(new AttributeTexts());
    const target = new BytesBuilder();
    const encode = (each: SpanDetail): Buffer => {
      encoder.encode(target, row, each);
      return Buffer.from(target.take());
    };
    const first = encode(detail);
    expect(encode({ ...detail })).toEqual(first);
    expect(readRow(first)).toEqual(row);
    expect(readRecordDetail(first, "local")).toEqual(detail);
  });

  it("gives the index the same of a record that was encoded elsewhere", () => {
    const target = new BytesBuilder();
    const attributes = new RecordEncoder(new AttributeTexts()).encode(target, row, detail)!;
    const read = new AttributeTexts().readAll(
      readRecordDetail(Buffer.from(target.take()), "local"),
    );
    const listTerms = (texts: readonly AttributeText[]): Set<number> =>
      new Set(texts.flatMap(text => [...text.terms]));
    expect(listTerms(read)).toEqual(listTerms(attributes));
  });

  it("refuses what is longer than a record may be", () => {
    const target = new BytesBuilder();
    target.add(Buffer.from("before"));
    const encoder = new RecordEncoder(new AttributeTexts(), 1_100);
    for (const raw of ["x".repeat(1_100), "é".repeat(700)]) {
      expect(encoder.encode(target, row, { ...detail, attributes: [], raw })).toBe(undefined);
    }
    expect(Buffer.from(target.take()).toString()).toBe("before");
  });
});

it("reads a detail with its raw document inside of the JSON, as earlier versions wrote it", () => {
  const parts = [encodeRow(row), JSON.stringify({ ...detail, stores: undefined })].flatMap(text => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(Buffer.byteLength(text));
    return [length, Buffer.from(text)];
  });
  expect(readRecordDetail(Buffer.concat(parts), "local")).toEqual(detail);
});

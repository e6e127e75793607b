import { describe, expect, it } from "vitest";
import type { SpanDetail } from "../../../src/model/spanDetail.ts";
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
    const encoder = new RecordEncoder();
    const first = encoder.encode(row, detail)!;
    const again = encoder.encode(row, { ...detail })!;
    expect(again.bytes).toEqual(first.bytes);
    expect(readRow(first.bytes)).toEqual(row);
    expect(readRecordDetail(first.bytes, "local")).toEqual(detail);
  });

  it("gives the index the same of a record that was encoded elsewhere", () => {
    const { bytes, attributes } = new RecordEncoder().encode(row, detail)!;
    const read = new RecordEncoder().readAttributes(readRecordDetail(bytes, "local"));
    const listTerms = (texts: typeof attributes): Set<number> =>
      new Set(texts.flatMap(text => [...text.terms]));
    expect(listTerms(read)).toEqual(listTerms(attributes));
  });

  it("refuses what is longer than a record may be", () => {
    expect(new RecordEncoder(1_000).encode(row, { ...detail, raw: "x".repeat(1_000) })).toBe(
      undefined,
    );
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

/** OTLP's JSON written as protobuf says the same: on real files, and on what protobuf has no words for. */

import { describe, expect, it } from "vitest";
import { parseJsonText } from "../../../src/formats/encodings/jsonText.ts";
import { readOtlpJson } from "../../../src/formats/otlp/otlpJson.ts";
import { readOtlpProto } from "../../../src/formats/otlp/otlpProto.ts";
import { writeOtlpProto } from "../../../src/formats/otlp/otlpProtoWriter.ts";
import { isObject, type JsonObject } from "../../../src/formats/values/jsonObject.ts";
import type { SpanRecords } from "../../../src/model/spanRecord.ts";
import { listData, needsData, readData } from "../../publicTraces.ts";

const context = { store: "file" };

/** Ids in capitals are the same ids, and each form has its own raw text. */
function shown({ records }: SpanRecords): readonly object[] {
  return records.map(({ traceId, span, detail }) => ({
    traceId,
    span,
    detail: {
      ...detail,
      raw: "",
      spanId: detail.spanId.toLowerCase(),
      traceId: detail.traceId.toLowerCase(),
    },
  }));
}

function listRequests(): readonly (readonly [string, JsonObject])[] {
  return listData("*/*.json").flatMap(file => {
    const { values } = parseJsonText(readData(file));
    const requests = values.flat(2).filter(isObject);
    return requests
      .filter(each => "resourceSpans" in each || "resource_spans" in each)
      .map((each): [string, JsonObject] => [file, each]);
  });
}

function requestOf(span: JsonObject): JsonObject {
  const ids = { traceId: "5b8efff798038103d269b633813fc60c", spanId: "eee19b7ec3c1b174" };
  return { resourceSpans: [{ scopeSpans: [{ spans: [{ ...ids, name: "work", ...span }] }] }] };
}

describe("OTLP JSON as protobuf", () => {
  it("says the same of every real file", needsData, () => {
    let same = 0;
    for (const [file, request] of listRequests()) {
      const bytes = writeOtlpProto(request);
      if (bytes === undefined) continue;
      expect(shown(readOtlpProto(bytes, context)), file).toEqual(
        shown(readOtlpJson([request], context)),
      );
      same += 1;
    }
    expect(same).toBeGreaterThan(15);
  });

  it.each<[unknown, bigint | undefined]>([
    [[1_772_359_200, 5], 1_772_359_200_000_000_005n],
    ["2026-03-01T10:00:00.000000005Z", 1_772_359_200_000_000_005n],
    [{ low: 1_382_367_232, high: 412_659_533 }, 1_772_359_200_000_000_000n],
    [null, undefined],
  ])("keeps a time that is written as %j", (startTimeUnixNano, nanos) => {
    const bytes = writeOtlpProto(requestOf({ startTimeUnixNano }));
    const [record] = readOtlpProto(bytes ?? Buffer.alloc(0), context).records;
    expect(record?.span.startUnixNs).toBe(nanos);
  });

  it("leaves a time that nobody can read to the reader of JSON", () => {
    expect(writeOtlpProto(requestOf({ startTimeUnixNano: "soon" }))).toBeUndefined();
  });

  it("keeps values of every type, nested, empty and large", () => {
    const values = [
      { stringValue: "" },
      { stringValue: "订单 ".repeat(5_000) },
      { boolValue: false },
      { intValue: "-9223372036854775808" },
      { intValue: 0 },
      { doubleValue: 0.1 },
      { arrayValue: { values: [{ intValue: "1" }, { stringValue: "x" }] } },
      { kvlistValue: { values: [{ key: "a", value: { kvlistValue: { values: [] } } }] } },
      { bytesValue: "AAEC" },
    ];
    const attributes = values.map((value, index) => ({ key: `k${index}`, value }));
    const request = requestOf({
      attributes,
      startTimeUnixNano: 1.7672616e18,
      endTimeUnixNano: "1767261600000000100",
    });
    const bytes = writeOtlpProto(request) ?? new Uint8Array();
    expect(shown(readOtlpProto(bytes, context))).toEqual(shown(readOtlpJson([request], context)));
  });

  it.each([
    ["an id that is no id", { spanId: "span-1" }],
    ["a value without its type", { attributes: [{ key: "k", value: "bare" }] }],
    [
      "an integer beyond 64 bits",
      { attributes: [{ key: "k", value: { intValue: "9".repeat(30) } }] },
    ],
    ["a number that is a word", { attributes: [{ key: "k", value: { doubleValue: "NaN" } }] }],
  ])("has no way to say %s", (_what, span) => {
    expect(writeOtlpProto(requestOf(span))).toBeUndefined();
  });
});

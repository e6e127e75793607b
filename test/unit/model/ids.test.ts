/** One id in every spelling that is in use, and ids of other kinds, which stay as they are. */

import { describe, expect, it } from "vitest";
import {
  canonicalSpanId,
  canonicalTraceId,
  decimalToHex,
  isAbsentId,
  isSameTraceId,
  numericSpanId,
  numericTraceId,
} from "../../../src/model/ids.ts";
import {
  listHexTraceIds,
  listPossibleSpanIds,
  listPossibleTraceIds,
  listSpellings,
} from "../../../src/model/idSpellings.ts";
import { spanId, spanSpellings, traceId, traceSpellings } from "./spellings.ts";

/** Ids of tasks, of other systems, and words: none of them is a number. */
const strangers = [
  ...["019b4ed4-1a6d-7be3-8516-192449685f6d", "order_result:9f1c2b3a-0d4e-4f5a-8b6c-7d8e9f0a1b2c"],
  ...["01ARZ3NDEKTSV4RRFFQ69G5FAV", "507f1f77bcf86cd799439011", "deadbeef", "hello-world"],
  ...["42", "1751643441896", "7042f1f77bcf", "V1StGXR8_Z5jdHi6B-myT", "vytxeTZskVKR7C7WgdSP3d"],
  ...["8f3c0a7d5e.12.17672616000000001", "span_4f1c2b3a0d4e4f5a8b6c7d8e", "job 7", "root"],
];

describe("an id has one canonical form", () => {
  it.each(traceSpellings)("of a trace: $name", ({ text, isCertain }) => {
    if (isCertain) expect(canonicalTraceId(text)).toBe(traceId);
    expect(numericTraceId(text)).toBe(traceId);
    expect(listPossibleTraceIds(text)).toContain(traceId);
    expect(listHexTraceIds(text)).toContain(traceId);
  });

  it.each(spanSpellings)("of a span: $name", ({ text, isCertain }) => {
    if (isCertain) expect(canonicalSpanId(text)).toBe(spanId);
    expect(numericSpanId(text)).toBe(spanId);
    expect(listPossibleSpanIds(text)).toContain(spanId);
  });

  it.each(strangers)("and %s stays as it is", text => {
    expect(canonicalTraceId(text)).toBe(text);
    expect(canonicalSpanId(text)).toBe(text);
    expect(listPossibleTraceIds(text)[0]).toBe(text);
    expect(listPossibleSpanIds(text)[0]).toBe(text);
  });

  it("which made-up ids keep that look like text of others", () => {
    for (const digit of "0123456789abcdef") {
      const id = digit.repeat(32);
      expect(canonicalTraceId(id)).toBe(id);
      expect(canonicalSpanId(id)).toBe(id);
    }
  });
});

describe("an id in numbers", () => {
  it("of digits that may be hexadecimal is looked for as both, hexadecimal first", () => {
    const digits = "12345678901234567890123456789012";
    expect(listPossibleTraceIds(digits).slice(0, 2)).toEqual([digits, decimalToHex(digits, 32)]);
  });

  it("is signed where Java wrote it", () => {
    expect(decimalToHex("-1", 16)).toBe("f".repeat(16));
    const signed = BigInt.asIntN(64, 0xa1c0_ffee_0011_2208n).toString();
    expect(numericSpanId(signed)).toBe("a1c0ffee00112208");
    expect(decimalToHex((1n << 128n).toString(), 32)).toBeUndefined();
    expect(decimalToHex((1n << 64n).toString(), 16)).toBeUndefined();
  });

  it("is offered in each spelling to a store that keeps them as they were written", () => {
    const spellings = listSpellings(traceId);
    for (const { name, text } of traceSpellings.filter(({ isStored }) => isStored)) {
      expect(spellings, name).toContain(text);
    }
  });
});

it("meets its other half, and itself without hyphens", () => {
  expect(isSameTraceId(traceId, traceId.slice(16).padStart(32, "0"))).toBe(true);
  expect(
    isSameTraceId(traceId, traceSpellings.find(each => each.name === "UUID")?.text ?? ""),
  ).toBe(true);
  expect(isSameTraceId(traceId, "0".repeat(31) + "1")).toBe(false);
});

it("of zero is one where a tracer counts, and none in full width", () => {
  expect(["0", "00"].some(isAbsentId)).toBe(false);
  expect(["", "0".repeat(16), "0".repeat(32), "no_task_id"].every(isAbsentId)).toBe(true);
});

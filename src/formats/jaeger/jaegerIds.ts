/**
 * Ids of Jaeger's JSON: hexadecimal with its leading zeros cut, base64 of the model's bytes, halves and integers. Empty
 * where there is none.
 */

import { numericSpanId, numericTraceId, untrimmedId } from "../../model/ids.ts";
import { toBigInt } from "../values/attributeValues.ts";
import { getFirst, toText } from "./jaegerFields.ts";
import type { JsonObject } from "../values/jsonObject.ts";

/** 8, 16 or 32 bytes. */
const BASE64_LENGTHS = new Set([12, 24, 44]);
const BASE64_ID = /^(?:[\w+/-]{11}=|[\w+/-]{22}==|[\w+/-]{43}=)$/;

export function readTraceId(json: JsonObject): string {
  const id = getFirst(json, "traceID", "traceId", "trace_id");
  if (id !== undefined) return readTextId(id, numericTraceId);
  const low = toBigInt(json["traceIdLow"]);
  if (low === undefined) return "";
  return toHex(toBigInt(json["traceIdHigh"]) ?? 0n) + toHex(low);
}

export function readSpanId(json: JsonObject): string {
  return readId(getFirst(json, "spanID", "spanId", "span_id"));
}

export function readParentId(json: JsonObject): string {
  return readId(getFirst(json, "parentSpanID", "parentSpanId", "parent_span_id", "parent_id"));
}

function readId(id: unknown): string {
  const integer = typeof id === "number" ? toBigInt(id) : undefined;
  if (integer !== undefined) return toHex(integer);
  // Digits of more than 16 places are an integer that no double can hold; a span id in hexadecimal has 16 at most.
  const isLong = typeof id === "string" && /^-?\d{17,20}$/.test(id);
  return isLong ? numericSpanId(id) : readTextId(id, numericSpanId);
}

/**
 * Reads an id of bytes in base64, as its model in JSON has them, or with its leading zeros cut, as its clients wrote
 * them.
 */
function readTextId(id: unknown, toNumber: (text: string) => string): string {
  const text = toText(id);
  return BASE64_LENGTHS.has(text.length) && BASE64_ID.test(text)
    ? toNumber(text)
    : untrimmedId(text);
}

function toHex(integer: bigint): string {
  return BigInt.asUintN(64, integer).toString(16).padStart(16, "0");
}

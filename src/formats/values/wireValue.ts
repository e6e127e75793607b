/**
 * Values as people's JSON and CSV write them, read without loss: times in any unit become whole nanoseconds by decimal
 * arithmetic on the digits that were written, never by floating point. Pure; knows no format.
 */

import { base64ToHex } from "../../model/ids.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanInput } from "../../model/span.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";

/** The power of ten from a unit to nanoseconds. */
export const UnitPower = { ns: 0, us: 3, ms: 6, s: 9 } as const;
export type UnitPower = (typeof UnitPower)[keyof typeof UnitPower];

const NANOS_OF = { 0: 1n, 3: 1_000n, 6: 1_000_000n, 9: 1_000_000_000n } as const;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?$/;
/** Years beyond this many digits of nanoseconds are nonsense, and would make numbers without bounds. */
const LONGEST_NUMBER = 25;

/** Scalars as text, and an integer of 64 bits that JavaScript held in two halves; `undefined` and `null` are the empty text. */
export function toPlainText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    default:
      return joinHalves(value)?.toString() ?? "";
  }
}

/** `{"low": -1486618624, "high": 412655, "unsigned": true}`, as protobuf.js and Long.js write what JSON has no number for. */
export function joinHalves(value: unknown): bigint | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { low, high, ...more } = value as Record<string, unknown>;
  const isWhole = Number.isInteger(low) && Number.isInteger(high);
  if (!isWhole || Object.keys(more).some(key => key !== "unsigned")) return undefined;
  const bits = BigInt.asUintN(32, BigInt(low as number)) | (BigInt(high as number) << 32n);
  return more["unsigned"] === true ? BigInt.asUintN(64, bits) : BigInt.asIntN(64, bits);
}

/**
 * An id as text. Bytes that a language printed as its own are hex digits: a list of numbers, Node's
 * `{"type": "Buffer", "data": […]}`, a typed array by its places, MongoDB's `{"$binary": …}`.
 */
export function toIdText(value: unknown): string {
  if (typeof value !== "object" || value === null) return toPlainText(value);
  const { data, $binary: binary } = value as Record<string, unknown>;
  if (typeof binary === "object" && binary !== null && "base64" in binary) {
    return base64ToHex(toPlainText(binary.base64)) ?? "";
  }
  const held = Array.isArray(data) ? (data as readonly unknown[]) : value;
  const bytes = Array.isArray(held) ? (held as readonly unknown[]) : listPlaces(held);
  if (bytes === undefined || !(bytes.length === 8 || bytes.length === 16)) {
    return toPlainText(value);
  }
  return bytes.every(isByte)
    ? bytes.map(byte => byte.toString(16).padStart(2, "0")).join("")
    : toPlainText(value);
}

function listPlaces(value: object): readonly unknown[] | undefined {
  if (!("0" in value && "7" in value)) return undefined;
  const entries = Object.entries(value);
  return entries.every(([key], place) => key === String(place))
    ? entries.map(([, byte]) => byte)
    : undefined;
}

function isByte(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 255;
}

/** A number in some unit as nanoseconds; `1.5` ms is 1,500,000. Digits beyond the nanosecond are cut. */
export function toNanos(value: unknown, power: UnitPower): bigint | undefined {
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return undefined;
    if (Number.isSafeInteger(value)) return BigInt(value) * NANOS_OF[power];
  }
  const text = toPlainText(value).trim();
  const match = DECIMAL.exec(text);
  if (match === null || text.length > LONGEST_NUMBER + power) {
    // `1e-7` and its like: too small or too large to matter to the last digit.
    return /^[+-]?\d+(?:\.\d+)?e[+-]?\d{1,2}$/i.test(text)
      ? BigInt(Math.round(Number(text) * 10 ** power))
      : undefined;
  }
  const [, sign, whole = "", fraction = ""] = match;
  const nanos = BigInt(whole + fraction.slice(0, power).padEnd(power, "0"));
  return sign === "-" ? -nanos : nanos;
}

/** The unit of a moment since 1970, told by how large it is: good from 1973 to 5138. */
export function guessUnit(value: unknown): UnitPower {
  const size = Math.abs(Number(toPlainText(value)));
  if (size < 1e11) return UnitPower.s;
  if (size < 1e14) return UnitPower.ms;
  return size < 1e17 ? UnitPower.us : UnitPower.ns;
}

/**
 * A record whose detail is made when it is asked for: most are never looked at, and a file of a hundred thousand spans
 * would otherwise be held several times over.
 */
export function lazyRecord(
  traceId: string,
  span: SpanInput,
  readDetail: () => SpanDetail,
): SpanRecord {
  return {
    traceId,
    span,
    get detail() {
      return readDetail();
    },
  };
}

/**
 * Values as people's JSON and CSV write them, read without loss: times in any unit become whole nanoseconds by decimal
 * arithmetic on the digits that were written, never by floating point. Pure; knows no format.
 */

import type { SpanDetail } from "../model/spanDetail.ts";
import type { SpanInput } from "../model/span.ts";
import type { SpanRecord } from "../model/spanRecord.ts";

/** The power of ten from a unit to nanoseconds. */
export const UnitPower = { ns: 0, us: 3, ms: 6, s: 9 } as const;
export type UnitPower = (typeof UnitPower)[keyof typeof UnitPower];

const NANOS_OF = { 0: 1n, 3: 1_000n, 6: 1_000_000n, 9: 1_000_000_000n } as const;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?$/;
const DURATION = /^(\d+(?:\.\d+)?)\s*(ns|us|µs|μs|ms|s|m|h)$/i;
/** Years beyond this many digits of nanoseconds are nonsense, and would make numbers without bounds. */
const LONGEST_NUMBER = 25;

/** Scalars as text; `undefined` and `null` are the empty text. */
export function toPlainText(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    default:
      return "";
  }
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

/** `PT1M1.2S` of ISO 8601, `1.00:01:01.2` of .NET. */
const DURATION_OF_PARTS =
  /^(?:P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?|(?:(\d+)\.)?(\d+):(\d\d):(\d\d(?:\.\d+)?))$/i;

const SECONDS_OF_PARTS = [86_400n, 3_600n, 60n, 1n];

/** `12.5ms`, `3 s`, `PT1.2S`, `00:00:01.2`. */
export function durationToNanos(text: string): bigint | undefined {
  const parts = DURATION_OF_PARTS.exec(text.trim());
  if (parts !== null) {
    return SECONDS_OF_PARTS.reduce((sum, seconds, index) => {
      const part: string | undefined = parts[index + 1] ?? parts[index + 5];
      return sum + (toNanos(part, UnitPower.s) ?? 0n) * seconds;
    }, 0n);
  }
  const [, number = "", unit = ""] = DURATION.exec(text.trim()) ?? [];
  switch (unit.toLowerCase()) {
    case "ns":
      return toNanos(number, UnitPower.ns);
    case "us":
    case "µs":
    case "μs":
      return toNanos(number, UnitPower.us);
    case "ms":
      return toNanos(number, UnitPower.ms);
    case "s":
      return toNanos(number, UnitPower.s);
    case "m":
      return times(toNanos(number, UnitPower.s), 60n);
    case "h":
      return times(toNanos(number, UnitPower.s), 3600n);
    default:
      return undefined;
  }
}

function times(value: bigint | undefined, factor: bigint): bigint | undefined {
  return value === undefined ? undefined : value * factor;
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

/**
 * Moments and lengths as people, libraries and languages write them, besides bare numbers: ISO 8601 in all its forms,
 * the dates of mail, logs and spreadsheets, `1m2.5s`, `{"seconds": 1, "nanos": 5}`, `[1772359200, 5000]`. What may be
 * read in two ways is not read. Pure; knows no format.
 */

import { isObject } from "./jsonObject.ts";
import { toNanos, toPlainText, UnitPower } from "./wireValue.ts";

/** Go prints the zone's name behind its distance, and its own clock behind that; PostgreSQL's distance may be hours alone. */
const ISO_TIME =
  /^(-?\d{4,6}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?\s*(Z|[+-]\d\d(?::?\d\d)?)?(?: [A-Z]{1,5}(?: m=[+-][\d.]+)?)?$/i;

/** Nanoseconds since the Unix epoch, exact to the ninth digit; without a zone it is UTC. Bare numbers are none. */
export function readMoment(value: unknown): bigint | undefined {
  if (typeof value !== "string") return readParts(value) ?? readCalendarList(value);
  const text = value.trim();
  const [, seconds, fraction = "", zone = "Z"] = ISO_TIME.exec(text) ?? [];
  // The zero of Go and .NET stands for no time at all.
  if (text.startsWith("0001-01-01")) return undefined;
  if (seconds === undefined) return readDate(text);
  const distance = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.toUpperCase();
  const unixMs = Date.parse(`${seconds.replace(" ", "T")}${distance}`);
  if (Number.isNaN(unixMs)) return readDate(text);
  return BigInt(unixMs) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

/** The longest is JavaScript's, with the name of its zone. */
const MOST_LETTERS = 80;
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const CLOCK = String.raw`(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9})\d*)?)?(?:\s*(?<half>[ap])\.?m\.?)?`;
/** Nobody else's distance from UTC is certain by its name. */
const ZONE = String.raw`\s*(?:GMT|UTC)?(?<zone>Z|[+-]\d\d(?::?\d\d)?)?(?:\s*[([][^)\]]*[)\]])?`;
const WEEKDAY = "(?:[a-z]{3,9},? +)?";
const dates = [
  // 2026-03-01T10:00Z, 2026-03-01 10:00:00,5, 2026/03/01 10:00:00, …+01:00[Europe/Berlin]
  String.raw`(?<year>\d{4})[-/.](?<month>\d\d?)[-/.](?<day>\d\d?)(?:T|,? +)${CLOCK}${ZONE}`,
  // 01.03.2026 10:00:00,5
  String.raw`(?<day>\d\d?)\.(?<month>\d\d?)\.(?<year>\d{4}),? +${CLOCK}${ZONE}`,
  // 20260301T100000.5Z
  String.raw`(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)T(?<hour>\d\d)(?<minute>\d\d)(?:(?<second>\d\d)(?:[.,](?<fraction>\d{1,9})\d*)?)?${ZONE}`,
  // 2026-W09-7T10:00:00Z, 2026-060T10:00:00Z
  String.raw`(?<year>\d{4})-?W(?<week>\d\d)-?(?<weekday>[1-7])T${CLOCK}${ZONE}`,
  String.raw`(?<year>\d{4})-(?<ordinal>\d{3})T${CLOCK}${ZONE}`,
  // Sun, 01 Mar 2026 10:00:00 GMT, 01/Mar/2026:10:00:00 +0000
  String.raw`${WEEKDAY}(?<day>\d\d?)[- /](?<name>[a-z]{3,9})[- /](?<year>\d{4})[ :]+${CLOCK}${ZONE}`,
  // Mar 1, 2026 @ 10:00:00.000, Sun Mar 01 2026 10:00:00 GMT+0100 (CET)
  String.raw`${WEEKDAY}(?<name>[a-z]{3,9}) +(?<day>\d\d?),? +(?<year>\d{4})(?:,| @| at)? +${CLOCK}${ZONE}`,
  // Sun Mar  1 10:00:00 UTC 2026
  String.raw`${WEEKDAY}(?<name>[a-z]{3,9}) +(?<day>\d\d?) +${CLOCK}${ZONE} +(?<year>\d{4})`,
  // 3/1/2026, 10:00:00.123 AM
  String.raw`(?<first>\d\d?)/(?<other>\d\d?)/(?<year>\d{4}),? +${CLOCK}${ZONE}`,
  // /Date(1772359200000+0100)/
  String.raw`/Date\((?<unixMs>-?\d{1,15})(?:[+-]\d{4})?\)/`,
].map(pattern => new RegExp(`^${pattern}$`, "i"));

function readDate(text: string): bigint | undefined {
  if (text.length > MOST_LETTERS || !/\d/.test(text)) return undefined;
  for (const pattern of dates) {
    const parts = pattern.exec(text)?.groups;
    if (parts !== undefined) return toUnixNs(parts);
  }
  return undefined;
}

function toUnixNs(parts: Readonly<Record<string, string | undefined>>): bigint | undefined {
  const { unixMs, fraction = "", zone, half, name, week, weekday, ordinal, first, other } = parts;
  if (unixMs !== undefined) return BigInt(unixMs) * 1_000_000n;
  const [year, hour, minute, second] = [
    ...[parts["year"], parts["hour"], parts["minute"], parts["second"]],
  ].map(part => Number(part ?? 0)) as [number, number, number, number];
  let [month, day] = [Number(parts["month"] ?? 1), Number(parts["day"] ?? 1)];
  if (name !== undefined) month = MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  if (first !== undefined) {
    // Only the United States write the month first, and only they and few others count hours twice.
    const isMonthFirst = half !== undefined || Number(other) > 12;
    if (!isMonthFirst && Number(first) <= 12) return undefined;
    [month, day] = isMonthFirst ? [Number(first), Number(other)] : [Number(other), Number(first)];
  }
  // The first week of a year is the one with its fourth of January.
  if (week !== undefined) {
    const weekdayOfFourth = new Date(Date.UTC(year, 0, 4)).getUTCDay() || 7;
    day = 4 - weekdayOfFourth + 7 * (Number(week) - 1) + Number(weekday);
  } else if (ordinal !== undefined) {
    day = Number(ordinal);
  } else if (month < 1 || month > 12 || day < 1 || day > 31) {
    return undefined;
  }
  if (hour > (half === undefined ? 24 : 12) || minute > 59 || second > 60) return undefined;
  const hourOfDay = half === undefined ? hour : (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  const localMs = Date.UTC(year, month - 1, day, hourOfDay, minute, second);
  return BigInt(localMs - readDistanceMs(zone)) * 1_000_000n + BigInt(fraction.padEnd(9, "0"));
}

function readDistanceMs(zone: string | undefined): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? "") ?? [];
  const distance = (Number(hours ?? 0) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? -distance : distance;
}

/** The year of Java's lists of the parts of a date, and seconds since 1970 in pairs: no one is the other. */
const YEARS = [1_970, 2_200] as const;
const LEAST_SECONDS = 100_000_000;

/** `[1772359200, 5000]` of JavaScript's `process.hrtime`, `[2026, 3, 1, 10, 0, 1, 9000]` of Java's `LocalDateTime`. */
function readCalendarList(value: unknown): bigint | undefined {
  if (!isIntegers(value)) return undefined;
  const [first = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, nanos = 0] = value;
  if (value.length === 2 && first >= LEAST_SECONDS) return readPair(value);
  const isDate = first >= YEARS[0] && first <= YEARS[1] && month >= 1 && month <= 12;
  if (!isDate || value.length < 5 || value.length > 7) return undefined;
  const unixMs = Date.UTC(first, month - 1, day, hour, minute, second);
  return BigInt(unixMs) * 1_000_000n + BigInt(nanos);
}

function isIntegers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(each => Number.isSafeInteger(each));
}

function readPair([seconds = 0, nanos = 0]: readonly number[]): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

/** Parts of a time by the names that protocol buffers, Firestore, Java, Rust, Go and C give them, and their units. */
const parts: readonly (readonly [RegExp, UnitPower])[] = [
  [/^_?(?:tv_?)?(?:secs?|seconds?|epoch_?seconds?|secs_since_epoch)$/i, UnitPower.s],
  [/^_?(?:tv_?)?(?:micros?|usec|micro_?seconds?)$/i, UnitPower.us],
  [/^_?(?:tv_?)?(?:nanos?|nsecs?|nano_?seconds?|nanos_since_epoch)$/i, UnitPower.ns],
];

/** Nanoseconds of an object that holds the seconds, and what is less in a part of its own. */
function readParts(value: unknown): bigint | undefined {
  if (!isObject(value)) return undefined;
  let sum: bigint | undefined;
  for (const [key, part] of Object.entries(value)) {
    const [, unit] = parts.find(([name]) => name.test(key)) ?? [];
    const nanos = unit === undefined ? undefined : toNanos(part, unit);
    if (nanos === undefined) return undefined;
    sum = (sum ?? 0n) + nanos;
  }
  return sum;
}

/** `PT1M1.2S` of ISO 8601, `1.00:01:01.2` of .NET, `1 day, 0:01:01.2` of Python. */
const DURATION_OF_PARTS =
  /^(?:P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?|(?:(\d+)(?:\.| days?,? ))?(\d+):(\d\d):(\d\d(?:\.\d+)?))$/i;
const SECONDS_OF_PARTS = [86_400n, 3_600n, 60n, 1n];

const NUMBER = String.raw`\d{1,20}(?:[.,]\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?`;
const UNIT = String.raw`ns|nsecs?|nano(?:second)?s?|[uµμ]s|usecs?|micro(?:second)?s?|ms|msecs?|milli(?:second)?s?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?`;
const WITH_UNIT = new RegExp(String.raw`(${NUMBER})\s*(${UNIT})(?![a-z])[\s,]*`, "gi");
const DURATION = new RegExp(String.raw`^([+-]?)((?:(?:${NUMBER})\s*(?:${UNIT})[\s,]*){1,6})$`, "i");

/** `12.5ms`, `3 sec`, `1h2m3.5s`, `PT1.2S`, `00:00:01.2`, and what is told in parts. */
export function durationToNanos(value: unknown): bigint | undefined {
  if (typeof value !== "string") {
    const isPair = isIntegers(value) && value.length === 2;
    return isPair ? readPair(value) : readParts(value);
  }
  const text = value.trim();
  if (text.length > MOST_LETTERS) return undefined;
  const parted = DURATION_OF_PARTS.exec(text);
  if (parted !== null) {
    return SECONDS_OF_PARTS.reduce((sum, seconds, index) => {
      const part: string | undefined = parted[index + 1] ?? parted[index + 5];
      return sum + (toNanos(part, UnitPower.s) ?? 0n) * seconds;
    }, 0n);
  }
  const [, sign, units] = DURATION.exec(text) ?? [];
  if (units === undefined) return undefined;
  let sum = 0n;
  for (const [, number = "", unit = ""] of units.matchAll(WITH_UNIT)) {
    const nanos = readWithUnit(readSeparated(number), unit.toLowerCase());
    if (nanos === undefined) return undefined;
    sum += nanos;
  }
  return sign === "-" ? -sum : sum;
}

/** A comma parts thousands, or stands where others write a point; with three digits behind it alone it may be either. */
function readSeparated(number: string): string {
  if (/^\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?$|^\d{1,3},\d{3}\.\d+$/.test(number)) {
    return number.replaceAll(",", "");
  }
  return /,\d{3}$/.test(number) ? "" : number.replace(",", ".");
}

function readWithUnit(number: string, unit: string): bigint | undefined {
  if (/^n/.test(unit)) return toNanos(number, UnitPower.ns);
  if (/^(?:[uµμ]|micro)/.test(unit)) return toNanos(number, UnitPower.us);
  if (/^(?:ms|milli)/.test(unit)) return toNanos(number, UnitPower.ms);
  const seconds = toNanos(number, UnitPower.s);
  const factors = { s: 1n, m: 60n, h: 3_600n, d: 86_400n };
  return seconds === undefined
    ? undefined
    : seconds * factors[unit.charAt(0) as keyof typeof factors];
}

/** A number of a table, as spreadsheets and Kibana write it: `5,5`, `1,234,567`. */
export function toPlainNumber(value: unknown): unknown {
  const text = toPlainText(value).trim();
  return /^[+-]?\d[\d.]*(?:,\d+)+(?:\.\d+)?$/.test(text) ? readSeparated(text) || value : value;
}

/**
 * When a plain span began and ended, from whichever fields say so: `start_time`, `timestamp`, `StartTimeUnixNano`,
 * `duration_ms` … The unit is in the field's name, in the value's own text (`12ms`, ISO 8601), or told by its size. Pure.
 */

import { guessUnit, toNanos, UnitPower } from "../values/wireValue.ts";
import { durationToNanos, readMoment, toPlainNumber } from "../values/writtenTimes.ts";

/** Where fields are read by their names without spelling; see `fieldName`. */
export interface NamedFields {
  readonly times: readonly TimeField[];
  takeNamed(name: string): unknown;
  /** The value as it stands, which stays an attribute. */
  lookNamed(name: string): unknown;
  isNull(name: string): boolean;
  hasAll(names: readonly string[]): boolean;
}

/** A field that by its name may tell a time, as what, and in which unit. */
export interface TimeField {
  readonly name: string;
  readonly role: TimeRole;
  readonly unit: UnitPower | undefined;
}

type TimeRole = "start" | "moment" | "end" | "duration" | "offset";

export interface PlainStart {
  readonly unixNs: bigint;
  /** The unit of a number; of ISO 8601 none, unless it tells nanoseconds. */
  readonly unit?: UnitPower;
}

const UNITS =
  "(?:unix|epoch|in)?(nanoseconds|nanos?|ns|microseconds|micros?|us|milliseconds|millis?|ms|seconds|secs?|s)?";
const WHEN = "(?:time|timestamp|ts|date|datetime|at)?(?:utc)?";
/** The column of a table may say whose or which time it is: `span_start_time`, `timestamp_end`. */
const WHOSE = "(?:span)?(?:timestamp|time|ts|t)?(?:span)?";
const START = new RegExp(
  `^(?:${WHOSE}(?:start|begin|began|open|enter|launch)(?:ed)?${WHEN}|t0)${UNITS}$`,
);
const MOMENT = new RegExp(
  `^(?:timestamp|time|ts|at|date|datetime|createdat|eventtime|eventtimestamp)(?:utc)?${UNITS}$`,
);
const END = new RegExp(
  `^(?:${WHOSE}(?:end|finish|stopp?|complete|close|exit|done)(?:e?d)?${WHEN}|t1)${UNITS}$`,
);
const DURATION = new RegExp(
  `^(?:(?:span)?(?:(?:total|wall)?(?:duration|dur|elapsed|elapsedtime)|total|latency|took|timetaken|timecost|cost|executiontime|exectime|responsetime|runtime|walltime|totaltime|rt)${UNITS}|(ms|millis|milliseconds|micros|us|seconds|secs|nanos|ns))$`,
);

/** From the start of the trace or of the caller; in a queue an offset without a unit is a place. */
const OFFSET = new RegExp(`^(?:(?:start|begin)offset${UNITS}|offset(?=.)${UNITS})$`);

const roles = { start: START, moment: MOMENT, end: END, duration: DURATION, offset: OFFSET };

/** The names that tell times, in their order. */
export function listTimeFields(names: Iterable<string>): readonly TimeField[] {
  return [...names].flatMap(name =>
    Object.entries(roles).flatMap(([role, pattern]): readonly TimeField[] => {
      const match = pattern.exec(name);
      return match === null
        ? []
        : [{ name, role: role as TimeRole, unit: readUnit(match[1] ?? match[2]) }];
    }),
  );
}

/** A start of zero is one where nothing else tells of another. */
export function readPlainStart(fields: NamedFields): PlainStart | undefined {
  const start = readRole(fields, "start");
  if (start !== undefined && start.unixNs !== 0n) return start;
  return readRole(fields, "moment") ?? start ?? readRole(fields, "offset");
}

/** Whether it tells when it ended, or how long it took. */
export function hasLength(fields: NamedFields): boolean {
  return readRole(fields, "end") !== undefined || readPlainDuration(fields) !== undefined;
}

/** An end that nobody wrote is the start and the duration; without either a call was a moment, unless it still runs. */
export function readPlainEnd(
  fields: NamedFields,
  start: PlainStart | undefined,
  isRunning: boolean,
  /** The unit of bare durations in the file, asked for where a span does not tell its own. */
  findFileUnit: () => UnitPower | undefined,
): { readonly startUnixNs?: bigint; readonly endUnixNs?: bigint } {
  const end = readRole(fields, "end")?.unixNs;
  if (end !== undefined && start !== undefined) {
    return { startUnixNs: start.unixNs, endUnixNs: end };
  }
  const durationNs = readPlainDuration(
    fields,
    start?.unit ?? findFileUnit() ?? guessDurationUnit(fields),
  );
  if (start === undefined) {
    return end === undefined || durationNs === undefined
      ? { endUnixNs: end }
      : { startUnixNs: end - durationNs, endUnixNs: end };
  }
  const ended = start.unixNs + (durationNs ?? 0n);
  // Whoever writes an end of `null` says that there is none yet.
  const isOpen = isRunning || (durationNs === undefined && isEndNull(fields));
  return { startUnixNs: start.unixNs, endUnixNs: isOpen ? undefined : ended };
}

function isEndNull(fields: NamedFields): boolean {
  return fields.times.some(({ name, role }) => role === "end" && fields.isNull(name));
}

/** Where a moment stands in several units, the finest counts: it is the one that durations are in, too. */
function readRole(fields: NamedFields, wanted: TimeRole): PlainStart | undefined {
  let best: PlainStart | undefined;
  for (const { name, role, unit } of fields.times) {
    if (role !== wanted) continue;
    const moment = toMoment(fields.lookNamed(name), unit);
    // An end of `null` says that there is none yet; what cannot be read stays what it is.
    if (moment !== undefined || fields.isNull(name)) fields.takeNamed(name);
    if (moment === undefined) continue;
    if (best === undefined || isFiner(moment, best)) best = moment;
  }
  return best;
}

function isFiner({ unit: a }: PlainStart, { unit: b }: PlainStart): boolean {
  return a !== undefined && b !== undefined && a < b;
}

function toMoment(written: unknown, told: UnitPower | undefined): PlainStart | undefined {
  const value = toPlainNumber(written);
  const unit = told ?? guessUnit(value);
  const unixNs = toNanos(value, unit);
  if (unixNs !== undefined) return { unixNs, unit };
  const momentNs = readMoment(value) ?? readCounted(value);
  if (momentNs === undefined) return undefined;
  // Who tells nanoseconds (ClickHouse's tables of OpenTelemetry, Go) has durations in them, too.
  const isNanos = typeof value !== "string" || /\.\d{7,9}(?!\d)/.test(value);
  return { unixNs: momentNs, ...(isNanos && { unit: UnitPower.ns }) };
}

/** `1772359200000ms`; what is shorter than decades is no moment. */
function readCounted(value: unknown): bigint | undefined {
  const nanos = typeof value === "string" ? durationToNanos(value) : undefined;
  return nanos !== undefined && nanos > LEAST_UNIX_NS ? nanos : undefined;
}

/** The year 2000. */
const LEAST_UNIX_NS = 946_684_800_000_000_000n;

/** OpenTelemetry's own exporters write nanoseconds beside a time in words: to tables, and to documents. */
const otelFields = [
  ["spanname", "spankind", "servicename"],
  ["traceid", "spanid", "resource", "scope"],
];
/** Few spans take a day. */
const LONGEST_MS = 86_400_000;

/** The unit of bare durations in a file, where some of its spans tell it: in their times, or by being too long. */
export function tellsNanos(fields: NamedFields): boolean {
  const isLong = ({ name, role, unit }: TimeField): boolean =>
    role === "duration" &&
    unit === undefined &&
    Number(toPlainNumber(fields.lookNamed(name))) > LONGEST_MS;
  const unit = readPlainStart(fields)?.unit;
  return unit === UnitPower.ns || (unit === undefined && fields.times.some(isLong));
}

function guessDurationUnit(fields: NamedFields): UnitPower | undefined {
  return otelFields.some(names => fields.hasAll(names)) ? UnitPower.ns : undefined;
}

/**
 * Times that count from the start of something else: a start too small for one of its own, and what follows it. A bare
 * number is in the given unit.
 */
export function readOffset(
  fields: NamedFields,
  unit: UnitPower,
  earliestNs: bigint,
): { readonly startNs: bigint; readonly endNs: bigint; readonly names: Set<string> } | undefined {
  const start = readPlainStart(fields);
  if (start === undefined || start.unixNs >= earliestNs) return undefined;
  const names = new Set<string>();
  const read = (wanted: TimeRole): bigint | undefined => {
    for (const { name, role, unit: own = unit } of fields.times) {
      const nanos = role === wanted ? toNanos(fields.takeNamed(name), own) : undefined;
      if (nanos === undefined) continue;
      names.add(name);
      return nanos;
    }
    return undefined;
  };
  const startNs = read("start") ?? read("moment") ?? read("offset");
  if (startNs === undefined) return undefined;
  const endNs = read("end") ?? startNs + (readPlainDuration(fields, unit) ?? 0n);
  return { startNs, endNs, names };
}

/** A bare number is in the unit of the start; beside a start that tells none it is milliseconds, as most write it. */
export function readPlainDuration(
  fields: NamedFields,
  startUnit: UnitPower = UnitPower.ms,
): bigint | undefined {
  for (const { name, role, unit = startUnit } of fields.times) {
    if (role !== "duration") continue;
    const durationNs = toDuration(fields.lookNamed(name), unit);
    if (durationNs === undefined) continue;
    fields.takeNamed(name);
    return durationNs;
  }
  return undefined;
}

function toDuration(value: unknown, unit: UnitPower): bigint | undefined {
  return toNanos(toPlainNumber(value), unit) ?? durationToNanos(value);
}

/** The names under which a length stands and nothing else. */
const LENGTH = new RegExp(`^(?:duration|dur|elapsed|elapsedtime|latency|responsetime)${UNITS}$`);

/** The first field that should tell when a span ended and cannot be read. */
export function findUnreadEnd(fields: NamedFields): string | undefined {
  const unread = fields.times.find(({ name, role, unit }) => {
    const value = fields.lookNamed(name);
    if (value === undefined || value === null || value === "" || fields.isNull(name)) return false;
    if (role === "end") return toMoment(value, unit) === undefined;
    return (
      role === "duration" && LENGTH.test(name) && toDuration(value, UnitPower.ms) === undefined
    );
  });
  return unread?.name;
}

function readUnit(suffix: string | undefined): UnitPower | undefined {
  if (suffix === undefined) return undefined;
  if (suffix.startsWith("n")) return UnitPower.ns;
  if (/^(?:micro|us)/.test(suffix)) return UnitPower.us;
  return /^(?:milli|ms)/.test(suffix) ? UnitPower.ms : UnitPower.s;
}

/**
 * When a plain span began and ended, from whichever fields say so: `start_time`, `timestamp`, `StartTimeUnixNano`,
 * `duration_ms` … The unit is in the field's name, in the value's own text (`12ms`, ISO 8601), or told by its size. Pure.
 */

import { isoToUnixNs } from "./attributeValues.ts";
import { durationToNanos, guessUnit, toNanos, toPlainText, UnitPower } from "./wireValue.ts";

/** Where fields are read by their names without spelling; see `fieldName`. */
export interface NamedFields {
  readonly times: readonly TimeField[];
  takeNamed(name: string): unknown;
  isScalar(name: string): boolean;
  isNull(name: string): boolean;
  hasAll(names: readonly string[]): boolean;
}

/** A field that by its name may tell a time, as what, and in which unit. */
export interface TimeField {
  readonly name: string;
  readonly role: TimeRole;
  readonly unit: UnitPower | undefined;
}

type TimeRole = "start" | "moment" | "end" | "duration";

export interface PlainStart {
  readonly unixNs: bigint;
  /** The unit of a number; of ISO 8601 none, unless it tells nanoseconds. */
  readonly unit?: UnitPower;
}

const UNITS =
  "(?:unix|epoch)?(nanoseconds|nanos?|ns|microseconds|micros?|us|milliseconds|millis?|ms|seconds|secs?|s)?";
const WHEN = "(?:time|timestamp|date|datetime|at)?";
const START = new RegExp(`^(?:start|begin)(?:ed)?${WHEN}${UNITS}$`);
const MOMENT = new RegExp(
  `^(?:timestamp|time|ts|at|date|datetime|createdat|eventtime|eventtimestamp)${UNITS}$`,
);
const END = new RegExp(`^(?:end|finish|stop|complete)(?:e?d)?${WHEN}${UNITS}$`);
const DURATION = new RegExp(
  `^(?:(?:total|wall)?(?:duration|dur|elapsed|elapsedtime)|total|latency|took|timetaken|timecost|cost|executiontime|exectime|responsetime|runtime|walltime|totaltime|rt)${UNITS}$`,
);

const roles = { start: START, moment: MOMENT, end: END, duration: DURATION };

/** The names that tell times, in their order. */
export function listTimeFields(names: Iterable<string>): readonly TimeField[] {
  return [...names].flatMap(name =>
    Object.entries(roles).flatMap(([role, pattern]): readonly TimeField[] => {
      const match = pattern.exec(name);
      return match === null ? [] : [{ name, role: role as TimeRole, unit: readUnit(match[1]) }];
    }),
  );
}

/** A start of zero is one where nothing else tells of another. */
export function readPlainStart(fields: NamedFields): PlainStart | undefined {
  const start = readMoment(fields, "start");
  return start === undefined || start.unixNs === 0n
    ? (readMoment(fields, "moment") ?? start)
    : start;
}

/** Whether it tells when it ended, or how long it took. */
export function hasLength(fields: NamedFields): boolean {
  return readMoment(fields, "end") !== undefined || readPlainDuration(fields) !== undefined;
}

/** An end that nobody wrote is the start and the duration; without either a call was a moment, unless it still runs. */
export function readPlainEnd(
  fields: NamedFields,
  start: PlainStart | undefined,
  isRunning: boolean,
): { readonly startUnixNs?: bigint; readonly endUnixNs?: bigint } {
  const end = readMoment(fields, "end")?.unixNs;
  if (end !== undefined && start !== undefined) {
    return { startUnixNs: start.unixNs, endUnixNs: end };
  }
  const durationNs = readPlainDuration(fields, start?.unit ?? guessDurationUnit(fields));
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
function readMoment(fields: NamedFields, wanted: TimeRole): PlainStart | undefined {
  let best: PlainStart | undefined;
  for (const { name, role, unit } of fields.times) {
    const value = role === wanted ? fields.takeNamed(name) : undefined;
    const moment = value === undefined ? undefined : toMoment(value, unit);
    if (moment === undefined) continue;
    if (best === undefined || isFiner(moment, best)) best = moment;
  }
  return best;
}

function isFiner({ unit: a }: PlainStart, { unit: b }: PlainStart): boolean {
  return a !== undefined && b !== undefined && a < b;
}

function toMoment(value: unknown, told: UnitPower | undefined): PlainStart | undefined {
  const unit = told ?? guessUnit(value);
  const unixNs = toNanos(value, unit);
  if (unixNs !== undefined) return { unixNs, unit };
  // Python's logging puts a comma before the milliseconds.
  const text = toPlainText(value).replace(/,(?=\d)/, ".");
  const isoNs = isoToUnixNs(text);
  if (isoNs === undefined) return undefined;
  // Who tells nanoseconds (ClickHouse's tables of OpenTelemetry, Go) has durations in them, too.
  return { unixNs: isoNs, ...(/\.\d{7,9}(?!\d)/.test(text) && { unit: UnitPower.ns }) };
}

/** OpenTelemetry's own exporters to tables write nanoseconds beside a time in words. */
const otelColumns = ["spanname", "spankind", "servicename"];

function guessDurationUnit(fields: NamedFields): UnitPower | undefined {
  return fields.hasAll(otelColumns) ? UnitPower.ns : undefined;
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
  const startNs = read("start") ?? read("moment");
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
    const isDuration = role === "duration" && fields.isScalar(name);
    const value = isDuration ? fields.takeNamed(name) : undefined;
    if (value === undefined) continue;
    const durationNs = toNanos(value, unit) ?? durationToNanos(toPlainText(value));
    if (durationNs !== undefined) return durationNs;
  }
  return undefined;
}

function readUnit(suffix: string | undefined): UnitPower | undefined {
  if (suffix === undefined) return undefined;
  if (suffix.startsWith("n")) return UnitPower.ns;
  if (/^(?:micro|us)/.test(suffix)) return UnitPower.us;
  return /^(?:milli|ms)/.test(suffix) ? UnitPower.ms : UnitPower.s;
}

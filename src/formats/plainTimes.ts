/**
 * When a plain span began and ended, from whichever fields say so: `start_time`, `timestamp`, `StartTimeUnixNano`,
 * `duration_ms` … The unit is in the field's name, in the value's own text (`12ms`, ISO 8601), or told by its size. Pure.
 */

import { isoToUnixNs } from "./attributeValues.ts";
import { durationToNanos, guessUnit, toNanos, toPlainText, UnitPower } from "./wireValue.ts";

/** Where fields are read by their names without spelling; see `fieldName`. */
export interface NamedFields {
  readonly names: Iterable<string>;
  takeNamed(name: string): unknown;
}

export interface PlainStart {
  readonly unixNs: bigint;
  /** The unit of a number; of ISO 8601 none, unless it tells nanoseconds. */
  readonly unit?: UnitPower;
}

const UNITS =
  "(?:unix|epoch)?(nanoseconds|nanos?|ns|microseconds|micros?|us|milliseconds|millis?|ms|seconds|secs?|s)?";
const START = new RegExp(
  `^(?:start|starttime|startat|startedat|begin|begintime|startdate)${UNITS}$`,
);
const MOMENT = new RegExp(`^(?:timestamp|time|ts|at|date|datetime|createdat|eventtime)${UNITS}$`);
const END = new RegExp(
  `^(?:end|endtime|endat|endedat|finish|finishtime|finishedat|stop|stoptime|completedat)${UNITS}$`,
);
const DURATION = new RegExp(
  `^(?:duration|dur|elapsed|elapsedtime|latency|took|timecost|cost|executiontime|responsetime|rt)${UNITS}$`,
);

export function readPlainStart(fields: NamedFields): PlainStart | undefined {
  return readMoment(fields, START) ?? readMoment(fields, MOMENT);
}

/** An end that nobody wrote is the start and the duration; without either a call was a moment, unless it still runs. */
export function readPlainEnd(
  fields: NamedFields,
  start: PlainStart | undefined,
  isRunning: boolean,
): { readonly startUnixNs?: bigint; readonly endUnixNs?: bigint } {
  const end = readMoment(fields, END)?.unixNs;
  if (end !== undefined && start !== undefined) {
    return { startUnixNs: start.unixNs, endUnixNs: end };
  }
  const durationNs = readDuration(fields, start?.unit);
  if (start === undefined) {
    return end === undefined || durationNs === undefined
      ? { endUnixNs: end }
      : { startUnixNs: end - durationNs, endUnixNs: end };
  }
  const ended = start.unixNs + (durationNs ?? 0n);
  return { startUnixNs: start.unixNs, endUnixNs: isRunning ? undefined : ended };
}

/** Where a moment stands in several units, the finest counts: it is the one that durations are in, too. */
function readMoment(fields: NamedFields, pattern: RegExp): PlainStart | undefined {
  let best: PlainStart | undefined;
  for (const name of fields.names) {
    const match = pattern.exec(name);
    const value = match === null ? undefined : fields.takeNamed(name);
    const moment = value === undefined ? undefined : toMoment(value, readUnit(match?.[1]));
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

/** A bare number is in the unit of the start; beside a start that tells none it is milliseconds, as most write it. */
function readDuration(
  fields: NamedFields,
  startUnit: UnitPower = UnitPower.ms,
): bigint | undefined {
  for (const name of fields.names) {
    const match = DURATION.exec(name);
    const value = match === null ? undefined : fields.takeNamed(name);
    if (value === undefined) continue;
    const unit = readUnit(match?.[1]) ?? startUnit;
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

/**
 * When a line was logged and how grave it is, as far as the line says. Pure. Every pattern is bounded and looks at the
 * beginning of the line alone, so that a hostile line is no trap.
 */

import { toLevel, type LogLevel } from "../model/logLevel.ts";

export interface LogFields {
  readonly unixMs?: number;
  readonly level?: LogLevel;
}

/** Whatever a line tells of itself stands in its first characters, or among the first fields of a JSON document. */
const HEAD = 600;

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const ZONE = String.raw`(Z|[+-]\d\d:?\d\d)?`;
/** `2026-05-04T12:00:01.123Z`, `2026-05-04 12:00:01,123`, `2026/05/04 12:00:01`. */
const isoTime = new RegExp(
  String.raw`(\d{4})[-/.](\d\d)[-/.](\d\d)[T ,]{1,2}(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?${ZONE}`,
);
/** `04/May/2026:12:00:01 +0000`. */
const accessTime = /(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})/;
/** `May  4 12:00:01`: syslog's, of no year. */
const syslogTime = /^[<\d>\s]{0,8}([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d)/;
/** `I0504 12:00:01.123456`: glog's, of no year. */
const glogTime = /^([IWEF])(\d\d)(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{1,6})/;
/** A number of seconds or parts of them since 1970, in a field for it. */
const epochTime =
  /["']?\b(?:ts|time|timestamp|@timestamp|unix|epoch)["']?\s?[:=]\s?["']?(\d{10,19})(\.\d{1,9})?/;

const levelWord =
  /(?<![\w.])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL|SEVERE|PANIC|ALERT|EMERG)(?![\w.(])/;
const levelField =
  /["']?\b(?:level|lvl|severity|severityText|log\.level|levelname|loglevel)["']?\s?[:=]\s?["']?([A-Za-z]{3,11}|\d{1,3})/i;
const bracketLevel = /\[\s?(trace|debug|info|notice|warn|warning|error|fatal|critical)\s?\]/i;
const dotnetLevel = /^(trce|dbug|info|warn|fail|crit): /;

/** Whether a line is of an error, which is quicker told than all its fields. */
export function isErrorLine(line: string): boolean {
  return readLevel(line.slice(0, HEAD)) === "error";
}

/** `zoneMinutes`: east of Greenwich, for times that name no zone. `nowUnixMs`: for times that name no year. */
export function readLogFields(line: string, zoneMinutes: number, nowUnixMs: number): LogFields {
  const head = line.slice(0, HEAD);
  const unixMs = readTime(head, zoneMinutes, nowUnixMs);
  const level = readLevel(head);
  return {
    ...(unixMs !== undefined && { unixMs }),
    ...(level !== undefined && { level }),
  };
}

function readTime(head: string, zoneMinutes: number, nowUnixMs: number): number | undefined {
  const iso = isoTime.exec(head);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, fraction, zone] = iso;
    const date = [Number(year), Number(month) - 1, Number(day)] as const;
    return toUnixMs(date, [hour, minute, second], fraction, readZone(zone) ?? zoneMinutes);
  }
  const access = accessTime.exec(head);
  if (access !== null) {
    const [, day, month = "", year, hour, minute, second, zone] = access;
    const date = [Number(year), months.indexOf(month), Number(day)] as const;
    return toUnixMs(date, [hour, minute, second], undefined, readZone(zone) ?? zoneMinutes);
  }
  const epoch = epochTime.exec(head);
  if (epoch !== null) {
    const [, digits = "", fraction = ""] = epoch;
    return Number(digits + fraction) / 10 ** (Math.ceil((digits.length - 10) / 3) * 3 - 3);
  }
  const glog = glogTime.exec(head);
  const syslog = syslogTime.exec(head);
  const [month, day, hour, minute, second, fraction] =
    glog !== null
      ? [Number(glog[2]) - 1, glog[3], glog[4], glog[5], glog[6], glog[7]]
      : syslog !== null
        ? [months.indexOf(syslog[1] ?? ""), syslog[2], syslog[3], syslog[4], syslog[5]]
        : [];
  if (month === undefined || month < 0) return undefined;
  const year = new Date(nowUnixMs).getUTCFullYear();
  const inYear = (each: number): number | undefined =>
    toUnixMs([each, month, Number(day)], [hour, minute, second], fraction, zoneMinutes);
  const unixMs = inYear(year);
  // What would lie in the future was logged last year.
  return unixMs !== undefined && unixMs > nowUnixMs + DAY_MS ? inYear(year - 1) : unixMs;
}

const DAY_MS = 86_400_000;

/** `undefined` where no clock shows that. */
function toUnixMs(
  [year, month, day]: readonly [number, number, number],
  clock: readonly (string | undefined)[],
  fraction: string | undefined,
  zoneMinutes: number,
): number | undefined {
  const [hour = 0, minute = 0, second = 0] = clock.map(Number);
  if (month < 0 || month > 11 || day < 1 || day > 31) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  const ms = fraction === undefined ? 0 : Number(`0.${fraction}`) * 1_000;
  return Date.UTC(year, month, day, hour, minute, second) + ms - zoneMinutes * 60_000;
}

/** `Z`, `+02:00`, `-0330`: minutes east of Greenwich. */
export function readZone(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === "Z") return 0;
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" ? -minutes : minutes;
}

function readLevel(head: string): LogLevel | undefined {
  const field = levelField.exec(head)?.[1];
  if (field !== undefined) {
    const named = /^\d/.test(field) ? nameNumber(Number(field)) : toLevel(field);
    if (named !== undefined) return named;
  }
  const glog = glogTime.exec(head)?.[1];
  if (glog !== undefined) return toLevel(glog);
  const word =
    levelWord.exec(head)?.[1] ?? bracketLevel.exec(head)?.[1] ?? dotnetLevel.exec(head)?.[1];
  return word === undefined ? undefined : toLevel(word);
}

/** Pino's and Bunyan's numbers: 30 is info. */
function nameNumber(level: number): LogLevel | undefined {
  if (level < 10 || level > 60) return undefined;
  return level >= 50 ? "error" : level >= 40 ? "warning" : level >= 30 ? "info" : "debug";
}

/**
 * The filter of logs without a trace, as text, in the words of the filter of traces. Pure; knows no store.
 *
 *     timeout service:shop service:mail level:error since:2h until:14:30 since:2026-11-30T10:00
 *
 * A level or a service that is named again is one more that is let through. A term that cannot be read is told, and
 * filters nothing.
 */

import { toLevel, type LogLevel } from "../model/logLevel.ts";
import { parseDurationMs, readTerms } from "./traceFilter.ts";

export interface LogFilter {
  readonly fromUnixMs: number;
  readonly toUnixMs: number;
  readonly services?: readonly string[];
  readonly levels?: readonly LogLevel[];
  readonly text?: string;
}

export interface ParsedLogFilter {
  readonly filter: LogFilter;
  /** The terms that could not be read, as they were written. */
  readonly unread: readonly string[];
}

/** Where no time is named: the last day. */
const DEFAULT_MS = 86_400_000;
/** Clocks of senders go before ours. */
const AHEAD_MS = 60_000;

export function parseLogFilter(text: string, nowUnixMs: number): ParsedLogFilter {
  const [words, services, unread] = [[] as string[], [] as string[], [] as string[]];
  const levels = new Set<LogLevel>();
  let [fromUnixMs, toUnixMs] = [nowUnixMs - DEFAULT_MS, nowUnixMs + AHEAD_MS];
  for (const { start, end, key, separator, value, isOpen } of readTerms(text)) {
    const name = separator === ":" ? key.toLowerCase() : "";
    const level = name === "level" ? toLevel(value) : undefined;
    const unixMs = name === "since" || name === "until" ? readMoment(value, nowUnixMs) : undefined;
    if (name === "service" && value !== "") services.push(value);
    else if (level !== undefined) levels.add(level);
    else if (unixMs !== undefined && name === "since") fromUnixMs = unixMs;
    else if (unixMs !== undefined) toUnixMs = unixMs;
    else if (isOpen || /^(?:service|level|since|until)$/.test(name)) {
      unread.push(text.slice(start, end));
    } else words.push(separator === undefined ? value : `${key}${separator}${value}`);
  }
  return {
    filter: {
      ...{ fromUnixMs, toUnixMs },
      ...(services.length > 0 && { services }),
      ...(levels.size > 0 && { levels: [...levels] }),
      ...(words.length > 0 && { text: words.join(" ") }),
    },
    unread,
  };
}

/** `2h` ago, `14:30` of today or, where that is still to come, of yesterday, `2026-11-30`, `2026-11-30T10:00`. */
function readMoment(value: string, nowUnixMs: number): number | undefined {
  const agoMs = parseDurationMs(value);
  if (agoMs !== undefined) return nowUnixMs - agoMs;
  const clock = /^(\d{1,2}):(\d\d)(?::(\d\d))?$/.exec(value);
  if (clock === null) {
    // A date alone would be taken for one of Greenwich.
    const text = /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00` : value;
    const unixMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
    return Number.isNaN(unixMs) ? undefined : unixMs;
  }
  const [hour = 0, minute = 0, second = 0] = clock.slice(1).map(each => Number(each || 0));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const day = new Date(nowUnixMs);
  day.setHours(hour, minute, second, 0);
  if (day.getTime() > nowUnixMs) day.setDate(day.getDate() - 1);
  return day.getTime();
}

/** Numbers and moments as the reader's language writes them. The language is that of the page. */

import { formatStart as writeStart } from "../../src/base/formatStart.ts";
import { formatRelativeTime } from "../../src/base/relativeTime.ts";
import { formatDuration, NS_PER_MS } from "../../src/model/units.ts";
import { t } from "./words.ts";

function getLanguage(): string | undefined {
  try {
    return Intl.getCanonicalLocales(document.documentElement.lang)[0];
  } catch {
    // A display language that is no locale: the browser's own is as good.
    return undefined;
  }
}

let isUtc = false;

/** From now on every moment is written in UTC, or in the zone of the reader's machine. */
export function setUtc(isWanted: boolean): void {
  isUtc = isWanted;
}

export function getZoneName(): string {
  return isUtc ? "UTC" : "";
}

function getZone(): { readonly timeZone?: string } {
  return isUtc ? { timeZone: "UTC" } : {};
}

/** Formats are dear to make, and a list writes hundreds of moments at each frame of a scroll. */
const formats = new Map<string, unknown>();

function getFormat<T>(name: string, make: (language: string | undefined) => T): T {
  const key = `${name} ${document.documentElement.lang}`;
  const known = formats.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = make(getLanguage());
  formats.set(key, made);
  return made;
}

export function formatCount(count: number): string {
  return getFormat("count", language => new Intl.NumberFormat(language)).format(count);
}

/** `1,234 spans`, `1 span`: the two forms are literals, so that both are translated. */
export function countOf(count: number, one: string, many: string): string {
  return count === 1 ? one : many.replace("{0}", formatCount(count));
}

/** `+1.2 s` after the start of the trace; the start itself is `+0`, as on the axis. */
export function formatOffset(ns: number): string {
  if (ns === 0) return "+0";
  return ns < 0 ? formatDuration(ns) : `+${formatDuration(ns)}`;
}

/** `34 %` of a whole; what is more than nothing never reads as nothing. */
export function formatShare(part: number, whole: number): string {
  if (!(part > 0 && whole > 0)) return "0 %";
  const percent = (part / whole) * 100;
  if (percent < 1) return "< 1 %";
  return `${Math.round(percent)} %`;
}

/** The size of a text: `2.1 kB`, `1.0 MB`, by its characters. */
export function formatSize(characters: number): string {
  if (characters < 1_000) return t("{0} characters", formatCount(characters));
  if (characters < 999_500) return `${(characters / 1_000).toPrecision(3)} kB`;
  return `${(characters / 1_000_000).toFixed(1)} MB`;
}

/** A whole date with its milliseconds and its zone. */
export function formatMoment(unixMs: number): string {
  const options = {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    timeZoneName: "short",
    ...getZone(),
  } as const;
  return getFormat(
    `moment ${String(isUtc)}`,
    language => new Intl.DateTimeFormat(language, options),
  ).format(unixMs);
}

/** The time of day with its milliseconds. */
export function formatClock(unixMs: number): string {
  return new Date(unixMs).toLocaleTimeString(getLanguage(), {
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    ...getZone(),
  });
}

export function formatStart(unixMs: number, nowMs: number): string | undefined {
  return writeStart(unixMs, nowMs, getLanguage(), getZone());
}

/** `3 minutes ago`, or as short as the language has it: `3m ago`. */
export function formatAgo(
  unixMs: number,
  nowMs: number,
  style: Intl.RelativeTimeFormatStyle = "long",
): string {
  const format = getFormat(
    `ago ${style}`,
    language => new Intl.RelativeTimeFormat(language, { numeric: "auto", style }),
  );
  return formatRelativeTime(unixMs, nowMs, format);
}

/** The moment of a time of the trace, in milliseconds since the Unix epoch. */
export function toUnixMs(originUnixMs: number, ns: number): number {
  return originUnixMs + ns / NS_PER_MS;
}

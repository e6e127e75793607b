import { isMoment } from "./relativeTime.ts";

/**
 * The time of day with its zone, after its date unless that is today's; `undefined` where nobody knows it. Knows no words:
 * its language is given.
 */
export function formatStart(
  unixMs: number,
  nowMs: number,
  language: string | undefined,
  zone: { readonly timeZone?: string } = {},
): string | undefined {
  if (!isMoment(unixMs)) return undefined;
  const date = new Date(unixMs);
  const now = new Date(nowMs);
  const dayOf = (each: Date): string => each.toLocaleDateString("en", zone);
  const isToday = dayOf(date) === dayOf(now);
  return date.toLocaleString(language, {
    ...(date.getFullYear() !== now.getFullYear() && { year: "numeric" }),
    ...(!isToday && { month: "short", day: "numeric" }),
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
    ...zone,
  });
}

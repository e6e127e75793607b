/** How long ago a moment was, as a language says it: the one way in which an age is written. Knows no page. */

/** No traced program ran before: what is earlier counts from a start of its own, as a machine's uptime does. */
const FIRST_MOMENT_MS = Date.UTC(1990, 0);

/** Whether a moment is one of the calendar. Else nobody knows when it was, and neither date nor age is written. */
export function isMoment(unixMs: number): boolean {
  return unixMs >= FIRST_MOMENT_MS;
}

/** The units of the past, each with its length in seconds. */
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_556_952],
  ["month", 2_629_746],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** `3 minutes ago`, by the style of the format. */
export function formatRelativeTime(
  unixMs: number,
  nowMs: number,
  format: Intl.RelativeTimeFormat,
): string {
  const seconds = (unixMs - nowMs) / 1_000;
  const [unit, length] = STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? ["second", 1];
  // Cut and not rounded: the next unit begins where this one is full.
  return format.format(Math.trunc(seconds / length), unit);
}

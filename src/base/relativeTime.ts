/** How long ago a moment was, as a language says it: the one way in which an age is written. Knows no page. */

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

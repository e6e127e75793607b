/**
 * Times that cannot be: a clock that began at 1970, seconds where nanoseconds are due. One such time in a trace must not
 * make all the others too small to be seen. Pure; times in milliseconds since the Unix epoch.
 */

/** Nothing that people trace takes a year. */
export const YEAR_MS = 366 * 86_400_000;
/** Clocks that were set tell times between these: before there were tracers, and as far in the future. */
export const FIRST_MS = Date.UTC(1990, 0);
const FIRST_NS = BigInt(FIRST_MS) * 1_000_000n;
export const LAST_MS = Date.UTC(2100, 0);
const LAST_NS = BigInt(LAST_MS) * 1_000_000n;

/** Whether a clock that was set may have told this moment since 1970. */
export function isDated(unixNs: bigint): boolean {
  return unixNs >= FIRST_NS && unixNs < LAST_NS;
}

/**
 * A time near which those of a trace lie, if some of them lie years away from it. A trace that counts from 0 has no
 * time that a clock tells, and is as good as any.
 */
export function findUsualTime(timesMs: readonly number[]): number | undefined {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of timesMs) {
    if (time < first) first = time;
    if (time > last) last = time;
  }
  if (!(last - first > YEAR_MS)) return undefined;
  const likely = timesMs.filter(time => time > FIRST_MS && time < LAST_MS);
  const sorted = (likely.length > 0 ? likely : [...timesMs]).sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

export function isStrayTime(timeMs: number, usualMs: number): boolean {
  return Math.abs(timeMs - usualMs) > YEAR_MS;
}

/** Whether a span seems to have begun before clocks were set, and to have ended after: told without its trace. */
export function isStrayStart(startNs: bigint | undefined, endNs: bigint | undefined): boolean {
  return startNs !== undefined && endNs !== undefined && startNs < FIRST_NS && endNs >= FIRST_NS;
}

/** Keeps the times that lie near each other. */
export function withoutStrays(timesMs: readonly number[]): readonly number[] {
  const usual = findUsualTime(timesMs);
  return usual === undefined ? timesMs : timesMs.filter(time => !isStrayTime(time, usual));
}

/** Units of time and how people read them. Pure. */

export const NS_PER_US = 1_000;
export const NS_PER_MS = 1_000_000;
export const NS_PER_S = 1_000_000_000;

/**
 * A duration in nanoseconds as at most three significant figures with the unit that fits: `870 ns`, `12.3 µs`, `4.56 ms`,
 * `1.23 s`, `2 m 05 s`, `3 h 12 m`. `NaN` (still running, unknown) reads `–`.
 */
export function formatDuration(durationNs: number): string {
  if (Number.isNaN(durationNs)) return "–";
  const sign = durationNs < 0 ? "−" : "";
  const ns = Math.abs(durationNs);
  if (ns < 999.5) return `${sign}${Math.round(ns)} ns`;
  if (ns < 999.5 * NS_PER_US) return `${sign}${threeFigures(ns / NS_PER_US)} µs`;
  if (ns < 999.5 * NS_PER_MS) return `${sign}${threeFigures(ns / NS_PER_MS)} ms`;
  if (ns < 59.95 * NS_PER_S) return `${sign}${threeFigures(ns / NS_PER_S)} s`;
  const seconds = Math.round(ns / NS_PER_S);
  if (seconds < 3_600) return `${sign}${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return `${sign}${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
  const hours = Math.round(minutes / 60);
  return `${sign}${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

function threeFigures(value: number): string {
  const decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return String(Number(value.toFixed(decimals)));
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

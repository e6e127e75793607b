/** The marks of the time axis: round moments, and their words. Pure. */

import { NS_PER_MS, NS_PER_S, NS_PER_US } from "../../src/model/units.ts";
import type { TimeScale } from "./timeScale.ts";

export interface Tick {
  /** Nanoseconds from the trace's origin. */
  readonly ns: number;
  readonly label: string;
}

const MINUTE = 60 * NS_PER_S;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Above a second people count in sixties, below in tens. */
const longSteps = [
  ...[1, 2, 5, 10, 15, 30].map(each => each * NS_PER_S),
  ...[1, 2, 5, 10, 15, 30].map(each => each * MINUTE),
  ...[1, 2, 3, 6, 12].map(each => each * HOUR),
  DAY,
];

/** The smallest round step that is not smaller than `leastNs`. */
export function findStep(leastNs: number): number {
  if (leastNs > DAY) return Math.ceil(leastNs / DAY) * DAY;
  const long = longSteps.find(step => step >= leastNs);
  if (leastNs > NS_PER_S / 2 && long !== undefined) return long;
  const power = 10 ** Math.floor(Math.log10(Math.max(leastNs, 1)));
  // Rounded, because a power of ten may come out a hair too small.
  return Math.round([1, 2, 5, 10].map(each => each * power).find(each => each >= leastNs) ?? 1);
}

/** Marks at least `gapPx` apart; their words count from `zeroNs`, where the trace begins. */
export function buildTicks(scale: TimeScale, zeroNs: number, gapPx: number): readonly Tick[] {
  const step = findStep(gapPx / scale.pxPerNs);
  const first = Math.ceil((scale.startNs - zeroNs) / step);
  const last = Math.floor((scale.endNs - zeroNs) / step);
  const format = chooseFormat(Math.abs(scale.endNs - zeroNs), step);
  const ticks: Tick[] = [];
  for (let i = first; i <= last; i += 1) {
    ticks.push({ ns: zeroNs + i * step, label: i === 0 ? "0" : format(i * step) });
  }
  return ticks;
}

/** The words of a moment, as fine as a pixel. */
export function formatMoment({ startNs, endNs, pxPerNs }: TimeScale, ns: number): string {
  return chooseFormat(Math.abs(endNs - startNs), findStep(1 / pxPerNs))(ns);
}

/** One unit for all marks of an axis, with just the decimals that tell them apart. */
function chooseFormat(largestNs: number, stepNs: number): (ns: number) => string {
  if (stepNs >= MINUTE) return formatClock;
  const units = [
    [NS_PER_S, "s"],
    [NS_PER_MS, "ms"],
    [NS_PER_US, "µs"],
    [1, "ns"],
  ] as const;
  const [unitNs, name] = units.find(([ns]) => largestNs >= ns) ?? [1, "ns"];
  const decimals = Math.max(0, Math.ceil(Math.log10(unitNs / stepNs) - 1e-9));
  if (unitNs === NS_PER_S && largestNs >= 2 * MINUTE) {
    return ns => {
      const seconds = (ns % MINUTE) / NS_PER_S;
      const width = decimals === 0 ? 2 : 3 + decimals;
      return `${Math.floor(ns / MINUTE)} m ${seconds.toFixed(decimals).padStart(width, "0")} s`;
    };
  }
  return ns => `${(ns / unitNs).toFixed(decimals)} ${name}`;
}

function formatClock(ns: number): string {
  const minutes = Math.round(ns / MINUTE);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} m`;
  const rest = minutes % 60;
  if (hours < 24) return `${hours} h${rest === 0 ? "" : ` ${String(rest).padStart(2, "0")} m`}`;
  return `${Math.floor(hours / 24)} d ${String(hours % 24).padStart(2, "0")} h`;
}

/** The events of a span: their order, and the logs among them. Pure. */

import type { LogMark } from "../../src/analysis/traceLogs.ts";
import { toLevel, type LogLevel } from "../../src/model/logLevel.ts";
import type { SpanEvent } from "../../src/model/spanDetail.ts";
import { NS_PER_MS } from "../../src/model/units.ts";

/** Stores keep them in the order in which they came. Events of one moment stay so, and those without one come last. */
export function sortEvents(events: readonly SpanEvent[]): readonly SpanEvent[] {
  const timed: { readonly event: SpanEvent; readonly ns: bigint }[] = [];
  const others: SpanEvent[] = [];
  for (const event of events) {
    // Nanoseconds since the epoch are more than a number holds.
    if (/^\d+$/.test(event.timeUnixNs)) timed.push({ event, ns: BigInt(event.timeUnixNs) });
    else others.push(event);
  }
  timed.sort((a, b) => Number(a.ns - b.ns));
  return [...timed.map(({ event }) => event), ...others];
}

/** A log that was received says how grave it is; an event of the program's own does not. */
export function isLog({ attributes }: SpanEvent): boolean {
  return attributes.some(({ key }) => key === "log.severity");
}

export function levelOf({ attributes }: SpanEvent): LogLevel | undefined {
  const word = attributes.find(({ key }) => key === "log.severity")?.value;
  return typeof word === "string" ? toLevel(word) : undefined;
}

/** Returns the lines that are no events: a received log is both, and is told once, as the event. */
export function leaveOutEvents(
  lines: readonly LogMark[],
  events: readonly SpanEvent[],
  originUnixMs: number,
): readonly LogMark[] {
  const eventTexts = new Set(
    events
      .filter(isLog)
      .map(({ name, timeUnixNs }) => `${Math.round(Number(timeUnixNs) / NS_PER_MS)} ${name}`),
  );
  return lines.filter(
    ({ text, timeNs }) =>
      !eventTexts.has(`${Math.round(timeNs / NS_PER_MS + originUnixMs)} ${text}`),
  );
}

/** Events in the order in which they happened. Pure. */

import type { SpanEvent } from "../../src/model/spanDetail.ts";

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

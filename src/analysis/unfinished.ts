/** Whether more of a trace is to be expected. Pure. */

import { FIRST_SPAN, SpanFlag } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import { NS_PER_MS } from "../model/units.ts";
import { isTask } from "./groups.ts";
import { getTraceEndNs, isRunning } from "./times.ts";

/** News older than this say that a worker has gone, not that it works. */
export const STALE_MS = 600_000;
/** Exporters wait for some seconds, and a parent is exported only when it has ended. */
const LATE_MS = 120_000;

/** Something runs and was heard of lately, or a parent is missing that may still be on its way. */
export function isUnfinished(columns: TraceColumns, nowUnixMs: number): boolean {
  const isLate = (span: SpanIndex): boolean => (columns.flags[span]! & SpanFlag.placeholder) !== 0;
  return (
    isStillRunning(columns, nowUnixMs) ||
    (getSilenceMs(columns, nowUnixMs) < LATE_MS && hasAny(columns, isLate))
  );
}

/** Something runs and was heard of lately. */
export function isStillRunning(columns: TraceColumns, nowUnixMs: number): boolean {
  return (
    getSilenceMs(columns, nowUnixMs) <= STALE_MS && hasAny(columns, span => isAlive(columns, span))
  );
}

/** It runs, or waits for a worker, and has not gone silent. */
export function isAlive(columns: TraceColumns, span: SpanIndex): boolean {
  return isRunning(columns, span) && !(columns.flags[span]! & SpanFlag.noHeartbeat);
}

/** A task whose store knows that it was published, and no start. */
export function isQueued(columns: TraceColumns, span: SpanIndex): boolean {
  return (
    isTask(columns, span) &&
    isRunning(columns, span) &&
    (columns.flags[span]! & SpanFlag.noStart) !== 0
  );
}

function getSilenceMs(columns: TraceColumns, nowUnixMs: number): number {
  return nowUnixMs - (columns.originUnixMs + getTraceEndNs(columns) / NS_PER_MS);
}

function hasAny({ count }: TraceColumns, test: (span: SpanIndex) => boolean): boolean {
  for (let span = FIRST_SPAN; span < count; span++) if (test(span)) return true;
  return false;
}

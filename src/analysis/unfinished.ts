/** Whether more of a trace is to be expected. Pure. */

import { SpanFlag } from "../model/span.ts";
import type { TraceColumns } from "../model/trace.ts";
import { NS_PER_MS } from "../model/units.ts";
import { getTraceEndNs, isRunning } from "./times.ts";

/** News older than this say that a worker has gone, not that it works. */
export const STALE_MS = 600_000;
/** Exporters wait for some seconds, and a parent is exported only when it has ended. */
const LATE_MS = 120_000;

/** Something runs and was heard of lately, or a parent is missing that may still be on its way. */
export function isUnfinished(columns: TraceColumns, nowUnixMs: number): boolean {
  const lastUnixMs = columns.originUnixMs + getTraceEndNs(columns) / NS_PER_MS;
  const agoMs = nowUnixMs - lastUnixMs;
  if (agoMs > STALE_MS) return false;
  for (let span = 0; span < columns.count; span += 1) {
    const flags = columns.flags[span]!;
    if (isRunning(columns, span) && !(flags & SpanFlag.noHeartbeat)) return true;
    if (flags & SpanFlag.placeholder && agoMs < LATE_MS) return true;
  }
  return false;
}

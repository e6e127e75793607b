/** A task in short, and a trace in short, from what a question about many of them reads. Pure. */

import { SpanFlag, SpanStatus } from "../../model/span.ts";
import { NS_PER_MS } from "../../model/units.ts";
import type { SpanBrief, TraceBrief } from "../traceStore.ts";
import { readState } from "./documentProfile.ts";
import type { TaskHit } from "./taskReader.ts";

export interface BriefContext {
  readonly nowUnixMs: number;
  readonly staleAfterMs: number;
}

export function toBrief(hit: TaskHit, traceId: string, context: BriefContext): SpanBrief {
  const { profile, name } = hit.tasks;
  const span = profile.toSpan(hit.document, hit.ids, { ...context, collection: name });
  const isFailed = span.status === SpanStatus.error;
  const error = isFailed ? profile.getError(hit.document) : undefined;
  const [message = ""] = error?.message.trim().split("\n", 1) ?? [];
  const line = [error?.type, message].filter(part => part !== undefined && part !== "").join(": ");
  const isUntimed = ((span.flags ?? 0) & SpanFlag.untimed) !== 0;
  return {
    traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    queue: span.queue === "" ? undefined : span.queue,
    status: span.status ?? SpanStatus.unset,
    state: readState(hit.document, profile),
    attempts: span.attempts,
    queuedUnixMs: toUnixMs(span.queuedUnixNs),
    // A task that was only seen to be done has an end and no start.
    startUnixMs: isUntimed ? undefined : toUnixMs(span.startUnixNs),
    endUnixMs: toUnixMs(span.endUnixNs),
    noHeartbeat: ((span.flags ?? 0) & SpanFlag.noHeartbeat) !== 0 ? true : undefined,
    error: line === "" ? undefined : line,
  };
}

/** `briefs` are all that is known of the trace, at least one. */
export function toTraceBrief(traceId: string, briefs: readonly SpanBrief[]): TraceBrief {
  const root = findRoot(briefs);
  const starts = briefs.flatMap(brief => brief.startUnixMs ?? brief.endUnixMs ?? []);
  const ends = briefs.flatMap(brief => brief.endUnixMs ?? []);
  const startUnixMs = min(starts) ?? root.queuedUnixMs ?? 0;
  const isRunning = ends.length < briefs.length;
  const queues = briefs.flatMap(brief => brief.queue ?? []);
  return {
    traceId,
    root,
    spanCount: briefs.length,
    errorCount: briefs.filter(brief => brief.status === SpanStatus.error).length,
    startUnixMs,
    durationMs: isRunning ? undefined : (max(ends) ?? startUnixMs) - startUnixMs,
    services: [...new Set(queues)].sort(),
  };
}

/** The one without a parent, or whose parent is not here, that started first. */
export function findRoot(briefs: readonly SpanBrief[]): SpanBrief {
  const ids = new Set(briefs.map(brief => brief.spanId));
  const rank = ({ parentSpanId }: SpanBrief): number =>
    parentSpanId === undefined ? 0 : ids.has(parentSpanId) ? 2 : 1;
  const start = (brief: SpanBrief): number =>
    brief.startUnixMs ?? brief.endUnixMs ?? Number.POSITIVE_INFINITY;
  return briefs.reduce((best, each) => {
    const byRank = rank(each) - rank(best);
    return byRank < 0 || (byRank === 0 && start(each) < start(best)) ? each : best;
  });
}

function toUnixMs(unixNs: bigint | undefined): number | undefined {
  if (unixNs === undefined) return undefined;
  const nsPerMs = BigInt(NS_PER_MS);
  return Number(unixNs / nsPerMs) + Number(unixNs % nsPerMs) / NS_PER_MS;
}

/** Loops, because a trace may hold more spans than a call takes arguments. */
function min(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.min(a, b));
}

function max(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b));
}

/** Spans and traces in short, from what a store has read of them: what hovers and lists show. Pure. */

import { findText } from "../formats/values/attributeValues.ts";
import { spanKeys } from "../formats/otlp/spanKeys.ts";
import { isAbsentId, isNoId } from "../model/ids.ts";
import { SpanFlag, SpanStatus } from "../model/span.ts";
import type { SpanDetail, SpanError } from "../model/spanDetail.ts";
import { findSession } from "../model/session.ts";
import type { SpanRecord } from "../model/spanRecord.ts";
import { withoutStrays } from "../model/strayTimes.ts";
import { NS_PER_MS } from "../model/units.ts";
import type { SpanBrief, TraceBrief } from "../model/traceStore.ts";

const MAX_ERROR_LENGTH = 300;

export function toSpanBrief({ traceId, span, detail }: SpanRecord): SpanBrief {
  const flags = span.flags ?? 0;
  const isUntimed = (flags & SpanFlag.untimed) !== 0;
  const isFailed = span.status === SpanStatus.error;
  const parent = span.parentSpanId ?? "";
  return {
    traceId,
    spanId: span.spanId,
    parentSpanId: isAbsentId(parent) ? undefined : parent,
    name: span.name,
    service: span.service === "" ? undefined : span.service,
    queue: span.queue === "" ? undefined : span.queue,
    status: span.status ?? SpanStatus.unset,
    state: detail.task?.state,
    attempts: span.attempts,
    queuedUnixMs: toUnixMs(span.queuedUnixNs),
    startUnixMs: isUntimed ? undefined : toUnixMs(span.startUnixNs),
    // Of what is not known to have run, any moment is the end.
    endUnixMs: toUnixMs(span.endUnixNs) ?? (isUntimed ? toUnixMs(span.startUnixNs) : undefined),
    noHeartbeat: (flags & SpanFlag.noHeartbeat) !== 0 ? true : undefined,
    session: findSession(detail.attributes, detail.resource),
    error: isFailed ? toErrorLine(detail.error) : undefined,
  };
}

/** `briefs` are all that is known of the trace, at least one. */
export function toTraceBrief(traceId: string, briefs: readonly SpanBrief[]): TraceBrief {
  const root = findRoot(briefs);
  const starts = briefs.flatMap(brief => brief.startUnixMs ?? brief.endUnixMs ?? []);
  const ends = briefs.flatMap(brief => brief.endUnixMs ?? []);
  const isRunning = ends.length < briefs.length;
  const times = withoutStrays([...starts, ...ends]);
  const startUnixMs = min(times) ?? root.queuedUnixMs ?? 0;
  const services = briefs.flatMap(({ service, queue }) => [service ?? [], queue ?? []].flat());
  return {
    traceId,
    root,
    spanCount: briefs.length,
    errorCount: briefs.filter(brief => brief.status === SpanStatus.error).length,
    startUnixMs,
    durationMs: isRunning ? undefined : (max(times) ?? startUnixMs) - startUnixMs,
    services: [...new Set(services)].sort(),
    session: root.session ?? briefs.find(({ session }) => session !== undefined)?.session,
  };
}

/** Unites what several files tell of one trace, each in short; at least one. */
export function uniteTraceBriefs(parts: readonly TraceBrief[]): TraceBrief {
  const [first, ...others] = parts as [TraceBrief, ...TraceBrief[]];
  if (others.length === 0) return first;
  const starts = parts.flatMap(({ startUnixMs }) => (startUnixMs === 0 ? [] : startUnixMs));
  const startUnixMs = min(starts) ?? 0;
  const isRunning = parts.some(({ durationMs }) => durationMs === undefined);
  const ends = parts.map(part => part.startUnixMs + (part.durationMs ?? 0));
  return {
    traceId: first.traceId,
    root: findRoot(parts.map(({ root }) => root)),
    spanCount: sum(parts.map(({ spanCount }) => spanCount)),
    errorCount: sum(parts.map(({ errorCount }) => errorCount)),
    startUnixMs,
    durationMs: isRunning ? undefined : (max(ends) ?? 0) - startUnixMs,
    services: [...new Set(parts.flatMap(({ services }) => services))].sort(),
    session: parts.find(({ session }) => session !== undefined)?.session,
  };
}

/** The one without a parent, or whose parent is not here, that started first. A parent 0 is one where it is here. */
export function findRoot(briefs: readonly SpanBrief[]): SpanBrief {
  const ids = new Set(briefs.map(brief => brief.spanId));
  const rank = ({ parentSpanId }: SpanBrief): number =>
    parentSpanId !== undefined && ids.has(parentSpanId) ? 2 : isNoId(parentSpanId ?? "") ? 0 : 1;
  const start = (brief: SpanBrief): number =>
    brief.startUnixMs ?? brief.endUnixMs ?? Number.POSITIVE_INFINITY;
  const root = briefs.reduce((best, each) => {
    const byRank = rank(each) - rank(best);
    return byRank < 0 || (byRank === 0 && start(each) < start(best)) ? each : best;
  });
  return rank(root) === 0 ? { ...root, parentSpanId: undefined } : root;
}

/** The task that a span belongs to: its document's, or the message that it handled. */
export function findTaskId(detail: SpanDetail): string | undefined {
  return detail.task?.taskId ?? findText(detail.attributes, ...spanKeys.taskId);
}

/** `ValueError: no such order`, one line; `undefined` where nothing is said. */
export function toErrorLine(error: SpanError | undefined): string | undefined {
  const type = error?.type ?? "";
  const message = error?.message.trim().split("\n", 1)[0]?.trimEnd() ?? "";
  // Many programs write the type before the message, and some nothing behind it.
  const isTold = type !== "" && (message === type || message.startsWith(`${type}:`));
  const said = isTold ? message.replace(/:$/, "") : message;
  const line = [isTold ? "" : type, said].filter(part => part !== "").join(": ");
  return line === "" ? undefined : line.slice(0, MAX_ERROR_LENGTH);
}

/** Zero is how many formats say "unknown". */
export function toUnixMs(unixNs: bigint | undefined): number | undefined {
  if (unixNs === undefined || unixNs <= 0n) return undefined;
  const nsPerMs = BigInt(NS_PER_MS);
  return Number(unixNs / nsPerMs) + Number(unixNs % nsPerMs) / NS_PER_MS;
}

/** Loops, because a trace may hold more spans than a call takes arguments. */
function min(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.min(a, b));
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function max(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => Math.max(a, b));
}

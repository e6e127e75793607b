/** A task in short, from what a question about many of them reads. Pure. */

import { SpanFlag, SpanStatus } from "../../model/span.ts";
import { toErrorLine, toUnixMs } from "../briefs.ts";
import type { SpanBrief } from "../../model/traceStore.ts";
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
    error: toErrorLine(error),
  };
}

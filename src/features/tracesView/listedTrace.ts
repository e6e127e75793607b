/** A trace in short, as the list shows it. Pure. */

import { SpanStatus } from "../../model/span.ts";
import type { ListedTrace, TraceState } from "../../protocol/tracesView.ts";
import type { WorkspaceCommit } from "../../model/workspaceCommit.ts";
import type { TraceBrief } from "../../model/traceStore.ts";

/** `commit`: what is known of the workspace when the trace came in. */
export function toListed(trace: TraceBrief, commit?: WorkspaceCommit): ListedTrace {
  const { root, durationMs, services, session } = trace;
  const rootGroup = root.queue ?? root.service;
  return {
    traceId: trace.traceId,
    name: root.name,
    state: getState(trace),
    services:
      rootGroup === undefined
        ? services
        : [rootGroup, ...services.filter(each => each !== rootGroup)],
    spanCount: trace.spanCount,
    errorCount: trace.errorCount,
    startUnixMs: trace.startUnixMs,
    ...(durationMs !== undefined && { durationMs }),
    ...(session !== undefined && { session }),
    isPinned: trace.isPinned === true,
    ...(commit !== undefined && { commit }),
  };
}

function getState({ root, errorCount, durationMs }: TraceBrief): TraceState {
  if (errorCount > 0) return "failed";
  if (root.noHeartbeat === true) return "silent";
  const isTimed = root.startUnixMs !== undefined;
  if (durationMs === undefined && isTimed) return "running";
  if (root.status === SpanStatus.ok) return "ok";
  return isTimed ? "ended" : "untimed";
}

/** Children that look alike as one line: `SELECT ×12 · 180 ms`. Pure. */

import { isRunning } from "../../src/analysis/times.ts";
import type { SpanIndex, TraceColumns } from "../../src/model/trace.ts";

export interface EqualSpans {
  /** In order; never empty. */
  readonly spans: readonly SpanIndex[];
  /** The durations of those that have ended, added up. */
  readonly totalNs: number;
}

/** Equal are spans of one name, service, queue, kind and status, so that a failed one never hides among others. */
export function foldEqual(
  columns: TraceColumns,
  spans: readonly SpanIndex[],
): readonly EqualSpans[] {
  const { name, service, queue, kind, status, startNs, endNs } = columns;
  const groups = new Map<string, { spans: SpanIndex[]; totalNs: number }>();
  for (const span of spans) {
    const key = [name, service, queue, kind, status].map(column => column[span]).join(" ");
    const group = groups.get(key) ?? { spans: [], totalNs: 0 };
    groups.set(key, group);
    group.spans.push(span);
    if (!isRunning(columns, span)) group.totalNs += (endNs[span] ?? 0) - (startNs[span] ?? 0);
  }
  return [...groups.values()];
}

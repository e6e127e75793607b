/** Finds in a trace as the view does: asks on until all spans have been looked into. */

import { SpanSearch } from "../../../src/features/tracePanel/spanSearch.ts";
import type { SpanIndex, Trace } from "../../../src/model/trace.ts";

export async function findAll(
  trace: Trace,
  text: string,
): Promise<{ readonly spans: readonly SpanIndex[]; readonly unread: number }> {
  const search = new SpanSearch(() => new AbortController().signal);
  const spans = new Set<SpanIndex>();
  let unread = 0;
  for (let from = 0; from < trace.columns.count;) {
    const chunk = await search.find(trace, text, from);
    for (const span of chunk.spans) spans.add(span);
    unread += chunk.unread;
    from = chunk.next;
  }
  return { spans: [...spans].sort((a, b) => a - b), unread };
}

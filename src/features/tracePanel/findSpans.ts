/**
 * Find in trace: the spans whose name, id, service, queue or detail holds a text. Details are read in chunks that the
 * view asks for one after another, so that a trace of any size is looked into and a new text ends the search.
 */

import type { SpanIndex, Trace } from "../../model/trace.ts";
import type { FoundSpans } from "../../protocol/traceView.ts";

/** So many details are read side by side. */
const BATCH = 64;
/** A chunk answers about then: often enough to show progress, and seldom enough to cost nothing. */
const CHUNK_MS = 250;

/** The spans that the text was found in from `from` on; names and ids of all spans with the first chunk. */
export async function findSpansByText(
  trace: Trace,
  text: string,
  from: SpanIndex,
  signal: AbortSignal,
  nowMs: () => number = () => performance.now(),
): Promise<FoundSpans> {
  const wanted = text.trim().toLowerCase();
  const { count } = trace.columns;
  if (wanted === "") return { spans: [], next: count, unread: 0 };
  const spans = from === 0 ? findByName(trace, wanted) : [];
  const endMs = nowMs() + CHUNK_MS;
  let next = from;
  let unread = 0;
  while (next < count && (next === from || nowMs() < endMs)) {
    const batch = Array.from({ length: Math.min(BATCH, count - next) }, (_, i) => next + i);
    const hits = await Promise.all(batch.map(span => holdsText(trace, span, wanted, signal)));
    spans.push(...batch.filter((_, i) => hits[i] === true));
    const failed = hits.filter(hit => hit === undefined).length;
    next += batch.length;
    unread += failed;
    // A store that answers none of so many will not answer the others, each after its own deadline.
    if (failed === batch.length) {
      unread += count - next;
      next = count;
    }
  }
  return { spans: [...new Set(spans)].sort((a, b) => a - b), next, unread };
}

function findByName({ columns, spanIds }: Trace, wanted: string): SpanIndex[] {
  const hitStrings = columns.strings.map(each => each.toLowerCase().includes(wanted));
  return spanIds.flatMap((id, span) => {
    const isHit =
      [columns.name, columns.service, columns.queue].some(
        column => hitStrings[column[span] ?? 0],
      ) || id.toLowerCase().includes(wanted);
    return isHit ? [span] : [];
  });
}

/** `undefined` where the span could not be looked into. */
async function holdsText(
  trace: Trace,
  span: SpanIndex,
  wanted: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    const raw = (await trace.readDetail(span, signal)).raw.toLowerCase();
    // The document is JSON: a quote or a backslash of a value stands in it escaped.
    return raw.includes(wanted) || raw.includes(JSON.stringify(wanted).slice(1, -1));
  } catch {
    // The store has gone, or the span; the view says how many.
    return undefined;
  }
}

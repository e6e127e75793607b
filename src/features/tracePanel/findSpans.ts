/**
 * Find in trace: the spans whose name, id, service, queue or detail holds a text. Where a store looks through all details
 * by itself, it answers with the first chunk; of the others they are read in chunks that the view asks for one after
 * another, so that a trace of any size is looked into and a new text ends the search.
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
  const search = trace.textSearch;
  const isCovered = (span: SpanIndex): boolean => search?.covers(span) === true;
  let unread = 0;
  if (from === 0 && search !== undefined) {
    try {
      spans.push(...(await search.find(wanted, signal)));
    } catch {
      // The store has gone; the view says how many.
      for (let span = 0; span < count; span += 1) if (isCovered(span)) unread += 1;
    }
  }
  const endMs = nowMs() + CHUNK_MS;
  let next = from;
  while (next < count && (next === from || nowMs() < endMs)) {
    const batch: SpanIndex[] = [];
    for (; next < count && batch.length < BATCH; next += 1) {
      if (!isCovered(next)) batch.push(next);
    }
    const hits = await Promise.all(batch.map(span => holdsText(trace, span, wanted, signal)));
    spans.push(...batch.filter((_, i) => hits[i] === true));
    const failed = hits.filter(hit => hit === undefined).length;
    unread += failed;
    // A store that answers none of so many will not answer the others, each after its own deadline.
    if (failed > 0 && failed === batch.length) {
      for (; next < count; next += 1) if (!isCovered(next)) unread += 1;
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
  needle: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  try {
    const raw = (await trace.readDetail(span, signal)).raw.toLowerCase();
    // The document is JSON: a quote or a backslash of a value stands in it escaped.
    return raw.includes(needle) || raw.includes(JSON.stringify(needle).slice(1, -1));
  } catch {
    // The store has gone, or the span; the view says how many.
    return undefined;
  }
}

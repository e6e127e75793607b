/** Find in trace: the spans whose name, id, service, queue or detail holds a text. */

import type { SpanIndex, Trace } from "../../model/trace.ts";

/** Details are read one span at a time, so only this many are looked into; names and ids always are. */
const DETAIL_LIMIT = 500;

/** In order; case does not matter. */
export async function findSpansByText(
  trace: Trace,
  text: string,
  signal: AbortSignal,
): Promise<readonly SpanIndex[]> {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const { columns, spanIds } = trace;
  const hitStrings = columns.strings.map(each => each.toLowerCase().includes(wanted));
  const hits = new Set<SpanIndex>();
  for (let span = 0; span < columns.count; span += 1) {
    const isHit =
      [columns.name, columns.service, columns.queue].some(
        column => hitStrings[column[span] ?? 0],
      ) || (spanIds[span] ?? "").toLowerCase().includes(wanted);
    if (isHit) hits.add(span);
  }
  if (columns.count <= DETAIL_LIMIT) {
    const others = Array.from({ length: columns.count }, (_, span) => span).filter(
      span => !hits.has(span),
    );
    await Promise.all(
      others.map(async span => {
        const detail = await trace.readDetail(span, signal);
        if (detail.raw.toLowerCase().includes(wanted)) hits.add(span);
      }),
    );
  }
  return [...hits].sort((a, b) => a - b);
}

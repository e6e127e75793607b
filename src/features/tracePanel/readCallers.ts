/** The spans around one, by whose places a span without a place of its own is found. */

import { NO_SPAN } from "../../model/span.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanIndex, Trace } from "../../model/trace.ts";
import { getSpanFacts, type CallingSpan } from "../../source/codeHints.ts";

/** A caller that is further away says little of the span. */
const MAX_CALLERS = 8;

/** Nearest first. */
export async function* readCallers(
  trace: Trace,
  span: SpanIndex,
  readDetail: (span: SpanIndex) => Promise<SpanDetail>,
): AsyncGenerator<CallingSpan> {
  const { parent } = trace.columns;
  let around = parent[span] ?? NO_SPAN;
  for (let steps = 0; around >= 0 && steps < MAX_CALLERS; steps += 1) {
    yield { detail: await readDetail(around), span: getSpanFacts(trace, around) };
    around = parent[around] ?? NO_SPAN;
  }
}

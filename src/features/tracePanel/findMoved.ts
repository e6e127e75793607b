/** The way from the spans of a trace to the same spans when it has grown. Pure. */

import { type IndexArray, toIndexArray } from "../../base/indexArray.ts";
import { NO_SPAN } from "../../model/span.ts";
import { type SpanIndex, type Trace } from "../../model/trace.ts";

/** Where the spans of a trace are after it has grown. Most stand where they stood, and need no look. */
export function findMoved(before: Trace, after: Trace): IndexArray<SpanIndex> {
  return toIndexArray(
    before.spanIds.map((id, span) =>
      after.spanIds[span] === id ? (span as SpanIndex) : (after.findSpan(id) ?? NO_SPAN),
    ),
  );
}

/** The way from the spans of a trace to the same spans when it has grown. Pure. */

import type { Trace } from "../../model/trace.ts";

/** Where the spans of a trace are after it has grown. Most stand where they stood, and need no look. */
export function findMoved(before: Trace, after: Trace): Int32Array {
  return Int32Array.from(before.spanIds, (id, span) =>
    after.spanIds[span] === id ? span : (after.findSpan(id) ?? -1),
  );
}

/** Indices of spans that a test writes down as numbers. */

import type { SpanIndex } from "../../src/model/span.ts";

export function asSpan(index: number): SpanIndex {
  return index as SpanIndex;
}

export function asSpans(indices: Iterable<number>): SpanIndex[] {
  return Array.from(indices, asSpan);
}

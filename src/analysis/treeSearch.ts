/** Finding one's way in a trace: rows and spans, matches of a text, errors. Pure. */

import { findFirst } from "../base/binarySearch.ts";
import { FIRST_SPAN, SpanStatus } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";

/** The index of a row among those that are shown. A span's index is another as soon as something is folded or left out. */
export type RowIndex = number & { readonly __brand: "RowIndex" };
export const NO_ROW = -1 as RowIndex;

/** The row of a span, or of the folded ancestor that hides it; −1 where there are no rows. Rows ascend. */
export function findRow(rows: Int32Array, span: SpanIndex): RowIndex {
  return (findFirst(rows.length, row => rows[row]! > span) - 1) as RowIndex;
}

/** Every span that has children, so that folding them all leaves only the roots. */
export function listParents(
  childCount: Int32Array,
  from: SpanIndex,
  end: number,
): readonly SpanIndex[] {
  const parents: SpanIndex[] = [];
  for (let span = from; span < end; span++) if (childCount[span]! > 0) parents.push(span);
  return parents;
}

/** The failed spans, in order. */
export function listErrors({ count, status }: Pick<TraceColumns, "count" | "status">): Int32Array {
  const errors: SpanIndex[] = [];
  for (let span = FIRST_SPAN; span < count; span++) {
    if (status[span] === SpanStatus.error) errors.push(span);
  }
  return Int32Array.from(errors);
}

/** How many of ascending spans are in [from, end). */
export function countBetween(spans: Int32Array, from: SpanIndex, end: SpanIndex): number {
  const countBefore = (span: SpanIndex): number => findFirst(spans.length, i => spans[i]! >= span);
  return countBefore(end) - countBefore(from);
}

/** Which of its siblings each span is, from 1; roots are siblings. */
export function buildPlaces({ count, parent }: Pick<TraceColumns, "count" | "parent">): Int32Array {
  const places = new Int32Array(count);
  // One place more than spans, for the siblings without a parent.
  const siblingCounts = new Int32Array(count + 1);
  for (let span = FIRST_SPAN; span < count; span++) {
    const above = parent[span]! + 1;
    siblingCounts[above]! += 1;
    places[span] = siblingCounts[above]!;
  }
  return places;
}

/** Spans whose name, service or queue holds the text, whatever its case; in order. */
export function findByText(columns: TraceColumns, text: string): readonly SpanIndex[] {
  const sought = text.toLowerCase();
  const holds = Uint8Array.from(columns.strings, each =>
    each !== "" && each.toLowerCase().includes(sought) ? 1 : 0,
  );
  const matches: SpanIndex[] = [];
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const { name, service, queue } = columns;
    if (holds[name[span]!]! | holds[service[span]!]! | holds[queue[span]!]!) matches.push(span);
  }
  return matches;
}

/** Whether the JSON of a detail holds a text in lower case. A quote or a backslash of a value stands in it escaped. */
export function holdsText(raw: string, wanted: string): boolean {
  const text = raw.toLowerCase();
  return text.includes(wanted) || text.includes(JSON.stringify(wanted).slice(1, -1));
}

/** The next of ascending spans after (`step` 1) or before (−1) a span, around the end. */
export function findNext(
  spans: readonly SpanIndex[],
  from: SpanIndex,
  step: 1 | -1,
): SpanIndex | undefined {
  const after = findFirst(spans.length, i => spans[i]! > from);
  if (step === 1) return spans[after] ?? spans[0];
  const before = spans[after - 1] === from ? after - 2 : after - 1;
  return spans[before] ?? spans.at(-1);
}

/** The next failed span after or before a span, around the end. */
export function findError(
  { count, status }: Pick<TraceColumns, "count" | "status">,
  from: SpanIndex,
  step: 1 | -1,
): SpanIndex | undefined {
  for (let i = 1; i <= count; i += 1) {
    const span = ((((from + i * step) % count) + count) % count) as SpanIndex;
    if (status[span] === SpanStatus.error) return span;
  }
  return undefined;
}

/** Finds the spans of a trace again after it has grown: their indices move when others come between. Pure. */

import { NS_PER_MS } from "../src/model/units.ts";
import type { SpanIndex, TraceColumns } from "../src/model/trace.ts";

/**
 * Where each of `spans` stands in `after`; those that are gone are left out. Columns have no ids, so a span is known
 * by its name, service, queue and start, and by how many such came before it.
 */
export function carryOver(
  before: TraceColumns,
  after: TraceColumns,
  spans: Iterable<SpanIndex>,
): ReadonlyMap<SpanIndex, SpanIndex> {
  const wanted = new Set(spans);
  const found = new Map<SpanIndex, SpanIndex>();
  if (wanted.size === 0) return found;
  const starts = new Set([...wanted].map(span => before.startNs[span] ?? 0));
  const keys = new Map<string, SpanIndex>();
  walk(before, 0, starts, (span, key) => {
    if (wanted.has(span)) keys.set(key, span);
  });
  walk(after, getShiftNs(before, after), starts, (span, key) => {
    const old = keys.get(key);
    if (old !== undefined) found.set(old, span);
  });
  return found;
}

/** What is added to a time of `after` to make it a time of `before`: an earlier span may have moved the origin. */
export function getShiftNs(before: TraceColumns, after: TraceColumns): number {
  return (after.originUnixMs - before.originUnixMs) * NS_PER_MS;
}

/** Visits the spans that start at one of `starts`: a key for each of a million would be felt. */
function walk(
  columns: TraceColumns,
  shiftNs: number,
  starts: ReadonlySet<number>,
  visit: (span: SpanIndex, key: string) => void,
): void {
  const textAt = (column: Int32Array, span: SpanIndex): string =>
    columns.strings[column[span] ?? 0] ?? "";
  const seen = new Map<string, number>();
  for (let span = 0; span < columns.count; span += 1) {
    const startNs = (columns.startNs[span] ?? 0) + shiftNs;
    if (!starts.has(startNs)) continue;
    const key = JSON.stringify([
      textAt(columns.name, span),
      textAt(columns.service, span),
      textAt(columns.queue, span),
      startNs,
    ]);
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    visit(span, `${key}#${times}`);
  }
}

/**
 * Which spans of an open trace a filter lets through, and which rows then stand: those spans, and above them the way to
 * the root. Pure and linear.
 */

import { type IndexArray, newIndexArray } from "../base/indexArray.ts";
import { FIRST_SPAN, nextSpan, type SpanKind, SpanStatus } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import type { TraceTree } from "./tree.ts";

/** All that is given must hold. Names and not indices, so that it stays when the trace grows. */
export interface SpanFilter {
  /** A queue or a service, as colours and legends name it. */
  readonly group?: string;
  readonly operation?: string;
  readonly isFailed?: true;
  readonly kind?: SpanKind;
  /** At least so long, in nanoseconds; a span that still runs counts until the trace's last known moment. */
  readonly leastNs?: number;
  /** Only what the find box has found. */
  readonly isMatch?: true;
  /** Only what the critical path runs in or waits for. */
  readonly isCritical?: true;
  /** Only the spans that show an answer; `title` says which. */
  readonly chosen?: { readonly title: string; readonly spans: readonly SpanIndex[] };
  /** Only this span and what is below it. */
  readonly under?: SpanIndex;
}

export function isEmptyFilter(filter: SpanFilter): boolean {
  return Object.values(filter).every(value => value === undefined);
}

/** 1 for each span that the filter lets through; `undefined` where it asks for nothing. */
export function selectSpans(
  columns: TraceColumns,
  tree: Pick<TraceTree, "subtreeEnd">,
  traceEndNs: number,
  filter: SpanFilter,
  matches: readonly SpanIndex[] | undefined,
  /** 1 for each span of the critical path; `undefined` while it is not known, and then none passes. */
  critical?: Uint8Array,
): Uint8Array | undefined {
  if (isEmptyFilter(filter)) return undefined;
  const { count, strings, name, service, queue, status, kind, startNs, endNs } = columns;
  const passes = new Uint8Array(count);
  const group = findString(strings, filter.group);
  const operation = findString(strings, filter.operation);
  const found = new Set(filter.isMatch ? matches : undefined);
  const chosen = filter.chosen && new Set(filter.chosen.spans);
  const from = filter.under ?? FIRST_SPAN;
  const end = filter.under === undefined ? count : tree.subtreeEnd[from]!;
  for (let span = from; span < end; span++) {
    if (group !== undefined && queue[span] !== group && service[span] !== group) continue;
    if (operation !== undefined && name[span] !== operation) continue;
    if (filter.isFailed && status[span] !== SpanStatus.error) continue;
    if (filter.kind !== undefined && kind[span] !== filter.kind) continue;
    if (filter.leastNs !== undefined) {
      const last = Number.isNaN(endNs[span]) ? traceEndNs : endNs[span]!;
      if (!(last - startNs[span]! >= filter.leastNs)) continue;
    }
    if (filter.isCritical && critical?.[span] !== 1) continue;
    if (chosen !== undefined && !chosen.has(span)) continue;
    if (filter.isMatch && !found.has(span)) continue;
    passes[span] = 1;
  }
  return passes;
}

/** −1 for a name that the trace does not have, which no span is called by; `undefined` where none is asked for. */
function findString(strings: readonly string[], text: string | undefined): number | undefined {
  return text === undefined ? undefined : strings.indexOf(text);
}

/** The rows, in order, while these subtrees are folded and only spans with one that passes in their subtree have a row. */
export function buildFilteredRows(
  count: number,
  tree: Pick<TraceTree, "subtreeEnd">,
  folded: ReadonlySet<SpanIndex>,
  passes: Uint8Array,
): IndexArray<SpanIndex> {
  const sums = new Int32Array(count + 1);
  for (let span = FIRST_SPAN; span < count; span++) sums[span + 1] = sums[span]! + passes[span]!;
  const rows = newIndexArray<SpanIndex>(count);
  let row = 0;
  for (let span = FIRST_SPAN; span < count;) {
    const end = tree.subtreeEnd[span]!;
    const isEmpty = sums[end] === sums[span];
    if (!isEmpty) rows[row++] = span;
    span = isEmpty || folded.has(span) ? end : nextSpan(span);
  }
  return rows.slice(0, row);
}

/** How many spans pass. */
export function countPassing(passes: Uint8Array): number {
  let sum = 0;
  for (const pass of passes) sum += pass;
  return sum;
}

/**
 * Spans of one trace that share an id, because the id was made of the clock: each gets one of its own, and what names
 * the shared id as its parent goes below the one that was running at the time. Pure.
 */

import { findFirst } from "../../base/binarySearch.ts";
import type { SpanInput } from "../../model/span.ts";

export interface RepeatedSpan {
  readonly traceId: string;
  readonly span: SpanInput;
  /** Where the span holds all of its parent. */
  readonly parentName: string;
}

export interface Separated {
  /** In the order of the spans; `undefined` for one that was told again when it ended. */
  readonly spans: readonly (SpanInput | undefined)[];
  /** How many ids were shared. */
  readonly shared: number;
}

/** A span below another stands near it; in a file of one id, looking further would never end. */
const MOST_LOOKED_AT = 1_000;

export function separateRepeated(all: readonly RepeatedSpan[]): Separated {
  const spans: (SpanInput | undefined)[] = all.map(each => each.span);
  if (!hasRepeated(all)) return { spans, shared: 0 };
  /** The spans of a shared id, those that contain others before them. */
  const shared = new Map<string, readonly RepeatedSpan[]>();
  const ranks = new Map<RepeatedSpan, number>();
  const positions = new Map(all.map((own, index) => [own, index]));
  for (const [key, group] of Map.groupBy(all, own => toKey(own, own.span.spanId))) {
    if (group.length === 1) continue;
    const ends = new Map<string, number>();
    for (const record of group) {
      const start = describeStart(record);
      ends.set(start, Math.max(ends.get(start) ?? 0, rankEnd(record)));
    }
    const [open, members] = [[], []] as [RepeatedSpan[], RepeatedSpan[]];
    for (const record of group) {
      const isOpen = rankEnd(record) < (ends.get(describeStart(record)) ?? 0);
      (isOpen ? open : members).push(record);
    }
    for (const record of open) spans[positions.get(record) ?? 0] = undefined;
    // One span may stand in a file several times.
    if (new Set(members.map(describe)).size < 2) continue;
    shared.set(key, members.sort(compareOuter));
    for (const [rank, own] of members.entries()) ranks.set(own, rank);
  }
  for (const [index, own] of all.entries()) {
    const parents = shared.get(toKey(own, own.span.parentSpanId));
    const { parentSpanId, ...rest } = own.span;
    if (spans[index] === undefined || (parents === undefined && !ranks.has(own))) continue;
    const parent = parents === undefined ? undefined : findParent(own, parents, ranks.get(own));
    const parentId = parents === undefined ? parentSpanId : parent && nameOf(parent);
    spans[index] = {
      ...rest,
      spanId: nameOf(own),
      ...(parentId !== undefined && { parentSpanId: parentId }),
    };
  }
  return { spans, shared: shared.size };

  function nameOf(own: RepeatedSpan): string {
    const rank = ranks.get(own) ?? 0;
    return rank === 0 ? own.span.spanId : `${own.span.spanId}#${rank + 1}`;
  }
}

function hasRepeated(all: readonly RepeatedSpan[]): boolean {
  const known = new Map<string, Set<string>>();
  return all.some(({ traceId, span: { spanId } }) => {
    const ids = known.get(traceId) ?? new Set();
    if (ids.size === 0) known.set(traceId, ids);
    return ids.size === ids.add(spanId).size;
  });
}

function toKey({ traceId }: RepeatedSpan, spanId = ""): string {
  return `${traceId}/${spanId}`;
}

/** How much its end tells: who tells of a start alone may have told a moment, or nothing. */
function rankEnd({ span }: RepeatedSpan): number {
  if (span.endUnixNs === undefined) return 0;
  return span.endUnixNs === span.startUnixNs ? 1 : 2;
}

function describeStart({ span }: RepeatedSpan): string {
  return `${span.startUnixNs ?? ""} ${span.name}`;
}

function describe(own: RepeatedSpan): string {
  return [describeStart(own), own.span.endUnixNs, own.span.parentSpanId].join("\n");
}

function compareOuter(a: RepeatedSpan, b: RepeatedSpan): number {
  if (startOf(a) !== startOf(b)) return startOf(a) < startOf(b) ? -1 : 1;
  return endOf(a) === endOf(b) ? 0 : endOf(a) > endOf(b) ? -1 : 1;
}

/**
 * The innermost that ran when the span did, of those that have the parent's name where it is known. `rank` is the place
 * of the span among the spans of its id.
 */
function findParent(
  own: RepeatedSpan,
  parents: readonly RepeatedSpan[],
  rank = 0,
): RepeatedSpan | undefined {
  const startsBehind = (index: number): boolean => {
    const parent = parents[index];
    return parent !== undefined && startOf(parent) > startOf(own);
  };
  // A span that has its parent's id is below one that stands before it, so nothing goes round in a circle.
  const isOne = own.span.spanId === own.span.parentSpanId;
  const behind = isOne ? rank : findFirst(parents.length, startsBehind);
  const before = parents.slice(Math.max(0, behind - MOST_LOOKED_AT), behind).reverse();
  const named = before.filter(each => each.span.name === own.parentName);
  const candidates = named.length > 0 ? named : before;
  const around = candidates.find(each => endOf(each) >= endOf(own));
  return around ?? candidates[0] ?? (isOne ? undefined : parents[0]);
}

function startOf({ span }: RepeatedSpan): bigint {
  return span.startUnixNs ?? 0n;
}

function endOf(own: RepeatedSpan): bigint {
  return own.span.endUnixNs ?? startOf(own);
}

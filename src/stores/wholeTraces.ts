/**
 * The means that stores have in common whose servers tell whole traces and cannot be asked by a span's id: a trace's
 * records as what the interface wants, and where spans were seen lately. Knows no product and no wire format.
 */

import { Lru } from "../base/lru.ts";
import { isNoId, isSameTraceId } from "../model/ids.ts";
import { listPossibleSpanIds } from "../model/idSpellings.ts";
import type { Problem } from "../model/problem.ts";
import { SpanKind, SpanStatus } from "../model/span.ts";
import type { SpanRecord } from "../model/spanRecord.ts";
import type { StoredTrace } from "../model/trace.ts";
import { findRoot, findTaskId, toSpanBrief } from "./briefs.ts";
import type { Found, SpanBrief } from "../model/traceStore.ts";

/** Spans of some hundred traces; the ids of the oldest are forgotten. */
const MAX_RECENT = 50_000;
/** Longer ids are no ids. */
const MAX_ID_LENGTH = 500;

/** Whether a server may be asked for it at all. */
export function isSearchable(id: string): boolean {
  return !isNoId(id) && id.length <= MAX_ID_LENGTH;
}

/** Chooses the trace of the likeliest reading of an id from what a server answered for several. */
export function chooseTrace(
  records: readonly SpanRecord[],
  traceIds: readonly string[],
): readonly SpanRecord[] {
  for (const traceId of traceIds) {
    const traceRecords = records.filter(record => isSameTraceId(record.traceId, traceId));
    if (traceRecords.length > 0) return traceRecords;
  }
  return [];
}

export function toStoredTrace(
  store: string,
  records: readonly SpanRecord[],
  problems: readonly Problem[],
): StoredTrace {
  return {
    store,
    // Ids may repeat; places do not.
    spans: records.map(({ span }, index) => ({ ...span, detailKey: String(index) })),
    details: {
      readDetail: async (key, signal) => {
        signal.throwIfAborted();
        return Promise.resolve((records[Number(key)] as SpanRecord).detail);
      },
    },
    problems,
  };
}

/** The trace itself was named; `records` are its own, at least one. */
export function toFoundTrace(records: readonly SpanRecord[]): Found {
  const root = findRoot(records.map(toSpanBrief));
  const brief = { ...root, childCount: count(records, root.spanId) };
  const errorCount = records.filter(({ span }) => span.status === SpanStatus.error).length;
  return { traceId: root.traceId, brief, errorCount };
}

export function toFoundSpan(records: readonly SpanRecord[], record: SpanRecord): Found {
  const { spanId } = record.span;
  const brief = { ...toSpanBrief(record), childCount: count(records, spanId) };
  return { traceId: record.traceId, spanId, brief };
}

/** The spans of these traces that carry a task's id, each once, the one that ran it first. */
export function findTaskSpans(
  traces: readonly (readonly SpanRecord[])[],
  taskId: string,
): readonly Found[] {
  // Whoever ran the task tells more of it than whoever sent it.
  const rank = ({ span }: SpanRecord): number => (span.kind === SpanKind.consumer ? 0 : 1);
  const found = traces.flatMap(records =>
    records
      .filter(({ detail }) => findTaskId(detail) === taskId)
      .map(record => ({ rank: rank(record), found: toFoundSpan(records, record) })),
  );
  const once = new Map(found.map(each => [`${each.found.traceId}:${each.found.spanId}`, each]));
  return [...once.values()].sort((a, b) => a.rank - b.rank).map(each => each.found);
}

/** Oldest first. */
export function toChildren(records: readonly SpanRecord[], spanId: string): readonly SpanBrief[] {
  const start = (brief: SpanBrief): number => brief.startUnixMs ?? brief.endUnixMs ?? Infinity;
  return records
    .filter(({ span }) => span.parentSpanId === spanId)
    .map(toSpanBrief)
    .sort((a, b) => start(a) - start(b));
}

function count(records: readonly SpanRecord[], spanId: string): number {
  return records.filter(({ span }) => span.parentSpanId === spanId).length;
}

/** Which trace a span belongs to, for those that were read lately: their ids are what people click on. */
export class RecentSpans {
  readonly #traceIds = new Lru<string, string>(MAX_RECENT);

  add(records: readonly SpanRecord[]): void {
    for (const { traceId, span } of records.slice(0, MAX_RECENT)) {
      this.#traceIds.set(span.spanId, traceId);
    }
  }

  /** A span that an id may name, and its trace. */
  find(id: string): { readonly spanId: string; readonly traceId: string } | undefined {
    for (const spanId of listPossibleSpanIds(id)) {
      const traceId = this.#traceIds.get(spanId);
      if (traceId !== undefined) return { spanId, traceId };
    }
    return undefined;
  }
}

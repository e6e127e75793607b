/**
 * What stores have in common whose servers tell whole traces and cannot be asked by a span's id: a trace's records as
 * what the interface wants, and where spans were seen lately. Knows no product and no wire format.
 */

import { Lru } from "../base/lru.ts";
import { canonicalSpanId } from "../model/ids.ts";
import type { Problem } from "../model/problem.ts";
import type { SpanRecord } from "../model/spanRecord.ts";
import type { StoredTrace } from "../model/trace.ts";
import { findRoot, toSpanBrief } from "./briefs.ts";
import type { Found, SpanBrief } from "./traceStore.ts";

/** Spans of some hundred traces; the ids of the oldest are forgotten. */
const MAX_SEEN = 50_000;

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
  return { traceId: root.traceId, brief: { ...root, childCount: count(records, root.spanId) } };
}

export function toFoundSpan(records: readonly SpanRecord[], record: SpanRecord): Found {
  const { spanId } = record.span;
  const brief = { ...toSpanBrief(record), childCount: count(records, spanId) };
  return { traceId: record.traceId, spanId, brief };
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
export class SeenSpans {
  readonly #traceIds = new Lru<string, string>(MAX_SEEN);

  add(records: readonly SpanRecord[]): void {
    for (const { traceId, span } of records.slice(0, MAX_SEEN)) {
      this.#traceIds.set(span.spanId, traceId);
    }
  }

  /** In the order of likelihood: as it stands, and in the form in which ids are compared. */
  findTrace(spanId: string): string | undefined {
    return this.#traceIds.get(spanId) ?? this.#traceIds.get(canonicalSpanId(spanId));
  }
}

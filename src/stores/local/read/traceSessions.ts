/**
 * The session of a trace, for a list: the index tells whether any span of the trace has one, its spans tell which. Most
 * traces have none, and of most others the root tells it. Knows no SQL.
 */

import { Lru } from "../../../base/lru.ts";
import { findSession } from "../../../model/session.ts";
import { sessionTerm } from "../index/terms.ts";
import type { TermIndex } from "../index/termIndex.ts";
import { TraceBits } from "../index/traceBits.ts";
import type { TraceReader } from "./traceReader.ts";

/** Some pages of a list; a row that has not grown keeps its session. */
const CACHED = 4_096;
/** About 10 ms of work. A session that stands at none of so many spans is not told. */
const MAX_SPANS = 2_048;

interface Row {
  readonly id: number;
  readonly span_count: number;
  readonly root_batch: number;
  readonly root_position: number;
}

export class TraceSessions {
  readonly #index: TermIndex;
  readonly #reader: TraceReader;
  readonly #known = new Lru<number, { readonly spans: number; readonly session: string }>(CACHED);

  constructor(index: TermIndex, reader: TraceReader) {
    this.#index = index;
    this.#reader = reader;
  }

  /** Reads the sessions of a page's rows, for which the index is asked once. */
  openPage(): (row: Row) => string | undefined {
    let withSession: TraceBits | undefined;
    return row => {
      const known = this.#known.get(row.id);
      if (known?.spans === row.span_count) return known.session;
      withSession ??= this.#markAll();
      const session = withSession.has(row.id) ? this.#find(row) : undefined;
      if (session !== undefined) this.#known.set(row.id, { spans: row.span_count, session });
      return session;
    };
  }

  #markAll(): TraceBits {
    const segments = this.#index.listSegments();
    const bits = new TraceBits(Math.max(0, ...segments.map(({ lastTrace }) => lastTrace)));
    this.#index.mark(segments, { from: sessionTerm, to: sessionTerm }, bits);
    return bits;
  }

  #find({ id, root_batch: batch, root_position: position }: Row): string | undefined {
    const rootSession = findSession(this.#reader.readAttributesAt(batch, position));
    if (rootSession !== undefined) return rootSession;
    const segments = this.#reader.readTraceSegments(id);
    for (const index of segments.deduplicated.subarray(0, MAX_SPANS)) {
      const session = findSession(this.#reader.readAttributes(segments, index));
      if (session !== undefined) return session;
    }
    return undefined;
  }
}

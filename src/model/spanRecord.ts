/** One span with its trace and its detail: what a format reader yields, a collector receives, the local store keeps. */

import type { Problem } from "./problem.ts";
import type { SpanInput } from "./span.ts";
import type { SpanDetail } from "./spanDetail.ts";

export interface SpanRecord {
  /** Canonical, as by `canonicalTraceId`. */
  readonly traceId: string;
  readonly span: SpanInput;
  readonly detail: SpanDetail;
  /**
   * The rest of the trace that its raw document stands in, as JSON, where Jaeger's reader makes the very detail of the
   * two: a store need not keep that beside them.
   */
  readonly rawContext?: string;
}

export interface SpanRecords {
  readonly records: readonly SpanRecord[];
  /** The problems of what could not be read, so that nothing is lost in silence. */
  readonly problems: readonly Problem[];
  /** Spans without the ids that a span must have, which are not among the records; absent for none. */
  readonly lost?: number;
}

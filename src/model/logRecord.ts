/** A log record that belongs to a span: OpenTelemetry's logs, joined by trace and span id. Pure. */

import type { Problem } from "./problem.ts";
import type { SpanEvent } from "./spanDetail.ts";

export interface LogRecord {
  /** Canonical, as by `canonicalTraceId`. */
  readonly traceId: string;
  /** Absent: it belongs to the trace, and to no span that we know. */
  readonly spanId?: string;
  /**
   * Named by its event name, else by its body's first line. Attributes tell the rest: `log.severity`, which every log
   * has, `log.body` where the name is not all of it, `log.logger`, the resource under `resource.`.
   */
  readonly event: SpanEvent;
}

export interface LogRecords {
  readonly records: readonly LogRecord[];
  /** Records without a trace id: read, counted, and not kept. */
  readonly withoutTrace: number;
  readonly problems: readonly Problem[];
}

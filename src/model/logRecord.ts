/** A log record: OpenTelemetry's logs, joined to spans by trace and span id where they have them. Pure. */

import type { LogLevel } from "./logLevel.ts";
import type { Problem } from "./problem.ts";
import type { SpanEvent } from "./spanDetail.ts";

export interface LogRecord {
  /** Canonical, as by `canonicalTraceId`; empty where it names no trace. */
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
  readonly problems: readonly Problem[];
}

/** The logs of a trace, or those that name no trace, of a stretch of time. */
export type LogQuery =
  | { readonly traceId: string; readonly limit: number }
  | {
      readonly fromUnixMs: number;
      readonly toUnixMs: number;
      /** Any of these. */
      readonly services?: readonly string[];
      /** Anywhere in what was logged, in any case. */
      readonly text?: string;
      readonly levels?: readonly LogLevel[];
      /** Where there are more than the limit, the last are given and not the first. */
      readonly newestFirst?: boolean;
      readonly limit: number;
    };

export interface LogPage {
  /** In the order of time. */
  readonly logs: readonly LogRecord[];
  /** There are more than were asked for. */
  readonly isCut: boolean;
}

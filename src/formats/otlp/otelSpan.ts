/** A span of OpenTelemetry as any wire form of it is read: OTLP, Jaeger, console exporters, tables. Types only. */

import type { SpanKind, SpanStatus } from "../../model/span.ts";
import type {
  Attribute,
  AttributeValue,
  SpanDetail,
  SpanEvent,
  SpanLink,
} from "../../model/spanDetail.ts";

export interface OtelSpan {
  /** Ids as written. */
  readonly traceId: string;
  readonly spanId: string;
  /** Absent, empty or zeros for a root. */
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly status: SpanStatus;
  readonly statusMessage?: string;
  readonly startUnixNs?: bigint;
  readonly endUnixNs?: bigint;
  readonly attributes: readonly Attribute[];
  readonly resource: readonly Attribute[];
  readonly scope?: SpanDetail["scope"];
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** Bits of `SpanFlag`. */
  readonly flags?: number;
  /** Where they are no attributes. */
  readonly parameters?: AttributeValue;
  readonly result?: AttributeValue;
  /** The warnings that the server that it was read from gave with it. */
  readonly warnings?: readonly string[];
  /** The span as its file holds it, for people to read. */
  readonly raw: () => string;
}

/** A Zipkin span in the one form that both versions, in JSON, protobuf and thrift, are read into. Types only. */

import type { SpanKind } from "../../model/span.ts";
import type { Attribute } from "../../model/spanDetail.ts";

export interface ZipkinEndpoint {
  readonly serviceName: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly port?: number;
}

export interface ZipkinAnnotation {
  readonly timeUnixNs: bigint;
  readonly value: string;
}

export interface ZipkinSpan {
  /** As it was written. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startUnixNs?: bigint;
  readonly durationNs?: bigint;
  readonly local?: ZipkinEndpoint;
  readonly remote?: ZipkinEndpoint;
  readonly annotations: readonly ZipkinAnnotation[];
  readonly tags: readonly Attribute[];
  readonly shared: boolean;
  readonly debug: boolean;
  /** The JSON that it was read from; several where it came in pieces. */
  readonly raw: readonly unknown[];
}

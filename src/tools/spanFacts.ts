/** Facts of a span that several answers tell. Pure. */

import { SpanStatus, type SpanKind } from "../model/span.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import type { SpanFacts } from "./toolContext.ts";

export function textAt({ strings }: TraceColumns, column: Int32Array, span: SpanIndex): string {
  return strings[column[span] ?? 0] ?? "";
}

export function factsOf(columns: TraceColumns, span: SpanIndex): SpanFacts {
  return {
    name: textAt(columns, columns.name, span),
    service: textAt(columns, columns.service, span),
    queue: textAt(columns, columns.queue, span),
    kind: columns.kind[span]! as SpanKind,
  };
}

export function isFailed({ status }: TraceColumns, span: SpanIndex): boolean {
  return status[span] === SpanStatus.error;
}

/** The attributes that tell how a request ended, in the words of today's conventions and of earlier ones. */
const httpStatus = new Set(["http.response.status_code", "http.status_code"]);

export function getHttpStatus({ attributes }: SpanDetail): number | undefined {
  const status = Number(attributes.find(({ key }) => httpStatus.has(key))?.value);
  return status > 0 ? status : undefined;
}

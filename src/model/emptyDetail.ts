import type { SpanDetail } from "./spanDetail.ts";

/** A detail that says nothing but whose it is. */
export function createEmptyDetail(spanId: string, traceId: string): SpanDetail {
  return {
    spanId,
    traceId,
    attributes: [],
    resource: [],
    events: [],
    links: [],
    stores: [],
    raw: "",
  };
}

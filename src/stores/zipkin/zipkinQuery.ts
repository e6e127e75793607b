/**
 * A question about traces in the words of Zipkin's API, and what it cannot say. Pure.
 *
 * Zipkin asks for the spans of one service: tags and errors count there. Names are compared in lower case, because that
 * is how Zipkin keeps them.
 */

import type { SpanRecord } from "../../model/spanRecord.ts";
import { matchTrace } from "../matchTrace.ts";
import type { TraceBrief, TraceQuery } from "../../model/traceStore.ts";

export type ZipkinParameters = Readonly<Record<string, string | number | undefined>>;

/** Whatever separates conditions cannot be part of one. */
const SEPARATOR = / and /i;

export function toParameters(query: TraceQuery): ZipkinParameters {
  const { service, operation, minDurationMs, maxDurationMs } = query;
  const conditions = [
    ...Object.entries(query.tags ?? {})
      .filter(isSayable)
      .map(([key, value]) => `${key}=${value}`),
    ...(query.status === "error" ? ["error"] : []),
  ];
  // Without a service the duration is the whole trace's: tasks that follow one another are shorter each.
  const isOfSpan = service !== undefined;
  const max = isOfSpan ? maxDurationMs : undefined;
  // One bound is refused without the other.
  const min = isOfSpan ? (minDurationMs ?? (max === undefined ? undefined : 0)) : undefined;
  return {
    serviceName: service,
    spanName: operation,
    annotationQuery: conditions.length === 0 ? undefined : conditions.join(" and "),
    minDuration: min === undefined ? undefined : Math.max(1, Math.floor(min * 1_000)),
    maxDuration: max === undefined ? undefined : Math.max(1, Math.ceil(max * 1_000)),
  };
}

/** A tag as a condition; `undefined` where the API cannot say it. */
export function toTagCondition(key: string, value: string): string | undefined {
  return isSayable([key, value]) ? `${key}=${value}` : undefined;
}

/** Whether a trace that the server chose is all that was asked for: it does not know of every condition. */
export function matchesRest(
  brief: TraceBrief,
  records: readonly SpanRecord[],
  query: TraceQuery,
): boolean {
  const tags = Object.entries(query.tags ?? {}).filter(tag => !isSayable(tag));
  return matchTrace(brief, records, {
    ...query,
    service: query.service && findName(query.service, records, "service"),
    operation: query.operation && findName(query.operation, records, "name"),
    tags: Object.fromEntries(tags),
  });
}

/** Whether the server may answer with traces that are not asked for. */
export function hasRest({ status, text, session, tags = {}, ...query }: TraceQuery): boolean {
  const isTextAsked = text !== undefined && text.trim() !== "";
  const isStatusAsked = status === "ok" || status === "running";
  return (
    isTextAsked ||
    isStatusAsked ||
    session !== undefined ||
    query.minDurationMs !== undefined ||
    query.maxDurationMs !== undefined ||
    Object.entries(tags).some(tag => !isSayable(tag))
  );
}

function isSayable([key, value]: readonly [string, string]): boolean {
  return key !== "" && value !== "" && !key.includes("=") && !SEPARATOR.test(`${key} ${value}`);
}

/** As the spans have it, whatever its case. */
function findName(
  lowerCased: string,
  records: readonly SpanRecord[],
  field: "service" | "name",
): string {
  const isSameName = (name = ""): boolean => name.toLowerCase() === lowerCased.toLowerCase();
  return records.find(({ span }) => isSameName(span[field]))?.span[field] ?? lowerCased;
}

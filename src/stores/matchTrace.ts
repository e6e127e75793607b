/**
 * Whether a trace is one that was asked for, told from its spans. Pure.
 *
 * Status and duration are the trace's own, unless a service or an operation is asked for: then one span must be all.
 * A tag may stand at any span, a text in any name, id, attribute or event.
 */

import { sessionKeys } from "../model/session.ts";
import { SpanFlag, SpanStatus, type SpanInput } from "../model/span.ts";
import type { Attribute, AttributeValue } from "../model/spanDetail.ts";
import type { SpanRecord } from "../model/spanRecord.ts";
import { NS_PER_MS } from "../model/units.ts";
import type { TraceBrief, TraceQuery } from "../model/traceStore.ts";

/** `brief` is the trace's own, `records` are its spans. The query's limit and cursor are not looked at. */
export function matchTrace(
  brief: TraceBrief,
  records: readonly SpanRecord[],
  query: TraceQuery,
): boolean {
  const { fromUnixMs = Number.NEGATIVE_INFINITY, toUnixMs = Number.POSITIVE_INFINITY } = query;
  if (brief.startUnixMs < fromUnixMs || brief.startUnixMs > toUnixMs) return false;
  const isOfSpan = query.service !== undefined || query.operation !== undefined;
  const isMatch = isOfSpan
    ? records.some(({ span }) => matchSpan(span, query))
    : matchWhole(brief, records, query);
  return isMatch && hasTags(records, listTags(query)) && hasText(records, query.text);
}

/** Whether it can be one, told without its spans. */
export function mayMatch(brief: TraceBrief, query: TraceQuery): boolean {
  const { fromUnixMs = Number.NEGATIVE_INFINITY, toUnixMs = Number.POSITIVE_INFINITY } = query;
  if (brief.startUnixMs < fromUnixMs || brief.startUnixMs > toUnixMs) return false;
  if (query.service !== undefined && !brief.services.includes(query.service)) return false;
  return query.status !== "error" || brief.errorCount > 0;
}

function matchSpan(span: SpanInput, query: TraceQuery): boolean {
  const { service, operation, status } = query;
  if (service !== undefined && span.service !== service && span.queue !== service) return false;
  if (operation !== undefined && span.name !== operation) return false;
  if (status !== undefined && statusOf(span) !== status) return false;
  return isWithin(durationMs(span), query);
}

function matchWhole(brief: TraceBrief, records: readonly SpanRecord[], query: TraceQuery): boolean {
  const isRunning = records.some(({ span }) => statusOf(span) === "running");
  if (query.status === "error" && brief.errorCount === 0) return false;
  if (query.status === "running" && !isRunning) return false;
  if (query.status === "ok" && (brief.errorCount > 0 || isRunning)) return false;
  return isWithin(brief.durationMs, query);
}

function isWithin(
  ms: number | undefined,
  { minDurationMs, maxDurationMs }: Pick<TraceQuery, "minDurationMs" | "maxDurationMs">,
): boolean {
  if (minDurationMs === undefined && maxDurationMs === undefined) return true;
  return ms !== undefined && ms >= (minDurationMs ?? 0) && ms <= (maxDurationMs ?? Infinity);
}

function statusOf(span: SpanInput): "error" | "ok" | "running" {
  if (span.status === SpanStatus.error) return "error";
  const isUntimed = ((span.flags ?? 0) & SpanFlag.untimed) !== 0;
  return span.endUnixNs === undefined && !isUntimed ? "running" : "ok";
}

function durationMs({ startUnixNs, endUnixNs }: SpanInput): number | undefined {
  if (startUnixNs === undefined || endUnixNs === undefined) return undefined;
  return Number(endUnixNs - startUnixNs) / NS_PER_MS;
}

/** A condition that one of these keys has this text, at any span. */
export interface TagCondition {
  readonly keys: readonly string[];
  readonly text: string;
}

/** A session may be told by any key that tells of one. */
export function listTags({ tags = {}, session }: Pick<TraceQuery, "tags" | "session">) {
  return [
    ...Object.entries(tags).map(([key, text]): TagCondition => ({ keys: [key], text })),
    ...(session === undefined ? [] : [{ keys: sessionKeys, text: session }]),
  ];
}

function hasTags(records: readonly SpanRecord[], tags: readonly TagCondition[]): boolean {
  return tags.every(tag =>
    records.some(({ detail }) => hasTag(detail.attributes, tag) || hasTag(detail.resource, tag)),
  );
}

export function hasTag(attributes: readonly Attribute[], { keys, text }: TagCondition): boolean {
  return attributes.some(({ key, value }) => keys.includes(key) && toTagText(value) === text);
}

function hasText(records: readonly SpanRecord[], text: string | undefined): boolean {
  const needle = text?.trim().toLowerCase() ?? "";
  if (needle === "") return true;
  return records.some(({ span, detail }) =>
    [span.name, span.service, span.queue, JSON.stringify(detail)].some(
      each => each?.toLowerCase().includes(needle) === true,
    ),
  );
}

/** A value as a person writes it in a query. */
export function toTagText(value: AttributeValue): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

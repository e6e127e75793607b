/**
 * A span as it crosses to the worker: flat, its detail already text, because cloning nested objects costs more than
 * writing them as JSON. Pure; knows no SQL.
 */

import { isNoId } from "../../model/ids.ts";
import { SpanKind, SpanStatus, type SpanRef } from "../../model/span.ts";
import type { SpanDetail, SpanError } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";

export interface SpanRow {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly service: string;
  readonly queue: string;
  readonly kind: number;
  readonly status: number;
  readonly flags: number;
  /** 0 where nothing is known. */
  readonly attempts: number;
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
  readonly queuedNs: bigint | undefined;
  readonly state: string;
  readonly error: string | undefined;
  readonly refs: string | undefined;
  readonly taskId: string | undefined;
  readonly detail: string;
}

/** Where tracers put the id of the task that a span belongs to. */
const TASK_ID_KEYS: ReadonlySet<string> = new Set([
  "messaging.message.id",
  "messaging.message_id",
  "celery.task_id",
  "celery.task.id",
]);
const MAX_ERROR_LENGTH = 300;
const MAX_INT64 = 2n ** 63n - 1n;

export function toSpanRow({ traceId, span, detail }: SpanRecord): SpanRow {
  const taskId = findTaskId(detail);
  const { parentSpanId } = span;
  return {
    traceId,
    spanId: span.spanId,
    parentId: parentSpanId === undefined || isNoId(parentSpanId) ? undefined : parentSpanId,
    name: span.name,
    service: span.service ?? "",
    queue: span.queue ?? "",
    kind: span.kind ?? SpanKind.unspecified,
    status: span.status ?? SpanStatus.unset,
    flags: span.flags ?? 0,
    attempts: span.attempts ?? 0,
    startNs: knownTime(span.startUnixNs),
    endNs: knownTime(span.endUnixNs),
    queuedNs: knownTime(span.queuedUnixNs),
    state: detail.task?.state ?? "",
    error: span.status === SpanStatus.error ? toErrorLine(detail.error) : undefined,
    refs: span.refs === undefined || span.refs.length === 0 ? undefined : encodeRefs(span.refs),
    taskId: taskId === span.spanId ? undefined : taskId,
    detail: encodeDetail(detail),
  };
}

function encodeRefs(refs: readonly SpanRef[]): string {
  return JSON.stringify(refs.map(ref => [ref.kind, ref.spanId, ref.traceId]));
}

export function decodeRefs(text: string): readonly SpanRef[] {
  const refs = JSON.parse(text) as [SpanRef["kind"], string, string | null][];
  return refs.map(([kind, spanId, traceId]) => ({
    kind,
    spanId,
    ...(traceId !== null && { traceId }),
  }));
}

/** Which stores know a span is for the reader to say, not for the file. */
function encodeDetail(detail: SpanDetail): string {
  return JSON.stringify({ ...detail, stores: undefined });
}

export function decodeDetail(text: string, store: string): SpanDetail {
  const detail = JSON.parse(text) as SpanDetail;
  return {
    ...(text.includes("null") ? (nullToUndefined(detail) as SpanDetail) : detail),
    stores: [store],
  };
}

/** JSON writes an absent member of a list as null. */
function nullToUndefined(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(nullToUndefined);
  if (typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, nullToUndefined(inner)]),
  );
}

function findTaskId(detail: SpanDetail): string | undefined {
  if (detail.task !== undefined) return detail.task.taskId;
  for (const { key, value } of detail.attributes) {
    if (!TASK_ID_KEYS.has(key)) continue;
    if (typeof value === "string" || typeof value === "number") return String(value);
  }
  return undefined;
}

function toErrorLine(error: SpanError | undefined): string | undefined {
  const message = error?.message.trim().split("\n", 1)[0]?.trimEnd();
  const line = [error?.type, message].filter(part => part !== undefined && part !== "").join(": ");
  return line === "" ? undefined : line.slice(0, MAX_ERROR_LENGTH);
}

/** Zero is how many formats say "unknown"; what no clock can have written is not a time either. */
function knownTime(time: bigint | undefined): bigint | undefined {
  return time !== undefined && time > 0n && time <= MAX_INT64 ? time : undefined;
}

/**
 * A question about traces in TraceQL. Pure.
 *
 *     { resource.service.name = "shop" && name = "pay" && duration >= 5ms } && { .order = "7" || .order = 7 }
 *       \------------------------- one span --------------------------/       \------- any span -------/
 *
 * What TraceQL cannot say is left out: it may find too much, never too little.
 */

import { spanKeys } from "../../formats/otlp/spanKeys.ts";
import type { TraceQuery } from "../../model/traceStore.ts";
import { listTags } from "../matchTrace.ts";

export function toTraceQl(query: TraceQuery): string {
  const { service, operation, status, minDurationMs, maxDurationMs } = query;
  const isOfSpan = service !== undefined || operation !== undefined;
  const duration = isOfSpan ? "duration" : "traceDuration";
  const conditions = [
    service === undefined ? [] : [toServiceCondition(service)],
    operation === undefined ? [] : [`name = ${quote(operation)}`],
    status === "error" ? ["status = error"] : [],
    status === "ok" && isOfSpan ? ["status != error"] : [],
    // Tempo's own rounding must not lose what lies on the edge.
    minDurationMs === undefined ? [] : [`${duration} >= ${Math.max(0, toUs(minDurationMs) - 1)}us`],
    maxDurationMs === undefined ? [] : [`${duration} <= ${toUs(maxDurationMs) + 1}us`],
  ].flat();
  const tags = listTags(query).filter(({ keys }) => !keys.includes(""));
  return [
    `{ ${conditions.join(" && ")} }`,
    ...tags.map(
      ({ keys, text }) => `{ ${keys.map(key => toTagCondition(key, text)).join(" || ")} }`,
    ),
  ].join(" && ");
}

/** The spans that carry a task's id. */
export function toTaskQuery(taskId: string): string {
  const conditions = spanKeys.taskId.map(key => `${toAttribute(key)} = ${quote(taskId)}`);
  return `{ ${conditions.join(" || ")} }`;
}

export function toSpanQuery(spanId: string): string {
  return `{ span:id = ${quote(spanId)} }`;
}

export function toChildrenQuery(spanId: string): string {
  return `{ span:parentID = ${quote(spanId)} }`;
}

/** For the names of a service's operations. */
export function toServiceQuery(service: string): string {
  return `{ resource.service.name = ${quote(service)} }`;
}

/** A key of any span or resource; quoted where it has more than letters, digits, and what joins them. */
function toAttribute(key: string): string {
  return /^[\w.-]+$/.test(key) ? `.${key}` : `.${quote(key)}`;
}

function toServiceCondition(service: string): string {
  const name = quote(service);
  // Queues count as services.
  const keys = ["resource.service.name", ".messaging.destination.name", ".messaging.destination"];
  return `(${keys.map(key => `${key} = ${name}`).join(" || ")})`;
}

/** Values have types, and what a person types has none. */
function toTagCondition(key: string, value: string): string {
  const attribute = toAttribute(key);
  const forms = [quote(value)];
  if (/^-?\d{1,15}(?:\.\d+)?$/.test(value)) forms.push(value);
  if (value === "true" || value === "false") forms.push(value);
  return forms.map(form => `${attribute} = ${form}`).join(" || ");
}

function toUs(ms: number): number {
  return Math.round(ms * 1_000);
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/**
 * Ids as stores and logs write them, and the one form in which we compare them. Pure.
 * Trace ids: hex is lower case and padded to 32; everything else (task ids, SkyWalking ids) stays verbatim.
 */

const HEX = /^[0-9a-f]+$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/i;

export interface Traceparent {
  readonly traceId: string;
  readonly spanId: string;
}

/** 16 or 32 hex digits become 32 lower-case digits. */
export function canonicalTraceId(id: string): string {
  const trimmed = id.trim();
  if ((trimmed.length === 16 || trimmed.length === 32) && HEX.test(trimmed)) {
    return trimmed.toLowerCase().padStart(32, "0");
  }
  return UUID.test(trimmed) ? trimmed.toLowerCase() : trimmed;
}

/** 16 hex digits become lower case; anything else stays verbatim, UUIDs lower case. */
export function canonicalSpanId(id: string): string {
  const trimmed = id.trim();
  if (trimmed.length === 16 && HEX.test(trimmed)) return trimmed.toLowerCase();
  return UUID.test(trimmed) ? trimmed.toLowerCase() : trimmed;
}

/** An id that means "none": empty, all zeros (dashes ignored), or Funboost's `no_task_id`. */
export function isNoId(id: string): boolean {
  return id === "no_task_id" || /^[0-]*$/.test(id);
}

/** Milliseconds since the epoch inside a version 7 UUID (RFC 9562, first 48 bits); `undefined` for any other id. */
export function uuid7UnixMs(id: string): number | undefined {
  const match = UUID.exec(id);
  if (match?.[1] !== "7") return undefined;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Parses a W3C `traceparent`; version `ff` and zero ids are not valid. */
export function parseTraceparent(text: string): Traceparent | undefined {
  const match = TRACEPARENT.exec(text.trim().toLowerCase());
  if (match === null) return undefined;
  const [, version, traceId, spanId] = match;
  if (version === "ff" || traceId === undefined || spanId === undefined) return undefined;
  return isNoId(traceId) || isNoId(spanId) ? undefined : { traceId, spanId };
}

/** A long id cut for reading: `019b4ed4…5f6d`. */
export function shortId(id: string): string {
  return id.length <= 14 ? id : `${id.slice(0, 8)}…${id.slice(-4)}`;
}

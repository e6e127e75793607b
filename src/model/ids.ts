/**
 * Ids as stores and logs write them, and the one form in which we compare them. Pure.
 * Trace ids: hex is lower case and padded to 32; everything else (task ids, SkyWalking ids) stays verbatim.
 */

const HEX = /^[0-9a-f]+$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** AWS X-Ray parts the time from the rest; the same id without the parting is OpenTelemetry's. */
const XRAY = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i;
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/i;

export interface Traceparent {
  readonly traceId: string;
  readonly spanId: string;
}

/** 16 or 32 hex digits become 32 lower-case digits, and so does an id of AWS X-Ray. */
export function canonicalTraceId(id: string): string {
  const trimmed = id.trim();
  if ((trimmed.length === 16 || trimmed.length === 32) && HEX.test(trimmed)) {
    return trimmed.toLowerCase().padStart(32, "0");
  }
  if (XRAY.test(trimmed)) return trimmed.replace(XRAY, "$1$2").toLowerCase();
  return UUID.test(trimmed) ? trimmed.toLowerCase() : trimmed;
}

/**
 * Whether two canonical ids may name one trace: a tracer of old passes only the low half of a 128-bit id on, so a short
 * id meets every id that ends like it.
 */
export function isSameTraceId(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = isShortTraceId(a) ? [a, b] : [b, a];
  return isShortTraceId(short) && long.length === 32 && long.slice(16) === short.slice(16);
}

/** The forms in which a store may know a trace, likeliest first: whole, and its low half alone. */
export function listTraceIdForms(id: string): readonly string[] {
  const canonical = canonicalTraceId(id);
  const isLong = canonical.length === 32 && HEX.test(canonical) && !isShortTraceId(canonical);
  return isLong ? [canonical, canonicalTraceId(canonical.slice(16))] : [canonical];
}

/** 64 bits, padded to compare with others. */
export function isShortTraceId(canonical: string): boolean {
  return canonical.length === 32 && canonical.startsWith("0000000000000000");
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

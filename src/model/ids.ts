/**
 * Ids as stores and logs write them, and the one form in which we compare them. Pure.
 *
 * Trace ids are 32 and span ids 16 hexadecimal digits, lower case and padded. Only what cannot be anything else is read
 * as a number: ids of tasks and of other systems (UUIDs, ULIDs, ObjectIds, SkyWalking's, words) stay as they are
 * written. What may be read in several ways is looked for in all of
 * them: `idSpellings.ts`.
 */

const HEX = /^[0-9a-f]+$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** AWS X-Ray parts the time from the rest; the same id without the parting is OpenTelemetry's. */
const XRAY = /^(?:.{0,200};\s?)?(?:Root=)?1-([0-9a-f]{8})-([0-9a-f]{24})(?:;.*)?$/i;
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/i;
/** `projects/shop/traces/ID/spans/SPAN` with a span in hex, `ID/SPAN;o=1` with one in decimal. */
const GOOGLE =
  /^(?:projects\/[^/]{1,100}\/traces\/)?([0-9a-f]{32})(?:\/spans\/([0-9a-f]{16})|\/(\d{1,20}))?(?:;o=\d)?$/i;
/** The marks that Python and C write before hex digits, and MLflow before OpenTelemetry's. */
const MARKED = /^(?:0x([0-9a-f]{1,32})|tr-([0-9a-f]{32}))$/i;
/** An id of 128 bits whose leading zeros were cut; without a letter it may be decimal. */
const TRIMMED = /^(?=.*[a-f])[0-9a-f]{29,31}$/i;
/** More digits than a hex id has, and than 64 bits need: 128 bits in decimal. */
const DECIMAL_128 = /^\d{33,39}$/;
/** Whole bytes in base64, of either alphabet; the bits that no byte needs are zero. */
const BASE64 = /^(?:[\w+/-]{4})*(?:[\w+/-][AQgw](?:==)?|[\w+/-]{2}[AEIMQUYcgkosw048]=?)?$/;
/** Hexadecimal digits as the bytes of their text. */
const HEX_OF_HEX = /^(?:3\d|[46][1-6])+$/i;
/** More digits than 16 in hex: 64 bits in decimal; and what has a sign. */
const DECIMAL_64 = /^(?:\d{17,20}|-\d{1,19})$/;
const MAX_128 = (1n << 128n) - 1n;
const MAX_64 = (1n << 64n) - 1n;

export interface Traceparent {
  readonly traceId: string;
  readonly spanId: string;
}

/** The last id that was read: the spans of a trace come one after the other. */
let lastTraceId = { id: "", canonical: "" };

/**
 * Writes what is certainly a trace id of 64 or 128 bits as 32 digits; anything else as it is written, UUIDs lower case.
 */
export function canonicalTraceId(id: string): string {
  if (id !== lastTraceId.id) lastTraceId = { id, canonical: readTraceId(id) };
  return lastTraceId.canonical;
}

function readTraceId(id: string): string {
  const text = id.trim();
  const isHex = (text.length === 16 || text.length === 32) && HEX.test(text);
  const digits = isHex ? (readMixedText(text) ?? text) : readTraceDigits(text);
  if (digits !== undefined) return digits.toLowerCase().padStart(32, "0");
  return UUID.test(text) ? text.toLowerCase() : text;
}

/** Writes what is certainly a span id of 64 bits as 16 digits; anything else as it is written, UUIDs lower case. */
export function canonicalSpanId(id: string): string {
  const text = id.trim();
  if (text.length === 16 && HEX.test(text)) return text.toLowerCase();
  const digits = readSpanDigits(text);
  if (digits !== undefined) return digits.toLowerCase().padStart(16, "0");
  return UUID.test(text) ? text.toLowerCase() : text;
}

/**
 * The id as it was before a tracer cut its leading zeros, where ids may be any text, too: 13 to 15 digits with a letter among them lack
 * zeros of 64 bits (those of 128 are certain by themselves); fewer digits are somebody's own.
 */
export function untrimmedId(id: string): string {
  const text = id.trim();
  if (text.length < 13 || text.length > 15) return id;
  return /^(?=.*[a-f])[0-9a-f]{13,15}$/i.test(text) ? text.toLowerCase().padStart(16, "0") : id;
}

/**
 * A trace id of a format whose ids are 64 or 128 bits: leading zeros may be cut, UUIDs and bare base64 are numbers too.
 */
export function numericTraceId(id: string): string {
  const text = id.trim();
  if (text.length > 0 && text.length < 32 && HEX.test(text)) {
    return text.toLowerCase().padStart(32, "0");
  }
  if (UUID.test(text)) return text.replaceAll("-", "").toLowerCase();
  const digits = DECIMAL_64.test(text) ? decimalToHex(text, 32) : readBareBase64(text);
  return digits === undefined || digits.length > 32
    ? canonicalTraceId(text)
    : digits.padStart(32, "0");
}

/** A span id of a format whose ids are 64 bits. */
export function numericSpanId(id: string): string {
  const text = id.trim();
  if (DECIMAL_64.test(text)) return decimalToHex(text, 16) ?? text;
  if (text.length > 0 && text.length <= 16 && HEX.test(text)) {
    // Of a tracer that counts from it; in full width it would be none.
    return text === "0" ? text : text.toLowerCase().padStart(16, "0");
  }
  const digits = readBareBase64(text) ?? text;
  return digits.length === 16 ? digits : (readHexText(digits, 16) ?? canonicalSpanId(text));
}

/** An integer, signed or not, as hex digits in full width; `undefined` for what is none or too large. */
export function decimalToHex(decimal: string, digits: 16 | 32): string | undefined {
  if (!/^-?\d{1,39}$/.test(decimal)) return undefined;
  const value = BigInt(decimal);
  if (value > (digits === 16 ? MAX_64 : MAX_128) || value < -(1n << 63n)) return undefined;
  return BigInt.asUintN(value < 0n ? 64 : 128, value)
    .toString(16)
    .padStart(digits, "0");
}

/** Bytes in base64 or base64url, padded or not, as hex digits. */
export function base64ToHex(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined;
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, ""));
  return Array.from(bytes, byte => byte.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

function readTraceDigits(text: string): string | undefined {
  const [, google] = GOOGLE.exec(text) ?? [];
  const [, prefixed, mlflow] = MARKED.exec(text) ?? [];
  const marked = google ?? prefixed ?? mlflow ?? TRACEPARENT.exec(text)?.[2];
  if (marked !== undefined) return marked;
  if (XRAY.test(text)) return text.replace(XRAY, "$1$2");
  if (TRIMMED.test(text)) return text;
  if (DECIMAL_128.test(text)) return decimalToHex(text, 32);
  const bytes = HEX.test(text) ? text : readPaddedBase64(text);
  if (bytes === undefined) return readMixedText(readBareBase64(text) ?? "");
  const inner = readHexText(bytes, 32) ?? readMixedText(bytes);
  if (inner !== undefined) return inner;
  return bytes !== text && (bytes.length === 16 || bytes.length === 32) ? bytes : undefined;
}

function readSpanDigits(text: string): string | undefined {
  const [, prefixed = ""] = MARKED.exec(text) ?? [];
  if (prefixed !== "") return prefixed.length > 16 ? undefined : prefixed;
  const [, , google, decimal] = GOOGLE.exec(text) ?? [];
  if (decimal !== undefined) return decimalToHex(decimal, 16);
  const parted = google ?? TRACEPARENT.exec(text)?.[3];
  if (parted !== undefined) return parted;
  if (XRAY.test(text)) return /\bParent=([0-9a-f]{16})(?:;|$)/i.exec(text)?.[1];
  const bytes = readPaddedBase64(text);
  if (bytes !== undefined) return bytes.length === 16 ? bytes : readHexText(bytes, 16);
  return readMixedText(HEX.test(text) ? text : (readBareBase64(text) ?? ""));
}

/** 8, 16 or 32 bytes. */
function readPaddedBase64(text: string): string | undefined {
  const isId = text.length === 12 || text.length === 24 || text.length === 44;
  return isId && text.endsWith("=") ? base64ToHex(text) : undefined;
}

/** The same without padding; but words of so many letters are ids of all kinds. */
function readBareBase64(text: string): string | undefined {
  const isId = text.length === 11 || text.length === 22 || text.length === 43;
  return isId ? base64ToHex(text) : undefined;
}

/** The digits of which these digits are the text, if they are so many. */
function readHexText(hex: string, digits: number): string | undefined {
  if (hex.length !== 2 * digits || !HEX_OF_HEX.test(hex)) return undefined;
  return hex.replace(/../g, byte => String.fromCharCode(Number.parseInt(byte, 16)));
}

/** 16 or 32 digits, letters among them: what someone makes up repeats one (`3333…` is the text of `3333…`, too). */
function readMixedText(hex: string): string | undefined {
  const inner = readHexText(hex, 16) ?? readHexText(hex, 32);
  return inner !== undefined && /\d/.test(inner) && /[a-f]/i.test(inner) ? inner : undefined;
}

/**
 * Whether two canonical ids may name one trace: a tracer of old passes only the low half of a 128-bit id on, so a short
 * id meets every id that ends like it; a UUID is the same with and without its hyphens.
 */
export function isSameTraceId(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [withoutHyphens(a), withoutHyphens(b)];
  if (one === other) return true;
  const [short, long] = isShortTraceId(one) ? [one, other] : [other, one];
  return isShortTraceId(short) && long.length === 32 && long.slice(16) === short.slice(16);
}

function withoutHyphens(id: string): string {
  return UUID.test(id) ? id.replaceAll("-", "") : id;
}

/** The names under which the stores may know one trace: whole, and its low half alone. */
export function listTraceIdForms(id: string): readonly string[] {
  const canonical = canonicalTraceId(id);
  const isLong = canonical.length === 32 && HEX.test(canonical) && !isShortTraceId(canonical);
  return isLong ? [canonical, canonicalTraceId(canonical.slice(16))] : [canonical];
}

/** 64 bits, padded to compare with others. */
export function isShortTraceId(canonical: string): boolean {
  return canonical.length === 32 && canonical.startsWith("0000000000000000");
}

/** A reference that means "none": empty, all zeros (dashes ignored), or Funboost's `no_task_id`. */
export function isNoId(id: string): boolean {
  return id === "no_task_id" || /^[0-]*$/.test(id);
}

/** A thing's own id that is none. Tracers that count may begin at 0; zeros in full width are none. */
export function isAbsentId(id: string): boolean {
  return isNoId(id) && !/^0{1,15}$/.test(id);
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

/**
 * The forms in which a store may know an id that someone pasted, clicked on or read in a log, likeliest first. Pure.
 *
 * A text may be read in several ways: 32 digits are hexadecimal, but may be decimal, and a UUID without its hyphens.
 * And a store may hold an id in another spelling than ours, because its format does not tell that it is a number.
 */

import {
  base64ToHex,
  canonicalSpanId,
  canonicalTraceId,
  decimalToHex,
  isNoId,
  isShortTraceId,
} from "./ids.ts";

const HEX_32 = /^[0-9a-f]{32}$/;
const HEX_16 = /^[0-9a-f]{16}$/;
const UUID = /^(?:urn:uuid:|\{)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i;
/** `trace_…` of OpenAI's agents, `run-…` of LangChain. */
const PREFIXED = /^[a-z]{2,12}[-_]([0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f-]{36})$/i;
const prefixes = ["tr-", "trace_", "trace-"];

/** For a trace: whole, then its low half alone, then as text in the spellings of others. */
export function listPossibleTraceIds(id: string): readonly string[] {
  const values = listValues(id, 32).map(canonicalTraceId);
  const whole = [...new Set([canonicalTraceId(id), ...values])];
  const halves = whole.filter(isLong).map(form => canonicalTraceId(form.slice(16)));
  const texts = whole.filter(form => HEX_32.test(form)).flatMap(spellTraceId);
  return unite(whole, halves, texts, [id.trim()]);
}

/** For a span or a task. */
export function listPossibleSpanIds(id: string): readonly string[] {
  const whole = [canonicalSpanId(id), ...listValues(id, 16)];
  const texts = whole.flatMap(form =>
    HEX_16.test(form) ? [BigInt(`0x${form}`).toString()] : spellUuid(form),
  );
  return unite(whole, texts, [id.trim()]);
}

/** For a trace in a store that knows numbers alone. */
export function listHexTraceIds(id: string): readonly string[] {
  return listPossibleTraceIds(id).filter(form => HEX_32.test(form));
}

/** For a span in a store that knows numbers alone. */
export function listHexSpanIds(id: string): readonly string[] {
  return listPossibleSpanIds(id).filter(form => HEX_16.test(form));
}

/** For anything in a store that holds ids as they were written: every spelling of every form. */
export function listSpellings(id: string): readonly string[] {
  const forms = unite([id.trim()], listPossibleTraceIds(id), listPossibleSpanIds(id));
  const numbers = forms.filter(form => HEX_16.test(form) || HEX_32.test(form));
  return unite(forms, numbers.flatMap(spellNumber));
}

function spellNumber(hex: string): readonly string[] {
  const short = isShortTraceId(hex) ? hex.slice(16) : hex;
  const trimmed = hex.replace(/^0+(?=.)/, "");
  const base64 = btoa(
    String.fromCharCode(...(short.match(/../g) ?? []).map(byte => Number.parseInt(byte, 16))),
  );
  const url = base64.replaceAll("+", "-").replaceAll("/", "_");
  return [
    ...[short, short.toUpperCase(), trimmed, `0x${short}`, `0x${trimmed}`],
    ...[BigInt.asIntN(64, BigInt(`0x${hex}`)).toString(), `tr-${hex}`],
    ...[base64, url, base64.replace(/=+$/, ""), url.replace(/=+$/, "")],
    ...(short.length === 32 ? [short.replace(/^(.{8})/, "1-$1-")] : []),
  ];
}

/** The numbers that a text may be, in lower-case hex of at least so many digits. */
function listValues(id: string, digits: 16 | 32): readonly string[] {
  const text = id.trim();
  const bare = PREFIXED.exec(text)?.[1] ?? text;
  const [, uuid] = UUID.exec(bare) ?? [];
  const values = [
    uuid?.replaceAll("-", "").toLowerCase(),
    /^[0-9a-f]{1,32}$/i.test(bare) ? bare.toLowerCase().padStart(digits, "0") : undefined,
    decimalToHex(text, digits),
    /^(?:[\w+/-]{11}|[\w+/-]{22})$/.test(text)
      ? base64ToHex(text)?.padStart(digits, "0")
      : undefined,
  ];
  return values.filter(value => value !== undefined);
}

function spellTraceId(hex: string): readonly string[] {
  const low = hex.slice(16);
  return [
    ...spellUuid(hex),
    BigInt(`0x${hex}`).toString(),
    // Datadog logs the low half alone, in decimal.
    BigInt(`0x${low}`).toString(),
    ...prefixes.map(prefix => `${prefix}${hex}`),
  ];
}

function spellUuid(form: string): readonly string[] {
  return HEX_32.test(form)
    ? [form.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")]
    : [];
}

function isLong(canonical: string): boolean {
  return HEX_32.test(canonical) && !isShortTraceId(canonical);
}

function unite(...lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].filter(form => !isNoId(form) || form.trim() === "0");
}

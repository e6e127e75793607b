/**
 * Text that should be JSON as its values: one document, one value a line, or values one after the other, as exporters
 * that print write them. Pure; knows no format.
 *
 * Integers beyond 2^53 become strings of their digits, so that nanoseconds which someone wrote without quotes are not
 * rounded to the next 256.
 */

import { parseJsonBytes } from "./internedJson.ts";
import { isObject, type JsonObject } from "../values/jsonObject.ts";

export interface JsonText {
  readonly values: readonly unknown[];
  /** Why some of the text is not among the values, in words: the first few. */
  readonly errors: readonly string[];
  /** How many lines or values are not among them. */
  readonly failed: number;
}

/** A long run of digits that no string's quotation mark precedes; finding one in vain costs time only. */
const LONG_INTEGER = /[:,[\s]-?(?:\d{17,}|9\d{15})/;
const MAX_ERRORS = 20;

/** Stops behind `maxFailed` lines or values that are no JSON, for text that may be anything. */
export function parseJsonText(text: string, maxFailed = Infinity): JsonText {
  const whole = parseExact(text);
  if (!("error" in whole)) return { values: [whole.value], errors: [], failed: 0 };
  const firstLine = /\S[^\n]*/.exec(text)?.[0] ?? "";
  const isLines = firstLine.length < text.trimEnd().length && !("error" in parseExact(firstLine));
  const parts = isLines ? listLines(text) : listValues(text);
  const values: unknown[] = [];
  const errors: string[] = [];
  let failed = 0;
  for (const { start, end } of parts) {
    const part = parseExact(text.slice(start, end));
    if (!("error" in part)) {
      values.push(part.value);
      continue;
    }
    failed += 1;
    if (failed > maxFailed) break;
    if (errors.length < MAX_ERRORS) {
      errors.push(`line ${countLines(text, start)}: ${part.error}`);
    }
  }
  // What is no JSON at all is told in the parser's own words, which name the place.
  return values.length === 0
    ? { values, errors: [whole.error], failed: 1 }
    : { values, errors, failed };
}

/** Where JSON that says anything may begin. */
const ANYWHERE = /[{[](?=\s*["{[])/g;
/** The places in a row that are tried in vain: the texts of loggers have brackets, too. */
const MOST_STARTS = 16;

/**
 * The values that stand somewhere in lines of text, as loggers print them behind a time, a level and a name. One that
 * opens at the end of its line may go on over others. Other text is nothing that failed, but what breaks off is.
 */
export function parseLoggedJson(text: string): JsonText {
  const values: unknown[] = [];
  const errors: string[] = [];
  // What nobody closes is looked for to the end of the text, which may not be done for every line.
  let patience = 4 * text.length;
  let behind = 0;
  let failed = 0;
  // The search goes to the end of the text, so that what it found is kept for the lines that follow.
  let start = -1;
  const findStart = (from: number): number => {
    if (start >= from) return start;
    ANYWHERE.lastIndex = from;
    return (start = ANYWHERE.exec(text)?.index ?? text.length);
  };
  for (const line of listLines(text)) {
    let isBroken = false;
    let from = Math.max(line.start, behind);
    let tries = 0;
    while (findStart(from) < line.end) {
      if (tries === MOST_STARTS) {
        isBroken = true;
        break;
      }
      tries += 1;
      from = start + 1;
      const isOpen = text.slice(start + 1, line.end).trim() === "";
      const limit = isOpen ? Math.min(text.length, start + patience) : line.end;
      const end = findEnd(text, start, limit);
      if (isOpen) patience -= (end ?? limit) - start;
      if (end === undefined) {
        isBroken ||= !isOpen && text.charAt(start) === "{";
        continue;
      }
      const part = parseExact(text.slice(start, end));
      if ("error" in part) continue;
      values.push(part.value);
      behind = end;
      isBroken = false;
      from = end;
      tries = 0;
    }
    if (!isBroken) continue;
    failed += 1;
    if (errors.length < MAX_ERRORS) errors.push(`line ${countLines(text, line.start)}: breaks off`);
  }
  return { values, errors, failed };
}

/** The one document that the text is, or why it is none; numbers that are none are their own text. */
export function parseExact(text: string): { readonly value: unknown } | { readonly error: string } {
  const parsed = parseStrict(text);
  if (!("error" in parsed) || !LOOSE.test(text)) return parsed;
  const mended = parseStrict(
    text.replaceAll(STRING_OR_LOOSE, (found, loose?: string) =>
      loose === undefined ? found : loose === "," ? "" : `"${loose}"`,
    ),
  );
  return "error" in mended ? parsed : mended;
}

/** The object itself, or the one that a text holds as JSON. */
export function readObject(value: unknown): JsonObject | undefined {
  const parsed = typeof value === "string" ? parseExact(value) : { value };
  return "value" in parsed && isObject(parsed.value) ? parsed.value : undefined;
}

/** Text that is no JSON and is written all the same: Python's numbers that are none, and commas behind the last element. */
const LOOSE = /\b(?:NaN|Infinity)\b|,(?=\s*[}\]])/;
const STRING_OR_LOOSE = /"(?:[^"\\]|\\.)*"|(-?\b(?:NaN|Infinity)\b|,(?=\s*[}\]]))/g;

function parseStrict(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    const value: unknown = LONG_INTEGER.test(text)
      ? JSON.parse(text, keepDigits)
      : JSON.parse(text);
    return { value };
  } catch (error) {
    // A RangeError is nesting deeper than the call stack.
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    const deep = error instanceof RangeError ? parseJsonBytes(Buffer.from(text)) : undefined;
    if (deep !== undefined) return deep;
    // The parser quotes the text around the fault, line breaks and all.
    return { error: error.message.replaceAll(/\s+/g, " ") };
  }
}

/** The third argument is the source text of a primitive; TypeScript's library does not know it yet. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" &&
    !Number.isSafeInteger(value) &&
    context?.source !== undefined &&
    /^-?\d+$/.test(context.source)
    ? context.source
    : value;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function* listLines(text: string): Generator<Span> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (text.slice(start, end).trim() !== "") yield { start, end };
    start = end + 1;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);

/** Objects and arrays one after the other, each at the start of a line or behind the last: logs may lie between. */
function* listValues(text: string): Generator<Span> {
  for (let at = nextStart(text, 0); at < text.length;) {
    const end = findEnd(text, at, text.length) ?? text.length;
    yield { start: at, end };
    at = nextStart(text, end);
  }
}

/** The first opening bracket from here on that only white space, or a comma, parts from a line's start or from here. */
function nextStart(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    while (at < text.length && /[\s,]/.test(text.charAt(at))) at += 1;
    if (OPEN.has(text.charCodeAt(at))) return at;
    const newline = text.indexOf("\n", at);
    at = newline < 0 ? text.length : newline + 1;
  }
  return at;
}

/** Behind the bracket that closes the one at `start`, if one does before the limit. */
function findEnd(text: string, start: number, limit: number): number | undefined {
  let depth = 0;
  for (let at = start; at < limit; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at);
    } else if (OPEN.has(code)) {
      depth += 1;
    } else if (CLOSE.has(code)) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** The index of the quotation mark that closes the string. */
function skipString(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) {
    at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  }
  return at;
}

function countLines(text: string, end: number): number {
  let count = 1;
  let at = text.indexOf("\n");
  while (at >= 0 && at < end) {
    count += 1;
    at = text.indexOf("\n", at + 1);
  }
  return count;
}

/** In which form a value can be read best: as a tree, as SQL, as a link, as a moment. Pure; what is unsure stays text. */

import type { Attribute, AttributeValue } from "../../src/model/spanDetail.ts";
import { readStack } from "./stackLines.ts";

export type ValueForm =
  | { readonly kind: "tree"; readonly value: AttributeValue }
  | { readonly kind: "sql"; readonly text: string }
  | { readonly kind: "link"; readonly text: string }
  | { readonly kind: "moment"; readonly text: string; readonly unixMs: number }
  | { readonly kind: "stack"; readonly text: string }
  | { readonly kind: "text"; readonly value: AttributeValue };

/** Parsing more would hold up the frame. */
const PARSE_AT_MOST = 1_000_000;
/** A value longer than this stands below its key, where it has the whole width. */
const SHORT = 48;

export function readForm(key: string, value: AttributeValue): ValueForm {
  if (typeof value === "object") return { kind: "tree", value };
  const unixMs = readMoment(key, value);
  if (unixMs !== undefined) return { kind: "moment", text: String(value), unixMs };
  if (typeof value !== "string") return { kind: "text", value };
  const parsed = readJson(value);
  if (parsed !== undefined) return { kind: "tree", value: parsed };
  if (isLink(value)) return { kind: "link", text: value };
  if (isSql(key, value)) return { kind: "sql", text: value };
  if (isStack(key, value)) return { kind: "stack", text: value };
  return { kind: "text", value };
}

/** Whether it needs the width of the pane. */
export function isWide(form: ValueForm): boolean {
  if (form.kind === "sql" || form.kind === "stack") return true;
  if (form.kind === "link") return form.text.length > SHORT;
  if (form.kind === "moment") return false;
  const { value } = form;
  if (typeof value === "string") return value.length > SHORT || value.includes("\n");
  if (typeof value !== "object" || (value as unknown) === null) return false;
  return JSON.stringify(value).length > SHORT;
}

/** The language of an editor for it. */
export function languageOf(form: ValueForm): string {
  switch (form.kind) {
    case "tree":
      return "json";
    case "sql":
      return "sql";
    case "text": {
      const text = typeof form.value === "string" ? form.value.trimStart() : "";
      if (/^<!doctype html|^<html[\s>]/i.test(text)) return "html";
      if (/^<\?xml|^<(\w[\w:.-]*)[\s>][^]*<\/\1>\s*$/.test(text)) return "xml";
      if (/^(?:query|mutation|subscription|fragment)\b[^{]*\{/.test(text)) return "graphql";
      return /^diff --git |^--- .*\n\+\+\+ /.test(text) ? "diff" : "plaintext";
    }
    default:
      return "plaintext";
  }
}

/** An object or a list that a text holds. Integers that no number holds stay digits. */
export function readJson(text: string): AttributeValue {
  if (text.length > PARSE_AT_MOST || !/^\s*[[{]/.test(text) || !/[\]}]\s*$/.test(text)) return;
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER
        ? (context?.source ?? value)
        : value,
    ) as AttributeValue;
  } catch {
    // A text that only begins and ends as JSON does.
    return undefined;
  }
}

export function isLink(text: string): boolean {
  return /^https?:\/\/[^\s"'<>]+$/i.test(text) && URL.canParse(text);
}

const STATEMENT_KEY = /^(?:db\.(?:statement|query\.text)|sql(?:\.query)?|query|statement)$/i;
const STATEMENT =
  /^\s*(?:(?:--[^\n]*\n|\/\*[^]*?\*\/)\s*)*(?:SELECT\s[^]+|INSERT\s+(?:OR\s+\w+\s+|IGNORE\s+)?INTO\s|REPLACE\s+INTO\s|UPDATE\s[^]+\sSET\s|DELETE\s+FROM\s|MERGE\s+INTO\s|WITH\s+(?:RECURSIVE\s+)?[\w"`[\]]+(?:\s*\([^)]*\))?\s+AS\s|(?:CREATE|ALTER|DROP|TRUNCATE)\s+(?:\w+\s+)*(?:TABLE|INDEX|VIEW|SCHEMA|DATABASE|FUNCTION|TRIGGER|SEQUENCE)\s|EXPLAIN\s+SELECT\s)/i;

/** Prose may begin with "select" too, so only a key that names a statement makes small letters one. */
function isSql(key: string, text: string): boolean {
  if (!STATEMENT.test(text)) return false;
  if (STATEMENT_KEY.test(key)) return true;
  return (
    /^\s*(?:--|\/\*|[A-Z]{4,}\s)/.test(text) && (!/^\s*SELECT/.test(text) || /\sFROM\s/.test(text))
  );
}

function isStack(key: string, text: string): boolean {
  if (!text.includes("\n")) return false;
  const frames = readStack(text).filter(({ isFrame }) => isFrame).length;
  return frames >= 2 || (frames === 1 && /stack|traceback/i.test(key));
}

const TIME_KEY =
  /(?:^|[._-])(?:time|timestamp|date|ts)$|(?:^|[._-])\w+_(?:at|time|date|timestamp)$|[a-z](?:At|Time|Date|Timestamp)$/;
const LENGTH_KEY =
  /(?:duration|elapsed|response|wait|run|execution|processing|queue|cpu)[._-]?time$/i;
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;
const FIRST_MS = Date.UTC(2001, 8, 10);
const LAST_MS = Date.UTC(2100, 0);

/** A text that says its zone, or a number since the epoch under a key that names a time: its size tells the unit. */
function readMoment(key: string, value: AttributeValue): number | undefined {
  if (typeof value === "string" && ISO.test(value)) {
    const unixMs = Date.parse(value.replace(" ", "T"));
    return Number.isNaN(unixMs) ? undefined : unixMs;
  }
  if (!TIME_KEY.test(key) || LENGTH_KEY.test(key)) return undefined;
  const number =
    typeof value === "string" && /^\d{10,19}(?:\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== "number") return undefined;
  return [1e3, 1, 1e-3, 1e-6].map(unit => number * unit).find(ms => ms >= FIRST_MS && ms < LAST_MS);
}

/** The database whose dialect the span's statements are written in. */
export function findDatabase(attributes: readonly Attribute[]): string {
  const system =
    attributes.find(({ key }) => key === "db.system.name") ??
    attributes.find(({ key }) => key === "db.system" || key === "db.type");
  return typeof system?.value === "string" ? system.value : "";
}

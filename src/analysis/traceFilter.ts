/**
 * The filter of a list of traces, as text. Pure; knows no store, no words and no box that it is typed into.
 *
 *     checkout service:api status:error duration:>100ms duration:<2s http.method=GET user="Ann Lee"
 *
 * A term is a word; quotes keep blanks, and what has a meaning, in a word: `"a=b"` is text. What is mistaken is left
 * out of the filter and told as a problem, so that half a term never hides what the rest of the text asks for.
 */

import { NS_PER_MS, NS_PER_S, NS_PER_US } from "../model/units.ts";

export type FilterStatus = "error" | "ok" | "running";

/** The conditions to look for; a `TraceQuery` but for its place in the answers. */
export interface TraceFilter {
  readonly service?: string;
  readonly operation?: string;
  readonly status?: FilterStatus;
  readonly minDurationMs?: number;
  readonly maxDurationMs?: number;
  readonly session?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly text?: string;
}

export type FilterProblem = {
  /** Where the term stands in the text. */
  readonly start: number;
  readonly end: number;
} & (
  | { readonly code: "openQuote" }
  | { readonly code: "noValue"; readonly key: string }
  | { readonly code: "twice"; readonly key: string }
  | { readonly code: "unknownStatus"; readonly value: string }
  | { readonly code: "unreadableDuration"; readonly value: string }
  | { readonly code: "emptyDuration" }
);

export interface ParsedFilter {
  readonly filter: TraceFilter;
  readonly problems: readonly FilterProblem[];
}

export const filterKeys = ["service", "operation", "status", "duration", "session"] as const;
export type FilterKey = (typeof filterKeys)[number];

export const filterStatuses: readonly FilterStatus[] = ["error", "ok", "running"];

/** The term that the caret stands in, and the texts that typing there can become. */
export type Completion =
  /** A key, a status and so on may begin here. */
  | {
      readonly kind: "key";
      readonly typed: string;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly kind: "value";
      readonly key: FilterKey;
      /** Without quotes. */
      readonly typed: string;
      /** The value with its quotes, which a chosen one replaces. */
      readonly start: number;
      readonly end: number;
    };

export interface Term {
  readonly start: number;
  readonly end: number;
  /** The text that stands before the first unquoted `:` or `=`. */
  readonly key: string;
  readonly separator: ":" | "=" | undefined;
  /** The text that stands behind it, or the whole term. */
  readonly value: string;
  readonly valueStart: number;
  readonly isOpen: boolean;
}

export function parseTraceFilter(text: string): ParsedFilter {
  const problems: FilterProblem[] = [];
  const words: string[] = [];
  const tags = new Map<string, string>();
  const once = new Map<string, string>();
  let minDurationMs: number | undefined;
  let maxDurationMs: number | undefined;
  for (const term of readTerms(text)) {
    const { start, end, value } = term;
    const place = { start, end };
    const key = readKey(term);
    if (term.isOpen) {
      problems.push({ ...place, code: "openQuote" });
    } else if (key === undefined && term.separator !== "=") {
      words.push(term.separator === undefined ? value : `${term.key}:${value}`);
    } else if (value === "") {
      problems.push({ ...place, code: "noValue", key: key ?? term.key });
    } else if (key === undefined) {
      if (tags.has(term.key)) problems.push({ ...place, code: "twice", key: term.key });
      else tags.set(term.key, value);
    } else if (key === "duration") {
      const range = parseDurationRange(value);
      if (range === undefined) {
        problems.push({ ...place, code: "unreadableDuration", value });
        continue;
      }
      const { minMs = minDurationMs, maxMs = maxDurationMs } = range;
      const isTwice =
        (range.minMs !== undefined && minDurationMs !== undefined) ||
        (range.maxMs !== undefined && maxDurationMs !== undefined);
      if (isTwice) {
        problems.push({ ...place, code: "twice", key });
      } else if (minMs !== undefined && maxMs !== undefined && minMs > maxMs) {
        problems.push({ ...place, code: "emptyDuration" });
      } else {
        minDurationMs = minMs;
        maxDurationMs = maxMs;
      }
    } else if (once.has(key)) {
      problems.push({ ...place, code: "twice", key });
    } else if (key === "status" && !isStatus(value.toLowerCase())) {
      problems.push({ ...place, code: "unknownStatus", value });
    } else {
      once.set(key, key === "status" ? value.toLowerCase() : value);
    }
  }
  const service = once.get("service");
  const operation = once.get("operation");
  const session = once.get("session");
  const status = once.get("status") as FilterStatus | undefined;
  return {
    filter: {
      ...(service !== undefined && { service }),
      ...(operation !== undefined && { operation }),
      ...(session !== undefined && { session }),
      ...(status !== undefined && { status }),
      ...(minDurationMs !== undefined && { minDurationMs }),
      ...(maxDurationMs !== undefined && { maxDurationMs }),
      ...(tags.size > 0 && { tags: Object.fromEntries(tags) }),
      ...(words.length > 0 && { text: words.join(" ") }),
    },
    problems,
  };
}

/** Finds the term that the caret stands in; between terms, a new one. */
export function findCompletion(text: string, caret: number): Completion {
  const terms = [...readTerms(text)];
  const term = terms.find(each => each.start <= caret && caret <= each.end);
  if (term === undefined) return { kind: "key", typed: "", start: caret, end: caret };
  const key = readKey(term);
  if (key === undefined || caret < term.valueStart) {
    const { start, end } = term;
    return { kind: "key", typed: text.slice(start, caret), start, end };
  }
  const typed = text.slice(term.valueStart, caret).replaceAll('"', "");
  return { kind: "value", key, typed, start: term.valueStart, end: term.end };
}

/** As it must be written in a filter to be one word without a meaning of its own. */
export function quoteFilterValue(value: string): string {
  return /[\s"\\]/.test(value) || value === ""
    ? `"${value.replaceAll(/["\\]/g, each => `\\${each}`)}"`
    : value;
}

/** `100ms`, `1.5 s`, `2m`; milliseconds where no unit is given; `undefined` for anything else. */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*(ns|us|µs|μs|ms|s|m|min|h)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const unit = (match[2] ?? "ms").toLowerCase();
  return Number(match[1]) * (UNITS_MS[unit] ?? 1);
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1 / NS_PER_MS,
  us: NS_PER_US / NS_PER_MS,
  µs: NS_PER_US / NS_PER_MS,
  // The Greek letter, which looks the same.
  μs: NS_PER_US / NS_PER_MS,
  ms: 1,
  s: NS_PER_S / NS_PER_MS,
  m: (60 * NS_PER_S) / NS_PER_MS,
  min: (60 * NS_PER_S) / NS_PER_MS,
  h: (3_600 * NS_PER_S) / NS_PER_MS,
};

/** `>100ms`, `<=2s`, `100ms..2s`. */
function parseDurationRange(
  text: string,
): { readonly minMs?: number; readonly maxMs?: number } | undefined {
  const [low, high, ...rest] = text.split("..");
  if (high !== undefined) {
    const minMs = parseDurationMs(low ?? "");
    const maxMs = parseDurationMs(high);
    const isRange = rest.length === 0 && minMs !== undefined && maxMs !== undefined;
    return isRange ? { minMs, maxMs } : undefined;
  }
  const match = /^([<>])=?(.*)$/.exec(text.trim());
  const ms = match === null ? undefined : parseDurationMs(match[2] ?? "");
  if (ms === undefined) return undefined;
  return match?.[1] === ">" ? { minMs: ms } : { maxMs: ms };
}

/** The key of a term that has a meaning; `http:` and `=` alone are words like others. */
function readKey({ key, separator }: Term): FilterKey | undefined {
  if (separator !== ":") return undefined;
  return filterKeys.find(each => each === key.toLowerCase());
}

function isStatus(value: string): boolean {
  return filterStatuses.some(each => each === value);
}

/** One pass: blanks end a term unless they are quoted, a backslash in quotes takes the next letter as it is. */
export function* readTerms(text: string): Generator<Term> {
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at] ?? "")) {
      at += 1;
      continue;
    }
    const start = at;
    let key = "";
    let word = "";
    let separator: ":" | "=" | undefined;
    let valueStart = start;
    let isQuoted = false;
    for (; at < text.length; at += 1) {
      const letter = text[at] ?? "";
      if (isQuoted && letter === "\\" && at + 1 < text.length) {
        at += 1;
        word += text[at] ?? "";
      } else if (letter === '"') {
        isQuoted = !isQuoted;
      } else if (!isQuoted && /\s/.test(letter)) {
        break;
      } else if (
        !isQuoted &&
        separator === undefined &&
        word !== "" &&
        (letter === ":" || letter === "=")
      ) {
        separator = letter;
        key = word;
        word = "";
        valueStart = at + 1;
      } else {
        word += letter;
      }
    }
    yield { start, end: at, key, separator, value: word, valueStart, isOpen: isQuoted };
  }
}

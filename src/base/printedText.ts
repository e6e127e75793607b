/**
 * The text that a program printed, out of what a terminal or a keeper of logs made of it: terminals colour text, and
 * `docker compose`, Kubernetes, journald and others put something before each line. Pure.
 */

import { findFirst } from "./binarySearch.ts";

export interface PlainText {
  readonly plain: string;
  /** From an offset in `plain` to the offset of the same character in the text. */
  readonly toOriginal: (offset: number) => number;
}

const ANSI = /\u001b\[[0-9;]{0,20}m/g;
/** A colour as it is written inside of a string, by JSON, Python and shells. */
const WRITTEN_ANSI = /\\(?:u001b|x1b|033|e)\[[0-9;]{0,20}m/gi;
/** A level is no host and no program, and what is behind it is the key of a value. */
const NO_LEVEL = String.raw`(?!(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)\b)`;
const TIME = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?`;

/**
 * The prefixes that a line may have, several of them. `source` tells whose line it is, `part` that its end is missing.
 */
const prefixes: readonly RegExp[] = [
  // docker compose and services: `cart-1  | `, foreman: `10:00:00 web.1  | `, PM2: `0|cart  | `. What may be an id is the
  // cell of a table.
  /^(?:\d\d:\d\d:\d\d |\d{1,4}\|)?(?![\da-f.-]{8,}\s*\|)(?<source>[a-z\d][\w.@-]{0,100}) *\| /i,
  // Kubernetes' files and Podman's: `2026-01-01T10:00:00.123456789Z stdout F `, with P for a line that goes on.
  new RegExp(`^${TIME} (?<source>stdout|stderr) (?:F|(?<part>P)) `),
  // `kubectl logs --prefix`, and Dapr's `== APP - cart == `.
  /^\[(?<source>pod\/[^\]\s]{1,300})\] /,
  /^== (?<source>APP(?: - [\w.-]{1,100})?) == /,
  // journald and syslog: `Jan  1 10:00:00 host cart[42]: `, and Heroku: `2026-01-01T10:00:00+00:00 app[web.1]: `. What
  // ends with `id` is the key of a value.
  new RegExp(
    String.raw`^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?|${TIME}) (?:${NO_LEVEL}[\w.-]{1,100} )?${NO_LEVEL}(?!\S{0,100}[iI][dD]s?: )(?<source>[\w.@/-]{1,100}(?:\[[\w.]{1,40}\])|(?<= [\w.-]{1,100} )[\w.@/-]{1,100}): `,
  ),
  // `docker logs --timestamps` and GitHub's actions, whose command line puts job and step before; GitLab's: `…Z 00O `.
  /^(?:[^\t\n]{1,100}\t[^\t\n]{1,100}\t)?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(?:\d{7,9}Z |\d{6}Z \d\d[OE][ +])/,
];

function stripAnsi(text: string, isInStrings = false): PlainText {
  const codes = text.includes("\u001b") ? [...text.matchAll(ANSI)] : [];
  if (isInStrings) codes.push(...text.matchAll(WRITTEN_ANSI));
  if (codes.length === 0) return { plain: text, toOriginal: offset => offset };
  codes.sort((a, b) => a.index - b.index);
  return cut(
    text,
    codes.map(({ index, 0: code }) => ({ start: index, end: index + code.length })),
  );
}

/** The text without colours, written in strings or not, and without what stands before its lines, every other character in its place. */
export function stripPrinted(text: string): PlainText {
  const colourless = stripAnsi(text, true);
  const cuts = [...listLines(colourless.plain)].filter(line => line.start < line.textStart);
  if (cuts.length === 0) return colourless;
  const bare = cut(
    colourless.plain,
    cuts.map(({ start, textStart }) => ({ start, end: textStart })),
  );
  return {
    plain: bare.plain,
    toOriginal: offset => colourless.toOriginal(bare.toOriginal(offset)),
  };
}

/** Lists what each source printed, its lines together and whole; nothing where nothing stands before any line. */
export function listPrinted(text: string): readonly string[] {
  const { plain } = stripAnsi(text);
  const bySource = new Map<string, string>();
  let isPrefixed = plain !== text;
  for (const line of listLines(plain)) {
    isPrefixed ||= line.start < line.textStart;
    const printed = plain.slice(line.textStart, line.end) + (line.isPart ? "" : "\n");
    bySource.set(line.source, (bySource.get(line.source) ?? "") + printed);
  }
  return isPrefixed ? [...bySource.values()] : [];
}

/** Where keepers of logs that write JSON have what was printed: Docker, journald, Fluent Bit, Loki, Google's. */
const printedFields = ["log", "MESSAGE", "message", "msg", "line", "textPayload", "event"];

/** Returns the text that was printed, in a record of it; Docker cuts long lines, so only it says where one ends. */
export function getPrinted(record: Readonly<Record<string, unknown>>): string | undefined {
  for (const field of printedFields) {
    const text = record[field];
    if (typeof text === "string") return field === "log" && "stream" in record ? text : `${text}\n`;
  }
  return undefined;
}

interface Line {
  readonly start: number;
  /** Behind what stands before it. */
  readonly textStart: number;
  readonly end: number;
  /** Empty where nothing tells. */
  readonly source: string;
  readonly isPart: boolean;
}

/** Longer than any prefix. */
const MOST_PREFIX = 512;
/** Every prefix begins with one of these; documents and indented lines need no closer look. */
const prefixBegin = /[a-z\d[=]/i;
const NO_PREFIXES: typeof prefixes = [];

function* listLines(text: string): Generator<Line> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const sources: string[] = [];
    let textStart = start;
    let isPart = false;
    for (const prefix of prefixBegin.test(text.charAt(start)) ? prefixes : NO_PREFIXES) {
      const head = text.slice(textStart, Math.min(end, textStart + MOST_PREFIX));
      const match = prefix.exec(head);
      if (match === null) continue;
      textStart += match[0].length;
      isPart ||= match.groups?.["part"] !== undefined;
      sources.push(match.groups?.["source"] ?? "");
    }
    yield { start, textStart, end, source: sources.join(" "), isPart };
    start = end + 1;
  }
}

function cut(
  text: string,
  ranges: readonly { readonly start: number; readonly end: number }[],
): PlainText {
  /** Where each range was cut, in `plain`, and how much is cut up to there. */
  const cuts: { readonly at: number; readonly total: number }[] = [];
  const pieces: string[] = [];
  let [from, total] = [0, 0];
  for (const { start, end } of ranges) {
    pieces.push(text.slice(from, start));
    cuts.push({ at: start - total, total: total + end - start });
    total += end - start;
    from = end;
  }
  pieces.push(text.slice(from));
  return {
    plain: pieces.join(""),
    toOriginal: offset => {
      const behind = findFirst(cuts.length, index => (cuts[index]?.at ?? 0) > offset);
      return offset + (cuts[behind - 1]?.total ?? 0);
    },
  };
}

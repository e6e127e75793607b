/**
 * Ids behind a key, in every grammar in which logs, headers and exporters write one: `key=value`, JSON, JSON inside of
 * JSON, what Go, Python, Ruby, PHP, Rust and .NET print of a map, headers as tuples, XML, columns. Pure.
 *
 * Keys are found by their ends and then read backwards, so that a text is gone through once, however many keys there are.
 */

import { toMatches, toStoredId } from "./idForm.ts";
import type { IdMatch, IsLogAt } from "./idMatch.ts";
import { getIdKey, KEY_ENDS, type IdKey } from "./idKeys.ts";
import { readIdValue, type IdValue } from "./idValue.ts";

/** As a text has it, inside of a string, of a string's string, in an address and in HTML. */
const QUOTE = String.raw`(?:\\{0,7}["'${"`"}]|%2[27]|&quot;)`;
/** .NET and the Collector set their keys in columns, PHP and Ruby write an arrow. */
const IS = String.raw`\s{0,24}(?:[=-]>|:=|==?|[:：]|%3[AD])\s{0,24}`;
/** `{"key": "traceId", "value": "…"}`, `key = traceId, value = …` and `name="traceId" value="…"`. */
const VALUE_FIELD = String.raw`[\s,]{1,24}${QUOTE}?value${QUOTE}?${IS}`;
/** A list of headers is one of pairs. */
const PAIR = String.raw`,\s{0,4}(?=[bu]?${QUOTE})`;
/** XML, calls, indexes, prose and what tables draw: only what has the form of an id is one behind them. */
const LOOSE = String.raw`["']?>|[\s:.*│|→】${"`"}]{2,24}(?=[0-9a-f]{13})|[】${"`"}]|[ \t]?(?=[[(])|[ \t](?:is )?(?=["'#]?[0-9a-f]{6}|\w[\w.:-]{0,60}\d)`;
/** `WorkflowID order-42`: what Go's loggers print of pairs, where prose has a blank before its `ID`. */
const loggedPair = /[a-z]ID$/;
/** `task step-2`: what prose says of a task. */
const prosaic = /^(?!(?:re?q|tra?ce?|span|corr|task|job)[_-])[a-z]+-/i;
/** The wrappers of a value: `{"stringValue": …`, `{"w3c": …`, `TraceId(value=…`. */
const WRAPPER = String.raw`[{(]\s{0,4}${QUOTE}?(?:\w{2,8}Value|value|hex|w3c|\$\w{3,4})${QUOTE}?${IS}`;
/** Lists around a header's value, Rust's `Some("…")`, Python's bytes, Erlang's binaries, types and lengths of Go and PHP. */
const OPENER = String.raw`(?:${WRAPPER}|[[(] ?|<<|[bu](?=["'])|\[\]string\{|\(?string\)? ?\((?:len=)?\d{1,4}\) |(?:Some|Str|String|TraceId|SpanId|UUID|ObjectId|Long)(?:\(|(?=\(value))){0,3}`;
/** A value holds a digit soon, or ends with a quote; most texts of nothing but keys end here. */
const VALUE = String.raw`(?=-?\w(?:[\w./+@#~^-]|:(?=\w)){0,40}?(?:\d|={0,2}["'${"`"}\\]|%2[27]|&quot;)|\d|[a-f]{16})`;

const keyEnd = new RegExp(
  String.raw`((?:id|${KEY_ENDS})s?)(?:${QUOTE}(?:\]?${IS}|${VALUE_FIELD}|(${PAIR}))|\]?${IS}|${VALUE_FIELD}|(${LOOSE}))${OPENER}(${QUOTE})?${VALUE}`,
  "gi",
);

/** The next of several: `job_ids=[41, 42]`, `task_ids: ["a1", "b2"]`. */
const nextValue = new RegExp(String.raw`${QUOTE}?,\s{0,4}(?:\n\s{0,40})?(${QUOTE})?`, "y");

const KEY_REACH = 80;
/** `Trace ID`, `trace:id`, `<trace id`, and behind an escape as `\n`, but not HTML's `<span id`. */
const nounBefore = /(?<!(?<!\\)\w|<(?=span))([a-z]{3,12})[ :]$/i;
const objectBefore =
  /(?<=(?<![\w.])(?:(?<name>[\w.]{1,24})\\{0,7}["']?\s{0,4}(?:=>|[=:])\s{0,4}(?:map)?|(?:\w{1,24}\.)?(?<type>[Tt]ask|[Jj]ob|[Ss]pan|[Tt]race|[Rr]equest)(?:Info|Data|Record)? ?))/y;

/** `b3: trace-span-sampled-parent`, `sentry-trace: trace-span-sampled`. */
const b3Header =
  /(?<id>[0-9a-f]{32}|[0-9a-f]{16})-(?<span>[0-9a-f]{16})(?:-[01d](?:-(?<parent>[0-9a-f]{16}))?)?(?![\w-])/diy;
/** Jaeger's clients cut leading zeros, and some encode the colons. */
const jaegerHeader =
  /(?<id>[0-9a-f]{1,32})(?::|%3A)(?<span>[0-9a-f]{1,16})(?::|%3A)(?<parent>[0-9a-f]{1,16})(?::|%3A)[0-9a-f]{1,2}(?![\w:])/diy;
const headerKey = /^x[-_]/i;
/** The mark that `curl -v` prints before a header. */
const headerMark = /(?:^|\n)[<>] $/;
/** A shorter word outside of a log is a variable's, which no store is asked for: `job_id = job1`. */
const SHORT_NAME = 6;
const datadogKey = /(?:^|[^a-z])d(?:d$|d[^a-z]|atadog)/i;

export function* listKeyedIds(text: string, isLogAt: IsLogAt): Iterable<IdMatch> {
  const objects = new EnclosingObjects(text);
  for (const match of text.matchAll(keyEnd)) {
    const [whole, end = "", pair, loose, quote] = match;
    const start = match.index + whole.length;
    const keyStop = match.index + end.length;
    const written = readKey(text, keyStop, objects);
    const key = getIdKey(written);
    if (key === undefined) continue;
    if (key.header !== undefined) {
      const pattern = key.header === "b3" ? b3Header : jaegerHeader;
      pattern.lastIndex = start;
      const header = pattern.exec(text);
      if (header !== null) yield* toMatches(text, header, key);
      continue;
    }
    const keyStart = keyStop - written.length;
    const place: KeyPlace = {
      key,
      written,
      isQuoted: /["']/.test(text.charAt(keyStop)),
      isPair: pair !== undefined,
      isLoose: loose !== undefined,
      isHeader:
        headerKey.test(written) || headerMark.test(text.slice(Math.max(0, keyStart - 3), keyStart)),
      isDatadog: datadogKey.test(written) || objects.getName(match.index) === "dd",
    };
    let value = readIdValue(text, start, key, quote !== undefined);
    while (value !== undefined) {
      const isLog = isLogAt(value.start);
      const found = createMatch(value, place, quote !== undefined, isLog);
      if (found !== undefined) yield found;
      if (!/s$/i.test(written)) break;
      nextValue.lastIndex = value.start + value.text.length;
      const next = nextValue.exec(text);
      if (next === null) break;
      value = readIdValue(text, nextValue.lastIndex, key, next[1] !== undefined);
    }
  }
}

/** A key, and how it stands before its value. */
interface KeyPlace {
  readonly key: IdKey;
  readonly written: string;
  readonly isQuoted: boolean;
  readonly isPair: boolean;
  readonly isLoose: boolean;
  readonly isHeader: boolean;
  readonly isDatadog: boolean;
}

/** `undefined` where the value is none of an id. */
function createMatch(
  { text, start, hasForm, isLikeCode, isShort }: IdValue,
  place: KeyPlace,
  isQuoted: boolean,
  isLog: boolean,
): IdMatch | undefined {
  const { key, written } = place;
  if (isShort && !isLog) return undefined;
  const isOfLog = loggedPair.test(written) || (isShort && !prosaic.test(text));
  if (place.isLoose && !hasForm && !(isLog && isOfLog)) return undefined;
  // `"WorkflowID": "pack_workflow_id", "RunID": …`: a value that ends as a key does, and a key behind it.
  if (place.isPair && !/\d/.test(text)) return undefined;
  const isName = !hasForm && /^[a-z_]\w*$/i.test(text);
  // `["x-b3-traceid"] = trace_id_16`: only a program quotes a key and not its value.
  if (place.isQuoted && !isQuoted && isName) return undefined;
  const isNumber = /^-?\d{1,20}$/.test(text);
  // Datadog counts in decimals: `dd.trace_id`, `x-datadog-trace-id`, `"dd": {"trace_id": …`.
  const isDatadog = isNumber && place.isDatadog;
  // What numbers its tasks prints `'task_id': 100005`; programs that say so have smaller numbers.
  const isCounted = isNumber && text.length > 4 && place.isQuoted && key.role !== "any";
  const isSure = (hasForm && key.isLogOnly !== true) || isDatadog || isCounted || place.isHeader;
  const isCertain = isSure || isLog;
  // Other forms may know whose it is.
  if (hasForm && !isCertain) return undefined;
  if (!isCertain && isLikeCode && text.length < SHORT_NAME) return undefined;
  const role = getRole(key, text);
  // A span's digits are decimal, too, where they are not as many as hexadecimal ones.
  const isDecimal = isDatadog || (isNumber && role === "span" && text.length !== 16);
  return {
    id: role === "none" ? "" : toStoredId(text, role, isDecimal ? "decimal" : undefined),
    start,
    end: start + text.length,
    role: role === "none" ? "span" : role,
    isCertain,
  };
}

/**
 * Returns the role of an id, which may show in it: a parent that is a UUID is a task's, one in three parts a segment of
 * SkyWalking.
 */
function getRole({ role, uuid }: IdKey, id: string): IdKey["role"] | "none" {
  if (role === "span" && /^[^.]+\.\d+\.\d+$/.test(id)) return "none";
  return uuid === "task" && /^[^-]{8}-.{27}$/.test(id) ? "task" : role;
}

/** The whole of the key that ends at an offset; `id` alone is read with the noun or the object that it stands in. */
function readKey(text: string, end: number, objects: EnclosingObjects): string {
  let start = end;
  while (start > end - KEY_REACH && isKeyCharacter(text.charCodeAt(start - 1))) start -= 1;
  // Escapes end with what looks like a part of the key: `\n`, `%22`.
  const before = text[start - 1];
  if (before === "%") start += 2;
  else if (before === "\\" && /[nrt]/.test(text.charAt(start))) start += 1;
  const written = text.slice(start, end);
  if (written.length > 4 || !/^[-.]?ids?$/i.test(written)) return written;
  const noun =
    text[start - 1] === " " || text[start - 1] === ":"
      ? nounBefore.exec(text.slice(Math.max(0, start - 16), start))?.[1]
      : undefined;
  return `${noun ?? objects.getName(start) ?? ""} ${written}`;
}

/** Letters, digits and `_ . @ / -`. */
function isKeyCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 64 && code <= 90) ||
    (code >= 45 && code <= 57) ||
    code === 95
  );
}

/** The objects that a text opens and has not closed yet, asked for offsets in rising order: gone through once. */
class EnclosingObjects {
  readonly #text: string;
  readonly #openers: number[] = [];
  readonly #names = new Map<number, string | undefined>();
  #read = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The name of the object that a field at an offset belongs to: `"trace": {"id": …`, `trace=map[id:…`, `TaskInfo{ID:…`. */
  getName(offset: number): string | undefined {
    for (; this.#read < offset; this.#read += 1) {
      const character = this.#text[this.#read];
      if (character === "{" || character === "[" || character === "(") {
        this.#openers.push(this.#read);
      } else if (character === "}" || character === "]" || character === ")") this.#openers.pop();
    }
    const opener = this.#openers.at(-1);
    if (opener === undefined) return undefined;
    return this.#readName(opener) ?? this.#readListName(opener);
  }

  #readName(opener: number): string | undefined {
    if (!this.#names.has(opener)) {
      objectBefore.lastIndex = opener;
      const { name, type } = objectBefore.exec(this.#text)?.groups ?? {};
      this.#names.set(opener, name ?? type);
    }
    return this.#names.get(opener);
  }

  /** Objects of a list have its name in the singular: `"jobs": [{"id": …`. */
  #readListName(opener: number): string | undefined {
    const list = this.#openers.at(-2);
    const isInList = this.#text[opener] === "{" && list !== undefined && this.#text[list] === "[";
    return isInList ? this.#readName(list)?.replace(/s$/, "") : undefined;
  }
}

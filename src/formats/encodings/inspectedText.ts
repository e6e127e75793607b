/**
 * Objects as Node's `console.dir` and `console.log` print them (`util.inspect`) become values. Pure.
 *
 *     {
 *       resource: { attributes: { 'service.name': 'cart' } },
 *       traceId: '0af7651916cd43dd8448eb211c80319c',
 *       events: [ { name: 'retry', time: [ 1795248275, 847000000 ] } ],
 *       links: [ [Object] ]
 *     }
 *
 * So do the objects, maps and records of other languages: `{:name=>"GET"}` of Ruby, `%{"name" => "GET"}` of Elixir,
 * `array ('name' => 'GET')` of PHP, `Span(name=GET)` and `{name=GET}` of Java and Kotlin.
 *
 * What was too deep or too long for the printer is not in the text, and is left out.
 */

import { parseExact } from "./jsonText.ts";
import { MAX_PRINTED_DEPTH, NotPrinted, TextCursor } from "./textCursor.ts";
import type { JsonObject } from "../values/jsonObject.ts";

/** The printed objects that begin a line; what is none, like the lines of a log, is passed over. */
export function parseInspectedText(text: string): readonly JsonObject[] {
  const objects: JsonObject[] = [];
  let end = 0;
  for (const { index } of text.matchAll(/(?<=^[ \t]*)\{$/gm)) {
    if (index < end) continue;
    const reader = new InspectedReader(text, index);
    try {
      objects.push(reader.readObject(0));
      end = reader.at;
    } catch (error) {
      if (!(error instanceof NotPrinted)) throw error;
    }
  }
  return objects;
}

/** One printed value, also as Python and ClickHouse print it; `undefined` for other text. */
export function parseInspectedValue(text: string): unknown {
  const reader = new InspectedReader(text.trim(), 0);
  try {
    const value = reader.readValue(0);
    return reader.at === text.trim().length ? value : undefined;
  } catch (error) {
    if (!(error instanceof NotPrinted)) throw error;
    return undefined;
  }
}

/** A list or an object of JSON begins so; the parser's error for one that does not costs more than reading it. */
const JSON_START = /^(?:\{\s*["}]|\[\s*(?:["[{\]\d-]|true|false|null))/;

/** The list or the object that a cell of a table holds, in JSON or as programs print it; `undefined` for other text. */
export function parseCell(cell: string): unknown {
  const text = cell.trim();
  if (!/^[[{]/.test(text)) return undefined;
  const parsed = JSON_START.test(text) ? parseExact(text) : { error: "" };
  return "value" in parsed ? parsed.value : parseInspectedValue(text);
}

/**
 * Where a list, an object or a record may begin that is no JSON: what stands first in it has other quotation marks or
 * none, or an arrow behind it.
 */
const ANYWHERE =
  /[[{](?=\s*(?:'|[[{]\s*'|[A-Za-z_$][\w$]*[:(]|[[{]\s*[A-Za-z_$][\w$]*:|(?:"[^"\n]{1,200}"|:"?[A-Za-z_][\w.]{0,200}"?)\s*=>))|\barray\s*\((?=\s*')|(?<![\w.])[A-Z]\w*[({[](?=[A-Za-z_]\w*=)/g;

/** The lists and objects that stand anywhere in a text, as programs print them; other text is passed over. */
export function parsePrintedValues(text: string): readonly unknown[] {
  const values: unknown[] = [];
  let end = 0;
  // What breaks off is read to where it does, which may not be done for every bracket.
  let patience = 4 * text.length;
  for (const { index } of text.matchAll(ANYWHERE)) {
    if (index < end) continue;
    if (patience < 0) break;
    const reader = new InspectedReader(text, index);
    try {
      values.push(reader.readValue(0));
      end = reader.at;
    } catch (error) {
      if (!(error instanceof NotPrinted)) throw error;
      patience -= reader.at - index;
    }
  }
  return values;
}

/** Printed before a value, and no part of it: a class, a prototype, the mark of an object that is met again. */
const PREFIX =
  /(?:<ref \*\d+>|\[Object: null prototype\]|[A-Za-z_$][\w$]*(?:\(\d+\))?(?: \[[^\]\n]+\])?)\s+(?=[{[])/y;
/** Stands where something was too deep or is no data: `[Object]`, `[Function: run]`, `[Circular *1]`. */
const STAND_IN = /\[(?:Object|Array|Function|Getter|Setter|Circular|class|Symbol)\b[^\]\n]*\]/y;
const MORE = /\.\.\. \d+ more (?:items?|characters?|properties|property)/y;
const KEY = /[A-Za-z_$][\w$]*(?=:)|\[[^\]\n]+\](?=:)|:[A-Za-z_]\w*(?=\s*=>)|[\w.$@/-]+(?==)/y;
/** Ruby writes a symbol that is no word so. */
const SYMBOL = /:(?=")/y;
const ARROW = /\s*=>\s*/y;
const ASSIGNMENT = /=(?!>)/y;
const WORD = /[^\s,\]})]+/y;
/** Java and Kotlin write texts without quotation marks: to the next field or the end. */
const BARE = /[^,()[\]{}<>'"`]+?(?=\s*(?:,\s*[\w.]+=|[)}\]]))/y;
/** Stands before PHP's lists and maps, and Elixir's maps and structures. */
const KIND = /array\s*(?=\()|%[\w.]*(?=\{)/y;
/** The calls that make a value of others: `ObjectId('…')`, `datetime.datetime(2026, 1, 1)`, `Span(name='GET')`. */
const CALL = /(?:new )?[A-Za-z_][\w.]*(?:\(|[{[](?=[A-Za-z_]\w*=))/y;
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "{": "}", "[": "]" };
const ARGUMENT = /[A-Za-z_]\w*=/y;
/** A member of an enumeration, as Python prints it. */
const MEMBER = /<[\w.]+(?:: [^<>\n]{1,200})?>/y;
/** A string up to a quotation mark, an escape or a line break: nearly always all of it. */
const PLAIN = /[^\\\n'"`]+/y;
/** Long strings are printed line by line. */
const PLUS = /\s*\+\s*(?=['"`])/y;

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
};

class InspectedReader extends TextCursor {
  readObject(depth: number): JsonObject {
    const object: Record<string, unknown> = {};
    this.expect("{");
    while (!this.take("}")) {
      if (this.match(MORE) === undefined) {
        this.match(SYMBOL);
        const key = this.#isQuote() ? this.#readString() : this.match(KEY);
        if (key === undefined) throw new NotPrinted();
        object[key.replace(/^:/, "")] = this.#readField(depth + 1);
      }
      this.take(",");
    }
    return object;
  }

  /** The value behind a key and its `:`, `=>` or `=`. */
  #readField(depth: number): unknown {
    if (this.match(ASSIGNMENT) !== undefined) return this.#readAssigned(depth);
    if (this.match(ARROW) === undefined) this.expect(":");
    return this.readValue(depth);
  }

  #readAssigned(depth: number): unknown {
    const bare = this.match(BARE);
    return bare === undefined ? this.readValue(depth) : toScalar(bare);
  }

  #readArray(depth: number, open = "[", close = "]"): unknown {
    const values: unknown[] = [];
    const fields: [string, unknown][] = [];
    this.expect(open);
    while (!this.take(close)) {
      const from = this.at;
      if (this.match(MORE) === undefined) {
        const value = this.readValue(depth + 1);
        if (this.match(ARROW) === undefined) values.push(value);
        else fields.push([String(value), this.readValue(depth + 1)]);
      }
      this.take(",");
      // A brace that closes no object stands for no value either.
      if (this.at === from) throw new NotPrinted();
    }
    if (fields.length === 0) return values;
    // PHP's lists are maps from their places.
    const isList = fields.every(([key]) => /^\d+$/.test(key));
    return isList ? fields.map(([, value]) => value) : Object.fromEntries(fields);
  }

  readValue(depth: number): unknown {
    if (depth > MAX_PRINTED_DEPTH) throw new NotPrinted();
    this.skipSpace();
    while (this.match(PREFIX) !== undefined);
    if (this.match(STAND_IN) !== undefined) return undefined;
    this.match(KIND);
    const next = this.text[this.at];
    // Cassandra prints nothing for nothing.
    if (next === "," || next === "}") return undefined;
    if (next === "{") return this.readObject(depth);
    if (next === "[") return this.#readArray(depth);
    if (next === "(") return this.#readArray(depth, "(", ")");
    if (this.#isQuote()) return this.#readString();
    const member = this.match(MEMBER);
    if (member !== undefined) return /[\w.]+/.exec(member)?.[0];
    const called = this.match(CALL);
    if (called !== undefined) return this.#readCall(called, depth);
    return toScalar(this.match(WORD));
  }

  /** With names the fields of an object, without them the value that it was made of. */
  #readCall(called: string, depth: number): unknown {
    const [name, close] = [called.slice(0, -1), CLOSING[called.at(-1) ?? ""] ?? ")"];
    const values: unknown[] = [];
    const fields: [string, unknown][] = [];
    while (!this.take(close)) {
      const from = this.at;
      const key = this.match(ARGUMENT)?.slice(0, -1);
      const value = key === undefined ? this.readValue(depth + 1) : this.#readAssigned(depth + 1);
      if (key === undefined) values.push(value);
      else fields.push([key, value]);
      this.take(",");
      if (this.at === from) throw new NotPrinted();
    }
    if (/(?:^|\.)datetime$/.test(name)) {
      return toIsoTime(values, Object.fromEntries(fields)["tzinfo"]);
    }
    return values.length > 0 || fields.length === 0 ? values[0] : Object.fromEntries(fields);
  }

  #readString(): string {
    let value = "";
    do {
      const quote = this.text[this.at];
      this.at += 1;
      for (;;) {
        value += this.match(PLAIN) ?? "";
        if (this.text[this.at] !== quote) value += this.#readCharacter();
        else if (quote === "'" && this.text[this.at + 1] === quote) {
          // Cassandra writes a quotation mark twice.
          value += quote;
          this.at += 2;
        } else break;
      }
      this.at += 1;
    } while (this.match(PLUS) !== undefined);
    return value;
  }

  #readCharacter(): string {
    const character = this.readOne();
    if (character !== "\\") return character;
    const escaped = this.text[this.at] ?? "";
    this.at += 1;
    const digits = escaped === "x" ? 2 : escaped === "u" ? 4 : 0;
    if (digits === 0) return escapes[escaped] ?? escaped;
    const code = Number.parseInt(this.text.slice(this.at, this.at + digits), 16);
    this.at += digits;
    return Number.isNaN(code) ? "" : String.fromCharCode(code);
  }

  #isQuote(): boolean {
    const next = this.text[this.at];
    return next === "'" || next === '"' || next === "`";
  }
}

/** A time of its parts, from the year on; `undefined` in a zone that does not say how far from UTC it is. */
function toIsoTime(parts: readonly unknown[], zone: unknown): string | undefined {
  const [year = NaN, month = NaN, day, hour = 0, minute = 0, second = 0, micros = 0] =
    parts.map(Number);
  const isUtc = zone === undefined || (typeof zone === "string" && /utc$/i.test(zone));
  const { days = 0, seconds = isUtc ? 0 : NaN } = (zone ?? {}) as Record<string, unknown>;
  const distance = Number(days) * 86_400 + Number(seconds);
  const unixMs = Date.UTC(year, month - 1, day, hour, minute, second - distance);
  return Number.isNaN(unixMs)
    ? undefined
    : `${new Date(unixMs).toISOString().slice(0, 19)}.${String(micros).padStart(6, "0")}Z`;
}

function toScalar(word: string | undefined): unknown {
  switch (word) {
    case undefined:
      throw new NotPrinted();
    case "true":
    case "True":
      return true;
    case "false":
    case "False":
      return false;
    case "null":
    case "None":
    case "NULL":
    case "undefined":
      return undefined;
    default: {
      // Bytes of Cassandra, such as ids.
      if (word.startsWith("0x")) return word;
      const number = Number(word);
      // Nanoseconds stay exact, as their digits.
      if (/^-?\d+$/.test(word) && !Number.isSafeInteger(number)) return word;
      if (Number.isFinite(number)) return number;
      return /^-?\d+n$/.test(word) ? word.slice(0, -1) : word;
    }
  }
}

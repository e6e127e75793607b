/**
 * Objects as Ruby's `pp` prints them become values. Pure.
 *
 *     #<struct Span name="GET", kind=:server, attributes={"ok"=>true}, links=nil, status=#<Status:0x0001 @code=2>>
 *
 * An object is its fields; a string of bytes has a character a byte.
 */

import { MAX_PRINTED_DEPTH, NotPrinted, TextCursor } from "./textCursor.ts";
import type { JsonObject } from "../values/jsonObject.ts";

/** The printed structures of this name; what stands between them, like the lines of a log, is passed over. */
export function parseRubyStructs(text: string, name: string): readonly JsonObject[] {
  const start = `#<struct ${name}`;
  const objects: JsonObject[] = [];
  for (let at = text.indexOf(start); at >= 0;) {
    const reader = new RubyReader(text, at);
    try {
      objects.push(reader.readObject(0));
    } catch (error) {
      if (!(error instanceof NotPrinted)) throw error;
    }
    at = text.indexOf(start, Math.max(reader.at, at + 1));
  }
  return objects;
}

/** A class with its address, or a structure with its name. */
const CLASS = /#<(?:struct )?[\w:]*(?::0x[0-9a-f]+)?,?/y;
const FIELD = /@?[A-Za-z_]\w*[?!]?=(?!>)/y;
const ARROW = /\s*=>/y;
/** From Ruby 3.4 on, keys that are symbols are printed so. */
const SYMBOL_KEY = /[A-Za-z_]\w*[?!]?:(?!:)/y;
const SYMBOL = /:(?:[A-Za-z_]\w*[?!]?|(?="))/y;
const NUMBER = /-?\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/y;
const WORD = /[^\s,\]}>]+/y;
/** Long strings are printed line by line. */
const PLUS = /\s*\+\s*(?=")/y;
const UNICODE = /\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{4})/y;
const BYTE = /[0-9A-Fa-f]{1,2}/y;

const escapes: Readonly<Record<string, string>> = {
  ...{ n: "\n", t: "\t", r: "\r", a: "\u0007", b: "\b", e: "\u001b", f: "\f", v: "\v", "0": "\0" },
};

class RubyReader extends TextCursor {
  readObject(depth: number): JsonObject {
    const object: Record<string, unknown> = {};
    if (this.match(CLASS) === undefined) throw new NotPrinted();
    while (!this.take(">")) {
      const field = this.match(FIELD);
      // `#<Thing: some words>` has no fields.
      if (field === undefined) {
        if (this.match(WORD) === undefined) throw new NotPrinted();
      } else {
        object[field.slice(field.startsWith("@") ? 1 : 0, -1)] = this.#readValue(depth + 1);
      }
      this.take(",");
    }
    return object;
  }

  #readHash(depth: number): JsonObject {
    const object: Record<string, unknown> = {};
    this.expect("{");
    while (!this.take("}")) {
      const symbol = this.match(SYMBOL_KEY);
      const key = symbol === undefined ? this.#readValue(depth + 1) : symbol.slice(0, -1);
      if (symbol === undefined && this.match(ARROW) === undefined) throw new NotPrinted();
      object[typeof key === "string" ? key : String(key)] = this.#readValue(depth + 1);
      this.take(",");
    }
    return object;
  }

  #readArray(depth: number): readonly unknown[] {
    const values: unknown[] = [];
    this.expect("[");
    while (!this.take("]")) {
      values.push(this.#readValue(depth + 1));
      this.take(",");
    }
    return values;
  }

  #readValue(depth: number): unknown {
    if (depth > MAX_PRINTED_DEPTH) throw new NotPrinted();
    this.skipSpace();
    const next = this.text[this.at];
    if (next === '"') return this.#readString();
    if (next === "#") return this.readObject(depth);
    if (next === "{") return this.#readHash(depth);
    if (next === "[") return this.#readArray(depth);
    const symbol = this.match(SYMBOL);
    if (symbol !== undefined) return symbol === ":" ? this.#readString() : symbol.slice(1);
    const number = this.match(NUMBER)?.replaceAll("_", "");
    if (number !== undefined) {
      const isExact = !/^-?\d+$/.test(number) || Number.isSafeInteger(Number(number));
      return isExact ? Number(number) : number;
    }
    const word = this.match(WORD);
    if (word === undefined) throw new NotPrinted();
    return word === "nil" ? undefined : word === "true" || (word === "false" ? false : word);
  }

  #readString(): string {
    let value = "";
    do {
      this.expect('"');
      while (this.text[this.at] !== '"') value += this.#readCharacter();
      this.at += 1;
    } while (this.match(PLUS) !== undefined);
    return value;
  }

  #readCharacter(): string {
    const character = this.readOne();
    if (character !== "\\") return character;
    const escaped = this.text[this.at] ?? "";
    this.at += 1;
    const code = escaped === "u" ? this.match(UNICODE) : escaped === "x" ? this.match(BYTE) : "";
    if (code === undefined) throw new NotPrinted();
    if (code === "") return escapes[escaped] ?? escaped;
    const point = Number.parseInt(code.replaceAll(/[{}]/g, ""), 16);
    return point <= 0x10_ffff ? String.fromCodePoint(point) : "";
  }
}

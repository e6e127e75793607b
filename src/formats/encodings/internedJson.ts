/**
 * JSON of many megabytes, from its bytes: the same values as by the engine's parser, but an attribute that comes again is
 * the same object, and each larger object knows the text that it was read from. So a trace of a hundred thousand spans
 * takes a fraction of the memory, and what is known of an attribute is found by its identity. Pure.
 *
 *     "tags": [{"key": "http.method", "type": "string", "value": "GET"}, …]     made once, whoever has it
 *
 * It gives up at whatever is not plain, well-formed JSON in UTF-8; then the text is parsed as it always is. A loop, because
 * calls lie in their callers deeper than the call stack; and the engine's parser, where it may round no integer, calls
 * itself for each level.
 */

import { Code, GaveUp, isOfNumber, JsonCursor } from "./jsonCursor.ts";
import { setSourceText } from "../values/sourceText.ts";

/** Lists of attributes in OTLP, Jaeger, Zipkin and SkyWalking: their members are looked at, and not told apart. */
const ATTRIBUTE_LISTS = new Set(["attributes", "tags", "fields"]);
/** Longer attributes seldom come twice. */
const MAX_INTERNED_BYTES = 256;
const INTERNED_OBJECTS = 2 ** 14;
/** Names, services, types; ids come once, and only take the place of another. */
const MAX_INTERNED_TEXT = 48;
const INTERNED_TEXTS = 2 ** 12;
/** The texts of what lies deeper would be together as many times as long as the file. */
const MAX_SOURCE_DEPTH = 200;
/** An object of fewer bytes is written anew as fast as its text is cut out. */
export const MIN_SOURCE_BYTES = 160;
/** All integers of so many digits are safe. */
const SAFE_DIGITS = 15;

export interface ParsedBytes {
  readonly value: unknown;
  /** No object has more fields. */
  readonly widest: number;
}

/** Reads single values among the bytes of a document, with what came before as the same objects. */
export class ValueReader {
  readonly #parser: BytesParser;

  constructor(bytes: Uint8Array) {
    this.#parser = new BytesParser(bytes);
  }

  /** `undefined` where no value stands between the two places, or the engine's parser knows better why not. */
  read(from: number, to: number): unknown {
    try {
      return this.#parser.readBetween(from, to);
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
      return undefined;
    }
  }
}

/** `undefined` where the bytes are no JSON, or the engine's parser knows better why not. */
export function parseJsonBytes(bytes: Uint8Array): ParsedBytes | undefined {
  try {
    const parser = new BytesParser(bytes);
    return { value: parser.readWhole(), widest: parser.widest };
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
    return undefined;
  }
}

/** An object or a list whose end is not read yet. */
interface Open {
  readonly from: number;
  readonly object: Record<string, unknown> | undefined;
  readonly list: unknown[] | undefined;
  /** Under which the next value stands. */
  key: string;
  fields: number;
  readonly isAttributeList: boolean;
}

interface Interned {
  readonly from: number;
  readonly to: number;
  readonly value: object;
}

class BytesParser extends JsonCursor {
  readonly #objects = new Array<Interned | undefined>(INTERNED_OBJECTS);
  readonly #texts = new Array<string | undefined>(INTERNED_TEXTS);
  widest = 0;

  readWhole(): unknown {
    const value = this.#readValue(this.skipSpace());
    if (this.skipSpace() !== -1) throw new GaveUp();
    return value;
  }

  readBetween(from: number, to: number): unknown {
    this.at = from;
    const value = this.#readValue(this.skipSpace());
    if (this.at !== to) throw new GaveUp();
    return value;
  }

  /** The value that begins here, with all that lies in it. */
  #readValue(first: number): unknown {
    const open: Open[] = [];
    let code = first;
    for (;;) {
      let value: unknown;
      const around = open.at(-1);
      if (code === Code.openObject || code === Code.openList) {
        const known =
          around?.isAttributeList === true && code === Code.openObject
            ? this.#readInterned()
            : undefined;
        if (known === undefined) {
          const isAttributeList = ATTRIBUTE_LISTS.has(around?.key ?? "");
          const inner = this.#open(code, isAttributeList);
          const next = this.skipSpace();
          if (next !== (inner.list === undefined ? Code.closeObject : Code.closeList)) {
            open.push(inner);
            code = inner.list === undefined ? this.#readKey(inner, next) : next;
            continue;
          }
          this.at += 1;
          value = inner.object ?? inner.list;
        } else value = known;
      } else value = this.#readScalar(code);
      // What ends here may be the last of what is around it, and that in its turn.
      for (;;) {
        const outer = open.at(-1);
        if (outer === undefined) return value;
        if (outer.list !== undefined) outer.list.push(value);
        else if (outer.object !== undefined) outer.object[outer.key] = value;
        outer.fields += 1;
        code = this.skipSpace();
        this.at += 1;
        if (code === Code.comma) {
          code = this.skipSpace();
          if (outer.list === undefined) code = this.#readKey(outer, code);
          break;
        }
        if (code !== (outer.list === undefined ? Code.closeObject : Code.closeList)) {
          throw new GaveUp();
        }
        open.pop();
        if (outer.list === undefined && outer.fields > this.widest) this.widest = outer.fields;
        value = outer.object ?? outer.list;
        const length = this.at - outer.from;
        const isNamed = length >= MIN_SOURCE_BYTES && open.length < MAX_SOURCE_DEPTH;
        if (isNamed && outer.object !== undefined) {
          setSourceText(outer.object, this.bytes, outer.from, this.at);
        }
      }
    }
  }

  #open(code: number, isAttributeList: boolean): Open {
    const from = this.at;
    this.at += 1;
    return code === Code.openObject
      ? { from, object: {}, list: undefined, key: "", fields: 0, isAttributeList: false }
      : { from, object: undefined, list: [], key: "", fields: 0, isAttributeList };
  }

  /** The sign with which the key's value begins. */
  #readKey(of: Open, code: number): number {
    if (code !== Code.quote) throw new GaveUp();
    of.key = this.#readText();
    // Assigned, this one would become the prototype.
    if (of.key === "__proto__") throw new GaveUp();
    if (this.skipSpace() !== Code.colon) throw new GaveUp();
    this.at += 1;
    return this.skipSpace();
  }

  #readScalar(code: number): unknown {
    switch (code) {
      case Code.quote:
        return this.#readText();
      case 0x74:
        return this.#readWord("true", true);
      case 0x66:
        return this.#readWord("false", false);
      case 0x6e:
        return this.#readWord("null", null);
      default:
        return this.#readNumber(code);
    }
  }

  /** The small object that begins here: the one made before of the same bytes, if there is one. */
  #readInterned(): object | undefined {
    const bytes = this.bytes;
    const from = this.at;
    const limit = Math.min(this.end, from + MAX_INTERNED_BYTES);
    let depth = 0;
    let hash = 0;
    let isText = false;
    let to = from;
    for (; to < limit; to += 1) {
      const code = bytes[to]!;
      hash = Math.imul(hash ^ code, 0x01000193);
      if (isText) {
        if (code === Code.quote) isText = false;
        // The sign behind it ends nothing, whatever it is.
        else if (code === Code.backslash) to += 1;
      } else if (code === Code.quote) isText = true;
      else if (code === Code.openObject) depth += 1;
      else if (code === Code.closeObject) {
        depth -= 1;
        if (depth === 0) break;
      }
    }
    if (to >= limit) return undefined;
    to += 1;
    const slot = (hash ^ (hash >>> 15)) & (INTERNED_OBJECTS - 1);
    const known = this.#objects[slot];
    if (known !== undefined && this.#isSame(known, from, to)) {
      this.at = to;
      return known.value;
    }
    const value = this.#readValue(Code.openObject) as object;
    this.#objects[slot] = { from, to: this.at, value };
    return value;
  }

  #isSame(known: Interned, from: number, to: number): boolean {
    if (known.to - known.from !== to - from) return false;
    const bytes = this.bytes;
    for (let at = from, other = known.from; at < to; at += 1, other += 1) {
      if (bytes[at] !== bytes[other]) return false;
    }
    return true;
  }

  #readText(): string {
    const bytes = this.bytes;
    const from = this.at + 1;
    let hash = 0;
    for (let at = from; at < this.end; at += 1) {
      const code = bytes[at]!;
      if (code === Code.quote) {
        this.at = at + 1;
        if (at - from > MAX_INTERNED_TEXT) return bytes.toString("latin1", from, at);
        return this.#intern(from, at, hash);
      }
      if (code === Code.backslash || code >= 0x80) return this.#readForeignText(from, at);
      if (code < 0x20) throw new GaveUp();
      hash = Math.imul(hash ^ code, 0x01000193);
    }
    throw new GaveUp();
  }

  #intern(from: number, to: number, hash: number): string {
    const slot = (hash ^ (hash >>> 15)) & (INTERNED_TEXTS - 1);
    const known = this.#texts[slot];
    if (known?.length === to - from) {
      const bytes = this.bytes;
      let at = from;
      while (at < to && bytes[at] === known.charCodeAt(at - from)) at += 1;
      if (at === to) return known;
    }
    return (this.#texts[slot] = this.bytes.toString("latin1", from, to));
  }

  /** With escapes, or with other signs than ASCII's. */
  #readForeignText(from: number, first: number): string {
    const bytes = this.bytes;
    let at = first;
    for (; at < this.end && bytes[at] !== Code.quote; at += 1) {
      if (bytes[at] === Code.backslash) at += 1;
    }
    if (at >= this.end) throw new GaveUp();
    this.at = at + 1;
    return this.parse(from - 1, at + 1) as string;
  }

  #readWord<T>(word: string, value: T): T {
    this.skipWord(word);
    return value;
  }

  #readNumber(first: number): unknown {
    const bytes = this.bytes;
    const from = this.at;
    const digits = first === Code.minus ? from + 1 : from;
    let at = digits;
    let integer = 0;
    while (at < this.end) {
      const code = bytes[at]!;
      if (code < Code.zero || code > Code.nine) break;
      integer = integer * 10 + code - Code.zero;
      at += 1;
    }
    const next = bytes[at];
    const isPlain = at > digits && at - digits <= SAFE_DIGITS && next !== 0x2e && next !== 0x65;
    // A zero before other digits is no number, and one behind a minus is no integer's zero.
    if (isPlain && next !== 0x45 && (bytes[digits] !== Code.zero || at === from + 1)) {
      this.at = at;
      return digits === from ? integer : -integer;
    }
    while (at < this.end && isOfNumber(bytes[at]!)) at += 1;
    this.at = at;
    return this.parse(from, at);
  }
}

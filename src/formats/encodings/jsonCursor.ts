/**
 * A place in the bytes of a JSON document, which goes forward only. It passes over values without making anything of
 * them, and still sees that they are well-formed. Pure.
 */

/** It is no JSON, or some that only the engine's parser understands. */
export class GaveUp extends Error {}

export const Code = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** Values that nest deeper are left to a parser. */
const MAX_DEPTH = 64;
const PROTO = "__proto__";
/** As JSON writes a number. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

export class JsonCursor {
  protected readonly bytes: Buffer;
  protected readonly end: number;
  protected at = 0;
  /** For each level around a value that is passed over, whether it is an object. */
  readonly #isObject = new Uint8Array(MAX_DEPTH);

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
    // A byte order mark is no JSON, but many write one.
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3;
  }

  /** The next byte that is no white space; −1 at the end. It is not passed over. */
  protected skipSpace(): number {
    const { bytes, end } = this;
    for (; this.at < end; this.at += 1) {
      const code = bytes[this.at]!;
      if (code > 0x20) return code;
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) throw new GaveUp();
    }
    return -1;
  }

  /** Passes over this sign, and white space before it. */
  protected expect(code: number): void {
    if (this.skipSpace() !== code) throw new GaveUp();
    this.at += 1;
  }

  /** Calls `read` at each member of the object that begins here, with the place of its key; `read` passes over the value. */
  protected readMembers(read: (keyFrom: number, keyTo: number) => void): void {
    this.expect(Code.openObject);
    if (this.skipSpace() === Code.closeObject) {
      this.at += 1;
      return;
    }
    for (;;) {
      this.skipSpace();
      const keyFrom = this.at + 1;
      const keyTo = this.#skipKey();
      read(keyFrom, keyTo);
      if (this.#isLast(Code.closeObject)) return;
    }
  }

  /** Calls `read` at each element of the list that begins here; `read` passes over it. */
  protected readElements(read: () => void): void {
    this.expect(Code.openList);
    if (this.skipSpace() === Code.closeList) {
      this.at += 1;
      return;
    }
    for (;;) {
      this.skipSpace();
      read();
      if (this.#isLast(Code.closeList)) return;
    }
  }

  #isLast(close: number): boolean {
    const code = this.skipSpace();
    this.at += 1;
    if (code !== close && code !== Code.comma) throw new GaveUp();
    return code === close;
  }

  /** Passes over the value that begins here. */
  protected skipValue(): void {
    const isObject = this.#isObject;
    let depth = 0;
    for (;;) {
      const code = this.bytes[this.at]!;
      if (code === Code.openObject || code === Code.openList) {
        if (depth === MAX_DEPTH) throw new GaveUp();
        this.at += 1;
        const next = this.skipSpace();
        isObject[depth] = code === Code.openObject ? 1 : 0;
        if (next !== (code === Code.openObject ? Code.closeObject : Code.closeList)) {
          depth += 1;
          if (code === Code.openObject) this.#skipKey();
          continue;
        }
        this.at += 1;
      } else if (code === Code.quote) this.skipText();
      else this.#skipScalar(code);
      for (;;) {
        if (depth === 0) return;
        const isInObject = isObject[depth - 1] === 1;
        const next = this.skipSpace();
        this.at += 1;
        if (next === Code.comma) {
          this.skipSpace();
          if (isInObject) this.#skipKey();
          break;
        }
        if (next !== (isInObject ? Code.closeObject : Code.closeList)) throw new GaveUp();
        depth -= 1;
      }
    }
  }

  /** Passes over a key, to its value; answers with the key's end. A key that needs a parser is left to one. */
  #skipKey(): number {
    const from = this.at + 1;
    if (this.bytes[this.at] !== Code.quote || !this.skipText()) throw new GaveUp();
    const to = this.at - 1;
    // Assigned, this one would become the prototype.
    const mayBeProto = to - from === PROTO.length && this.bytes[from] === PROTO.charCodeAt(0);
    if (mayBeProto && this.bytes.toString("latin1", from, to) === PROTO) throw new GaveUp();
    this.expect(Code.colon);
    this.skipSpace();
    return to;
  }

  /** Passes over the text that begins here; answers whether it is plain: without escapes, and all ASCII. */
  protected skipText(): boolean {
    const { bytes, end } = this;
    const from = this.at;
    let isPlain = true;
    let hasEscape = false;
    for (let at = from + 1; at < end; at += 1) {
      const code = bytes[at]!;
      if (code === Code.quote) {
        this.at = at + 1;
        // The engine knows which escapes there are.
        if (hasEscape) this.parse(from, at + 1);
        return isPlain;
      }
      if (code === Code.backslash) {
        isPlain = false;
        hasEscape = true;
        at += 1;
      } else if (code >= 0x80) isPlain = false;
      else if (code < 0x20) throw new GaveUp();
    }
    throw new GaveUp();
  }

  #skipScalar(code: number): void {
    if (code === 0x74) this.skipWord("true");
    else if (code === 0x66) this.skipWord("false");
    else if (code === 0x6e) this.skipWord("null");
    else this.#skipNumber();
  }

  protected skipWord(word: string): void {
    for (let i = 0; i < word.length; i += 1) {
      if (this.bytes[this.at + i] !== word.charCodeAt(i)) throw new GaveUp();
    }
    this.at += word.length;
  }

  #skipNumber(): void {
    const { bytes, end } = this;
    const from = this.at;
    let at = from;
    while (at < end && bytes[at]! >= Code.zero && bytes[at]! <= Code.nine) at += 1;
    const isInteger = at > from && (bytes[from] !== Code.zero || at === from + 1);
    if (at === end || !isOfNumber(bytes[at]!)) {
      if (!isInteger) throw new GaveUp();
      this.at = at;
      return;
    }
    while (at < end && isOfNumber(bytes[at]!)) at += 1;
    if (!NUMBER.test(bytes.toString("latin1", from, at))) throw new GaveUp();
    this.at = at;
  }

  /** By the engine's parser; an integer that no double can hold keeps its digits. */
  protected parse(from: number, to: number): unknown {
    const text = this.bytes.toString("utf8", from, to);
    try {
      const value: unknown = JSON.parse(text);
      const isExact = typeof value !== "number" || Number.isSafeInteger(value);
      return isExact || !/^-?\d+$/.test(text) ? value : text;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new GaveUp();
    }
  }
}

/** Digits, `.`, `+`, `-`, `e`, `E`. */
export function isOfNumber(code: number): boolean {
  const isDigit = code >= Code.zero && code <= Code.nine;
  return isDigit || code === 0x2e || code === 0x2b || code === Code.minus || (code | 0x20) === 0x65;
}

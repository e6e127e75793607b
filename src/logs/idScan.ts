/**
 * Ids in the bytes of a log, as a stream: 32 and 16 hexadecimal digits, and UUIDs. Half a gigabyte a second, where
 * `recogniseIds` knows a hundred forms and takes its time. Pure; knows no files.
 */

/** A line that holds an id. */
export interface ScannedLine {
  /** From 0 on. */
  readonly line0: number;
  /** Hexadecimal digits alone, in small letters. */
  readonly ids: readonly string[];
  /** The text of the line, without its end, is made when it is asked for. */
  readonly readText: () => string;
}

export type OnLine = (line: ScannedLine) => void;

/** A longer line is cut: what stands behind is another line to the scan, and counted as none. */
const MAX_LINE = 1_048_576;
const MAX_TEXT = 4_096;

const HEX = 1;
const WORD = 2;
/** Hexadecimal digits; other letters, digits and `_`; everything else is 0. */
const classes = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return /[0-9a-fA-F]/.test(char) ? HEX : /[\w]/.test(char) || byte >= 0x80 ? WORD : 0;
});
const NEWLINE = 10;
const DASH = 45;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_LENGTH = 36;

export class IdScan {
  readonly #onLine: OnLine;
  #rest: Buffer = Buffer.alloc(0);
  #line0 = 0;

  constructor(onLine: OnLine) {
    this.#onLine = onLine;
  }

  /** Lines that have been read to their end. */
  get lines(): number {
    return this.#line0;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    this.#scan(bytes, end);
    const rest = bytes.subarray(end);
    if (rest.length <= MAX_LINE) {
      // Not a part of the chunk, which its reader may fill anew.
      this.#rest = Buffer.from(rest);
      return;
    }
    this.#scan(rest, rest.length);
    this.#rest = Buffer.alloc(0);
  }

  end(): void {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    if (rest.length > 0) this.#scan(rest, rest.length);
  }

  #scan(bytes: Buffer, end: number): void {
    let start = 0;
    let ids: string[] = [];
    const finish = (to: number): void => {
      if (ids.length > 0) this.#tell(bytes, start, to, ids);
      if (ids.length > 0) ids = [];
    };
    for (let at = 0; at < end;) {
      const byte = bytes[at] as number;
      if (byte === NEWLINE) {
        finish(at);
        this.#line0 += 1;
        at += 1;
        start = at;
        continue;
      }
      const kind = classes[byte] as number;
      if (kind === 0) {
        at += 1;
        continue;
      }
      // A word: only one of hexadecimal digits throughout may be an id.
      let to = at + 1;
      let isHex = kind === HEX;
      for (; to < end; to += 1) {
        const next = classes[bytes[to] as number] as number;
        if (next === 0) break;
        if (next !== HEX) isHex = false;
      }
      const length = to - at;
      if (isHex && (length === 32 || length === 16)) {
        ids.push(bytes.toString("latin1", at, to).toLowerCase());
      } else if (isHex && length === 8 && bytes[to] === DASH && at + UUID_LENGTH <= end) {
        const text = bytes.toString("latin1", at, at + UUID_LENGTH);
        if (UUID.test(text) && classes[bytes[at + UUID_LENGTH] ?? 0] === 0) {
          ids.push(text.replaceAll("-", "").toLowerCase());
          to = at + UUID_LENGTH;
        }
      }
      at = to;
    }
    finish(end);
  }

  #tell(bytes: Buffer, from: number, to: number, ids: readonly string[]): void {
    const isCarriage = bytes[to - 1] === 13;
    const textEnd = Math.min(isCarriage ? to - 1 : to, from + MAX_TEXT);
    this.#onLine({
      line0: this.#line0,
      ids: ids.length === 1 ? ids : [...new Set(ids)],
      readText: () => bytes.toString("utf8", from, textEnd),
    });
  }
}

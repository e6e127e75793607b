/**
 * Ids in the bytes of a log, as a stream: 32 and 16 hexadecimal digits, and UUIDs. As fast as a disk, where
 * `recogniseIds` knows a hundred forms and takes its time. Pure; knows no files.
 */

import { mayBeError } from "./errorHints.ts";
import { IdTexts, readDigits } from "./idTexts.ts";
import { isErrorLine } from "./logFields.ts";

/** A line that holds an id. Its bytes are there until whoever is told of it returns. */
export class ScannedLine {
  /** From 0 on; 0 where lines are not counted. */
  readonly line0: number;
  /** Hexadecimal digits alone, in small letters, each once. */
  readonly ids: readonly string[];
  readonly #bytes: Buffer;
  readonly #from: number;
  readonly #to: number;

  constructor(line0: number, ids: readonly string[], bytes: Buffer, from: number, to: number) {
    this.line0 = line0;
    this.ids = ids;
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
  }

  /** The text of the line without its end, or its beginning. */
  readText(): string {
    const [bytes, from, to] = [this.#bytes, this.#from, this.#to];
    const end = bytes[to - 1] === CARRIAGE_RETURN ? to - 1 : to;
    return bytes.toString("utf8", from, Math.min(end, from + MAX_TEXT));
  }

  isError(): boolean {
    return mayBeError(this.#bytes, this.#from, this.#to) && isErrorLine(this.readText());
  }
}

/** Places: all ids, with the numbers of their lines. Counts: ids of traces and tasks alone, which is quicker. */
export type ScanFor = "places" | "counts";

export type OnLine = (line: ScannedLine) => void;

/** A longer line is cut: what stands behind is another line to the scan, and counted as none. */
const MAX_LINE = 1_048_576;
const MAX_TEXT = 4_096;

const HEX = 1;
const DASH_CLASS = 2;
const WORD = 3;
/** Hexadecimal digits and hyphens, of which every id is a run; other letters, digits and `_`; everything else is 0. */
const classes = Uint8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (char === "-") return DASH_CLASS;
  return /[0-9a-fA-F]/.test(char) ? HEX : /\w/.test(char) || byte >= 0x80 ? WORD : 0;
});
/** 1 for what ids are made of. */
const inRun = classes.map(kind => (kind === HEX || kind === DASH_CLASS ? 1 : 0));
/** The shortest id, so that most bytes need no look: where one of so many is of no id, none that ends behind it begins before. */
const shortest: Record<ScanFor, number> = { places: 16, counts: 32 };
const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_LENGTH = 36;

export class IdScan {
  readonly #onLine: OnLine;
  readonly #shortest: number;
  /** Absent where lines are counted: a place is read once, and its ids too. */
  readonly #texts: IdTexts | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #line0 = 0;

  constructor(onLine: OnLine, scanFor: ScanFor = "places") {
    this.#onLine = onLine;
    this.#shortest = shortest[scanFor];
    this.#texts = scanFor === "counts" ? new IdTexts() : undefined;
  }

  /** The chunk may be filled anew when this returns. */
  push(chunk: Buffer): void {
    const from = this.#rest.length === 0 ? 0 : this.#endRest(chunk);
    const end = Math.max(from, chunk.lastIndexOf(NEWLINE) + 1);
    this.#scan(chunk, from, end);
    if (end < chunk.length) this.#rest = Buffer.concat([this.#rest, chunk.subarray(end)]);
    if (this.#rest.length > MAX_LINE) this.end();
  }

  end(): void {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    this.#scan(rest, 0, rest.length);
  }

  /** Scans the line that another chunk began; answers where the next begins in this one. */
  #endRest(chunk: Buffer): number {
    const from = chunk.indexOf(NEWLINE) + 1;
    if (from === 0) return 0;
    this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, from)]);
    this.end();
    return from;
  }

  /**
   * Looks at every sixteenth byte, or every thirty-second, and closer only where it may be of an id.
   *
   *     … served in 12 ms trace_id=0af7651916cd43dd8448eb211c80319c
   *                    ^ no digit: on behind it      ^ a digit: back to where its run begins
   */
  #scan(bytes: Buffer, from: number, end: number): void {
    const step = this.#shortest;
    let ids: string[] = [];
    let [start, lineEnd, counted] = [from, from, from];
    for (let at = from; at + step <= end;) {
      let last = at + step - 1;
      while (last >= at && inRun[bytes[last]!] === 1) last -= 1;
      if (last >= at) {
        at = last + 1;
        continue;
      }
      let to = at + step;
      while (to < end && inRun[bytes[to]!] === 1) to += 1;
      const found = this.#listIds(bytes, at, to);
      if (found !== undefined && at < lineEnd) ids.push(...found);
      else if (found !== undefined) {
        this.#tell(bytes, start, lineEnd, ids);
        ids = found;
        start = at;
        while (start > from && bytes[start - 1] !== NEWLINE) start -= 1;
        lineEnd = to;
        while (lineEnd < end && bytes[lineEnd] !== NEWLINE) lineEnd += 1;
        this.#countLines(bytes, counted, start);
        counted = start;
      }
      at = to;
    }
    this.#tell(bytes, start, lineEnd, ids);
    this.#countLines(bytes, counted, end);
  }

  #tell(bytes: Buffer, from: number, to: number, found: readonly string[]): void {
    if (found.length === 0) return;
    const ids = found.length === 1 ? found : [...new Set(found)];
    this.#onLine(new ScannedLine(this.#line0, ids, bytes, from, to));
  }

  #countLines(bytes: Buffer, from: number, to: number): void {
    if (this.#texts !== undefined) return;
    let at = bytes.indexOf(NEWLINE, from);
    for (; at >= 0 && at < to; at = bytes.indexOf(NEWLINE, at + 1)) this.#line0 += 1;
  }

  /** The ids in a run of digits and hyphens; none where a letter stands before or behind. */
  #listIds(bytes: Buffer, from: number, to: number): string[] | undefined {
    let ids: string[] | undefined;
    for (let at = from; at < to;) {
      if (classes[bytes[at]!] !== HEX) {
        at += 1;
        continue;
      }
      let end = at + 1;
      while (end < to && classes[bytes[end]!] === HEX) end += 1;
      if (!isWordAt(bytes, at - 1)) {
        if (end - at === 8 && isUuidAt(bytes, at, to)) end = at + UUID_LENGTH;
        const isWanted = end - at >= this.#shortest && [16, 32, UUID_LENGTH].includes(end - at);
        if (isWanted && !isWordAt(bytes, end)) (ids ??= []).push(this.#readId(bytes, at, end));
      }
      at = end;
    }
    return ids;
  }

  #readId(bytes: Buffer, from: number, to: number): string {
    return this.#texts?.read(bytes, from, to) ?? readDigits(bytes, from, to);
  }
}

function isWordAt(bytes: Buffer, at: number): boolean {
  const kind = at < 0 || at >= bytes.length ? 0 : classes[bytes[at]!];
  return kind === HEX || kind === WORD;
}

function isUuidAt(bytes: Buffer, at: number, to: number): boolean {
  const end = at + UUID_LENGTH;
  return end <= to && !isWordAt(bytes, end) && UUID.test(bytes.toString("latin1", at, end));
}

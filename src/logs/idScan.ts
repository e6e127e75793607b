/**
 * Ids in the bytes of a log, as a stream: 32 and 16 hexadecimal digits, and UUIDs. As fast as a disk, where
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
const SHORTEST = 16;
const NEWLINE = 10;
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

  /**
   * Looks at every sixteenth byte, and closer only where it may be of an id.
   *
   *     … served in 12 ms trace_id=0af7651916cd43dd8448eb211c80319c
   *                    ^ no digit: on behind it      ^ a digit: back to where its run begins
   */
  #scan(bytes: Buffer, end: number): void {
    const lines = new LineCounter(bytes, this.#line0, end);
    for (let at = 0; at + SHORTEST <= end;) {
      let last = at + SHORTEST - 1;
      while (last >= at && inRun[bytes[last]!] === 1) last -= 1;
      if (last >= at) {
        at = last + 1;
        continue;
      }
      let to = at + SHORTEST;
      while (to < end && inRun[bytes[to]!] === 1) to += 1;
      for (const id of listIds(bytes, at, to)) lines.add(at, id, this.#onLine);
      at = to;
    }
    this.#line0 = lines.finish(this.#onLine);
  }
}

/** The ids in a run of digits and hyphens; none where a letter stands before or behind. */
function listIds(bytes: Buffer, from: number, to: number): readonly string[] {
  const ids: string[] = [];
  const isWordAt = (at: number): boolean => {
    const kind = at < 0 || at >= bytes.length ? 0 : classes[bytes[at]!];
    return kind === HEX || kind === WORD;
  };
  for (let at = from; at < to;) {
    if (classes[bytes[at]!] !== HEX) {
      at += 1;
      continue;
    }
    let end = at + 1;
    while (end < to && classes[bytes[end]!] === HEX) end += 1;
    const length = end - at;
    const isFree = !isWordAt(at - 1);
    if (isFree && !isWordAt(end) && (length === 32 || length === 16)) {
      ids.push(bytes.toString("latin1", at, end).toLowerCase());
    } else if (isFree && length === 8 && at + UUID_LENGTH <= to && !isWordAt(at + UUID_LENGTH)) {
      const text = bytes.toString("latin1", at, at + UUID_LENGTH);
      if (UUID.test(text)) {
        ids.push(text.replaceAll("-", "").toLowerCase());
        end = at + UUID_LENGTH;
      }
    }
    at = end;
  }
  return ids;
}

/** Counts lines only up to where an id stands, and gathers the ids of each. */
class LineCounter {
  readonly #bytes: Buffer;
  readonly #end: number;
  #line0: number;
  #start = 0;
  #ids = new Set<string>();

  constructor(bytes: Buffer, line0: number, end: number) {
    this.#bytes = bytes;
    this.#line0 = line0;
    this.#end = end;
  }

  add(at: number, id: string, onLine: OnLine): void {
    this.#goTo(at, onLine);
    this.#ids.add(id);
  }

  /** Answers the number of the line behind the last. */
  finish(onLine: OnLine): number {
    this.#goTo(this.#end, onLine);
    this.#tell(this.#end, onLine);
    return this.#line0;
  }

  #goTo(at: number, onLine: OnLine): void {
    for (;;) {
      const next = this.#bytes.indexOf(NEWLINE, this.#start);
      if (next < 0 || next >= at) return;
      this.#tell(next, onLine);
      this.#line0 += 1;
      this.#start = next + 1;
    }
  }

  #tell(to: number, onLine: OnLine): void {
    if (this.#ids.size === 0) return;
    const ids = [...this.#ids];
    this.#ids = new Set();
    const [bytes, from] = [this.#bytes, this.#start];
    const textEnd = Math.min(bytes[to - 1] === 13 ? to - 1 : to, from + MAX_TEXT);
    onLine({ line0: this.#line0, ids, readText: () => bytes.toString("utf8", from, textEnd) });
  }
}

/**
 * Whether a span holds a text, told from its bytes: in any name, key, value, message or id, whatever its case. So a trace
 * of a hundred thousand spans is looked through in one pass, with no object made for a span. Knows no file.
 */

import { isAscii } from "node:buffer";
import { ProtoCursor } from "../../../formats/encodings/protoCursor.ts";
import { MARK } from "../log/spanRow.ts";

/** The fields of a message that are read, by their numbers; a number stands for how its text is made. */
type Shape = readonly (Shape | Leaf | undefined)[];
const Leaf = { text: 1, hex: 2, bool: 3, integer: 4, double: 5 } as const;
type Leaf = (typeof Leaf)[keyof typeof Leaf];

const anyValue: (Shape | Leaf | undefined)[] = [];
const keyValue: Shape = [undefined, Leaf.text, anyValue];
anyValue.push(undefined, Leaf.text, Leaf.bool, Leaf.integer, Leaf.double);
// An array of values, and a list of keys with values.
anyValue.push([undefined, anyValue], [undefined, keyValue]);
const event: Shape = [undefined, undefined, Leaf.text, keyValue];
const link: Shape = [undefined, Leaf.hex, Leaf.hex, Leaf.text, keyValue];
const status: Shape = [undefined, undefined, Leaf.text];
const span: (Shape | Leaf | undefined)[] = [];
span[1] = span[2] = span[4] = Leaf.hex;
span[3] = span[5] = Leaf.text;
span[9] = keyValue;
span[11] = event;
span[13] = link;
span[15] = status;

const MARK_BYTE = MARK.charCodeAt(0);
/** `A` to `Z` as `a` to `z`, all other bytes as they are. */
const lower = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
);

/** By Horspool's way: how far to step on when the byte in the needle's last place is this one. */
interface Needle {
  readonly bytes: Buffer;
  readonly steps: Uint8Array;
}

/** A byte's longest step; a longer needle steps no further. */
const MAX_STEP = 255;

function createNeedle(text: string): Needle {
  const bytes = Buffer.from(text);
  const steps = new Uint8Array(256).fill(Math.min(MAX_STEP, bytes.length));
  for (let i = Math.max(0, bytes.length - 1 - MAX_STEP); i < bytes.length - 1; i += 1) {
    steps[bytes[i] as number] = bytes.length - 1 - i;
  }
  return { bytes, steps };
}

/** Where the needle begins in the bytes, with ASCII's letters in any case; −1 where it is not there. */
function findNeedle(
  { bytes: needle, steps }: Needle,
  bytes: Buffer,
  from: number,
  to: number,
): number {
  const end = needle.length - 1;
  for (let at = from + end; at < to;) {
    const byte = lower[bytes[at]!]!;
    if (byte === needle[end]) {
      let i = 1;
      while (i <= end && lower[bytes[at - i]!] === needle[end - i]) i += 1;
      if (i > end) return at - end;
    }
    at += steps[byte]!;
  }
  return -1;
}

/**
 * A part of a text that stands in bytes as it is, whether in JSON or not, but for the case of ASCII's letters: ASCII without
 * what JSON escapes, and scripts that know no case.
 */
const plainRuns = /[\x20\x21\x23-\x5b\x5d-\x7e\u2e80-\u9fff\uac00-\ud7af]+/g;
/** The only letters beyond ASCII that become ASCII's when lowered. */
const foreignForms: Readonly<Record<string, Buffer>> = {
  k: Buffer.from("\u212a"),
  i: Buffer.from("\u0130"),
};

/** Other letters than ASCII's are bytes here, whose cases the engine may take for equal: what it finds is looked into. */
function toPattern(bytes: Buffer): string {
  return bytes.toString("hex").replaceAll(/../g, "\\x$&");
}

/** A longer text is worth a call into the engine. */
const LONG_TEXT = 128;

function isAllAscii(bytes: Buffer, from: number, to: number): boolean {
  if (to - from > LONG_TEXT) return isAscii(bytes.subarray(from, to));
  for (let at = from; at < to; at += 1) if ((bytes[at] as number) >= 0x80) return false;
  return true;
}

export class TextSearch extends ProtoCursor {
  readonly #text: string;
  /** The text, and as it stands in JSON; lower case. */
  readonly #needles: readonly Needle[];
  readonly #isAscii: boolean;
  readonly #mayBeHex: boolean;
  readonly #mayBeNumber: boolean;
  readonly #mayBeBool: boolean;
  /** The longest part of the text that its bytes tell of; found by the engine, in bytes read as Latin-1. */
  readonly #run: RegExp | undefined;
  readonly #runLength: number;
  readonly #foreign: readonly Buffer[];

  /** `text` is not empty. */
  constructor(text: string) {
    super();
    this.#text = text.toLowerCase();
    const forms = new Set([this.#text, JSON.stringify(this.#text).slice(1, -1)]);
    this.#needles = [...forms].map(createNeedle);
    this.#isAscii = /^[\0-\x7f]*$/.test(this.#text);
    this.#mayBeHex = /^[0-9a-f]+$/.test(this.#text);
    this.#mayBeNumber =
      /^[-+.\de]+$/.test(this.#text) ||
      ["-infinity", "nan"].some(each => each.includes(this.#text));
    this.#mayBeBool = "true".includes(this.#text) || "false".includes(this.#text);
    const runs = (this.#text.match(plainRuns) ?? []).sort((a, b) => b.length - a.length);
    const run = Buffer.from(runs[0] ?? "");
    this.#runLength = run.length;
    this.#run = run.length === 0 ? undefined : new RegExp(toPattern(run), "gi");
    this.#foreign = Object.entries(foreignForms).flatMap(([letter, form]) =>
      runs[0]?.includes(letter) === true ? [form] : [],
    );
  }

  /**
   * Lists those that may hold the text among spans that begin at these places of the bytes, in order: all where the bytes
   * do not tell. The last one is always listed, for it may go on elsewhere.
   */
  *listCandidates(
    bytes: Buffer,
    begins: ArrayLike<number>,
    isOtlp: boolean,
  ): Generator<number, void, undefined> {
    const run = this.#canFindRun(bytes, isOtlp) ? this.#run : undefined;
    const text = run === undefined ? "" : bytes.toString("latin1");
    const last = begins.length - 1;
    for (let i = 0; i <= last; i += 1) {
      if (run !== undefined && i < last) {
        run.lastIndex = begins[i]!;
        const found = run.test(text) ? run.lastIndex - this.#runLength : bytes.length;
        while (i < last && begins[i + 1]! <= found) i += 1;
      }
      yield i;
    }
  }

  /** Whether a part of the text stands in the bytes of every span that holds it. */
  #canFindRun(bytes: Buffer, isOtlp: boolean): boolean {
    if (this.#run === undefined) return false;
    if (isOtlp && (this.#mayBeHex || this.#mayBeNumber || this.#mayBeBool)) return false;
    return !this.#foreign.some(form => bytes.includes(form));
  }

  /** In a span of OTLP, whose bytes have been looked through by `otlpShape.ts`: here every length fits. */
  isInOtlp(bytes: Buffer, from: number, to: number): boolean {
    this.bytes = bytes;
    this.at = from;
    return this.#isInMessage(span, to);
  }

  /** In a record: in its raw document, or where it has none, in what is told of it. */
  isInRecord(bytes: Buffer): boolean {
    const from = 8 + bytes.readUInt32LE(0);
    const mark = bytes.indexOf(MARK_BYTE, from);
    const hasRaw = mark >= 0 && mark + 1 < bytes.length;
    return this.#needles.some((_, form) =>
      this.#isInText(bytes, hasRaw ? mark + 1 : from, bytes.length, form),
    );
  }

  /** In the words of a detail that is read already. */
  isInDetail(raw: string): boolean {
    const text = raw.toLowerCase();
    return text.includes(this.#text) || text.includes(JSON.stringify(this.#text).slice(1, -1));
  }

  #isInMessage(shape: Shape, to: number): boolean {
    while (this.at < to) {
      const tag = this.readVarint();
      const inner = shape[tag >>> 3];
      if (inner === undefined) {
        this.skip(tag);
      } else if (typeof inner === "number") {
        if (this.#isInLeaf(inner, tag)) return true;
      } else if ((tag & 7) !== 2) {
        this.skip(tag);
      } else {
        const length = this.readVarint();
        // What its own fields leave over is passed over with it.
        const end = this.at + length;
        if (this.#isInMessage(inner, end)) return true;
        this.at = end;
      }
    }
    return false;
  }

  #isInLeaf(leaf: Leaf, tag: number): boolean {
    const wire = tag & 7;
    if (wire === 2 && (leaf === Leaf.text || leaf === Leaf.hex)) {
      const length = this.readVarint();
      const from = this.at;
      this.at += length;
      if (leaf === Leaf.text) return this.#isInText(this.bytes, from, this.at, 0);
      return this.#mayBeHex && this.bytes.toString("hex", from, this.at).includes(this.#text);
    }
    if (leaf === Leaf.integer && wire === 0 && this.#mayBeNumber) {
      return String(BigInt.asIntN(64, this.readVarint64())).includes(this.#text);
    }
    if (leaf === Leaf.double && wire === 1 && this.#mayBeNumber) {
      const double = this.bytes.readDoubleLE(this.at);
      this.at += 8;
      return String(double).toLowerCase().includes(this.#text);
    }
    if (leaf === Leaf.bool && wire === 0 && this.#mayBeBool) {
      return (this.readVarint() === 0 ? "false" : "true").includes(this.#text);
    }
    this.skip(tag);
    return false;
  }

  #isInText(bytes: Buffer, from: number, to: number, form: number): boolean {
    const needle = this.#needles[form] as Needle;
    if (findNeedle(needle, bytes, from, to) >= 0) return true;
    // Other letters have cases, too; some of them even become ASCII's.
    const hasForeign = this.#isAscii && !isAllAscii(bytes, from, to);
    const isDecoded = hasForeign || !this.#isAscii;
    if (!isDecoded) return false;
    const needleText = form === 0 ? this.#text : needle.bytes.toString();
    return bytes.toString("utf8", from, to).toLowerCase().includes(needleText);
  }
}

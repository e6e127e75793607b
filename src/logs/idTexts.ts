/** The texts of ids by their bytes: one that is read again, as ids in logs mostly are, is the same text and not made anew. */

/** 512 kB; an id that falls on the place of another takes it. */
const PLACE_BITS = 14;
const PLACES = 1 << PLACE_BITS;
const WORDS = 4;
const DIGIT_BITS = 4;
/** Multiplied by it, the upper bits depend on all (Knuth's multiplicative hashing). */
const GOLDEN_RATIO = 0x9e3779b1;
const HYPHEN = 0x2d;

const digits = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(digit) ? 0 : digit;
});

export class IdTexts {
  readonly #words = new Uint32Array(PLACES * WORDS);
  readonly #texts: (string | undefined)[] = new Array<undefined>(PLACES).fill(undefined);
  readonly #read = new Uint32Array(WORDS);

  /** The 32 digits of these bytes, with hyphens among them or not, in small letters. */
  read(bytes: Buffer, from: number, to: number): string {
    const read = this.#read;
    let count = 0;
    for (let at = from; at < to; at += 1) {
      const byte = bytes[at]!;
      if (byte === HYPHEN) continue;
      const word = count >>> 3;
      read[word] = (read[word]! << DIGIT_BITS) | digits[byte]!;
      count += 1;
    }
    const a = read[0]!;
    const b = read[1]!;
    const c = read[2]!;
    const d = read[3]!;
    // Ids may begin alike, by their time, or end alike, where 64 bits were made 128.
    const mixed = Math.imul(a ^ (b << 7) ^ (c >>> 5) ^ d, GOLDEN_RATIO);
    const place = mixed >>> (32 - PLACE_BITS);
    const words = this.#words;
    const at = place * WORDS;
    const known = this.#texts[place];
    if (
      known !== undefined &&
      words[at] === a &&
      words[at + 1] === b &&
      words[at + 2] === c &&
      words[at + 3] === d
    ) {
      return known;
    }
    const text = readDigits(bytes, from, to);
    words.set(read, at);
    this.#texts[place] = text;
    return text;
  }
}

/** Hexadecimal digits alone, in small letters. */
export function readDigits(bytes: Buffer, from: number, to: number): string {
  return bytes.toString("latin1", from, to).replaceAll("-", "").toLowerCase();
}

/**
 * A hash of an id's words, of which a table takes the lowest bits. Pure.
 *
 * Tracers that count change only the last byte or two of an id, which are the highest bits of its last word: all bits of
 * all words reach the lowest of the hash, or such ids would all meet in one slot.
 */
export function hashWords(a: number, b: number, c = 0, d = 0): number {
  let hash = mix(a) ^ b;
  hash = mix(hash) ^ c;
  hash = mix(hash) ^ d;
  return mix(hash) >>> 0;
}

/** The values of `0` to `9` and `a` to `f`, by their codes. */
const digits = Int8Array.from({ length: 0x80 }, (_, code) =>
  "0123456789abcdef".indexOf(String.fromCharCode(code)),
);

/** Whether it is 16 lower-case hexadecimal digits; then its bytes are put into two words from `at` on, the first the lowest. */
export function readHex64(text: string, words: Int32Array | Uint32Array, at: number): boolean {
  if (text.length !== 16) return false;
  let seen = 0;
  for (let half = 0; half < 2; half += 1) {
    let word = 0;
    for (let i = 0; i < 8; i += 1) {
      const code = text.charCodeAt(half * 8 + i);
      const digit = code < 0x80 ? digits[code]! : -1;
      seen |= digit;
      // The two digits of a byte stand the other way round than bytes do.
      word |= digit << (4 * (i ^ 1));
    }
    if (seen < 0) return false;
    words[at + half] = word;
  }
  return true;
}

/** Murmur's last steps. */
function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

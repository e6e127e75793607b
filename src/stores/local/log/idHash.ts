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

/** Whether it is 16 digits of hexadecimal, lower case: a loop, for it is asked several times of each span. */
export function isHex64(text: string): boolean {
  if (text.length !== 16) return false;
  for (let at = 0; at < 16; at += 1) {
    const code = text.charCodeAt(at);
    const isDigit = code >= 0x30 && code <= 0x39;
    if (!isDigit && !(code >= 0x61 && code <= 0x66)) return false;
  }
  return true;
}

/** The byte that two lower-case hexadecimal digits from `at` on stand for. */
export function readHexByte(text: string, at: number): number {
  return (digitOf(text.charCodeAt(at)) << 4) | digitOf(text.charCodeAt(at + 1));
}

/** `0` to `9`, `a` to `f`. */
function digitOf(code: number): number {
  return code < 0x61 ? code - 0x30 : code - 0x57;
}

/** Murmur's last steps. */
function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

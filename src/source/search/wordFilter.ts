/**
 * Which words a file may hold, as a Bloom filter: a search for text reads the few files that pass, not all.
 * Case is folded, so that `getCart` and `GetCart` are one word.
 */

/** With two hashes about three files in a hundred pass without holding the word. */
const BITS_PER_WORD = 10;

export function buildWordFilter(text: string): Uint32Array {
  const hashes = new Set<number>();
  eachWord(text, hash => hashes.add(hash));
  const wordCount = Math.max(1, Math.ceil((hashes.size * BITS_PER_WORD) / 32));
  const filter = new Uint32Array(wordCount);
  const bits = wordCount * 32;
  for (const hash of hashes) {
    for (const bit of listBits(hash, bits)) {
      filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
  }
  return filter;
}

/** The hashes of the words in a text, to ask many filters for. */
export function hashWords(text: string): readonly number[] {
  const hashes = new Set<number>();
  eachWord(text, hash => hashes.add(hash));
  return [...hashes];
}

export function mayHoldWords(filter: Uint32Array, hashes: readonly number[]): boolean {
  const bits = filter.length * 32;
  return hashes.every(hash =>
    listBits(hash, bits).every(bit => ((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0),
  );
}

function listBits(hash: number, bits: number): readonly [number, number] {
  return [(hash >>> 0) % bits, (Math.imul(hash, 0x9e3779b1) >>> 0) % bits];
}

/** Letters, digits, `_` and everything beyond ASCII make words; FNV-1a hashes them on the way. */
function eachWord(text: string, onWord: (hash: number) => void): void {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    let char = text.charCodeAt(index);
    const isUpper = char >= 65 && char <= 90;
    if (isUpper) char |= 32;
    if ((char >= 97 && char <= 122) || (char >= 48 && char <= 57) || char === 95 || char > 127) {
      hash = Math.imul((hash === 0 ? 0x811c9dc5 : hash) ^ char, 0x01000193);
    } else if (hash !== 0) {
      onWord(hash);
      hash = 0;
    }
  }
  if (hash !== 0) onWord(hash);
}

/** A set of traces by their numbers, one bit each: a million in 128 kB. Pure. */

export class TraceBits {
  readonly words: Uint32Array;

  /** Numbers up to and with `last`. */
  constructor(last: number) {
    this.words = new Uint32Array((last >>> 5) + 1);
  }

  add(trace: number): void {
    // Traces that came after the set was made are not in it: a typed array drops them.
    const { words } = this;
    words[trace >>> 5] = words[trace >>> 5]! | (1 << (trace & 31));
  }

  has(trace: number): boolean {
    return (((this.words[trace >>> 5] ?? 0) >>> (trace & 31)) & 1) === 1;
  }

  addAll(other: TraceBits): void {
    const { words } = this;
    for (let i = 0; i < words.length; i += 1) {
      words[i] = words[i]! | (other.words[i] ?? 0);
    }
  }

  keepOnly(other: TraceBits): void {
    const { words } = this;
    for (let i = 0; i < words.length; i += 1) {
      words[i] = words[i]! & (other.words[i] ?? 0);
    }
  }

  /** All of them, unless they are more than `most`. */
  list(most: number): number[] | undefined {
    const found: number[] = [];
    for (let i = 0; i < this.words.length; i += 1) {
      let word = this.words[i]!;
      while (word !== 0) {
        const bit = 31 - Math.clz32(word & -word);
        found.push(i * 32 + bit);
        word &= word - 1;
        if (found.length > most) return undefined;
      }
    }
    return found;
  }
}

/**
 * What the spans of one commit gather before they are written: their traces, an entry for each span, and the terms of
 * each trace. Flat arrays, because a commit holds a hundred thousand terms. Knows no wire format and no file.
 */

/** The index of a trace in the commit. */
export type LocalTrace = number;

/** The traces of a commit by their ids: 128 bits as four numbers, or any other text. */
export class CommitTraces {
  count = 0;
  #words = new Uint32Array(4 * 1_024);
  #slots = new Int32Array(4_096);
  readonly #texts = new Map<string, LocalTrace>();
  readonly #textOf = new Map<LocalTrace, string>();

  /** Sixteen bytes from `at` on. */
  addBytes(bytes: Buffer, at: number): LocalTrace {
    return this.#add(
      bytes.readInt32LE(at),
      bytes.readInt32LE(at + 4),
      bytes.readInt32LE(at + 8),
      bytes.readInt32LE(at + 12),
    );
  }

  /** A canonical trace id. */
  addText(id: string): LocalTrace {
    if (HEX_128.test(id)) return this.addBytes(Buffer.from(id, "hex"), 0);
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const local = this.#next();
    this.#texts.set(id, local);
    this.#textOf.set(local, id);
    return local;
  }

  getId(local: LocalTrace): string {
    const text = this.#textOf.get(local);
    if (text !== undefined) return text;
    const words = this.#words;
    return Buffer.from(words.buffer, words.byteOffset + local * 16, 16).toString("hex");
  }

  #add(a: number, b: number, c: number, d: number): LocalTrace {
    const mask = this.#slots.length - 1;
    let slot = (Math.imul(a ^ Math.imul(c, 0x9e3779b1), 0x85ebca6b) ^ b ^ d) & mask;
    slot = (slot ^ (slot >>> 7)) & mask;
    for (;;) {
      const local = (this.#slots[slot] as number) - 1;
      if (local < 0) break;
      const at = local * 4;
      const words = this.#words;
      if (
        words[at] === a >>> 0 &&
        words[at + 1] === b >>> 0 &&
        words[at + 2] === c >>> 0 &&
        words[at + 3] === d >>> 0 &&
        !this.#textOf.has(local)
      ) {
        return local;
      }
      slot = (slot + 1) & mask;
    }
    const local = this.#next();
    const at = local * 4;
    this.#words[at] = a;
    this.#words[at + 1] = b;
    this.#words[at + 2] = c;
    this.#words[at + 3] = d;
    this.#slots[slot] = local + 1;
    if (this.count * 2 > this.#slots.length) this.#growSlots();
    return local;
  }

  #next(): LocalTrace {
    const local = this.count;
    this.count += 1;
    if (local * 4 + 4 > this.#words.length) {
      const words = new Uint32Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
    }
    return local;
  }

  #growSlots(): void {
    const count = this.count;
    const words = this.#words;
    this.#slots = new Int32Array(this.#slots.length * 4);
    const mask = this.#slots.length - 1;
    for (let local = 0; local < count; local += 1) {
      if (this.#textOf.has(local)) continue;
      const at = local * 4;
      const a = words[at] as number;
      const c = words[at + 2] as number;
      let slot =
        (Math.imul(a ^ Math.imul(c, 0x9e3779b1), 0x85ebca6b) ^
          (words[at + 1] as number) ^
          (words[at + 3] as number)) &
        mask;
      slot = (slot ^ (slot >>> 7)) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = local + 1;
    }
  }
}

const HEX_128 = /^[0-9a-f]{32}$/;

/** Terms with their traces, each pair once, as 64-bit keys: the term in the upper half. */
export class CommitTerms {
  count = 0;
  /** Pairs of the trace and the term: on every machine that runs an editor the second is the upper half of the key. */
  #pairs = new Uint32Array(2 * 65_536);
  #slots = new Int32Array(4 * 65_536);
  /** The trace that `add` adds to. */
  trace: LocalTrace = 0;

  add(term: number): void {
    const { trace } = this;
    const mask = this.#slots.length - 1;
    let slot = (term ^ Math.imul(trace, 0x9e3779b1)) & mask;
    for (;;) {
      const index = (this.#slots[slot] as number) - 1;
      if (index < 0) break;
      if (this.#pairs[index * 2 + 1] === term && this.#pairs[index * 2] === trace) return;
      slot = (slot + 1) & mask;
    }
    const index = this.count;
    this.#pairs[index * 2] = trace;
    this.#pairs[index * 2 + 1] = term;
    this.#slots[slot] = index + 1;
    this.count += 1;
    if (this.count * 2 >= this.#pairs.length) this.#grow();
  }

  #grow(): void {
    const pairs = new Uint32Array(this.#pairs.length * 2);
    pairs.set(this.#pairs);
    this.#pairs = pairs;
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < this.count; index += 1) {
      const trace = pairs[index * 2] as number;
      let slot = ((pairs[index * 2 + 1] as number) ^ Math.imul(trace, 0x9e3779b1)) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = index + 1;
    }
  }

  /** Sorted, with the traces as the file numbers them; those whose number is 0 are left out. Ends this set. */
  toKeys(numbers: Uint32Array): BigUint64Array {
    const pairs = this.#pairs;
    let kept = 0;
    for (let index = 0; index < this.count; index += 1) {
      const number = numbers[pairs[index * 2] as number] as number;
      if (number === 0) continue;
      pairs[kept * 2] = number;
      pairs[kept * 2 + 1] = pairs[index * 2 + 1] as number;
      kept += 1;
    }
    return new BigUint64Array(pairs.buffer, 0, kept).sort();
  }

  /** For the next commit, with the memory of this one. */
  clear(): void {
    this.count = 0;
    this.#slots.fill(0);
  }
}

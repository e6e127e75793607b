/** Numbers for texts that come again and again among bytes, without making a string of each. Pure. */

const SLOTS = 2 ** 12;

export class ByteTexts {
  /** Each text by its number. */
  readonly texts: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** The number of the text that was seen last with this hash; −1 for none. */
  readonly #slots = new Int32Array(SLOTS).fill(-1);
  readonly #froms: number[] = [];
  readonly #tos: number[] = [];

  /** All calls are of the same bytes. */
  numberOf(bytes: Buffer, from: number, to: number): number {
    let hash = 0;
    for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
    const last = this.#slots[slot]!;
    if (last >= 0 && this.#isSame(bytes, last, from, to)) return last;
    const text = bytes.toString("utf8", from, to);
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.#numbers.set(text, number);
      this.#froms.push(from);
      this.#tos.push(to);
    }
    this.#slots[slot] = number;
    return number;
  }

  #isSame(bytes: Buffer, number: number, from: number, to: number): boolean {
    const other = this.#froms[number]! - from;
    if (this.#tos[number]! - other !== to) return false;
    for (let at = from; at < to; at += 1) if (bytes[at] !== bytes[at + other]) return false;
    return true;
  }
}

/** Texts by their numbers, each once; 0 is the empty one. Pure. */
export class TextTable {
  readonly texts: string[] = [""];
  readonly #numbers = new Map([["", 0]]);

  intern(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) this.#numbers.set(text, (number = this.texts.push(text) - 1));
    return number;
  }
}

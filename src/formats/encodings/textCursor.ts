/** Steps through a printed text by patterns, for readers of what programs print: a class to extend. Pure. */

/** The text is not what the reader expects. */
export class NotPrinted extends Error {}

/** How deep values may nest; printers stop at 3 unless someone lifts it. */
export const MAX_PRINTED_DEPTH = 64;

const SPACE = /\s*/y;

export class TextCursor {
  protected readonly text: string;
  at: number;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  protected skipSpace(): void {
    this.match(SPACE);
  }

  /** Returns the text that a sticky pattern finds here. */
  protected match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  /** Whether the character comes next; white space before and behind it is passed over. */
  protected take(character: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    // What stands in a string belongs to it.
    if (character !== '"') this.skipSpace();
    return true;
  }

  protected expect(character: string): void {
    if (!this.take(character)) throw new NotPrinted();
  }

  /** A character of a string, or the backslash of an escape. */
  protected readOne(): string {
    const character = this.text[this.at];
    // Printers write line breaks as escapes, so a string that reaches one is none of its own.
    if (character === undefined || character === "\n") throw new NotPrinted();
    this.at += 1;
    return character;
  }
}

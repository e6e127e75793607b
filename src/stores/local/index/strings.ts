/** The table `string`, remembered within bounds: text to number and back. Knows nothing of spans. */

import type { DatabaseSync, StatementSync } from "node:sqlite";

const MAX_REMEMBERED = 100_000;

export class Strings {
  readonly #numbers = new Map<string, number>();
  readonly #texts = new Map<number, string>();
  readonly #findNumber: StatementSync;
  readonly #findText: StatementSync;
  readonly #insert: StatementSync;
  readonly #findLast: StatementSync;

  constructor(sql: DatabaseSync) {
    this.#findNumber = sql.prepare("SELECT id FROM string WHERE text = ?");
    this.#findText = sql.prepare("SELECT text FROM string WHERE id = ?");
    this.#findLast = sql.prepare("SELECT max(id) AS last FROM string");
    this.#insert = sql.prepare("INSERT INTO string (text) VALUES (?)");
  }

  /** Writes where the text is new, so only inside a transaction; `forget` where that is rolled back. */
  intern(text: string): number {
    if (text === "") return 0;
    const known = this.find(text);
    if (known !== undefined) return known;
    return this.#remember(Number(this.#insert.run(text).lastInsertRowid), text);
  }

  find(text: string): number | undefined {
    if (text === "") return 0;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const id = this.#findNumber.get(text)?.["id"];
    return typeof id === "number" ? this.#remember(id, text) : undefined;
  }

  getText(id: number): string {
    if (id === 0) return "";
    const known = this.#texts.get(id);
    if (known !== undefined) return known;
    const text = this.#findText.get(id)?.["text"];
    if (typeof text !== "string") return "";
    this.#remember(id, text);
    return text;
  }

  /** How many there are, more or less: none is ever deleted. */
  count(): number {
    return Number(this.#findLast.get()?.["last"] ?? 0);
  }

  forget(): void {
    this.#numbers.clear();
    this.#texts.clear();
  }

  #remember(id: number, text: string): number {
    if (this.#texts.size >= MAX_REMEMBERED) this.forget();
    this.#numbers.set(text, id);
    this.#texts.set(id, text);
    return id;
  }
}

/** Letters that are typed into the list go to the next row whose name begins with them. Pure but for its clock. */

import type { ListRow } from "./traceList.ts";

/** A pause that long begins another word; VS Code's own lists wait as long. */
const PAUSE_MS = 800;

export class TypeAhead {
  #typed = "";
  #lastMs = Number.NEGATIVE_INFINITY;

  /** A word is being typed: what would be a command else is its next letter. */
  isTyping(nowMs: number): boolean {
    return this.#typed !== "" && nowMs - this.#lastMs < PAUSE_MS;
  }

  /** The row that the letter leads to; `undefined` where none has such a name. */
  type(letter: string, rows: readonly ListRow[], index: number, nowMs: number): number | undefined {
    const before = this.isTyping(nowMs) ? this.#typed : "";
    this.#typed = before + letter.toLowerCase();
    this.#lastMs = nowMs;
    // The same letter again goes from one row to the next, as in every list.
    const isRepeated = this.#typed.replaceAll(letter.toLowerCase(), "") === "";
    const sought = isRepeated ? letter.toLowerCase() : this.#typed;
    const start = isRepeated ? index + 1 : Math.max(index, 0);
    for (let step = 0; step < rows.length; step += 1) {
      const at = (start + step) % rows.length;
      const row = rows[at];
      if (row !== undefined && nameOfRow(row).toLowerCase().startsWith(sought)) return at;
    }
    return undefined;
  }
}

function nameOfRow(row: ListRow): string {
  if (row.kind === "group") return row.group.name;
  return row.trace.name === "" ? row.trace.traceId : row.trace.name;
}

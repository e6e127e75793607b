/** How often each id stands in a log, and how often in a line of an error. Pure. */

import type { ScannedLine } from "../../logs/idScan.ts";

export interface IdCount {
  /** As it was written first: a UUID has its hyphens. */
  readonly id: string;
  readonly lines: number;
  readonly errors: number;
  /** The beginning of the first line with an error, or of the first of all. */
  readonly first: string;
}

/** Some 100 MB; more ids than these nobody looks through. */
const MAX_IDS = 300_000;
const MAX_FIRST = 200;
const UUID = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/;

interface Counted {
  readonly id: string;
  lines: number;
  errors: number;
  first: string;
}

export class IdCounts {
  readonly #counts = new Map<string, Counted>();
  isCut = false;

  get size(): number {
    return this.#counts.size;
  }

  /** Sixteen digits alone are a number as likely as an id, so only traces and tasks are counted. */
  add(line: Pick<ScannedLine, "ids" | "readText" | "isError">): void {
    const isError = line.isError();
    for (const id of line.ids) {
      if (id.length !== 32) continue;
      const counted = this.#counts.get(id);
      if (counted !== undefined) {
        counted.lines += 1;
        if (!isError) continue;
        counted.errors += 1;
        if (counted.errors === 1) counted.first = cut(line.readText());
      } else if (this.#counts.size < MAX_IDS) {
        this.#counts.set(id, {
          id: asWritten(id, line.readText()),
          lines: 1,
          errors: isError ? 1 : 0,
          first: cut(line.readText()),
        });
      } else {
        this.isCut = true;
      }
    }
  }

  /** Takes in what was counted in lines behind these. */
  addBehind(counts: readonly IdCount[]): void {
    for (const { id, lines, errors, first } of counts) {
      const digits = id.replaceAll("-", "");
      const counted = this.#counts.get(digits);
      if (counted === undefined) {
        if (this.#counts.size < MAX_IDS) this.#counts.set(digits, { id, lines, errors, first });
        else this.isCut = true;
        continue;
      }
      if (counted.errors === 0 && errors > 0) counted.first = first;
      counted.lines += lines;
      counted.errors += errors;
    }
  }

  /** Ids with errors come first, then those that are named most. */
  list(limit: number): readonly IdCount[] {
    return [...this.#counts.values()]
      .sort((a, b) => b.errors - a.errors || b.lines - a.lines)
      .slice(0, limit);
  }
}

function asWritten(digits: string, text: string): string {
  const uuid = digits.replace(UUID, "$1-$2-$3-$4-$5");
  return text.toLowerCase().includes(uuid) ? uuid : digits;
}

/** A copy, or each would hold on to its whole line. */
function cut(text: string): string {
  return Buffer.from(text.trim().slice(0, MAX_FIRST)).toString();
}

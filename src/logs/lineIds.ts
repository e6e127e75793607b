/**
 * The ids of a long text, line by line, found without holding its reader for longer than a moment: what is read stays
 * known, and after a change only the changed lines are read again. Knows no editor.
 */

import type { IdMatch } from "./idMatch.ts";
import { recogniseIds } from "./recogniseIds.ts";

/** A frame of 60 a second takes 16 ms; the rest is for whom this shares a thread with. */
const SLICE_MS = 8;
/** The worst text that was found takes 0.4 ms of a thousand characters: with what a slice has read before, 16 ms. Longer lines are read in pieces. */
const PIECE = 20_000;
/** A piece ends before a comma or a blank that is no further from its end than this. */
const CUT_REACH = 1_000;
const NONE: readonly IdMatch[] = [];

export interface LineSource {
  readonly lineCount: number;
  readonly getLine: (line0: number) => string;
  /** Whether nobody waits any more, or the text has changed since. */
  readonly isStale: () => boolean;
}

export interface LineIdsOptions {
  readonly recognise?: (text: string) => readonly IdMatch[];
  readonly nowMs?: () => number;
  /** Lets others run. */
  readonly pause?: () => Promise<void>;
}

export class LineIds {
  readonly #recognise: (text: string) => readonly IdMatch[];
  readonly #nowMs: () => number;
  readonly #pause: () => Promise<void>;
  /** By line; `undefined` for what is not read yet. */
  #lines: (readonly IdMatch[] | undefined)[] = [];

  constructor({
    recognise = recogniseIds,
    nowMs = () => performance.now(),
    pause = () => new Promise(resolve => setImmediate(resolve)),
  }: LineIdsOptions = {}) {
    this.#recognise = recognise;
    this.#nowMs = nowMs;
    this.#pause = pause;
  }

  /** Lines were replaced by others, which are not read yet. */
  change(from: number, removed: number, inserted: number): void {
    const after = this.#lines.slice(from + removed);
    this.#lines.length = Math.min(this.#lines.length, from);
    if (after.length === 0) return;
    const fresh = new Array<undefined>(from + inserted - this.#lines.length);
    this.#lines = [...this.#lines, ...fresh, ...after];
  }

  /** The ids of all lines; `undefined` where they went stale before the end. */
  async read(source: LineSource): Promise<readonly (readonly IdMatch[])[] | undefined> {
    const { lineCount, getLine, isStale } = source;
    const all: (readonly IdMatch[])[] = [];
    let sliceStart = this.#nowMs();
    const isFresh = async (): Promise<boolean> => {
      if (this.#nowMs() - sliceStart < SLICE_MS) return true;
      await this.#pause();
      sliceStart = this.#nowMs();
      return !isStale();
    };
    if (isStale()) return undefined;
    for (let line0 = 0; line0 < lineCount; line0 += 1) {
      let ids = this.#lines[line0];
      if (ids === undefined) {
        const found: IdMatch[] = [];
        for (const { text, from } of listSections(getLine(line0))) {
          if (!(await isFresh())) return undefined;
          for (const id of this.#recognise(text)) {
            found.push({ ...id, start: from + id.start, end: from + id.end });
          }
        }
        ids = found.length === 0 ? NONE : found;
        this.#lines[line0] = ids;
      } else if (line0 % 1_000 === 0 && !(await isFresh())) return undefined;
      all.push(ids);
    }
    return all;
  }
}

/** The lines about one that have no more ids than so many, but for the last that is taken in. */
export function findNearLines(
  lines: readonly (readonly IdMatch[])[],
  line0: number,
  maxIds: number,
): { readonly from: number; readonly to: number } {
  let [from, to, count] = [line0, line0, 0];
  while (count < maxIds && (from > 0 || to < lines.length)) {
    if (to < lines.length) {
      count += lines[to]?.length ?? 0;
      to += 1;
    }
    if (from > 0) {
      from -= 1;
      count += lines[from]?.length ?? 0;
    }
  }
  return { from, to };
}

function* listSections(line: string): Iterable<{ readonly text: string; readonly from: number }> {
  for (let from = 0; from < line.length;) {
    const limit = from + PIECE;
    let to = line.length;
    if (to > limit) {
      const end = line.slice(limit - CUT_REACH, limit);
      const cut = end.includes(",") ? end.lastIndexOf(",") : end.lastIndexOf(" ");
      to = cut < 1 ? limit : limit - CUT_REACH + cut;
    }
    yield { text: line.slice(from, to), from };
    from = to;
  }
}

/** Sorts pairs of 32-bit numbers, as fast as they can be moved: by their digits. Pure. */

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;

/** Sorted by term, and those of a term by trace; each pair once. */
export interface SortedPairs {
  readonly terms: Uint32Array;
  readonly traces: Uint32Array;
}

/** Reuses its memory: what `sort` gave is valid until it is called again. */
export class PairSort {
  #terms = new Uint32Array(0);
  #traces = new Uint32Array(0);
  readonly #places = new Uint32Array(DIGITS);

  /** Sorts in place where it can, so the given pairs are gone afterwards. */
  sort(terms: Uint32Array, traces: Uint32Array): SortedPairs {
    const count = terms.length;
    if (this.#terms.length < count) {
      this.#terms = new Uint32Array(count);
      this.#traces = new Uint32Array(count);
    }
    let from: SortedPairs = { terms, traces };
    let to: SortedPairs = { terms: this.#terms, traces: this.#traces };
    // The last digit first: each pass keeps the order that the one before made.
    for (const key of ["traces", "terms"] as const) {
      for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
        if (!this.#countDigits(from[key], count, shift)) continue;
        this.#move(from, to, from[key], count, shift);
        [from, to] = [to, from];
      }
    }
    const kept = dropRepeated(from.terms, from.traces, count);
    return { terms: from.terms.subarray(0, kept), traces: from.traces.subarray(0, kept) };
  }

  /** False where all have the same digit. */
  #countDigits(keys: Uint32Array, count: number, shift: number): boolean {
    const places = this.#places.fill(0);
    for (let i = 0; i < count; i += 1) {
      const digit = ((keys[i] as number) >>> shift) & DIGIT_MASK;
      places[digit] = (places[digit] as number) + 1;
    }
    let sum = 0;
    for (let digit = 0; digit < DIGITS; digit += 1) {
      const own = places[digit] as number;
      if (own === count) return false;
      places[digit] = sum;
      sum += own;
    }
    return true;
  }

  #move(from: SortedPairs, to: SortedPairs, keys: Uint32Array, count: number, shift: number): void {
    const places = this.#places;
    const { terms, traces } = from;
    const { terms: newTerms, traces: newTraces } = to;
    for (let i = 0; i < count; i += 1) {
      const digit = ((keys[i] as number) >>> shift) & DIGIT_MASK;
      const place = places[digit] as number;
      places[digit] = place + 1;
      newTerms[place] = terms[i] as number;
      newTraces[place] = traces[i] as number;
    }
  }
}

function dropRepeated(terms: Uint32Array, traces: Uint32Array, count: number): number {
  let kept = 0;
  for (let i = 0; i < count; i += 1) {
    const term = terms[i] as number;
    const trace = traces[i] as number;
    if (kept > 0 && terms[kept - 1] === term && traces[kept - 1] === trace) continue;
    terms[kept] = term;
    traces[kept] = trace;
    kept += 1;
  }
  return kept;
}

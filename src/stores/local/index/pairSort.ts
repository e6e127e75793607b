/** Sorts pairs of 32-bit numbers, as fast as they can be moved: by their digits. Pure. */

const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;
const DIGIT_MASK = DIGITS - 1;

/** Two arrays of one length. */
export interface Pairs {
  readonly terms: Uint32Array;
  readonly traces: Uint32Array;
}

export interface SortedPairs {
  /** By term, and those of a term by trace; each pair once. A part of one of the two that were given. */
  readonly sorted: Pairs;
  /** The other of the two. */
  readonly free: Pairs;
}

/** The first `count` of `pairs`; `room` must be as long. Both are overwritten. */
export function sortPairs(pairs: Pairs, room: Pairs, count: number): SortedPairs {
  let [from, to] = [pairs, room];
  const places = new Uint32Array(DIGITS);
  // The last digit first: each pass keeps the order that the one before made.
  for (const key of ["traces", "terms"] as const) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      if (!countDigits(from[key], count, shift, places)) continue;
      move(from, to, from[key], count, shift, places);
      [from, to] = [to, from];
    }
  }
  const distinct = dropRepeated(from.terms, from.traces, count);
  const sorted = {
    terms: from.terms.subarray(0, distinct),
    traces: from.traces.subarray(0, distinct),
  };
  return { sorted, free: to };
}

/** Where each digit begins. False where all have the same. */
function countDigits(
  keys: Uint32Array,
  count: number,
  shift: number,
  places: Uint32Array,
): boolean {
  places.fill(0);
  for (let i = 0; i < count; i += 1) {
    const digit = (keys[i]! >>> shift) & DIGIT_MASK;
    places[digit] = places[digit]! + 1;
  }
  let sum = 0;
  for (let digit = 0; digit < DIGITS; digit += 1) {
    const keysOfDigit = places[digit]!;
    if (keysOfDigit === count) return false;
    places[digit] = sum;
    sum += keysOfDigit;
  }
  return true;
}

function move(
  from: Pairs,
  to: Pairs,
  keys: Uint32Array,
  count: number,
  shift: number,
  places: Uint32Array,
): void {
  const { terms, traces } = from;
  const { terms: newTerms, traces: newTraces } = to;
  for (let i = 0; i < count; i += 1) {
    const digit = (keys[i]! >>> shift) & DIGIT_MASK;
    const place = places[digit]!;
    places[digit] = place + 1;
    newTerms[place] = terms[i]!;
    newTraces[place] = traces[i]!;
  }
}

function dropRepeated(terms: Uint32Array, traces: Uint32Array, count: number): number {
  let distinct = 0;
  for (let i = 0; i < count; i += 1) {
    const term = terms[i]!;
    const trace = traces[i]!;
    if (distinct > 0 && terms[distinct - 1] === term && traces[distinct - 1] === trace) continue;
    terms[distinct] = term;
    traces[distinct] = trace;
    distinct += 1;
  }
  return distinct;
}

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
  // The last digit first: each pass keeps the order that the one before made.
  for (const key of ["traces", "terms"] as const) {
    const places = countDigits(from[key], count);
    places.forEach((placesOfDigit, i) => {
      if (!toBeginnings(placesOfDigit, count)) return;
      move(from, to, from[key], count, i * DIGIT_BITS, placesOfDigit);
      [from, to] = [to, from];
    });
  }
  const distinct = dropRepeated(from.terms, from.traces, count);
  const sorted = {
    terms: from.terms.subarray(0, distinct),
    traces: from.traces.subarray(0, distinct),
  };
  return { sorted, free: to };
}

/** How often each digit comes at each of its three places. */
function countDigits(keys: Uint32Array, count: number): readonly Uint32Array[] {
  const low = new Uint32Array(DIGITS);
  const middle = new Uint32Array(DIGITS);
  const high = new Uint32Array(DIGITS);
  for (let i = 0; i < count; i += 1) {
    const key = keys[i]!;
    low[key & DIGIT_MASK]! += 1;
    middle[(key >>> DIGIT_BITS) & DIGIT_MASK]! += 1;
    high[key >>> (2 * DIGIT_BITS)]! += 1;
  }
  return [low, middle, high];
}

/** Counts become where each digit begins. False where all have the same. */
function toBeginnings(places: Uint32Array, count: number): boolean {
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

/**
 * The terms of a commit, term by term with the traces as the file numbers them, in the order in which the index keeps
 * them. Pure.
 */

import type { Pairs } from "./pairSort.ts";
import type { PageWriter } from "./segmentPage.ts";
import { bucketTerm, TermKind, toBucket, toTerm } from "./terms.ts";
import type { TraceState } from "../log/traceState.ts";

/** Terms of whole traces, by their numbers. */
export type TraceTerms = Map<number, number[]>;

/**
 * Adds the terms that hold for a trace as it now is; those that held before stay in the index, and are sorted out by
 * who finds them.
 */
export function addTraceTerms(terms: TraceTerms, state: TraceState): void {
  const add = (term: number): void => {
    const traces = terms.get(term);
    if (traces === undefined) terms.set(term, [state.number]);
    else traces.push(state.number);
  };
  if (state.errors > 0) add(toTerm(TermKind.traceError, 0));
  if (state.running > 0) add(toTerm(TermKind.traceRunning, 0));
  // As in a list, what still runs has no duration yet.
  if (state.running > 0 || state.startNs === 0n) return;
  add(bucketTerm(TermKind.traceDuration, 0, toBucket(Number(state.endNs - state.startNs))));
}

/**
 * `numbers` has the number of each trace of the commit, 0 for those that are left out; from `firstNew` on they ascend as
 * the pairs do.
 */
export function addRuns(
  writer: PageWriter,
  { terms, traces }: Pairs,
  numbers: Uint32Array,
  firstNew: number,
  own: TraceTerms,
): void {
  const ownTerms = [...own.keys()].sort((a, b) => a - b);
  let nextOwn = 0;
  const addOwn = (below: number): void => {
    for (; nextOwn < ownTerms.length; nextOwn += 1) {
      const term = ownTerms[nextOwn]!;
      if (term >= below) break;
      const members = toSorted(own.get(term) ?? []);
      writer.add(term, members, 0, members.length);
    }
  };
  const run = new Uint32Array(numbers.length);
  const known = new Uint32Array(numbers.length);
  for (let from = 0; from < terms.length;) {
    const term = terms[from]!;
    if (nextOwn < ownTerms.length) addOwn(term);
    let count = 0;
    let knownCount = 0;
    for (; from < terms.length && terms[from] === term; from += 1) {
      const number = numbers[traces[from]!]!;
      if (number >= firstNew) run[count++] = number;
      else if (number > 0) known[knownCount++] = number;
    }
    if (knownCount > 0) {
      // All of them are lower than the new ones.
      const lower = known.subarray(0, knownCount);
      sortFew(lower);
      run.copyWithin(knownCount, 0, count);
      run.set(lower);
      count += knownCount;
    }
    if (ownTerms[nextOwn] === term) {
      const all = toSorted([...run.subarray(0, count), ...(own.get(term) ?? [])]);
      writer.add(term, all, 0, all.length);
      nextOwn += 1;
    } else if (count > 0) {
      writer.add(term, run, 0, count);
    }
  }
  addOwn(Infinity);
}

/** Most terms have one or two traces, and those of the others are nearly in order. */
function sortFew(numbers: Uint32Array): void {
  if (numbers.length > FEW) {
    numbers.sort();
    return;
  }
  for (let i = 1; i < numbers.length; i += 1) {
    const number = numbers[i]!;
    let at = i;
    for (; at > 0 && numbers[at - 1]! > number; at -= 1) {
      numbers[at] = numbers[at - 1]!;
    }
    numbers[at] = number;
  }
}

const FEW = 32;

/** Each once. */
function toSorted(numbers: readonly number[]): Uint32Array {
  const sorted = Uint32Array.from(numbers).sort();
  let length = 0;
  for (const number of sorted) {
    if (length === 0 || number !== sorted[length - 1]) sorted[length++] = number;
  }
  return sorted.subarray(0, length);
}

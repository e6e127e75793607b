/** What the index is asked for a query: one condition for each thing that a trace must have. Knows no spans. */

import type { DatabaseSync } from "node:sqlite";
import { NS_PER_MS } from "../../model/units.ts";
import type { TraceQuery } from "../traceStore.ts";
import type { TermIndex, TermRange } from "./termIndex.ts";
import {
  bucketTerm,
  hashText,
  listWords,
  operationTerm,
  tagTerm,
  TermKind,
  toBucket,
  toTerm,
  wordTerm,
} from "./terms.ts";

/** Names that a text occurs in; where there are more, it is no way to few traces. */
const MAX_NAMES = 64;
const MAX_BUCKET = 255;

/** Traces that may have something. */
export interface Condition {
  /** About how many; none is missing, some may be counted twice. */
  estimate(): number;
  /** Those numbered from first to last; in no order, some more than once, none missing. */
  gather(first?: number, last?: number): Iterable<number>;
}

/** The one that leaves the fewest first. `none`: nothing can match. */
export function findConditions(
  query: TraceQuery,
  sql: DatabaseSync,
  index: TermIndex,
): readonly Condition[] | "none" {
  const conditions = [
    ...listTerms(query).map(range => new TermCondition(index, [range])),
    ...findText(query.text?.trim() ?? "", sql, index),
  ];
  const counted = conditions.map(condition => ({ condition, estimate: condition.estimate() }));
  return counted.sort((a, b) => a.estimate - b.estimate).map(({ condition }) => condition);
}

function listTerms(query: TraceQuery): TermRange[] {
  const { service, operation, tags = {} } = query;
  const ranges: TermRange[] = [];
  const add = (term: number): void => {
    ranges.push({ from: term, to: term });
  };
  const label = service === undefined ? undefined : hashText(service);
  const name = operation === undefined ? undefined : hashText(operation);
  if (label !== undefined && name !== undefined) add(operationTerm(label, name));
  else if (label !== undefined) add(toTerm(TermKind.label, label));
  else if (name !== undefined) add(toTerm(TermKind.name, name));
  if (label === undefined && name === undefined) {
    addFacets(query, 0, TermKind.traceError, TermKind.traceRunning, TermKind.traceDuration, ranges);
  }
  if (label !== undefined) {
    const { labelError, labelRunning, labelDuration } = TermKind;
    addFacets(query, label, labelError, labelRunning, labelDuration, ranges);
  }
  if (name !== undefined) {
    const { nameError, nameRunning, nameDuration } = TermKind;
    addFacets(query, name, nameError, nameRunning, nameDuration, ranges);
  }
  for (const [key, value] of Object.entries(tags)) add(tagTerm(key, value));
  return ranges;
}

function addFacets(
  { status, minDurationMs, maxDurationMs }: TraceQuery,
  hash: number,
  error: TermKind,
  running: TermKind,
  duration: TermKind,
  ranges: TermRange[],
): void {
  if (status === "error" || status === "running") {
    const term = toTerm(status === "error" ? error : running, hash);
    ranges.push({ from: term, to: term });
  }
  if (minDurationMs === undefined && maxDurationMs === undefined) return;
  const least = toBucket((minDurationMs ?? 0) * NS_PER_MS);
  const most = maxDurationMs === undefined ? MAX_BUCKET : toBucket(maxDurationMs * NS_PER_MS);
  ranges.push({
    from: bucketTerm(duration, hash, least),
    to: bucketTerm(duration, hash, Math.max(least, most)),
  });
}

/** Names, services and queues with the text anywhere in them, or spans with all its words. */
function findText(text: string, sql: DatabaseSync, index: TermIndex): Condition[] {
  if (text === "") return [];
  const names = sql
    .prepare(`SELECT text FROM string WHERE text LIKE ? ESCAPE '\\' LIMIT ${MAX_NAMES + 1}`)
    .all(`%${text.replace(/[\\%_]/g, "\\$&")}%`)
    .map(row => hashText(row["text"] as string));
  if (names.length > MAX_NAMES) return [];
  const inNames = names
    .flatMap(hash => [toTerm(TermKind.label, hash), toTerm(TermKind.name, hash)])
    .map(term => ({ from: term, to: term }));
  const words = [...new Set(listWords(text))].map(
    word => new TermCondition(index, [{ from: wordTerm(word), to: wordTerm(word) }]),
  );
  return [new AnyCondition(new TermCondition(index, inNames), words)];
}

class TermCondition implements Condition {
  readonly #index: TermIndex;
  readonly #ranges: readonly TermRange[];
  /** A range of terms is not sorted by trace, so it is read as a whole, once. */
  #all: Uint32Array | undefined;

  constructor(index: TermIndex, ranges: readonly TermRange[]) {
    this.#index = index;
    this.#ranges = ranges;
  }

  estimate(): number {
    const segments = this.#index.listSegments();
    return this.#ranges.reduce((sum, range) => sum + this.#index.estimate(segments, range), 0);
  }

  gather(first?: number, last?: number): Uint32Array {
    const segments = this.#index.listSegments();
    const [only] = this.#ranges;
    if (this.#ranges.length === 1 && only !== undefined && only.from === only.to) {
      return this.#index.gather(segments, only, first, last);
    }
    this.#all ??= this.#gatherAll();
    if (first === undefined || last === undefined) return this.#all;
    return this.#all.subarray(lowerBound(this.#all, first), lowerBound(this.#all, last + 1));
  }

  #gatherAll(): Uint32Array {
    const segments = this.#index.listSegments();
    const parts = this.#ranges.map(range => this.#index.gather(segments, range));
    const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all.sort();
  }
}

/** One of the first, or all of the others. */
class AnyCondition implements Condition {
  readonly #first: Condition;
  readonly #others: readonly Condition[];

  constructor(first: Condition, others: readonly Condition[]) {
    this.#first = first;
    this.#others = others;
  }

  estimate(): number {
    const others = this.#others.map(each => each.estimate());
    return this.#first.estimate() + (others.length === 0 ? 0 : Math.min(...others));
  }

  gather(first?: number, last?: number): Set<number> {
    const found = new Set(this.#first.gather(first, last));
    let all: readonly number[] | undefined;
    for (const each of this.#others) {
      const own = new Set(each.gather(first, last));
      all = all === undefined ? [...own] : all.filter(trace => own.has(trace));
    }
    for (const trace of all ?? []) found.add(trace);
    return found;
  }
}

function lowerBound(values: Uint32Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

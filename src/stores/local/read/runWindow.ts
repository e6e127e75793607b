/** The newest runs of one operation in columns, in the order of their start. Pure. */

import { findFirst } from "../../../base/binarySearch.ts";

/** So many are kept of an operation: enough for its percentiles, 50 kB. */
export const MAX_RUNS = 2_048;
const FIRST_CAPACITY = 32;

export interface Run {
  readonly startMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
  /** Numbers of the store. */
  readonly trace: number;
  /** The hash of the span id: it tells runs apart that a trace began at the same time. */
  readonly idHash: number;
  readonly batch: number;
  readonly position: number;
}

/** A column for each property of a run. */
function makeColumns(capacity: number) {
  return {
    startMs: new Float64Array(capacity),
    durationMs: new Float32Array(capacity),
    isError: new Uint8Array(capacity),
    trace: new Uint32Array(capacity),
    idHash: new Int32Array(capacity),
    batch: new Float64Array(capacity),
    position: new Uint32Array(capacity),
  };
}

/** Runs come newest first from the past and oldest first from now on, so there is room at both ends. */
export class RunWindow {
  #columns = makeColumns(FIRST_CAPACITY);
  #from = FIRST_CAPACITY / 2;
  #to = FIRST_CAPACITY / 2;
  isCut = false;

  get count(): number {
    return this.#to - this.#from;
  }

  get lastMs(): number {
    return this.count === 0 ? Number.NEGATIVE_INFINITY : this.#columns.startMs[this.#to - 1]!;
  }

  /** False where it is known already, or older than all of a full window. */
  add(run: Run): boolean {
    let place = this.#findPlace(run.startMs);
    if (this.#isKnown(run, place)) return false;
    if (this.count === MAX_RUNS) {
      this.isCut = true;
      if (place === this.#from) return false;
      this.#from += 1;
    }
    if (this.#from === 0 || this.#to === this.#columns.startMs.length) place += this.#makeRoom();
    const isNearFront = place - this.#from < this.#to - place;
    const columns = this.#columns;
    for (const column of Object.values(columns)) {
      if (isNearFront) column.copyWithin(this.#from - 1, this.#from, place);
      else column.copyWithin(place + 1, place, this.#to);
    }
    if (isNearFront) {
      this.#from -= 1;
      place -= 1;
    } else {
      this.#to += 1;
    }
    columns.startMs[place] = run.startMs;
    columns.durationMs[place] = run.durationMs;
    columns.isError[place] = run.isError ? 1 : 0;
    columns.trace[place] = run.trace;
    columns.idHash[place] = run.idHash;
    columns.batch[place] = run.batch;
    columns.position[place] = run.position;
    return true;
  }

  toColumns(): {
    readonly startUnixMs: Float64Array;
    readonly trace: Uint32Array;
    readonly durationMs: Float32Array;
    readonly failed: Uint8Array;
  } {
    const [from, to] = [this.#from, this.#to];
    return {
      startUnixMs: this.#columns.startMs.slice(from, to),
      trace: this.#columns.trace.slice(from, to),
      durationMs: this.#columns.durationMs.slice(from, to),
      failed: this.#columns.isError.slice(from, to),
    };
  }

  /** Newest first. */
  *list(): Generator<Run> {
    for (let at = this.#to - 1; at >= this.#from; at -= 1) yield this.#read(at);
  }

  #read(at: number): Run {
    return {
      startMs: this.#columns.startMs[at]!,
      durationMs: this.#columns.durationMs[at]!,
      isError: this.#columns.isError[at] === 1,
      trace: this.#columns.trace[at]!,
      idHash: this.#columns.idHash[at]!,
      batch: this.#columns.batch[at]!,
      position: this.#columns.position[at]!,
    };
  }

  /** Behind those that began at the same time. */
  #findPlace(startMs: number): number {
    if (this.lastMs <= startMs) return this.#to;
    const { startMs: starts } = this.#columns;
    return this.#from + findFirst(this.count, i => starts[this.#from + i]! > startMs);
  }

  /** The store copies spans into new batches when it makes room: the copy is no other run. */
  #isKnown({ startMs, durationMs, trace, idHash }: Run, place: number): boolean {
    const duration = Math.fround(durationMs);
    for (let at = place - 1; at >= this.#from && this.#columns.startMs[at] === startMs; at -= 1) {
      const isSame = this.#columns.trace[at] === trace && this.#columns.idHash[at] === idHash;
      if (isSame && this.#columns.durationMs[at] === duration) return true;
    }
    return false;
  }

  /** Moves all into the middle, of larger columns where these are full; answers how far they went. */
  #makeRoom(): number {
    const { count } = this;
    const capacity = Math.max(FIRST_CAPACITY, 2 ** Math.ceil(Math.log2(count * 2 + 2)));
    const from = (capacity - count) >>> 1;
    const [oldFrom, oldTo] = [this.#from, this.#to];
    const columns = makeColumns(capacity);
    for (const name of Object.keys(columns) as (keyof typeof columns)[]) {
      columns[name].set(this.#columns[name].subarray(oldFrom, oldTo), from);
    }
    this.#columns = columns;
    this.#from = from;
    this.#to = from + count;
    return from - oldFrom;
  }
}

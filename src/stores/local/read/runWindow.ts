/** The newest runs of one operation in columns, in the order of their start. Pure. */

/** So many are kept of an operation: enough for its percentiles, 50 kB. */
export const MAX_RUNS = 2_048;
const FIRST_CAPACITY = 32;

type Column = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

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

/** Runs come newest first from the past and oldest first from now on, so there is room at both ends. */
export class RunWindow {
  #starts = new Float64Array(FIRST_CAPACITY);
  #durations = new Float32Array(FIRST_CAPACITY);
  #failed = new Uint8Array(FIRST_CAPACITY);
  #traces = new Uint32Array(FIRST_CAPACITY);
  #idHashes = new Int32Array(FIRST_CAPACITY);
  #batches = new Float64Array(FIRST_CAPACITY);
  #positions = new Uint32Array(FIRST_CAPACITY);
  #columns = this.#listColumns();
  #from = FIRST_CAPACITY / 2;
  #to = FIRST_CAPACITY / 2;
  isCut = false;

  get count(): number {
    return this.#to - this.#from;
  }

  get lastMs(): number {
    return this.count === 0 ? Number.NEGATIVE_INFINITY : this.#starts[this.#to - 1]!;
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
    if (this.#from === 0 || this.#to === this.#starts.length) place += this.#makeRoom();
    const isNearFront = place - this.#from < this.#to - place;
    for (const column of this.#columns) {
      if (isNearFront) column.copyWithin(this.#from - 1, this.#from, place);
      else column.copyWithin(place + 1, place, this.#to);
    }
    if (isNearFront) {
      this.#from -= 1;
      place -= 1;
    } else {
      this.#to += 1;
    }
    this.#starts[place] = run.startMs;
    this.#durations[place] = run.durationMs;
    this.#failed[place] = run.isError ? 1 : 0;
    this.#traces[place] = run.trace;
    this.#idHashes[place] = run.idHash;
    this.#batches[place] = run.batch;
    this.#positions[place] = run.position;
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
      startUnixMs: this.#starts.slice(from, to),
      trace: this.#traces.slice(from, to),
      durationMs: this.#durations.slice(from, to),
      failed: this.#failed.slice(from, to),
    };
  }

  /** Newest first. */
  *list(): Generator<Run> {
    for (let at = this.#to - 1; at >= this.#from; at -= 1) yield this.#read(at);
  }

  #read(at: number): Run {
    return {
      startMs: this.#starts[at]!,
      durationMs: this.#durations[at]!,
      isError: this.#failed[at] === 1,
      trace: this.#traces[at]!,
      idHash: this.#idHashes[at]!,
      batch: this.#batches[at]!,
      position: this.#positions[at]!,
    };
  }

  /** Behind those that began at the same time. */
  #findPlace(startMs: number): number {
    let [low, high] = [this.#from, this.#to];
    if (this.lastMs <= startMs) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! <= startMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The store copies spans into new batches when it makes room: the copy is no other run. */
  #isKnown({ startMs, durationMs, trace, idHash }: Run, place: number): boolean {
    const duration = Math.fround(durationMs);
    for (let at = place - 1; at >= this.#from && this.#starts[at] === startMs; at -= 1) {
      const isSame = this.#traces[at] === trace && this.#idHashes[at] === idHash;
      if (isSame && this.#durations[at] === duration) return true;
    }
    return false;
  }

  /** Moves all into the middle, of larger columns where these are full; answers how far they went. */
  #makeRoom(): number {
    const { count } = this;
    const capacity = Math.max(FIRST_CAPACITY, 2 ** Math.ceil(Math.log2(count * 2 + 2)));
    const from = (capacity - count) >>> 1;
    const [oldFrom, oldTo] = [this.#from, this.#to];
    const move = <T extends Column>(column: T, larger: T): T => {
      larger.set(column.subarray(oldFrom, oldTo), from);
      return larger;
    };
    this.#starts = move(this.#starts, new Float64Array(capacity));
    this.#durations = move(this.#durations, new Float32Array(capacity));
    this.#failed = move(this.#failed, new Uint8Array(capacity));
    this.#traces = move(this.#traces, new Uint32Array(capacity));
    this.#idHashes = move(this.#idHashes, new Int32Array(capacity));
    this.#batches = move(this.#batches, new Float64Array(capacity));
    this.#positions = move(this.#positions, new Uint32Array(capacity));
    this.#columns = this.#listColumns();
    this.#from = from;
    this.#to = from + count;
    return from - oldFrom;
  }

  #listColumns(): readonly Column[] {
    return [
      ...[this.#starts, this.#durations, this.#failed, this.#traces],
      ...[this.#idHashes, this.#batches, this.#positions],
    ];
  }
}

/** Typed arrays of the indices of one kind: what is read out of one is such an index, and nothing else goes in. Pure. */

export interface IndexArray<Index extends number> extends Int32Array<ArrayBuffer> {
  [at: number]: Index;
  [Symbol.iterator](): ArrayIterator<Index>;
  filter(test: (index: Index, at: number, all: this) => unknown): IndexArray<Index>;
  findIndex(test: (index: Index, at: number, all: this) => unknown): number;
  forEach(use: (index: Index, at: number, all: this) => void): void;
  some(test: (index: Index, at: number, all: this) => unknown): boolean;
  slice(from?: number, to?: number): IndexArray<Index>;
  subarray(from?: number, to?: number): IndexArray<Index>;
}

/** All zeros. */
export function newIndexArray<Index extends number>(length: number): IndexArray<Index> {
  return new Int32Array(length) as IndexArray<Index>;
}

export function toIndexArray<Index extends number>(indices: Iterable<Index>): IndexArray<Index> {
  const array: Int32Array<ArrayBuffer> = Int32Array.from(indices);
  return array as IndexArray<Index>;
}

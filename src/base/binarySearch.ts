/** Binary search over anything that can be indexed. Knows nothing of traces. */

/** The first index in [0, length) for which `isAtOrAfter` holds, or `length`; it must hold from some index on. */
export function findFirst(length: number, isAtOrAfter: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAtOrAfter(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Order statistics by quickselect, in linear time: sorting would be most of the work of whoever asks for two ranks. */

/** The value at or below which this share of all lies, by nearest rank; NaN of none. Leaves the values in another order. */
export function takeRank(values: Float64Array | Float32Array, share: number): number {
  const rank = Math.max(0, Math.ceil(values.length * share) - 1);
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >>> 1]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left += 1;
      while (values[right]! > pivot) right -= 1;
      if (left > right) break;
      const moved = values[left]!;
      values[left] = values[right]!;
      values[right] = moved;
      left += 1;
      right -= 1;
    }
    // What lies between the two is the pivot.
    if (rank <= right) high = right;
    else if (rank >= left) low = left;
    else break;
  }
  return values[rank] ?? Number.NaN;
}

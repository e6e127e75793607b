/** The array, or where it has no room for so many a copy with room for twice as many as it has. Pure. */
export function grow<T extends Int32Array | Uint32Array>(array: T, length: number): T {
  if (length <= array.length) return array;
  const Grown = array.constructor as new (length: number) => T;
  const grown = new Grown(Math.max(length, array.length * 2));
  grown.set(array);
  return grown;
}

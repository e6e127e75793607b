/**
 * A table whose keys come from outside: only what is written into it is found, and never what every object inherits.
 *
 *     const kinds = lookupTable({ client: 3 });      kinds["constructor"] is undefined
 */
export function lookupTable<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null) as Record<string, T>, entries);
}

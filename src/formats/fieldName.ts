/** The names of fields without their spelling. Pure. */

const fieldNames = new Map<string, string>();

/** A field without its spelling: `trace_id`, `traceId` and `TraceID` are `traceid`. */
export function fieldName(key: string): string {
  let name = fieldNames.get(key);
  if (name === undefined) {
    name = key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
    // Keys come from files; a file of nothing but keys must not stay in memory.
    if (fieldNames.size < 10_000) fieldNames.set(key, name);
  }
  return name;
}

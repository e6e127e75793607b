/** The names of fields without their spelling. Pure. */

/** Keys come from files; a file of nothing but keys must not stay in memory. */
export const MOST_KEPT = 10_000;
export const MAX_KEPT_LENGTH = 100;
/** Longer than any field that has a meaning; a key of megabytes is a value that went astray. */
const MAX_LENGTH = 200;

const fieldNames = new Map<string, string>();

/** A field without its spelling: `trace_id`, `traceId` and `TraceID` are `traceid`. */
export function fieldName(key: string): string {
  if (key.length > MAX_LENGTH) return key;
  let name = fieldNames.get(key);
  if (name === undefined) {
    name = key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
    if (fieldNames.size < MOST_KEPT && key.length <= MAX_KEPT_LENGTH) fieldNames.set(key, name);
  }
  return name;
}

/** What no trace has and what would take minutes to read: text of nothing but brackets, objects of endless fields. Pure. */

/** Below this, brackets are read in seconds, however many they are. */
const MOST_PIECES = 5_000_000;
/** The shortest spans have one bracket or line break in some twenty bytes. */
const LEAST_BYTES = 6;
/** A span with all its attributes has some hundreds. */
export const MOST_FIELDS = 10_000;

/** Why a text is refused before it is parsed, in words. */
export function describeExcess(bytes: Uint8Array): string | undefined {
  if (bytes.length < MOST_PIECES) return undefined;
  let brackets = 0;
  let lines = 0;
  let fields = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x5b || byte === 0x7b) brackets += 1;
    else if (byte === 0x0a) lines += 1;
    else if (byte === 0x3a && bytes[at - 1] === 0x22) fields += 1;
  }
  const pieces = brackets + lines;
  if (pieces > MOST_PIECES && pieces * LEAST_BYTES > bytes.length) {
    return `hardly more than ${pieces} brackets and line breaks`;
  }
  const isWide = brackets > 0 && fields > MOST_FIELDS && fields > MOST_FIELDS * brackets;
  return isWide ? `an object of more than ${MOST_FIELDS} fields` : undefined;
}

/** Whether an object in the value has more fields than any span. A loop, because values nest deeper than the call stack. */
export function hasTooManyFields(value: unknown): boolean {
  const stack = [value];
  for (let each = stack.pop(); stack.length > 0 || each !== undefined; each = stack.pop()) {
    if (typeof each !== "object" || each === null) continue;
    const inner: readonly unknown[] = Array.isArray(each) ? each : Object.values(each);
    if (inner.length > MOST_FIELDS && !Array.isArray(each)) return true;
    for (const one of inner) if (typeof one === "object" && one !== null) stack.push(one);
  }
  return false;
}

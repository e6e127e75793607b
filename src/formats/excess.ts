/**
 * The content that no trace has and that would take minutes to read: text of nothing but brackets, objects of endless
 * fields. Pure.
 */

/** Below this, brackets are read in seconds, however many they are. */
const MOST_PIECES = 5_000_000;
/** The shortest spans have one bracket or line break in some twenty bytes. */
const LEAST_BYTES = 6;
/** A span with all its attributes has some hundreds. */
export const MOST_FIELDS = 10_000;

/** Why a text is refused before it is parsed, in words. */
export function describeExcess(bytes: Uint8Array): string | undefined {
  if (bytes.length < MOST_PIECES) return undefined;
  // A Buffer finds a byte twice as fast as any other array of bytes.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const most = Math.max(MOST_PIECES, text.length / LEAST_BYTES);
  const brackets = countByte(text, 0x7b, most) + countByte(text, 0x5b, most);
  const pieces = brackets + countByte(text, 0x0a, most);
  if (pieces > most) return `hardly more than ${pieces} brackets and line breaks`;
  // Each field has a colon at least; only a text of few brackets can have so many of them in one object.
  const mostFields = MOST_FIELDS * Math.max(1, brackets);
  if (brackets === 0 || mostFields > text.length) return undefined;
  const isWide = countByte(text, 0x3a, mostFields, 0x22) > mostFields;
  return isWide ? `an object of more than ${MOST_FIELDS} fields` : undefined;
}

/** How often a byte occurs, behind the byte `before` where one is given; no more are counted than decide. */
function countByte(bytes: Buffer, wanted: number, most: number, before?: number): number {
  let count = 0;
  for (
    let at = bytes.indexOf(wanted);
    at >= 0 && count <= most;
    at = bytes.indexOf(wanted, at + 1)
  ) {
    if (before === undefined || bytes[at - 1] === before) count += 1;
  }
  return count;
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

/**
 * Where key and value stand in a tag as Jaeger's API writes nearly all of them, so that no object is made of it. Pure.
 *
 *     {"key":"http.route","type":"string","value":"/cart"}    {"key":"bytes","type":"int64","value":512}
 */

import type { PlainPlace } from "../../model/spanRecord.ts";
import { Code } from "../encodings/jsonCursor.ts";

const START = Buffer.from('{"key":"');
const STRING = Buffer.from('","type":"string","value":"');
const INTEGER = Buffer.from('","type":"int64","value":');
/** All integers of so many digits are safe. */
const SAFE_DIGITS = 15;

/** `undefined` for a tag of any other form, which is for `readTag`; the tag is well-formed. */
export function findPlainTag(bytes: Uint8Array, from: number, to: number): PlainPlace | undefined {
  if (!hasAt(bytes, from, START)) return undefined;
  const keyFrom = from + START.length;
  const keyTo = findEnd(bytes, keyFrom, to);
  if (hasAt(bytes, keyTo, STRING)) {
    const valueFrom = keyTo + STRING.length;
    const valueTo = findEnd(bytes, valueFrom, to);
    // Nothing but the bracket comes behind it.
    return valueTo === to - 2 ? { keyFrom, keyTo, valueFrom, valueTo } : undefined;
  }
  const valueFrom = keyTo + INTEGER.length;
  const valueTo = to - 1;
  if (!hasAt(bytes, keyTo, INTEGER) || valueTo - valueFrom > SAFE_DIGITS) return undefined;
  const isDigits = bytes
    .subarray(valueFrom, valueTo)
    .every(code => code >= Code.zero && code <= Code.nine);
  return isDigits ? { keyFrom, keyTo, valueFrom, valueTo } : undefined;
}

/** Where the text ends that begins there; `to` where it has escapes. */
function findEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    if (bytes[at] === Code.quote) return at;
    if (bytes[at] === Code.backslash) return to;
  }
  return to;
}

function hasAt(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text[i]) return false;
  return true;
}

/** Values that MongoDB's tools write as objects, in an object that is no task document: back as what they stand for. Pure. */

import { isObject, type JsonObject } from "./traceFormat.ts";

const MARKS = new Set(["$date", "$oid", "$numberLong", "$numberInt", "$numberDouble"]);

/** The fields themselves; what lies deeper is shown as it was written. */
export function fromExtendedJson(item: JsonObject): JsonObject {
  if (!Object.keys(item).some(key => isMarked(item[key]))) return item;
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, toValue(value)]));
}

function isMarked(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const [key = "", ...others] = Object.keys(value);
  return others.length === 0 && MARKS.has(key);
}

/** A date in canonical form holds a number in its turn. */
function toValue(value: unknown): unknown {
  return isMarked(value) ? toValue(Object.values(value)[0]) : value;
}

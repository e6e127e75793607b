/** Values that MongoDB's tools write as objects, in an object that is no task document: back as what they stand for. Pure. */

import { isObject, type JsonObject } from "../values/jsonObject.ts";

const MARKS = new Set([
  ...["$date", "$oid", "$uuid", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal"],
]);

/** Values that lie deeper are shown as they were written. */
const MAX_DEPTH = 16;

/** A document of MongoDB has at least its own id in this form. */
export function fromExtendedJson(item: JsonObject): JsonObject {
  if (!Object.keys(item).some(key => isMarked(item[key]))) return item;
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, toValue(value, 0)]));
}

function isMarked(value: unknown): value is JsonObject {
  if (!isObject(value)) return false;
  const [key = "", ...others] = Object.keys(value);
  return others.length === 0 && MARKS.has(key);
}

/** A date in canonical form holds a number in its turn. */
function toValue(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return value;
  if (isMarked(value)) return toNumber(value, toValue(Object.values(value)[0], depth + 1));
  if (Array.isArray(value)) return value.map(each => toValue(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, toValue(each, depth + 1)]),
  );
}

/** Canonical numbers are written as text; those beyond 2^53 stay so. */
function toNumber(marked: JsonObject, value: unknown): unknown {
  // An id like the bytes that it stands for.
  if (typeof value === "string" && "$uuid" in marked) return value.replaceAll("-", "");
  const number = typeof value === "string" && /^-?[\d.]+$/.test(value) ? Number(value) : NaN;
  const isExact = "$numberDouble" in marked || Number.isSafeInteger(number);
  const isNumber = Object.keys(marked).some(key => key.startsWith("$number"));
  return isNumber && isExact && Number.isFinite(number) ? number : value;
}

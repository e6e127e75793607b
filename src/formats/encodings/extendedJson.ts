/**
 * Values that MongoDB's and DynamoDB's tools write as objects, in an object that is no task document: back as what they
 * stand for. Pure.
 */

import { isObject, type JsonObject } from "../values/jsonObject.ts";

const MARKS = new Set([
  ...["$date", "$oid", "$uuid", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal"],
]);

/** Values that lie deeper are shown as they were written. */
const MAX_DEPTH = 16;

/** A document of MongoDB has at least its own id in this form. */
export function fromExtendedJson(item: JsonObject): JsonObject {
  const values = Object.values(item);
  if (values.length > 1 && values.every(isAttribute)) {
    return Object.fromEntries(
      Object.entries(item).map(([key, each]) => [key, readAttribute(each)]),
    );
  }
  if (!values.some(isMarked)) return item;
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, toValue(value, 0)]));
}

/** The types of DynamoDB's values. */
const TYPES = new Set(["S", "N", "BOOL", "NULL", "M", "L", "B", "SS", "NS", "BS"]);

/** `{"N": "5"}`. */
function isAttribute(value: unknown): value is JsonObject {
  const [type = "", ...others] = isObject(value) ? Object.keys(value) : [];
  return others.length === 0 && TYPES.has(type);
}

function readAttribute(value: unknown, depth = 0): unknown {
  if (!isAttribute(value) || depth > MAX_DEPTH) return value;
  const { M: map, L: list, NULL: isNull, ...scalar } = value as Record<string, unknown>;
  if (isNull === true) return null;
  if (Array.isArray(list)) return list.map(each => readAttribute(each, depth + 1));
  if (!isObject(map)) return Object.values(scalar)[0];
  const entries = Object.entries(map);
  return Object.fromEntries(entries.map(([key, each]) => [key, readAttribute(each, depth + 1)]));
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

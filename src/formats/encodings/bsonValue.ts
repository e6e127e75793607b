/**
 * Values of MongoDB documents as plain values, whether they come from the driver (Date, ObjectId, Long, …) or from
 * extended JSON (`{"$date": …}`), canonical or relaxed. Pure; knows no driver: BSON classes are told by `_bsontype`.
 */

import type { AttributeValue } from "../../model/spanDetail.ts";

/** A document as the driver or a JSON parser yields it. */
export type BsonDocument = Readonly<Record<string, unknown>>;

/** Whether a value is a subdocument: a plain object that is no date, no BSON class and no array. */
export function isDocument(value: unknown): value is BsonDocument {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !("_bsontype" in value)
  );
}

/** The value at a dotted path; a key that itself holds dots is not reached, as in MongoDB. */
export function getPath(document: BsonDocument, path: string): unknown {
  let value: unknown = document;
  for (const key of path.split(".")) {
    if (!isDocument(value)) return undefined;
    value = value[key];
  }
  return value;
}

/** Numbers of every BSON kind and of extended JSON; `undefined` for anything else, NaN too. */
export function toNumber(value: unknown): number | undefined {
  const plain = toPlain(value);
  const number = typeof plain === "string" && isNumeric(value) ? Number(plain) : plain;
  return typeof number === "number" && !Number.isNaN(number) ? number : undefined;
}

/** An id of any kind as text: a string, an integer, an ObjectId, a UUID; `undefined` where it is empty or no id. */
export function toIdText(value: unknown): string | undefined {
  const plain = toPlain(value);
  if (typeof plain === "number") return String(plain);
  return typeof plain === "string" && plain !== "" ? plain : undefined;
}

export function toText(value: unknown): string {
  const plain = toPlain(value);
  if (typeof plain === "string") return plain;
  return plain === undefined
    ? ""
    : typeof plain === "object"
      ? JSON.stringify(plain)
      : String(plain);
}

/** Milliseconds since the Unix epoch of a BSON or extended JSON date. */
export function toUnixMs(value: unknown): number | undefined {
  const date = toDate(value);
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date.getTime();
}

/**
 * A value without BSON: dates become ISO text, integers beyond 2^53 and decimals become digits, ids become text,
 * bytes become base64, `null` becomes `undefined`.
 */
export function toPlain(value: unknown): AttributeValue {
  return plainAt(value, 0);
}

/** Twice what MongoDB itself stores; these functions call themselves for each level. */
const MAX_DEPTH = 200;
const TOO_DEEP = `(nested deeper than ${MAX_DEPTH} levels)`;

function plainAt(value: unknown, depth: number): AttributeValue {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "bigint":
      return integer(value.toString());
    case "object":
      break;
    default:
      return undefined;
  }
  if (value === null) return undefined;
  if (depth > MAX_DEPTH) return TOO_DEEP;
  const toInner = (each: unknown): AttributeValue => plainAt(each, depth + 1);
  if (Array.isArray(value)) return value.map(toInner);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  const date = toDate(value);
  if (date !== undefined) return isoText(date);
  const simple = simpleBson(value as Record<string, unknown>);
  if (simple !== undefined) return simple;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toInner(each)]));
}

/** The document as relaxed extended JSON, the form in which MongoDB's own tools show it. */
export function toDocumentText(document: BsonDocument): string {
  return JSON.stringify(toExtended(document, 0));
}

function toExtended(value: unknown, depth: number): unknown {
  if (typeof value === "bigint") return { $numberLong: value.toString() };
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH) return TOO_DEEP;
  const toInner = (each: unknown): unknown => toExtended(each, depth + 1);
  if (Array.isArray(value)) return value.map(toInner);
  if (value instanceof Date) return { $date: isoText(value) };
  const toEjson = (value as { toExtendedJSON?: unknown }).toExtendedJSON;
  if ("_bsontype" in value && typeof toEjson === "function") {
    return (toEjson as (this: unknown, options: object) => unknown).call(value, { relaxed: true });
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toInner(each)]));
}

function toDate(value: unknown): Date | undefined {
  if (value instanceof Date) return value;
  if (!isDocument(value)) return undefined;
  const date = value["$date"];
  if (typeof date === "string" || typeof date === "number") return new Date(date);
  if (isDocument(date) && typeof date["$numberLong"] === "string") {
    return new Date(Number(date["$numberLong"]));
  }
  return undefined;
}

/** Whether a value is bytes that are no UUID: what a serializer wrote that only its own language reads. */
export function isBytes(value: unknown): boolean {
  if (value instanceof Uint8Array) return true;
  if (typeof value !== "object" || value === null) return false;
  const isBinary =
    "$binary" in value || (value as Record<string, unknown>)["_bsontype"] === "Binary";
  return isBinary && !UUID_TEXT.test(toText(value));
}

const UUID_TEXT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Scalars that are objects: BSON classes and the one-key objects of extended JSON. */
function simpleBson(value: Record<string, unknown>): string | number | undefined {
  switch (value["_bsontype"]) {
    case "Long":
      return integer(bsonText(value));
    case "Int32":
    case "Double":
      return Number(value["value"]);
    case "Decimal128":
    case "ObjectId":
    case "UUID":
    case "Timestamp":
    case "BSONSymbol":
      return bsonText(value);
    case "Binary":
      return binaryText(value);
    default:
  }
  // The first version of extended JSON has the type beside the bytes.
  if (typeof value["$binary"] === "string" && "$type" in value) {
    return base64OrUuid(value["$binary"], value["$type"]);
  }
  const [key, ...others] = Object.keys(value);
  if (key === undefined || others.length > 0) return undefined;
  const inner = value[key];
  switch (key) {
    case "$oid":
    case "$uuid":
    case "$symbol":
    case "$numberDecimal":
      return typeof inner === "string" ? inner : undefined;
    case "$numberLong":
      return integer(String(inner));
    case "$numberInt":
    case "$numberDouble":
      return Number(inner);
    case "$binary": {
      if (!isDocument(inner) || typeof inner["base64"] !== "string") return undefined;
      return base64OrUuid(inner["base64"], inner["subType"]);
    }
    default:
      return undefined;
  }
}

/** The driver's classes know their own text. */
function bsonText(value: object): string {
  return (value as { toString(): string }).toString();
}

function binaryText(value: Record<string, unknown>): string {
  const bytes = Buffer.from(value["buffer"] as Uint8Array).subarray(0, Number(value["position"]));
  return isUuidType(Number(value["sub_type"]), bytes) ? uuidText(bytes) : bytes.toString("base64");
}

function base64OrUuid(base64: string, subtype: unknown): string {
  const bytes = Buffer.from(base64, "base64");
  return isUuidType(Number.parseInt(String(subtype), 16), bytes) ? uuidText(bytes) : base64;
}

/** Subtypes 3 (legacy, Python's byte order) and 4. */
function isUuidType(subtype: number, bytes: Uint8Array): boolean {
  return (subtype === 3 || subtype === 4) && bytes.length === 16;
}

function uuidText(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function integer(digits: string): string | number {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : digits;
}

function isNumeric(value: unknown): boolean {
  if (typeof value === "bigint") return true;
  if (typeof value !== "object" || value === null) return false;
  const type = (value as Record<string, unknown>)["_bsontype"];
  return (
    type === "Long" || type === "Decimal128" || "$numberLong" in value || "$numberDecimal" in value
  );
}

function isoText(date: Date): string {
  return Number.isNaN(date.getTime()) ? "Invalid date" : date.toISOString();
}

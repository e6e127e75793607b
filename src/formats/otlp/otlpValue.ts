/**
 * OTLP's typed values and lists of attributes in JSON, in every spelling: camel case and snake case, and as Go prints
 * the structs that it generates from the protocol, `{"Value":{"StringValue":…}}`. Nothing is made up: what is no value
 * of its type stays as it is written, or is unknown and counted. Pure.
 */

import type { Attribute, AttributeValue } from "../../model/spanDetail.ts";
import { toAttributeValue, toBigInt, toInteger } from "../values/attributeValues.ts";
import { fieldName } from "../values/fieldName.ts";
import { isObject, listObjects, type JsonObject } from "../values/jsonObject.ts";
import { toPlainText } from "../values/wireValue.ts";

/** Deeper than anyone nests on purpose. */
const MAX_DEPTH = 64;

/** Values that could not be read: how many, and where the first of them stands. */
export class UnreadValues {
  count = 0;
  firstPath = "";

  add(path: string): void {
    if (this.count === 0) this.firstPath = path;
    this.count += 1;
  }

  /** Where in its owner the first was found, if it was found since there were `before`. */
  prefixFirst(before: number, owner: string): void {
    if (before === 0 && this.count > 0) this.firstPath = `${owner}.${this.firstPath}`;
  }
}

/** From the list of OTLP, or from a plain map. */
export function readAttributes(owner: JsonObject, unread?: UnreadValues): readonly Attribute[] {
  const { attributes } = owner;
  const pairs = isObject(attributes)
    ? Object.entries(attributes).map(([key, value]) => ({ key, value }))
    : listObjects(attributes);
  return pairs.map(pair => readPair(pair, unread, 0));
}

function readPair(pair: JsonObject, unread: UnreadValues | undefined, depth: number): Attribute {
  const key = toPlainText(pair["key"] ?? pair["Key"]);
  const before = unread?.count ?? 0;
  const value = readAnyValue(pair["value"] ?? pair["Value"], unread, depth);
  unread?.prefixFirst(before, `attributes[${JSON.stringify(key)}]`);
  return { key, value };
}

/** One of OTLP's typed values; a value that is not wrapped in its type is taken as it is. */
export function readAnyValue(value: unknown, unread?: UnreadValues, depth = 0): AttributeValue {
  if (!isObject(value)) return toAttributeValue(value);
  if (depth > MAX_DEPTH) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    switch (fieldName(key)) {
      case "stringvalue":
      case "bytesvalue":
        return toAttributeValue(inner);
      case "boolvalue":
        return known(toAttributeValue(inner), key, unread);
      case "intvalue": {
        const integer = toBigInt(inner);
        return integer === undefined
          ? known(toAttributeValue(inner), key, unread)
          : toInteger(integer);
      }
      case "doublevalue": {
        // Not-a-number and the infinities are words, and stay so: JSON has no numbers for them.
        const isNumber = typeof inner === "number" || (typeof inner === "string" && inner !== "");
        const double = isNumber ? Number(inner) : Number.NaN;
        return Number.isFinite(double) ? double : known(toAttributeValue(inner), key, unread);
      }
      case "arrayvalue":
        return listValues(inner).map(each => readAnyValue(each, unread, depth + 1));
      case "kvlistvalue":
        return Object.fromEntries(
          listObjects(listValues(inner)).map(each => {
            const pair = readPair(each, unread, depth + 1);
            return [pair.key, pair.value];
          }),
        );
      case "value":
        return readAnyValue(inner, unread, depth + 1);
      default:
    }
  }
  // A value without a type is none; an object that is no typed value is one in the producer's own words.
  const [key] = Object.keys(value);
  if (key === undefined) return undefined;
  unread?.add(`${key} is no type of a value`);
  return toAttributeValue(value);
}

function known(
  value: AttributeValue,
  key: string,
  unread: UnreadValues | undefined,
): AttributeValue {
  if (value === undefined) unread?.add(`${key} is null`);
  return value;
}

function listValues(list: unknown): readonly unknown[] {
  const values = isObject(list) ? (list["values"] ?? list["Values"]) : list;
  return Array.isArray(values) ? values : [];
}

/** Values on the wire as the values of attributes, times and integers, whatever shape a producer gave them. Pure. */

import type { Attribute, AttributeValue } from "../../model/spanDetail.ts";
import { NS_PER_US } from "../../model/units.ts";
import { findSourceText } from "./sourceText.ts";
import { joinHalves } from "./wireValue.ts";

/** Deeper than anyone nests on purpose; what lies below is left out, because the call stack is not endless. */
const MAX_DEPTH = 64;

/** A value of JSON; `null` becomes `undefined`. */
export function toAttributeValue(value: unknown, depth = 0): AttributeValue {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "bigint":
      return toInteger(value);
    case "object":
      break;
    default:
      return undefined;
  }
  if (value === null || depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map(each => toAttributeValue(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, toAttributeValue(each, depth + 1)]),
  );
}

/** A number where it is exact, else its digits. */
export function toInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

/** An integer of JSON, a number, a string of digits or the halves of one; `undefined` for anything else. */
export function toBigInt(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") {
    return Number.isInteger(value) ? BigInt(value) : undefined;
  }
  if (typeof value !== "string") return joinHalves(value);
  const text = value.trim();
  return /^[+-]?\d{1,20}$/.test(text) ? BigInt(text.replace("+", "")) : undefined;
}

/** Whole or broken microseconds, as a number or digits. */
export function microsToNs(value: unknown): bigint | undefined {
  if (typeof value === "number" && !Number.isInteger(value)) {
    return Number.isFinite(value) ? BigInt(Math.round(value * NS_PER_US)) : undefined;
  }
  const micros = toBigInt(value);
  return micros === undefined ? undefined : micros * BigInt(NS_PER_US);
}

/** The first value of a key that is there. */
export function findAttribute(attributes: readonly Attribute[], ...keys: readonly string[]) {
  for (const wanted of keys) {
    for (const { key, value } of attributes) {
      if (key === wanted && value !== undefined) return value;
    }
  }
  return undefined;
}

/** As text, where the value is one that reads as text; empty counts as absent. */
export function findText(attributes: readonly Attribute[], ...keys: readonly string[]) {
  const value = findAttribute(attributes, ...keys);
  switch (typeof value) {
    case "string":
      return value === "" ? undefined : value;
    case "number":
    case "boolean":
      return String(value);
    default:
      return undefined;
  }
}

/** A document as its store holds it, on one line: `indentJson` makes it fit to read. */
export function toRawText(value: unknown): string {
  try {
    const source = typeof value === "object" && value !== null ? findSourceText(value) : undefined;
    if (source !== undefined) return source;
    const text = JSON.stringify(value) as string | undefined;
    return text ?? "";
  } catch (error) {
    // Nested deeper than the call stack: what is there can be drawn, but not be shown in its own words.
    if (!(error instanceof RangeError)) throw error;
    return "";
  }
}

/** Fields of Jaeger's JSON, which has several names for most. */

import type { JsonObject } from "../values/jsonObject.ts";

/** The first of these fields that is there. */
export function getFirst(object: JsonObject, ...keys: readonly string[]): unknown {
  for (const key of keys) {
    const value = object[key];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

export function toText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

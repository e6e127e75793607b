/** Nested objects as attributes with dots in their keys: `{http: {request: {method}}}` is `http.request.method`. Pure. */

import type { Attribute } from "../../model/spanDetail.ts";
import { toAttributeValue } from "./attributeValues.ts";
import { isObject } from "./jsonObject.ts";

/** Whatever lies deeper stays an object. */
const MAX_DEPTH = 8;

export function flattenAttributes(value: unknown, prefix = "", depth = 0): readonly Attribute[] {
  if (!isObject(value) || depth > MAX_DEPTH) {
    return value === undefined || value === null
      ? []
      : [{ key: prefix, value: toAttributeValue(value) }];
  }
  return Object.entries(value).flatMap(([key, inner]) =>
    flattenAttributes(inner, prefix === "" ? key : `${prefix}.${key}`, depth + 1),
  );
}

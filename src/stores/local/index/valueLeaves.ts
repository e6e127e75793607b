/** The text of an attribute's value that the index reads. Pure. */

import type { AttributeValue } from "../../../model/spanDetail.ts";
import { MAX_TEXT_BYTES } from "./terms.ts";

/** The texts and numbers in a value; of a long list as many as words of a text are indexed. */
export function* listLeaves(value: AttributeValue): Generator<string> {
  let length = 0;
  for (const text of listAllLeaves(value)) {
    yield text;
    length += text.length;
    if (length > MAX_TEXT_BYTES) return;
  }
}

/** However deep they are: nesting is bounded where values are read. */
function* listAllLeaves(value: AttributeValue): Generator<string> {
  switch (typeof value) {
    case "string":
      yield value;
      break;
    case "number":
      yield String(value);
      break;
    case "object":
      for (const inner of Object.values(value)) yield* listAllLeaves(inner);
      break;
    default:
  }
}

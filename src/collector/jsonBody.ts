/**
 * A body that should be JSON, as its values, within bounds that JSON's parser does not have: a body of nothing but
 * brackets would take gigabytes.
 */

import { parseExact, parseJsonText, type JsonText } from "../formats/encodings/jsonText.ts";
import { WireError } from "../formats/encodings/protoReader.ts";
import { HttpRefusal } from "./http/route.ts";

/** Deeper than anyone nests on purpose. */
const MAX_DEPTH = 1_000;
/** Objects and lists: a thousand times what exporters send at once. Each may become a span of a thousand bytes. */
const MAX_PARTS = 1_000_000;
/** Each costs as much as a hundred good lines. */
const MAX_FAILED = 1_000;

/** One document, or one a line. */
export function parseJsonBody(body: Uint8Array): JsonText {
  checkParts(body);
  const parsed = parseJsonText(toText(body), MAX_FAILED);
  if (parsed.failed > MAX_FAILED) {
    throw new WireError(`more than ${MAX_FAILED} lines are no JSON; ${parsed.errors[0]}`);
  }
  return parsed;
}

/** The one document that it is; anything else is refused. */
export function parseJsonDocument(body: Uint8Array): unknown {
  checkParts(body);
  const parsed = parseExact(toText(body));
  if ("error" in parsed) throw new WireError(parsed.error);
  return parsed.value;
}

/** The mark of the byte order that some put first is no part of the text. */
function toText(body: Uint8Array): string {
  return new TextDecoder().decode(body);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

function checkParts(body: Uint8Array): void {
  if (body.length <= MAX_DEPTH) return;
  let parts = 0;
  let depth = 0;
  for (let at = 0; at < body.length; at += 1) {
    switch (body[at]) {
      case QUOTE:
        at += 1;
        while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1;
        break;
      case OPEN_OBJECT:
      case OPEN_LIST:
        parts += 1;
        depth += 1;
        if (depth > MAX_DEPTH) {
          throw new WireError(`nested too deep: ${MAX_DEPTH} brackets are open at once`);
        }
        if (parts > MAX_PARTS) throw new HttpRefusal(413, "too many objects and lists");
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        depth -= 1;
        break;
      default:
    }
  }
}

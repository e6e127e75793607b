/** A body that should be JSON, as its values. */

import { parseJsonText, type JsonText } from "../../formats/jsonText.ts";
import { HttpRefusal } from "./route.ts";

/** One document, or one a line. The mark of the byte order that some put first is no part of the text. */
export function parseJsonBody(body: Uint8Array): JsonText {
  return parseJsonText(new TextDecoder().decode(body));
}

/** The one document that it is; anything else is refused. */
export function parseJsonDocument(body: Uint8Array): unknown {
  const { values, errors } = parseJsonBody(body);
  if (errors[0] !== undefined) throw new HttpRefusal(400, errors[0]);
  if (values.length !== 1) throw new HttpRefusal(400, "not one JSON document");
  return values[0];
}

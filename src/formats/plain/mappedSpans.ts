/** Spans that a reader has put into the fields of plain spans, each with what its file holds of it. Pure. */

import type { SpanRecords } from "../../model/spanRecord.ts";
import { readPlainSpans } from "./plainSpans.ts";
import type { JsonObject } from "../values/jsonObject.ts";
import type { FileContext } from "../traceFormat.ts";

export interface MappedSpan {
  readonly span: JsonObject;
  /** The value that it was made from. */
  readonly source: unknown;
}

export function readMappedSpans(
  mapped: readonly MappedSpan[],
  context: Pick<FileContext, "store">,
): SpanRecords {
  const spans = mapped.map(each => withoutEmpty(each.span));
  return readPlainSpans(spans, context, undefined, index => mapped[index]?.source);
}

/** Whatever a row or a reader left empty would become attributes without a value. */
function withoutEmpty(span: JsonObject): JsonObject {
  const entries = Object.entries(span);
  const filled = entries.filter(
    ([, value]) =>
      !(value === undefined || value === null || value === "") &&
      !(Array.isArray(value) && value.length === 0),
  );
  return filled.length === entries.length ? span : Object.fromEntries(filled);
}

/** The fields under their new names; what is not named stays as it is. */
export function renameFields(
  item: JsonObject,
  names: Readonly<Record<string, string>>,
): JsonObject {
  const entries = Object.entries(item).map(([key, value]): [string, unknown] => [
    (Object.hasOwn(names, key) ? names[key] : undefined) ?? key,
    value,
  ]);
  return Object.fromEntries(entries);
}

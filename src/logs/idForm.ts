/** A form in which an id stands in a text, as a regular expression, and what was found by it. Pure. */

import {
  canonicalSpanId,
  canonicalTraceId,
  decimalToHex,
  numericSpanId,
  numericTraceId,
} from "../model/ids.ts";
import type { IdMatch } from "./idMatch.ts";

export interface IdForm {
  readonly role: IdMatch["role"];
  /**
   * With the `d` flag, and the id in a group `id`, which a group `head` may lengthen to the front. Groups `span` and
   * `parent` are spans, and so is `decimal`, whose digits are of base ten; what a group `none` holds looks like an id and
   * is none.
   */
  readonly pattern: RegExp;
  /** Only in what a program that ran has written. */
  readonly isLogOnly?: boolean;
  /** The form may be something else: a store has to confirm the id. */
  readonly isUncertain?: boolean;
  readonly isBase64?: boolean;
  readonly isDecimal?: boolean;
}

/** The forms of one kind are written as a list of expressions. */
export function createFormList(flags: string) {
  return (
    role: IdForm["role"],
    options: Partial<IdForm>,
    patterns: readonly string[],
  ): readonly IdForm[] =>
    patterns.map(pattern => ({ role, pattern: new RegExp(pattern, flags), ...options }));
}

export function* toMatches(
  text: string,
  match: RegExpExecArray,
  { role, isUncertain = false, isBase64 = false, isDecimal = false }: Omit<IdForm, "pattern">,
): Iterable<IdMatch> {
  const { id, head, span, parent, decimal, none } = match.indices?.groups ?? {};
  if (id === undefined) return;
  const [start, end] = [head?.[0] ?? id[0], id[1]];
  const written = text.slice(start, end);
  const isCertain = !isUncertain;
  const name = isBase64 ? Buffer.from(written, "base64").toString() : written;
  const isHex = /^[0-9a-f]{1,31}$/i.test(name);
  yield {
    id: toStoredId(name, role, isDecimal ? "decimal" : isHex ? "hex" : undefined),
    start,
    end,
    role,
    isCertain,
  };
  if (none !== undefined) yield { id: "", start: none[0], end: none[1], role, isCertain };
  for (const place of [span, parent, decimal]) {
    if (place === undefined) continue;
    const digits = text.slice(...place).toLowerCase();
    const spanId = (place === decimal && decimalToHex(digits, 16)) || digits.padStart(16, "0");
    yield { id: spanId, start: place[0], end: place[1], role: "span", isCertain };
  }
}

/** As a store knows it. Digits in decimal are of 64 bits; of those in a header the zeros in front may have been cut. */
export function toStoredId(
  written: string,
  role: IdMatch["role"],
  notation?: "hex" | "decimal",
): string {
  const id = notation === "decimal" ? (decimalToHex(written, 16) ?? written) : written;
  // Digits without a letter may be what a program of another kind counts.
  const isHex = notation !== undefined || /^(?=.*[a-f])[0-9a-f]+$/i.test(id);
  switch (role) {
    case "trace":
      return isHex ? numericTraceId(id) : canonicalTraceId(id);
    case "span":
      return isHex ? numericSpanId(id) : canonicalSpanId(id);
    case "task":
      return canonicalSpanId(id);
    case "any":
      return canonicalTraceId(id);
  }
}

/** Traces in YAML: SkyWalking's segments as its test collector lists them, OTLP as the Collector's tests keep it. Pure. */

import { parse, YAMLError } from "yaml";
import type { SpanRecords } from "../model/spanRecord.ts";
import { isOtlpTraces, readOtlpJson } from "./otlpJson.ts";
import { isSkywalking, readSkywalking } from "./skywalking.ts";
import {
  isObject,
  note,
  textFormat,
  type FileContext,
  type JsonObject,
  type TraceFormat,
} from "./traceFormat.ts";

/** A parser of YAML takes some hundred bytes of memory for each that it reads; such files are short. */
const MAX_LENGTH = 500_000;

/** The parser calls itself for each level, and takes time with the square of them. */
const MAX_DEPTH = 100;
const COMPACT_NESTING = new RegExp(`(?:[-?:][ \\t]+){${MAX_DEPTH}}`);
const DEEP_INDENTATION = new RegExp(`(?:^|\\n)[ \\t]{${2 * MAX_DEPTH}}`);
/** A node has one anchor and one tag; the parser's time grows with the square of what stands in a row. */
const MANY_ANCHORS = /(?:[&!][^\s,[\]{}]{0,100}\s+){20}/;

/** Whether lines, signs of nesting or brackets lead deeper than anyone writes; brackets in texts count too. */
function isTooDeep(text: string): boolean {
  const signs = [COMPACT_NESTING, DEEP_INDENTATION, MANY_ANCHORS];
  if (signs.some(each => each.test(text))) return true;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === "[" || sign === "{") depth += 1;
    else if (sign === "]" || sign === "}") depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** No map may begin behind the key of another on its line, and each that does costs an error. */
const KEYS_IN_A_ROW = /(?:[^\s,{}[\]"':]{1,64}: ){20}/;

export const yamlFormats: readonly TraceFormat[] = [
  yamlFormat("SkyWalking YAML", "segmentItems", isSkywalking, readSkywalking),
  yamlFormat("OTLP YAML", "resourceSpans", isOtlpTraces, readOtlpJson),
];

/** A document that begins with this key. */
function yamlFormat(
  name: string,
  key: string,
  isMine: (item: JsonObject) => boolean,
  readItems: (items: readonly JsonObject[], context: FileContext) => SpanRecords,
): TraceFormat {
  // Each line can be read in one way only: two would be two to the power of the lines.
  const start = new RegExp(`^(?:(?:#[^\\n]*|(?:---)?[^\\S\\n]*)\\n){0,200}${key}:`);
  return textFormat(
    name,
    text => start.test(text),
    (text, context) => {
      if (text.length > MAX_LENGTH) return refuse(`more than ${MAX_LENGTH} characters of YAML`);
      if (isTooDeep(text) || KEYS_IN_A_ROW.test(text)) {
        return refuse(`YAML nested deeper than ${MAX_DEPTH}`);
      }
      try {
        const value: unknown = parse(text, keepDigits, { logLevel: "silent", intAsBigInt: true });
        return readItems(isObject(value) && isMine(value) ? [value] : [], context);
      } catch (error) {
        // Too many aliases are an error of reference, which no other value here can raise.
        if (!(error instanceof YAMLError || error instanceof ReferenceError)) throw error;
        return refuse(error.message);
      }
      function refuse(reason: string) {
        return { records: [], problems: [note(context, reason)] };
      }
    },
  );
}

/** Integers as all readers of JSON get them: those beyond 2^53 are strings of their digits. */
function keepDigits(_key: unknown, value: unknown): unknown {
  if (typeof value !== "bigint") return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

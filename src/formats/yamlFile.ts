/**
 * Traces in YAML: SkyWalking's segments as its test collector lists them, OTLP as the Collector's tests keep it, and
 * plain spans in a list or a document each. Pure.
 */

import { parseAllDocuments, YAMLError } from "yaml";
import type { SpanRecords } from "../model/spanRecord.ts";
import { isNestedSpans, readNestedSpans } from "./plain/nestedSpans.ts";
import { isOtlpTraces, readOtlpJson } from "./otlp/otlpJson.ts";
import { isHostileYaml, MAX_YAML_DEPTH } from "./encodings/yamlBounds.ts";
import { isSkywalking, readSkywalking } from "./skywalking/skywalking.ts";
import { isObject, type JsonObject } from "./values/jsonObject.ts";
import { note, textFormat, type FileContext, type TraceFormat } from "./traceFormat.ts";

/** A parser of YAML takes some hundred bytes of memory for each that it reads; such files are short. */
const MAX_LENGTH = 500_000;

/** A line with an action of a template: what is expected of a trace, not one. */
const TEMPLATE = /^[^\S\n]*\{\{-? /m;

/** A field near others of which one is an id of a span or of its trace. */
const SPAN = String.raw`(?=(?:.*\n){0,20}[- ]*["']?(?:span|trace)_?id["']?:)(?:- +)?["']?[a-z]\w*["']?`;

export const yamlFormats: readonly TraceFormat[] = [
  yamlFormat("SkyWalking YAML", "segmentItems", isSkywalking, readSkywalking),
  yamlFormat("OTLP YAML", "resourceSpans", isOtlpTraces, readOtlpJson),
  yamlFormat("plain spans YAML", SPAN, isNestedSpans, readNestedSpans),
];

/** A document that begins with this key, as a pattern. */
function yamlFormat(
  name: string,
  key: string,
  isMine: (item: JsonObject) => boolean,
  readItems: (items: readonly JsonObject[], context: FileContext) => SpanRecords,
): TraceFormat {
  // Each line can be read in one way only: two would be two to the power of the lines.
  const start = new RegExp(`^(?:(?:#[^\\n]*|(?:---)?[^\\S\\n]*)\\n){0,200}${key}:`, "i");
  return textFormat(
    name,
    text => start.test(text) && !TEMPLATE.test(text),
    (text, context) => {
      if (text.length > MAX_LENGTH) return refuse(`more than ${MAX_LENGTH} characters of YAML`);
      if (isHostileYaml(text)) return refuse(`YAML nested deeper than ${MAX_YAML_DEPTH}`);
      try {
        const documents = parseAllDocuments(text, { logLevel: "silent", intAsBigInt: true });
        const values = [...documents].flatMap((document): unknown => {
          const [error] = document.errors;
          if (error !== undefined) throw error;
          return document.toJS({ reviver: keepDigits });
        });
        return readItems(values.filter(isObject).filter(isMine), context);
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

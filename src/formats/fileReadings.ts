/**
 * The ways in which the bytes of a file may be read, likeliest first: as JSON, as text, as JSON that was cut short, and
 * as what a program printed, out of the log in which it was kept. Pure; knows no format.
 */

import { gunzipSync } from "node:zlib";
import { getPrinted, listPrinted } from "../base/printedText.ts";
import { fromHeaderRow } from "./columnRows.ts";
import { closeCutJson } from "./encodings/cutJson.ts";
import { readCsvObjects } from "./encodings/csvText.ts";
import { hasTooManyFields, MOST_FIELDS } from "./excess.ts";
import { parsePrintedValues } from "./encodings/inspectedText.ts";
import { parseExact, parseJsonText, parseLoggedJson, type JsonText } from "./encodings/jsonText.ts";
import { parseJsonBytes } from "./encodings/internedJson.ts";
import { joinMerges } from "./encodings/keyedRows.ts";
import { parsePrintR } from "./encodings/printedArrays.ts";
import { pairRows } from "./pairedRows.ts";
import { isObject } from "./values/jsonObject.ts";
import type { FileContent } from "./traceFormat.ts";
import { readCellRows, readTextTables } from "./encodings/textTable.ts";
import { unwrapRows } from "./wrappedRows.ts";

export interface FileReading {
  readonly content: FileContent;
  /** Why some of the file is not in the content, in words; of a text, why it is no JSON. */
  readonly errors: readonly string[];
}

/** From here on, what the engine's parser makes takes too much time and memory. */
const LARGE_BYTES = 2 ** 20;

/** Each is made when it is asked for. */
export function* listReadings(bytes: Uint8Array): Generator<FileReading> {
  const large = bytes.length < LARGE_BYTES ? undefined : parseJsonBytes(bytes);
  if (large !== undefined) {
    const json = { values: [large.value], errors: [], failed: 0 };
    yield* asJson(json, large.widest > MOST_FIELDS);
  }
  const text = decodeText(bytes);
  if (text === undefined) {
    yield { content: { kind: "bytes", bytes }, errors: [] };
    return;
  }
  if (text.trim() === "") return;
  const whole = parseJsonText(text);
  yield* listTextReadings(text, whole);
  const printed = [...listPrinted(text), ...listRecorded(whole)].join("");
  if (printed !== "") yield* listTextReadings(printed, parseJsonText(printed));
  const logged = parseLoggedJson(printed === "" ? text : printed);
  yield* asJson(logged);
  if (whole.values.length === 0) {
    yield* asJson({ values: readCellRows(text), errors: [], failed: 0 });
  }
  const found = whole.values.length > 0 ? whole.values : logged.values;
  let level = listInner(found.flat(2).filter(value => !hasTooManyFields(value)));
  for (let depth = 0; level.length > 0 && depth < MOST_ENVELOPES; depth += 1) {
    yield* asJson({ values: level, errors: [], failed: 0 });
    level = listInner(level);
  }
  const embedded = listEmbedded(found.length > 0 ? found : [...readCsvObjects(text)]);
  yield* asJson({ values: embedded, errors: [], failed: 0 });
}

/** Envelopes of answers of APIs lie in no more. */
const MOST_ENVELOPES = 4;

/** The objects of the lists in values that nobody knows, whatever these are called. */
function listInner(values: readonly unknown[], depth = 0): readonly unknown[] {
  return values.filter(isObject).flatMap(value =>
    Object.values(value).flatMap((inner): readonly unknown[] => {
      // Prefect has the nodes of a run in pairs, each behind its id.
      if (Array.isArray(inner)) return inner.flat(1).filter(isObject);
      return isObject(inner) && depth < MOST_ENVELOPES ? listInner([inner], depth + 1) : [];
    }),
  );
}

/** Deeper than any envelope of a log. */
const MOST_LEVELS = 12;

/** The objects and lists that stand as texts in JSON: the messages of logs, the bodies of answers, cells of tables. */
function listEmbedded(value: unknown, depth = 0): readonly unknown[] {
  if (depth > MOST_LEVELS) return [];
  if (typeof value === "string") {
    const text = BASE64_JSON.test(value) ? decodeBase64(value) : value;
    const parsed = /^\s*[[{]/.test(text) ? parseJsonText(text).values : [];
    return parsed.flat(2);
  }
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap(each => listEmbedded(each, depth + 1))
    : [];
}

/** JSON in base64, as Kinesis, Pub/Sub and Kafka's REST hold messages, and zipped, as CloudWatch sends logs. */
const BASE64_JSON = /^(?:ey[IJ]|ew[o0]|W3s|W1s|H4sI)[\w+/-]{16,}={0,2}$/;
/** No message of a queue is larger. */
const MOST_UNZIPPED = 64 * 1024 * 1024;

function decodeBase64(text: string): string {
  const bytes = Buffer.from(text, "base64");
  if (!text.startsWith("H4sI")) return bytes.toString();
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_UNZIPPED }).toString();
  } catch (error) {
    // zlib names every fault of its input with a code, and so does Node what is too long.
    if (!(error instanceof Error && "code" in error)) throw error;
    return "";
  }
}

function* listTextReadings(text: string, json: JsonText): Generator<FileReading> {
  const asText: FileReading = { content: { kind: "text", text }, errors: json.errors };
  // Logs and other text may have JSON in between, and logs in JSON other text.
  if (json.errors.length > 0) yield asText;
  yield* asJson(json);
  if (json.errors.length === 0) yield asText;
  yield* asJson({ values: parsePrintR(text), errors: [], failed: 0 });
  if (json.values.length > 0) return;
  yield* asJson({ ...json, values: mendJson(text) });
  yield* asJson({ values: readTextTables(text), errors: [], failed: 0 });
  yield* asJson({ values: parsePrintedValues(text), errors: [], failed: 0 });
}

function* asJson({ values, errors }: JsonText, mayBeWide = true): Generator<FileReading> {
  const all = pairRows(joinMerges(unwrapRows(fromHeaderRow(values).flat(2)))).filter(
    value => typeof value === "object" && value !== null,
  );
  const items = mayBeWide ? all.filter(value => !hasTooManyFields(value)) : all;
  const wide = all.length - items.length;
  if (all.length === 0) return;
  yield {
    content: { kind: "json", items },
    errors: wide === 0 ? errors : [...errors, `${wide} with more than ${MOST_FIELDS} fields`],
  };
}

/** Lists the text that was printed, from a log that keeps it in JSON. */
function listRecorded({ values }: JsonText): readonly string[] {
  return values.flat(2).flatMap(value => (isObject(value) ? (getPrinted(value) ?? []) : []));
}

/** Behind the last element of what nobody closed, or before brackets alone. */
const LAST_COMMA = /,(?=[\s\]}]*$)/;

/** One document that was cut short, or that a writer of lists ended with a comma, as far as it goes. */
function mendJson(text: string): JsonText["values"] {
  if (!/^\s*[{[]/.test(text)) return [];
  const mended = parseExact(closeCutJson(text.replace(LAST_COMMA, "")));
  return "error" in mended ? [] : [mended.value];
}

/** Text, in whichever encoding; bytes that begin with what no text has are none, nor is the UTF-32 of nobody. */
function decodeText(bytes: Uint8Array): string | undefined {
  const encoding = findUtf16(bytes);
  if (encoding !== undefined) return new TextDecoder(encoding).decode(bytes);
  // A log that was emptied while it was written to begins with as many zeros as it had bytes.
  const start = bytes.findIndex(byte => byte !== 0);
  const head = bytes.subarray(start, start + 512);
  const isJson = JSON_STARTS.has(head[0] ?? 0) && head.subarray(0, 4).every(isTextByte);
  if (start < 0 || !head.every(byte => isTextByte(byte) || (isJson && byte === 0))) {
    return undefined;
  }
  return MARKS.reduce((text, mark) => text.replaceAll(mark, ""), new TextDecoder().decode(bytes));
}

const JSON_STARTS = new Set([0x7b, 0x5b]);
/** Zeros of a crash, the marks of RFC 7464 between values, and those of the byte order, which files that were joined have inside. */
const MARKS = ["\u0000", "\u001e", "\ufeff"];

/** PowerShell writes UTF-16, with a mark of the byte order or without one: then letters have every other byte for themselves. */
function findUtf16(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes;
  const isUtf32 = third === 0 && fourth === 0;
  if (first === 0xff && second === 0xfe && !isUtf32) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const hasLetters = (odd: 0 | 1): boolean =>
    bytes.length >= 8 &&
    bytes
      .subarray(0, 8)
      .every((byte, at) => (at % 2 === odd ? byte >= 0x09 && isTextByte(byte) : byte === 0));
  if (hasLetters(0)) return "utf-16le";
  return hasLetters(1) ? "utf-16be" : undefined;
}

/** No control character but white space, the escape of terminals, and what parts values (RFC 7464). */
function isTextByte(byte: number): boolean {
  return byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b || byte === 0x1e;
}

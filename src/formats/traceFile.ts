/**
 * The bytes of a trace file, of whatever format, become span records. Pure: bytes in, values out.
 *
 * Bad spans are problems among the records; only a file without any span at all is refused, with a reason that says
 * what the file is.
 */

import { constants, gunzipSync } from "node:zlib";
import { TraceError } from "../model/failure.ts";
import type { Problem } from "../model/problem.ts";
import type { SpanRecord } from "../model/spanRecord.ts";
import { closeCutJson } from "./cutJson.ts";
import { parseExact, parseJsonText, type JsonText } from "./jsonText.ts";
import { describeStranger } from "./nonTraceFormats.ts";
import { findFormat } from "./sniff.ts";
import { note, type FileContent, type FileContext } from "./traceFormat.ts";
import { listUnreadFields } from "./unreadFields.ts";

export interface TraceFileOptions extends FileContext {
  /** For the failure's words. */
  readonly path: string;
  /** Of what is inside of a zipped file; no more is unpacked. */
  readonly maxBytes?: number;
}

export interface TraceFile {
  /** In the words of the table of formats. */
  readonly format: string;
  readonly records: readonly SpanRecord[];
  readonly problems: readonly Problem[];
}

/** A string cannot be longer than half a gigabyte. */
const DEFAULT_MAX_BYTES = 400 * 1024 * 1024;

/** Rejects what is no trace file with a `TraceError` of the code `unreadableFile`. */
export function readTraceFile(bytes: Uint8Array, options: TraceFileOptions): TraceFile {
  const refuse = (reason: string): TraceError =>
    new TraceError({ code: "unreadableFile", path: options.path, reason });
  const plain = unzip(bytes, options.maxBytes ?? DEFAULT_MAX_BYTES);
  if (typeof plain === "string") throw refuse(plain);
  const { content, errors } = parseContent(plain.bytes);
  const format = findFormat(content);
  if (format === undefined) throw refuse(describeStranger(content, errors[0]));
  const { records, problems } = format.read(content, options);
  if (records.length === 0) throw refuse(describeEmpty(format.name, problems));
  const unread = listUnreadFields(format, content);
  return {
    format: format.name,
    records,
    problems: [
      // Of a text, the errors only say that it is no JSON.
      ...(content.kind === "json" ? errors.map(error => note(options, error)) : []),
      ...(plain.isCut ? [note(options, "the gzip file breaks off; this is what came before")] : []),
      ...(unread.length > 0 ? [note(options, `fields not read: ${unread.join(", ")}`)] : []),
      ...problems,
    ],
  };
}

function describeEmpty(format: string, problems: readonly Problem[]): string {
  const [said] = problems.flatMap(problem => (problem.code === "storeNote" ? [problem.text] : []));
  return `${format} without any span${said === undefined ? "" : `: ${said}`}`;
}

interface Unzipped {
  readonly bytes: Uint8Array;
  readonly isCut: boolean;
}

/** The bytes, or why there are none, in words. */
function unzip(bytes: Uint8Array, maxBytes: number): Unzipped | string {
  let plain: Unzipped = { bytes, isCut: false };
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      plain = gunzip(bytes, maxBytes);
    } catch (error) {
      // zlib names every fault of its input with a code, and so does Node what is too long.
      if (!(error instanceof Error && "code" in error)) throw error;
      return `gzip: ${error.message}`;
    }
  }
  if (plain.bytes.length > maxBytes) return `larger than ${Math.floor(maxBytes / 1024 / 1024)} MB`;
  return plain.bytes.length === 0 ? "an empty file" : plain;
}

/** What is still being written, or was not fetched whole, has a beginning nonetheless. */
function gunzip(bytes: Uint8Array, maxOutputLength: number): Unzipped {
  try {
    return { bytes: gunzipSync(bytes, { maxOutputLength }), isCut: false };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR")) throw error;
    const options = { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH };
    const beginning = gunzipSync(bytes, options);
    if (beginning.length === 0) throw error;
    return { bytes: beginning, isCut: true };
  }
}

function parseContent(bytes: Uint8Array): {
  readonly content: FileContent;
  readonly errors: readonly string[];
} {
  const text = decodeText(bytes);
  if (text === undefined) return { content: { kind: "bytes", bytes }, errors: [] };
  const { values, errors } = parseJsonText(text);
  const items = listItems(values.length > 0 ? values : mendJson(text));
  const asText = { kind: "text", text } as const;
  if (items.length === 0) return { content: asText, errors };
  // A log in JSON may have anything printed in between.
  const isText = errors.length > 0 && findFormat(asText) !== undefined;
  return isText ? { content: asText, errors } : { content: { kind: "json", items }, errors };
}

function listItems(values: JsonText["values"]): readonly unknown[] {
  return values.flat(2).filter(value => typeof value === "object" && value !== null);
}

/** Behind the last element of what nobody closed, or before brackets alone. */
const LAST_COMMA = /,(?=[\s\]}]*$)/;

/** One document that was cut short, or that a writer of lists ended with a comma, as far as it goes. */
function mendJson(text: string): JsonText["values"] {
  if (!/^\s*[{[]/.test(text)) return [];
  const mended = parseExact(closeCutJson(text.replace(LAST_COMMA, "")));
  if ("error" in mended) return [];
  const isTrace = findFormat({ kind: "json", items: listItems([mended.value]) }) !== undefined;
  return isTrace ? [mended.value] : [];
}

/** PowerShell writes UTF-16. Bytes that begin with what no text has are no text, nor is the UTF-32 of nobody. */
function decodeText(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes;
  const isUtf32 = third === 0 && fourth === 0;
  if (first === 0xff && second === 0xfe && !isUtf32) {
    return new TextDecoder("utf-16le").decode(bytes);
  }
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return bytes.subarray(0, 512).every(isTextByte) ? new TextDecoder().decode(bytes) : undefined;
}

/** No control character but white space and the escape of terminals. */
function isTextByte(byte: number): boolean {
  return byte >= 0x20 || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b;
}

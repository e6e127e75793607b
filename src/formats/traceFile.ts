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
import { describeExcess } from "./excess.ts";
import { listReadings, type FileReading } from "./fileReadings.ts";
import { describeStranger } from "./nonTraceFormats.ts";
import { findFormat } from "./sniff.ts";
import { note, type FileContext } from "./traceFormat.ts";
import { listUnreadFields } from "./unreadFields.ts";

export interface TraceFileOptions extends FileContext {
  /** For the failure's words. */
  readonly path: string;
  /** The most bytes of what is inside of a zipped file; no more is unpacked. */
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
  const excess = describeExcess(plain.bytes);
  if (excess !== undefined) throw refuse(excess);
  let reason: string | undefined;
  const strangers: FileReading[] = [];
  for (const reading of listReadings(plain.bytes)) {
    const { content, errors } = reading;
    const format = findFormat(content);
    const { records = [], problems = [] } = format?.read(content, options) ?? {};
    if (format === undefined || records.length === 0) {
      if (format !== undefined) reason ??= describeEmpty(format.name, problems);
      strangers.push(reading);
      continue;
    }
    const unread = listUnreadFields(format, content);
    return {
      format: format.name,
      records,
      problems: [
        // Of a text, the errors only say that it is no JSON.
        ...(content.kind === "json" ? errors.map(error => note(options, error)) : []),
        ...(plain.isCut ? [note(options, BREAKS_OFF)] : []),
        ...(unread.length > 0 ? [note(options, `fields not read: ${unread.join(", ")}`)] : []),
        ...problems,
      ],
    };
  }
  throw refuse(reason ?? describeStranger(strangers));
}

const BREAKS_OFF = "the gzip file breaks off; this is what came before";

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

/** Whatever is still being written, or was not fetched whole, has a beginning nonetheless. */
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

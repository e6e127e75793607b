/**
 * The bytes of a trace file, of whatever format, become span records. Pure: bytes in, values out.
 *
 * Bad spans are problems among the records; only a file without any span at all is refused, with a reason that says
 * what the file is.
 */

import { constants, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { getFailure, TraceError } from "../model/failure.ts";
import type { LogRecord } from "../model/logRecord.ts";
import { listNotes, type Problem } from "../model/problem.ts";
import type { SpanRecord } from "../model/spanRecord.ts";
import { createTraceIdUniter, describeJoined, joinHalves } from "../model/traceIdHalves.ts";
import { listMembers, type Member } from "./encodings/archive.ts";
import { decodeEncodedText, isEncodedText } from "./encodings/encodedText.ts";
import { describeExcess } from "./excess.ts";
import { listReadings, type FileReading } from "./fileReadings.ts";
import { describeStranger } from "./nonTraceFormats.ts";
import { listProtoLogs, partOtlpLogs } from "./otlp/otlpLogs.ts";
import { splitMessages } from "./otlp/otlpProto.ts";
import { findFormat } from "./sniff.ts";
import { describeUnits, isOdd, mendTimeUnits, momentOf, UNDATED } from "./values/timeUnits.ts";
import { note, type FileContent, type FileContext, type TraceFormat } from "./traceFormat.ts";
import { listUnreadFields } from "./unreadFields.ts";

export interface TraceFileOptions extends FileContext {
  /** For the failure's words. */
  readonly path: string;
  /** The most bytes of what is inside of a zipped file; no more is unpacked. */
  readonly maxBytes?: number;
  /** Whether a file of OTLP's logs that has no span is one to read. */
  readonly takesLogs?: true;
}

export interface TraceFile {
  /** In the words of the table of formats. */
  readonly format: string;
  readonly records: readonly SpanRecord[];
  /** OTLP's, which lie beside the spans. */
  readonly logs: readonly LogRecord[];
  readonly problems: readonly Problem[];
}

/** A string cannot be longer than half a gigabyte. */
const DEFAULT_MAX_BYTES = 400 * 1024 * 1024;

/** Rejects what is no trace file with a `TraceError` of the code `unreadableFile`. */
export function readTraceFile(bytes: Uint8Array, options: TraceFileOptions): TraceFile {
  return joinTraces(
    readLevel(bytes, options, { left: options.maxBytes ?? DEFAULT_MAX_BYTES }, 0),
    options,
  );
}

function joinTraces(file: TraceFile, options: TraceFileOptions): TraceFile {
  const unite = createTraceIdUniter(file.records.map(({ traceId }) => traceId));
  const { records, joined } = joinHalves(file.records, unite);
  if (records === file.records) return file;
  const problems = joined === 0 ? [] : [note(options, describeJoined(joined, records.length))];
  return {
    ...file,
    records,
    logs: file.logs.map(log => ({ ...log, traceId: unite(log.traceId) })),
    problems: [...file.problems, ...problems],
  };
}

/** The bytes that may still be unpacked, by all archives in one file together. */
interface Budget {
  left: number;
}

/** `level` counts the archives around the bytes. */
function readLevel(
  bytes: Uint8Array,
  options: TraceFileOptions,
  budget: Budget,
  level: number,
): TraceFile {
  const plain = unzip(bytes, budget.left);
  if (typeof plain === "string") throw refuse(options, plain);
  if (level > 0) budget.left -= plain.bytes.length;
  const members = listMembers(plain.bytes);
  if (members !== undefined) {
    if (level > MOST_LEVELS) throw refuse(options, `archives in more than ${MOST_LEVELS} others`);
    const file = readArchive(members, options, budget, level);
    const problems = plain.isCut ? [note(options, BREAKS_OFF), ...file.problems] : file.problems;
    return { ...file, problems };
  }
  const excess = describeExcess(plain.bytes);
  if (excess !== undefined) throw refuse(options, excess);
  let reason: string | undefined;
  let logsAlone: readonly LogRecord[] = [];
  const strangers: FileReading[] = [];
  for (const reading of listReadings(plain.bytes)) {
    const { content, errors } = reading;
    const { logs, spans } = partLogs(content);
    const { formats, records, problems } = readContent(spans, options);
    if (records.length === 0) {
      if (logsAlone.length === 0) logsAlone = logs;
      const [format] = formats;
      if (format !== undefined) reason ??= describeEmpty(format, problems);
      strangers.push(reading);
      continue;
    }
    return {
      format: formats.join(" and "),
      records,
      logs,
      problems: [
        // Of a text, the errors only say that it is no JSON.
        ...(content.kind === "json" ? errors.map(error => note(options, error)) : []),
        ...(plain.isCut ? [note(options, BREAKS_OFF)] : []),
        ...problems,
      ],
    };
  }
  if (options.takesLogs === true) {
    const logs = logsAlone.length > 0 ? logsAlone : listProtoLogs(plain.bytes);
    if (logs.length > 0) return { format: "OTLP logs", records: [], logs, problems: [] };
  }
  throw refuse(options, reason ?? describeStranger(strangers));
}

function refuse(options: TraceFileOptions, reason: string): TraceError {
  return new TraceError({ code: "unreadableFile", path: options.path, reason });
}

function partLogs(content: FileContent): {
  readonly spans: FileContent;
  readonly logs: readonly LogRecord[];
} {
  if (content.kind !== "json") return { spans: content, logs: [] };
  const { rest: items, logs } = partOtlpLogs(content.items);
  return { spans: { kind: "json", items }, logs };
}

interface ContentRead {
  readonly formats: readonly string[];
  readonly records: readonly SpanRecord[];
  readonly problems: readonly Problem[];
}

/** By the format that explains most; what it does not explain, by the one that explains most of that. */
function readContent(content: FileContent, options: TraceFileOptions): ContentRead {
  const format = findFormat(content);
  if (format === undefined) return { formats: [], records: [], problems: [] };
  const { explained, others } = part(content, format);
  const rest = others === undefined ? undefined : readContent(others, options);
  const isMixed = rest !== undefined && rest.records.length > 0;
  // Where nothing else has spans, the reader tells what is no part of its format.
  const read = isMixed ? explained : content;
  const { records, problems } = readDated(format, read, options);
  const unread = records.length === 0 ? [] : listUnreadFields(format, read);
  return {
    formats: [format.name, ...(isMixed ? rest.formats : [])],
    records: isMixed ? [...records, ...rest.records] : records,
    problems: [
      ...(unread.length > 0 ? [note(options, `fields not read: ${unread.join(", ")}`)] : []),
      ...problems,
      ...(isMixed ? rest.problems : []),
    ],
  };
}

/** The spans with the times that their format has; what was written in another unit is told, and what has no date. */
function readDated(
  format: TraceFormat,
  content: FileContent,
  options: TraceFileOptions,
): Pick<ContentRead, "records" | "problems"> {
  const written = format.read(content, options);
  const { records, units } =
    format.countsFreely === true
      ? { ...written, units: new Map<string, number>() }
      : mendTimeUnits(written.records);
  const notes = describeUnits(units, records.length);
  const isTold = listNotes(written.problems).some(text => text.startsWith(UNDATED));
  const isUndated = !isTold && records.some(({ span }) => isOdd(momentOf(span)));
  const allNotes = isUndated ? [...notes, UNDATED] : notes;
  return { records, problems: [...written.problems, ...allNotes.map(text => note(options, text))] };
}

function part(
  content: FileContent,
  format: TraceFormat,
): { readonly explained: FileContent; readonly others?: FileContent } {
  if (content.kind !== "json" || format.explains === undefined) return { explained: content };
  const { true: own = [], false: others = [] } = Object.groupBy(content.items, item =>
    format.explains?.(item) === true ? "true" : "false",
  );
  return own.length === 0 || others.length === 0
    ? { explained: content }
    : { explained: { kind: "json", items: own }, others: { kind: "json", items: others } };
}

/** Archives in archives in archives are nobody's; one may be made so that it holds itself. */
const MOST_LEVELS = 2;
/** Archives of traces hold a file a trace, or a file a service. */
const MOST_MEMBERS = 10_000;

/** The spans of all members together; a member without any is told. */
function readArchive(
  members: readonly Member[],
  options: TraceFileOptions,
  budget: Budget,
  level: number,
): TraceFile {
  const formats = new Set<string>();
  const records: SpanRecord[] = [];
  const logs: LogRecord[] = [];
  const problems: Problem[] = [];
  if (members.length > MOST_MEMBERS) {
    problems.push(note(options, `only the first ${MOST_MEMBERS} of ${members.length} members`));
  }
  for (const [index, { name, read }] of members.slice(0, MOST_MEMBERS).entries()) {
    if (budget.left <= 0) {
      const { length } = members;
      problems.push(
        note(options, `too large to unpack: members from ${index + 1} of ${length} on`),
      );
      break;
    }
    const bytes = read(budget.left);
    try {
      if (typeof bytes === "string") throw refuse(options, bytes);
      const file = readLevel(bytes, options, budget, level + 1);
      formats.add(file.format);
      for (const record of file.records) records.push(record);
      for (const log of file.logs) logs.push(log);
      problems.push(...file.problems);
    } catch (error) {
      const failure = getFailure(error);
      if (failure?.code !== "unreadableFile") throw error;
      problems.push(note(options, `${name}: ${failure.reason}`));
    }
  }
  if (records.length + logs.length > 0) {
    return { format: [...formats].join(" and "), records, logs, problems };
  }
  const [said] = listNotes(problems);
  throw refuse(options, said === undefined ? "an empty archive" : `an archive: ${said}`);
}

const BREAKS_OFF = "the packed file breaks off; this is what came before";

function describeEmpty(format: string, problems: readonly Problem[]): string {
  const [said] = listNotes(problems);
  return `${format} without any span${said === undefined ? "" : `: ${said}`}`;
}

interface Unzipped {
  readonly bytes: Uint8Array;
  readonly isCut: boolean;
}

/** The bytes, or why there are none, in words. */
function unzip(bytes: Uint8Array, maxBytes: number): Unzipped | string {
  let plain: Unzipped = { bytes, isCut: false };
  for (let times = 0; times < MOST_TIMES; times += 1) {
    const zip = zips.find(each => each.isMine(plain.bytes));
    if (zip === undefined) break;
    try {
      const inner = zip.unpack(plain.bytes, maxBytes);
      plain = { bytes: inner.bytes, isCut: plain.isCut || inner.isCut };
    } catch (error) {
      // zlib names every fault of its input with a code, and so does Node what is too long.
      if (!(error instanceof Error && "code" in error)) throw error;
      return `${zip.name}: ${error.message}`;
    }
  }
  if (plain.bytes.length > maxBytes) return `larger than ${Math.floor(maxBytes / 1024 / 1024)} MB`;
  return plain.bytes.length === 0 ? "an empty file" : plain;
}

/** A file that its program zipped is zipped again by who sends it; one may be made so that it holds itself. */
const MOST_TIMES = 3;

interface Zip {
  readonly name: string;
  isMine(bytes: Uint8Array): boolean;
  unpack(bytes: Uint8Array, maxOutputLength: number): Unzipped;
}

const startsWith =
  (...start: readonly number[]) =>
  (bytes: Uint8Array): boolean =>
    start.every((byte, at) => bytes[at] === byte);

const isZstandard = startsWith(0x28, 0xb5, 0x2f, 0xfd);

const zips: readonly Zip[] = [
  {
    name: "gzip",
    isMine: startsWith(0x1f, 0x8b),
    unpack: (bytes, maxOutputLength) =>
      unpackCut(options => gunzipSync(bytes, options), maxOutputLength, constants.Z_SYNC_FLUSH),
  },
  {
    name: "Zstandard",
    isMine: isZstandard,
    unpack: (bytes, maxOutputLength) =>
      unpackCut(
        options => zstdDecompressSync(bytes, options),
        maxOutputLength,
        constants.ZSTD_e_flush,
      ),
  },
  {
    // The Collector's file exporter compresses each message for itself, and writes its length before it.
    name: "Zstandard messages",
    isMine: bytes =>
      isZstandard(bytes.subarray(4)) && splitMessages(bytes)?.every(isZstandard) === true,
    unpack: (bytes, maxOutputLength) => {
      let left = maxOutputLength;
      const parts = (splitMessages(bytes) ?? []).flatMap(message => {
        const plain = zstdDecompressSync(message, { maxOutputLength: Math.max(1, left) });
        left -= plain.length;
        const isJson = plain[0] === 0x7b;
        const head = Buffer.alloc(4);
        head.writeUInt32BE(plain.length);
        return isJson ? [plain, Buffer.from("\n")] : [head, plain];
      });
      return { bytes: Buffer.concat(parts), isCut: false };
    },
  },
  {
    name: "zlib",
    // At none, the usual and the most effort: no text begins so.
    isMine: bytes => bytes[0] === 0x78 && [0x01, 0x9c, 0xda].includes(bytes[1] ?? 0),
    unpack: (bytes, maxOutputLength) =>
      unpackCut(options => inflateSync(bytes, options), maxOutputLength, constants.Z_SYNC_FLUSH),
  },
  {
    name: "base64",
    isMine: isEncodedText,
    unpack: bytes => ({ bytes: decodeEncodedText(bytes), isCut: false }),
  },
];

/** Whatever is still being written, or was not fetched whole, has a beginning nonetheless. */
function unpackCut(
  unpack: (options: { maxOutputLength: number; finishFlush?: number }) => Uint8Array,
  maxOutputLength: number,
  finishFlush: number,
): Unzipped {
  try {
    return { bytes: unpack({ maxOutputLength }), isCut: false };
  } catch (error) {
    const isCut = error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR";
    const beginning = isCut ? unpack({ maxOutputLength, finishFlush }) : undefined;
    if (beginning === undefined || beginning.length === 0) throw error;
    return { bytes: beginning, isCut: true };
  }
}

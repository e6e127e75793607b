/**
 * Binary trace files besides OTLP: what tracers put on the wire, kept as it was, and dumps of task documents. Each is
 * told by its first bytes, and only then read. Pure.
 */

import { deserialize, EJSON, type Document } from "bson";
import type { SpanRecords } from "../model/spanRecord.ts";
import { readDatadogPacked } from "./products/datadogTraces.ts";
import { isTaskDocument, readTaskDocuments } from "./tasks/documentFile.ts";
import { readJaegerBatch, readJaegerCall } from "./jaeger/jaegerThrift.ts";
import { isNestedSpans, readNestedSpans } from "./plain/nestedSpans.ts";
import { WireError } from "./encodings/protoReader.ts";
import { readSegment, readSegments } from "./skywalking/skywalkingProto.ts";
import { isObject, type JsonObject } from "./values/jsonObject.ts";
import { note, notes, type FileContext, type TraceFormat } from "./traceFormat.ts";
import { readZipkinProto } from "./zipkin/zipkinProto.ts";
import { readZipkinThrift } from "./zipkin/zipkinThrift.ts";

/** `undefined` stands for any byte. */
type Bytes = readonly (number | undefined)[];
type Read = (bytes: Uint8Array, context: FileContext) => SpanRecords;

/** In this order: those with a mark of their own before those that only look alike. */
export const binaryFormats: readonly TraceFormat[] = [
  bytesFormat("Jaeger thrift datagram", bytes => isThriftCall(bytes), readJaegerCall),
  // A struct whose first field is a struct, the process, that begins with a text, the service.
  bytesFormat(
    "Jaeger thrift batch",
    bytes => startsWith(bytes, [0x0c, 0x00, 0x01, 0x0b, 0x00, 0x01]),
    readJaegerBatch,
  ),
  // A list of structs whose first field is a 64-bit integer, the trace id.
  bytesFormat(
    "Zipkin thrift",
    bytes => startsWith(bytes, [0x0c, ...Array<undefined>(4), 0x0a, 0x00, 0x01]),
    readZipkinThrift,
  ),
  bytesFormat(
    "Datadog MessagePack",
    bytes => isPacked(bytes) && readDatadogPacked(bytes, { store: "" }) !== undefined,
    (bytes, context) => readDatadogPacked(bytes, context) ?? { records: [], problems: [] },
  ),
  bsonFormat("task documents", isTaskDocument, readTaskDocuments),
  bsonFormat("plain spans", isSpanDocument, (documents, context) => {
    return readNestedSpans(documents.map(toJson), context).records;
  }),
  bytesFormat("Zipkin protobuf", bytes => reads(bytes, readZipkinProto), readZipkinProto),
  bytesFormat("SkyWalking protobuf", bytes => reads(bytes, readSegment), readSegment),
  bytesFormat("SkyWalking protobuf", bytes => reads(bytes, readSegments), readSegments),
];

/** Whatever breaks off is told, and what came before it is kept where the reader can. */
function bytesFormat(
  name: string,
  isMine: (bytes: Uint8Array) => boolean,
  read: Read,
): TraceFormat {
  return {
    name,
    matches: content => content.kind === "bytes" && isMine(content.bytes),
    read(content, context) {
      if (content.kind !== "bytes") return { records: [], problems: [] };
      try {
        return read(content.bytes, context);
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        return { records: [], problems: [note(context, error.message)] };
      }
    },
  };
}

function startsWith(bytes: Uint8Array, start: Bytes): boolean {
  return start.every((byte, at) => (byte === undefined ? at < bytes.length : bytes[at] === byte));
}

/** Version 1 of the compact or of the binary protocol, a call or a one-way call. */
function isThriftCall(bytes: Uint8Array): boolean {
  return (
    [0x21, 0x81].some(second => startsWith(bytes, [0x82, second])) ||
    [0x01, 0x04].some(type => startsWith(bytes, [0x80, 0x01, 0x00, type]))
  );
}

/** Where nothing but reading it tells: one message, with at least one span that has its ids and a start. */
function reads(bytes: Uint8Array, read: Read): boolean {
  // A message that begins with its first field, which has a length.
  if (bytes[0] !== 0x0a) return false;
  try {
    const { records } = read(bytes, { store: "", nowUnixMs: 0 });
    return records.some(
      ({ traceId, span }) => traceId !== "" && span.spanId !== "" && (span.startUnixNs ?? 0n) > 0n,
    );
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return false;
  }
}

/** A list or a map of MessagePack, of whatever length. */
function isPacked([first = 0]: Uint8Array): boolean {
  return (first >= 0x80 && first < 0xa0) || (first >= 0xdc && first <= 0xdf);
}

const BSON_TYPES = 0x13;

/** As `mongodump` writes a collection: one document after the other, each with its length before it. */
function isBson(bytes: Uint8Array): boolean {
  const length = readLength(bytes, 0);
  const type = bytes[4] ?? 0;
  return length !== undefined && type > 0 && type <= BSON_TYPES;
}

/** The length of the document there; `undefined` where none can be. */
function readLength(bytes: Uint8Array, at: number): number | undefined {
  if (at + 5 > bytes.length) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getInt32(0, true);
  const isWhole = length >= 5 && at + length <= bytes.length && bytes[at + length - 1] === 0;
  return isWhole ? length : undefined;
}

/** Documents of one kind, of which the first is. */
function bsonFormat<T>(
  name: string,
  isMine: (document: unknown) => document is T,
  readOwn: (documents: readonly T[], context: FileContext) => SpanRecords["records"],
): TraceFormat {
  const isFirst = (bytes: Uint8Array): boolean =>
    isBson(bytes) && isMine(listDocuments(bytes.subarray(0, readLength(bytes, 0))).documents[0]);
  return bytesFormat(`${name} (BSON)`, isFirst, (bytes, context) => {
    const { documents, broken } = listDocuments(bytes);
    const matching = documents.filter(isMine);
    const strangers = documents.length - matching.length;
    const text = `${strangers} of ${documents.length} are no ${name}`;
    return {
      records: readOwn(matching, context),
      problems: notes(context, [broken.length, broken], [strangers, text]),
    };
  });
}

function isSpanDocument(document: unknown): document is Document {
  return isObject(document) && isNestedSpans(toJson(document));
}

/** Extended JSON, whose values the reader of spans knows. */
function toJson(document: Document): JsonObject {
  return EJSON.serialize(document);
}

interface Documents {
  readonly documents: readonly unknown[];
  /** Where the file breaks off, in words; empty where it does not. */
  readonly broken: string;
}

function listDocuments(bytes: Uint8Array): Documents {
  const documents: unknown[] = [];
  let broken = "";
  for (let at = 0; at < bytes.length && broken === "";) {
    const length = readLength(bytes, at);
    try {
      if (length === undefined) broken = `broken off at byte ${at}`;
      else documents.push(deserialize(bytes.subarray(at, at + length)));
    } catch (error) {
      // What bson finds wrong with bytes it says by an error of its own or by one of range.
      broken = `byte ${at}: ${(error as Error).message}`;
    }
    at += length ?? 0;
  }
  return { documents, broken };
}

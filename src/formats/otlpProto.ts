/**
 * OTLP in protobuf becomes OTLP in JSON, which `otlpJson.ts` knows how to read. Pure, and no more of protobuf than a
 * reader of traces needs: the wire, and a table of the fields that we know.
 *
 * A field of a type that we do not expect is passed over, as protobuf wants it; bytes that are no protobuf at all end
 * the message with a `WireError`.
 */

import type { SpanRecords } from "../model/spanRecord.ts";
import { readOtlpJson } from "./otlpJson.ts";
import { isObject, listObjects, note, type FileContext, type JsonObject } from "./traceFormat.ts";

type Scalar =
  "string" | "hex" | "base64" | "bool" | "uint" | "int" | "fixed64" | "fixed32" | "double";

interface Field {
  readonly name: string;
  readonly type: Scalar | (() => Message);
  readonly repeated?: true;
}

/** Fields by their numbers. */
type Message = Readonly<Record<number, Field>>;

const one = (name: string, type: Field["type"]): Field => ({ name, type });
const many = (name: string, type: Field["type"]): Field => ({ name, type, repeated: true });

const anyValue: Message = {
  1: one("stringValue", "string"),
  2: one("boolValue", "bool"),
  3: one("intValue", "int"),
  4: one("doubleValue", "double"),
  5: one("arrayValue", () => ({ 1: many("values", () => anyValue) })),
  6: one("kvlistValue", () => ({ 1: many("values", () => keyValue) })),
  7: one("bytesValue", "base64"),
};
const keyValue: Message = { 1: one("key", "string"), 2: one("value", () => anyValue) };
const event: Message = {
  1: one("timeUnixNano", "fixed64"),
  2: one("name", "string"),
  3: many("attributes", () => keyValue),
  4: one("droppedAttributesCount", "uint"),
};
const link: Message = {
  1: one("traceId", "hex"),
  2: one("spanId", "hex"),
  3: one("traceState", "string"),
  4: many("attributes", () => keyValue),
  5: one("droppedAttributesCount", "uint"),
  6: one("flags", "fixed32"),
};
const span: Message = {
  1: one("traceId", "hex"),
  2: one("spanId", "hex"),
  3: one("traceState", "string"),
  4: one("parentSpanId", "hex"),
  5: one("name", "string"),
  6: one("kind", "uint"),
  7: one("startTimeUnixNano", "fixed64"),
  8: one("endTimeUnixNano", "fixed64"),
  9: many("attributes", () => keyValue),
  10: one("droppedAttributesCount", "uint"),
  11: many("events", () => event),
  12: one("droppedEventsCount", "uint"),
  13: many("links", () => link),
  14: one("droppedLinksCount", "uint"),
  15: one("status", () => ({ 2: one("message", "string"), 3: one("code", "uint") })),
  16: one("flags", "fixed32"),
};
const scope: Message = {
  1: one("name", "string"),
  2: one("version", "string"),
  3: many("attributes", () => keyValue),
};
const resourceSpans: Message = {
  1: one("resource", () => ({ 1: many("attributes", () => keyValue) })),
  2: many("scopeSpans", () => ({
    1: one("scope", () => scope),
    2: many("spans", () => span),
    3: one("schemaUrl", "string"),
  })),
  3: one("schemaUrl", "string"),
};
/** `TracesData`, `ExportTraceServiceRequest` and Tempo's `Trace` are one on the wire. */
const tracesData: Message = { 1: many("resourceSpans", () => resourceSpans) };
/** What Tempo's v2 API wraps around it. */
const traceAnswer: Message = { 1: one("trace", () => tracesData) };

/** Whether these bytes are traces: the first group has a span with an id of the right length. */
export function isOtlpProto(bytes: Uint8Array): boolean {
  const start = listFrames(bytes)?.[0] ?? bytes;
  return decodeOtlp(start.subarray(0, findEndOfFirstField(start))).items.some(hasSpanWithId);
}

export function readOtlpProto(bytes: Uint8Array, context: Pick<FileContext, "store">): SpanRecords {
  const { items, error } = decodeOtlp(bytes);
  const { records, problems } = readOtlpJson(items, context);
  return {
    records,
    problems: error === undefined ? problems : [...problems, note(context, error)],
  };
}

interface Decoded {
  readonly items: readonly JsonObject[];
  /** Why it is not all of the file. */
  readonly error?: string;
}

function decodeOtlp(bytes: Uint8Array): Decoded {
  const frames = listFrames(bytes);
  if (frames !== undefined) return decodeAll(frames, tracesData);
  const plain = decodeAll([bytes], tracesData);
  // An answer of Tempo's reads as groups without spans.
  return plain.items.some(hasSpanWithId) ? plain : decodeAll([bytes], traceAnswer);
}

function decodeAll(messages: readonly Uint8Array[], type: Message): Decoded {
  const items: JsonObject[] = [];
  for (const bytes of messages) {
    const target: Record<string, unknown> = {};
    items.push(target);
    try {
      decodeMessage(new WireReader(bytes), type, target, 0);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return { items, error: error.message };
    }
  }
  return { items };
}

const TRACE_ID = /^[0-9a-f]{32}$/;

function hasSpanWithId(item: JsonObject): boolean {
  const data = isObject(item["trace"]) ? item["trace"] : item;
  return listObjects(data["resourceSpans"]).some(group =>
    listObjects(group["scopeSpans"]).some(scoped =>
      listObjects(scoped["spans"]).some(each => TRACE_ID.test(String(each["traceId"]))),
    ),
  );
}

/** The Collector's file exporter writes each message after its length, four bytes, the greatest first. */
function listFrames(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Uint8Array[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const length = view.getUint32(at);
    if (length === 0 || at + 4 + length > bytes.length) return undefined;
    frames.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return at === bytes.length && frames.length > 0 ? frames : undefined;
}

function findEndOfFirstField(bytes: Uint8Array): number {
  const reader = new WireReader(bytes);
  try {
    reader.skip(reader.readVarint() & 7);
    return reader.at;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return bytes.length;
  }
}

/** Deeper than anyone nests on purpose. */
const MAX_DEPTH = 100;

/** Fills the target as it goes, so that a file that was cut short keeps what it has. */
function decodeMessage(
  reader: WireReader,
  type: Message,
  target: Record<string, unknown>,
  depth: number,
): void {
  if (depth > MAX_DEPTH) throw new WireError("protobuf: nested too deep");
  while (!reader.isAtEnd) {
    const tag = reader.readVarint();
    const field = type[tag >>> 3];
    if (field === undefined || (tag & 7) !== wireTypeOf(field.type)) {
      reader.skip(tag & 7);
      continue;
    }
    if (typeof field.type !== "function") {
      put(target, field, reader.readScalar(field.type));
      continue;
    }
    const inner: Record<string, unknown> = {};
    put(target, field, inner);
    decodeMessage(reader.readMessage(), field.type(), inner, depth + 1);
  }
  if (reader.isCutShort) throw new WireError("protobuf: cut short");
}

function put(target: Record<string, unknown>, field: Field, value: unknown): void {
  if (field.repeated) {
    const list = target[field.name];
    if (Array.isArray(list)) list.push(value);
    else target[field.name] = [value];
  } else {
    target[field.name] = value;
  }
}

const VARINT = 0;
const EIGHT_BYTES = 1;
const LENGTH_AND_BYTES = 2;
const FOUR_BYTES = 5;

function wireTypeOf(type: Field["type"]): number {
  switch (type) {
    case "bool":
    case "uint":
    case "int":
      return VARINT;
    case "fixed64":
    case "double":
      return EIGHT_BYTES;
    case "fixed32":
      return FOUR_BYTES;
    default:
      return LENGTH_AND_BYTES;
  }
}

/** The bytes are not what they should be. */
class WireError extends Error {}

class WireReader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  /** The low 32 bits, which hold every tag, length, enum and count. */
  readVarint(): number {
    return Number(BigInt.asUintN(32, this.#readVarint64()));
  }

  #readVarint64(): bigint {
    const start = this.at;
    // Most are one byte.
    const first = this.#readByte();
    if (first < 0x80) return BigInt(first);
    let value = BigInt(first & 0x7f);
    for (let shift = 7n; shift < 70n; shift += 7n) {
      const byte = this.#readByte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new WireError(`protobuf: no number at byte ${start}`);
  }

  /** Whether a message was to go on behind the end of the bytes. */
  get isCutShort(): boolean {
    return this.at > this.#bytes.length;
  }

  /** As much of it as there is, for its beginning is worth having. */
  readMessage(): WireReader {
    const length = this.readVarint();
    const start = this.at;
    this.at += length;
    return new WireReader(this.#bytes.subarray(start, this.at));
  }

  readScalar(type: Scalar): unknown {
    switch (type) {
      case "string":
        return this.#readBytes().toString("utf8");
      case "hex":
        return this.#readBytes().toString("hex");
      case "base64":
        return this.#readBytes().toString("base64");
      case "bool":
        return this.#readVarint64() !== 0n;
      case "uint":
        return this.readVarint();
      case "int":
        return BigInt.asIntN(64, this.#readVarint64()).toString();
      case "fixed64":
        return this.#bytes.readBigUInt64LE(this.#advance(8)).toString();
      case "fixed32":
        return this.#bytes.readUInt32LE(this.#advance(4));
      case "double": {
        const double = this.#bytes.readDoubleLE(this.#advance(8));
        // As proto3 JSON writes what JSON has no number for.
        return Number.isFinite(double) ? double : String(double);
      }
    }
  }

  skip(wireType: number): void {
    switch (wireType) {
      case VARINT:
        this.#readVarint64();
        break;
      case EIGHT_BYTES:
        this.#advance(8);
        break;
      case LENGTH_AND_BYTES:
        this.#readBytes();
        break;
      case FOUR_BYTES:
        this.#advance(4);
        break;
      default:
        throw new WireError(`protobuf: no field at byte ${this.at - 1}`);
    }
  }

  #readBytes(): Buffer {
    const length = this.readVarint();
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  #readByte(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw new WireError("protobuf: cut short");
    this.at += 1;
    return byte;
  }

  /** The place before the step. */
  #advance(length: number): number {
    const start = this.at;
    if (start + length > this.#bytes.length) throw new WireError("protobuf: cut short");
    this.at = start + length;
    return start;
  }
}

/**
 * Protobuf's wire, and no more of it than a reader needs: a table of the fields that we know, and plain objects made by
 * it. Knows no message of anyone's.
 *
 * A field of a type that we do not expect is passed over, as protobuf wants it; bytes that are no protobuf at all end
 * the message with a `WireError`.
 */

import { ProtoCursor } from "./protoCursor.ts";

export type Scalar =
  "string" | "hex" | "base64" | "bool" | "uint" | "int" | "fixed64" | "fixed32" | "double";

export interface ProtoField {
  readonly name: string;
  /** A list is an enumeration: its names in the order of their numbers from 0. */
  readonly type: Scalar | readonly string[] | (() => ProtoMessage);
  readonly repeated?: true;
}

/** Fields by their numbers. */
export type ProtoMessage = Readonly<Record<number, ProtoField>>;

export const one = (name: string, type: ProtoField["type"]): ProtoField => ({ name, type });
export const many = (name: string, type: ProtoField["type"]): ProtoField => ({
  name,
  type,
  repeated: true,
});

/** The bytes are not what they should be. */
export class WireError extends Error {}

/**
 * How deep messages nest: a value 64 levels deep, as deep as all readers go (`otlpValue.ts`), is three messages a level
 * as a list of keys, and the span's and the request's own come before it.
 */
export const MAX_MESSAGE_DEPTH = 3 * 65 + 8;

/**
 * Fills the target as it goes, so that a file that was cut short keeps what it has. A message in a message may be two
 * bytes on the wire and is a hundred in memory: `maxMessages` bounds them where the bytes are a stranger's.
 */
export function decodeProto(
  bytes: Uint8Array,
  type: ProtoMessage,
  target: Record<string, unknown>,
  maxMessages = Infinity,
): void {
  decodeMessage(new WireReader(bytes), type, target, 0, { left: maxMessages });
}

function decodeMessage(
  reader: WireReader,
  type: ProtoMessage,
  target: Record<string, unknown>,
  depth: number,
  messages: { left: number },
): void {
  if (depth > MAX_MESSAGE_DEPTH) throw new WireError("protobuf: nested too deep");
  while (!reader.isAtEnd) {
    const tag = reader.readTag();
    const field = type[tag >>> 3];
    if (field === undefined || (tag & 7) !== wireTypeOf(field.type)) {
      reader.skipField(tag);
      continue;
    }
    if (typeof field.type === "string") {
      put(target, field, reader.readScalar(field.type));
      continue;
    }
    if (typeof field.type !== "function") {
      const number = reader.readEnumeration();
      put(target, field, field.type[number] ?? number);
      continue;
    }
    messages.left -= 1;
    if (messages.left < 0) throw new WireError("protobuf: too many parts");
    const inner: Record<string, unknown> = {};
    put(target, field, inner);
    decodeMessage(reader.readMessage(), field.type(), inner, depth + 1, messages);
  }
  if (reader.isCutShort) throw new WireError("protobuf: cut short");
}

function put(target: Record<string, unknown>, field: ProtoField, value: unknown): void {
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

function wireTypeOf(type: ProtoField["type"]): number {
  if (typeof type === "function") return LENGTH_AND_BYTES;
  if (typeof type !== "string") return VARINT;
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

export class WireReader extends ProtoCursor {
  constructor(bytes: Uint8Array) {
    super();
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** Where the next field begins, or behind the end of the bytes. */
  get place(): number {
    return this.at;
  }

  readTag(): number {
    const start = this.at;
    const tag = this.#readNumber();
    if (tag >>> 3 === 0) throw new WireError(`protobuf: no field at byte ${start}`);
    return tag;
  }

  #readNumber(): number {
    const number = this.readVarint();
    this.#checkEnd();
    return number;
  }

  #readNumber64(): bigint {
    const number = this.readVarint64();
    this.#checkEnd();
    return number;
  }

  #checkEnd(): void {
    if (this.at > this.bytes.length) throw new WireError("protobuf: cut short");
  }

  /** Whether a message was to go on behind the end of the bytes. */
  get isCutShort(): boolean {
    return this.at > this.bytes.length;
  }

  /** As much of it as there is, for its beginning is worth having. */
  readMessage(): WireReader {
    const length = this.#readNumber();
    const start = this.at;
    this.at += length;
    return new WireReader(this.bytes.subarray(start, this.at));
  }

  readEnumeration(): number {
    return this.#readNumber();
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
        return this.#readNumber64() !== 0n;
      case "uint":
        return this.#readNumber();
      case "int":
        return BigInt.asIntN(64, this.#readNumber64()).toString();
      case "fixed64":
        return this.bytes.readBigUInt64LE(this.#advance(8)).toString();
      case "fixed32":
        return this.bytes.readUInt32LE(this.#advance(4));
      case "double": {
        const double = this.bytes.readDoubleLE(this.#advance(8));
        // As proto3 JSON writes what JSON has no number for.
        return Number.isFinite(double) ? double : String(double);
      }
    }
  }

  skipField(tag: number): void {
    this.skip(tag);
    this.#checkEnd();
  }

  #readBytes(): Buffer {
    const length = this.#readNumber();
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** The place before the step. */
  #advance(length: number): number {
    const start = this.at;
    this.at += length;
    this.#checkEnd();
    return start;
  }
}

/**
 * Thrift's two wires, binary and compact, and no more of them than a reader needs: a table of the fields that we know,
 * and plain objects made by it. Knows no struct of anyone's.
 *
 * The bytes are a stranger's. Every length and count is held against the bytes that are there, what is nested is bounded
 * in depth and in number, and every element costs at least a byte, so reading is linear and ends.
 */

import { toInteger } from "../values/attributeValues.ts";
import { WireError } from "./protoReader.ts";

/** `integer` is any width, digits where a number would not be exact; `hex` is 64 bits; `port` is 16 without a sign. */
type Scalar = "bool" | "integer" | "hex" | "port" | "double" | "string" | "base64";

export interface ThriftField {
  readonly name: string;
  /** A list is an enumeration: the names of its values from 0 on. */
  readonly type: Scalar | readonly string[] | (() => ThriftStruct);
  readonly repeated?: true;
}

/** Fields by their numbers. */
export type ThriftStruct = Readonly<Record<number, ThriftField>>;

export type ThriftObject = Record<string, unknown>;

export const one = (name: string, type: ThriftField["type"]): ThriftField => ({ name, type });
export const many = (name: string, type: ThriftField["type"]): ThriftField => ({
  name,
  type,
  repeated: true,
});

/** The types as the binary protocol numbers them; the compact protocol's are translated. */
const T = {
  stop: 0,
  bool: 2,
  byte: 3,
  double: 4,
  i16: 6,
  i32: 8,
  i64: 10,
  string: 11,
  struct: 12,
  map: 13,
  set: 14,
  list: 15,
  uuid: 16,
} as const;

/** Deeper than anyone nests on purpose. */
const MAX_DEPTH = 64;
/** A struct of one byte may be a thousand in memory; clients send some thousands of structs at once. */
const MAX_STRUCTS = 300_000;

/** A call as agents are sent it. */
export interface ThriftCall {
  readonly method: string;
  /** Reads the struct of its arguments. */
  readonly reader: ThriftReader;
}

/** The header of a call, in whichever protocol its first byte says. */
export function readThriftCall(bytes: Uint8Array): ThriftCall {
  const [first] = bytes;
  switch (first) {
    case 0x82: {
      const reader = new CompactReader(bytes);
      return { method: reader.readCall(), reader };
    }
    // The version; before there were versions, the length of the method's name.
    case 0x80:
    case 0x00: {
      const reader = new BinaryReader(bytes);
      return { method: reader.readCall(), reader };
    }
    default:
      throw new WireError("thrift: neither a compact nor a binary message");
  }
}

/** Where in the bytes, and how many structs they have made so far. */
export abstract class ThriftReader {
  protected readonly bytes: Buffer;
  protected at = 0;
  #structs = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The type of the next field and its number. At the end of the struct the type is `stop`. */
  protected abstract readField(before: number): { readonly type: number; readonly id: number };
  protected abstract readListHeader(): { readonly type: number; readonly count: number };
  protected abstract readMapHeader(): {
    readonly key: number;
    readonly value: number;
    readonly count: number;
  };
  /** Reads the value of a field, where the compact protocol has said it already, or of a list. */
  protected abstract readBool(): boolean;
  protected abstract readInteger(type: number): Int64;
  protected abstract readDouble(): number;
  protected abstract readLength(): number;

  readStruct(struct: ThriftStruct, depth = 0): ThriftObject {
    this.#enter(depth);
    this.#structs += 1;
    if (this.#structs > MAX_STRUCTS) throw new WireError("thrift: too many parts");
    const target: ThriftObject = {};
    for (let last = 0; ;) {
      const { type, id } = this.readField(last);
      if (type === T.stop) return target;
      last = id;
      const field = struct[id];
      if (field === undefined) this.#skip(type, depth + 1);
      else if (field.repeated) this.#readRepeated(field, type, target, depth + 1);
      else if (fits(field.type, type)) target[field.name] = this.#read(field.type, type, depth + 1);
      else this.#skip(type, depth + 1);
    }
  }

  /** A list that stands alone, as Zipkin's version 1 sends it. */
  readStructs(struct: ThriftStruct): ThriftObject[] {
    const { type, count } = this.readListHeader();
    if (type !== T.struct) throw new WireError("thrift: not a list of structs");
    return this.#readStructs(struct, count, 1);
  }

  #readStructs(struct: ThriftStruct, count: number, depth: number): ThriftObject[] {
    const items: ThriftObject[] = [];
    for (let left = count; left > 0; left -= 1) items.push(this.readStruct(struct, depth));
    return items;
  }

  #readRepeated(field: ThriftField, type: number, target: ThriftObject, depth: number): void {
    if (type !== T.list && type !== T.set) {
      this.#skip(type, depth);
      return;
    }
    this.#enter(depth);
    const { type: element, count } = this.readListHeader();
    if (!fits(field.type, element)) {
      for (let left = count; left > 0; left -= 1) this.#skip(element, depth + 1);
    } else if (typeof field.type === "function") {
      target[field.name] = this.#readStructs(field.type(), count, depth + 1);
    } else {
      const items: unknown[] = [];
      for (let left = count; left > 0; left -= 1) {
        items.push(this.#read(field.type, element, depth + 1));
      }
      target[field.name] = items;
    }
  }

  #read(expected: ThriftField["type"], type: number, depth: number): unknown {
    if (typeof expected === "function") return this.readStruct(expected(), depth);
    if (typeof expected !== "string") {
      const number = this.readInteger(type).toValue();
      return expected[number as number] ?? number;
    }
    switch (expected) {
      case "bool":
        return this.readBool();
      case "integer":
        return this.readInteger(type).toValue();
      case "hex":
        return this.readInteger(type).toHex();
      case "port":
        return this.readInteger(type).low & 0xffff;
      case "double": {
        const double = this.readDouble();
        // As proto3 JSON writes what JSON has no number for.
        return Number.isFinite(double) ? double : String(double);
      }
      case "string":
        return this.readText("utf8");
      case "base64":
        return this.readText("base64");
    }
  }

  #skip(type: number, depth: number): void {
    switch (type) {
      case T.bool:
        this.readBool();
        return;
      case T.byte:
      case T.i16:
      case T.i32:
      case T.i64:
        this.readInteger(type);
        return;
      case T.double:
        this.advance(8);
        return;
      case T.uuid:
        this.advance(16);
        return;
      case T.string:
        this.advance(this.readLength());
        return;
      case T.struct:
        this.#enter(depth);
        for (let last = 0; ;) {
          const field = this.readField(last);
          if (field.type === T.stop) return;
          last = field.id;
          this.#skip(field.type, depth + 1);
        }
      case T.map: {
        this.#enter(depth);
        const { key, value, count } = this.readMapHeader();
        for (let left = count; left > 0; left -= 1) {
          this.#skip(key, depth + 1);
          this.#skip(value, depth + 1);
        }
        return;
      }
      case T.set:
      case T.list: {
        this.#enter(depth);
        const { type: element, count } = this.readListHeader();
        for (let left = count; left > 0; left -= 1) this.#skip(element, depth + 1);
        return;
      }
      default:
        throw new WireError(`thrift: no type ${type} at byte ${this.at}`);
    }
  }

  #enter(depth: number): void {
    if (depth > MAX_DEPTH) throw new WireError("thrift: nested too deep");
  }

  protected readText(encoding: "utf8" | "base64"): string {
    const length = this.readLength();
    const start = this.advance(length);
    // Some clients write every field there is, and most are empty.
    return length === 0 ? "" : this.bytes.toString(encoding, start, start + length);
  }

  protected readByte(): number {
    return this.bytes[this.advance(1)]!;
  }

  /** Each element has at least a byte, so there cannot be more elements than bytes. */
  protected checkCount(count: number): number {
    if (count < 0 || count > this.bytes.length - this.at) {
      throw new WireError(`thrift: cut short at byte ${this.at}`);
    }
    return count;
  }

  /** Where the bytes begin that are now passed over. */
  protected advance(length: number): number {
    const start = this.at;
    if (length < 0 || length > this.bytes.length - start) {
      throw new WireError(`thrift: cut short at byte ${start}`);
    }
    this.at += length;
    return start;
  }
}

/** Whether a value of this wire type can be what the table wants. */
function fits(expected: ThriftField["type"], type: number): boolean {
  if (typeof expected === "function") return type === T.struct;
  switch (expected) {
    case "bool":
      return type === T.bool;
    case "double":
      return type === T.double;
    case "string":
    case "base64":
      return type === T.string;
    default:
      return type === T.byte || type === T.i16 || type === T.i32 || type === T.i64;
  }
}

/** 64 bits in two halves, because a `bigint` for each number would cost more than the reading. */
class Int64 {
  /** Signed. */
  readonly high: number;
  /** Without a sign. */
  readonly low: number;

  constructor(high: number, low: number) {
    this.high = high | 0;
    this.low = low >>> 0;
  }

  toValue(): number | string {
    const isSafe = this.high >= -0x20_0000 && this.high < 0x20_0000;
    if (isSafe) return this.high * 0x1_0000_0000 + this.low;
    return toInteger((BigInt(this.high) << 32n) | BigInt(this.low));
  }

  toHex(): string {
    return half(this.high) + half(this.low);
  }
}

function half(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}

const VERSION_1 = 0x8001;

export class BinaryReader extends ThriftReader {
  /** The method's name. What kind of call it is, and its number, are nothing to one who does not answer. */
  readCall(): string {
    const version = this.bytes.readUInt32BE(this.advance(4));
    if (version >>> 16 === VERSION_1) {
      const method = this.readText("utf8");
      this.advance(4);
      return method;
    }
    if (version >= 0x8000_0000) throw new WireError("thrift: an unknown version of binary");
    const start = this.advance(version);
    const method = this.bytes.toString("utf8", start, start + version);
    this.advance(5);
    return method;
  }

  protected override readField(): { type: number; id: number } {
    const type = this.readByte();
    return { type, id: type === T.stop ? 0 : this.bytes.readInt16BE(this.advance(2)) };
  }

  protected override readListHeader(): { type: number; count: number } {
    const type = this.readByte();
    return { type, count: this.checkCount(this.#readInt32()) };
  }

  protected override readMapHeader(): { key: number; value: number; count: number } {
    const key = this.readByte();
    const value = this.readByte();
    return { key, value, count: this.checkCount(this.#readInt32()) };
  }

  protected override readBool(): boolean {
    return this.readByte() !== 0;
  }

  protected override readInteger(type: number): Int64 {
    switch (type) {
      case T.byte:
        return fromInt32(this.bytes.readInt8(this.advance(1)));
      case T.i16:
        return fromInt32(this.bytes.readInt16BE(this.advance(2)));
      case T.i32:
        return fromInt32(this.#readInt32());
      default: {
        const start = this.advance(8);
        return new Int64(this.bytes.readInt32BE(start), this.bytes.readUInt32BE(start + 4));
      }
    }
  }

  protected override readDouble(): number {
    return this.bytes.readDoubleBE(this.advance(8));
  }

  protected override readLength(): number {
    return this.#readInt32();
  }

  #readInt32(): number {
    return this.bytes.readInt32BE(this.advance(4));
  }
}

function fromInt32(value: number): Int64 {
  return new Int64(value < 0 ? -1 : 0, value);
}

/** The compact protocol's types, by its numbers. */
const compactTypes = [
  ...[T.stop, T.bool, T.bool, T.byte, T.i16, T.i32, T.i64],
  ...[T.double, T.string, T.list, T.set, T.map, T.struct, T.uuid],
];

export class CompactReader extends ThriftReader {
  /** A field's bool is in its header. */
  #bool: boolean | undefined;

  readCall(): string {
    this.advance(1);
    // The low five bits are the version, the others the kind of call.
    if ((this.readByte() & 0x1f) !== 1) {
      throw new WireError("thrift: an unknown version of compact");
    }
    this.#readVarint();
    return this.readText("utf8");
  }

  protected override readField(before: number): { type: number; id: number } {
    const header = this.readByte();
    const type = this.#toType(header & 0x0f);
    if (type === T.stop) return { type, id: 0 };
    const delta = header >>> 4;
    const id = delta === 0 ? (this.readInteger(T.i16).toValue() as number) : before + delta;
    if (type === T.bool) this.#bool = (header & 0x0f) === 1;
    return { type, id };
  }

  protected override readListHeader(): { type: number; count: number } {
    const header = this.readByte();
    const short = header >>> 4;
    const count = short === 15 ? this.#readVarint() : short;
    return { type: this.#toType(header & 0x0f), count: this.checkCount(count) };
  }

  protected override readMapHeader(): { key: number; value: number; count: number } {
    const count = this.checkCount(this.#readVarint());
    if (count === 0) return { key: T.stop, value: T.stop, count };
    const types = this.readByte();
    return { key: this.#toType(types >>> 4), value: this.#toType(types & 0x0f), count };
  }

  protected override readBool(): boolean {
    const known = this.#bool;
    this.#bool = undefined;
    return known ?? this.readByte() === 1;
  }

  /** Zigzag, but for the byte: 0, −1, 1, −2, 2 … are 0, 1, 2, 3, 4 … */
  protected override readInteger(type: number): Int64 {
    if (type === T.byte) return fromInt32(this.bytes.readInt8(this.advance(1)));
    const { high, low } = this.#readVarint64();
    const sign = -(low & 1);
    return new Int64((high >>> 1) ^ sign, ((low >>> 1) | (high << 31)) ^ sign);
  }

  protected override readDouble(): number {
    return this.bytes.readDoubleLE(this.advance(8));
  }

  protected override readLength(): number {
    return this.#readVarint();
  }

  /** Lengths and counts: beyond 31 bits they are negative here, and refused. */
  #readVarint(): number {
    const { high, low } = this.#readVarint64();
    return high === 0 ? low | 0 : -1;
  }

  #readVarint64(): Int64 {
    const start = this.at;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.readByte();
      const bits = byte & 0x7f;
      if (shift < 28) {
        low |= bits << shift;
      } else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else {
        high |= bits << (shift - 32);
      }
      if (byte < 0x80) return new Int64(high, low);
    }
    throw new WireError(`thrift: no number at byte ${start}`);
  }

  #toType(compact: number): number {
    const type = compactTypes[compact];
    if (type === undefined) throw new WireError(`thrift: no type ${compact} at byte ${this.at}`);
    return type;
  }
}

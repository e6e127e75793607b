/**
 * MessagePack as values of JSON: integers beyond 2^53 are strings of their digits, as everywhere in this room; bytes are
 * a list, and what only its writer can read is left out. Pure; knows no format.
 */

import { toInteger } from "../values/attributeValues.ts";
import { WireError } from "./protoReader.ts";

/** Deeper than any span. */
const MAX_DEPTH = 32;
/** An empty list takes a byte, and fifty in memory; those of spans have more in them. */
const BYTES_OF_CONTAINER = 8;
const LEAST_CONTAINERS = 10_000;

/** The values one after the other, and why the rest could not be read. */
export function readMessagePack(bytes: Uint8Array): {
  readonly values: readonly unknown[];
  readonly error?: string;
} {
  const reader = new Reader(bytes);
  const values: unknown[] = [];
  try {
    while (!reader.isDone) values.push(reader.read(0));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { values, error: error.message };
  }
  return { values };
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #containersLeft: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#containersLeft = LEAST_CONTAINERS + bytes.length / BYTES_OF_CONTAINER;
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }

  read(depth: number): unknown {
    const type = this.#view.getUint8(this.#skip(1));
    if (type < 0x80) return type;
    if (type >= 0xe0) return type - 0x100;
    if (type < 0x90) return this.#readMap(type & 0x0f, depth);
    if (type < 0xa0) return this.#readList(type & 0x0f, depth);
    if (type < 0xc0) return this.#readText(type & 0x1f);
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return type === 0xc3;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return [...this.#take(this.#readLength(type - 0xc4))];
      case 0xc7:
      case 0xc8:
      case 0xc9:
        this.#take(this.#readLength(type - 0xc7) + 1);
        return null;
      case 0xca:
        return this.#view.getFloat32(this.#skip(4));
      case 0xcb:
        return this.#view.getFloat64(this.#skip(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#readLength(type - 0xcc);
      case 0xcf:
        return toInteger(this.#view.getBigUint64(this.#skip(8)));
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      case 0xd3:
        return toInteger(this.#view.getBigInt64(this.#skip(8)));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        this.#take((1 << (type - 0xd4)) + 1);
        return null;
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#readText(this.#readLength(type - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.#readList(this.#readLength(type - 0xdb), depth);
      case 0xde:
      case 0xdf:
        return this.#readMap(this.#readLength(type - 0xdd), depth);
      default:
        throw new WireError(`MessagePack has no type ${type}, at byte ${this.#at - 1}`);
    }
  }

  /** In one, two or four bytes. */
  #readLength(power: number): number {
    if (power === 0) return this.#view.getUint8(this.#skip(1));
    return power === 1 ? this.#view.getUint16(this.#skip(2)) : this.#view.getUint32(this.#skip(4));
  }

  #readText(length: number): string {
    return new TextDecoder().decode(this.#take(length));
  }

  #readList(length: number, depth: number): readonly unknown[] {
    this.#enter(length, depth);
    return Array.from({ length }, () => this.read(depth + 1));
  }

  #readMap(length: number, depth: number): Readonly<Record<string, unknown>> {
    this.#enter(2 * length, depth);
    const entries = Array.from({ length }, (): [string, unknown] => [
      String(this.read(depth + 1)),
      this.read(depth + 1),
    ]);
    return Object.fromEntries(entries);
  }

  /** Whatever is announced takes a byte at least, each. */
  #enter(parts: number, depth: number): void {
    this.#containersLeft -= 1;
    if (depth > MAX_DEPTH) throw new WireError("MessagePack nests deeper than any span");
    if (this.#containersLeft < 0) throw new WireError("hardly more than empty lists");
    if (parts > this.#bytes.length - this.#at) throw breaksOff();
  }

  #take(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  #skip(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) throw breaksOff();
    this.#at = start + length;
    return start;
  }
}

function breaksOff(): WireError {
  return new WireError("MessagePack breaks off");
}

/**
 * Steps through protobuf's bytes: varints, and how long a field is. It checks nothing, for some readers' bytes have been
 * checked before; the others look where a step ended (`protoReader.ts`, `otlpShape.ts`): behind the end of the bytes, or
 * `NOWHERE`. A class to extend, because what a reader of many spans steps with must cost nothing. Pure.
 */

/** Where a step ends that is none of protobuf's: behind the end of all bytes. */
const NOWHERE = Number.MAX_SAFE_INTEGER;

export class ProtoCursor {
  protected bytes: Buffer = noBytes;
  protected at = 0;

  /** The low 32 bits, which hold every tag, length, enumeration and count. */
  protected readVarint(): number {
    const { bytes } = this;
    const first = bytes[this.at]!;
    this.at += 1;
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 70; shift += 7) {
      const byte = bytes[this.at]!;
      this.at += 1;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    this.at = NOWHERE;
    return 0;
  }

  protected readVarint64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.at]!;
      this.at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    this.at = NOWHERE;
    return 0n;
  }

  /** The value of a field that nobody asks for. */
  protected skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.readVarint();
        break;
      case 1:
        this.at += 8;
        break;
      case 2: {
        const length = this.readVarint();
        this.at += length;
        break;
      }
      case 5:
        this.at += 4;
        break;
      default:
        this.at = NOWHERE;
    }
  }
}

export const noBytes = Buffer.alloc(0);

/** Reads one varint where there is no message around it. */
class VarintReader extends ProtoCursor {
  read(bytes: Buffer, at: number): readonly [value: number, end: number] {
    this.bytes = bytes;
    this.at = at;
    return [this.readVarint(), this.at];
  }
}

/** The low 32 bits of the varint from `at` on, and where it ends. */
export function readVarint(bytes: Buffer, at: number): readonly [value: number, end: number] {
  return new VarintReader().read(bytes, at);
}

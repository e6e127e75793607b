/** Protobuf written field by field, for messages that no client of ours would send. */

/** A string, bytes or a message; a number is a varint, a bigint eight bytes. */
export function field(number: number, value: string | Uint8Array | number | bigint): Buffer {
  if (typeof value === "number") return Buffer.concat([varint(number << 3), varint(value)]);
  if (typeof value === "bigint") {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
    return Buffer.concat([varint((number << 3) | 1), bytes]);
  }
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

export function message(...fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields);
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** Protobuf's fields as bytes, for the few small messages that are written by hand. Pure. */

/** A number; zero is what an absent one means. */
export function numberField(id: number, value: number): Buffer {
  return Buffer.from(value === 0 ? [] : [...varint(id << 3), ...varint(value)]);
}

/** A text, bytes, or a message that is its parts one after the other. */
export function bytesField(id: number, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const bytes = parts.map(part => (typeof part === "string" ? Buffer.from(part) : part));
  const length = bytes.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([...varint((id << 3) | 2), ...varint(length)]), ...bytes]);
}

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

/** Bytes that were written as text to be pasted, mailed or queued: base64, of either alphabet, and hexadecimal digits. Pure. */

const HEAD_LENGTH = 512;
const SHORTEST = 32;
/** Found or not at one glance; a text of 100 MB that must match whole outgrows the stack of the engine. */
const NO_LETTER = /[^\w+/=\r\n-]/;
const NO_DIGIT = /[^\da-f\r\n]/i;
/** JSON, gzip, Zstandard, and the first field of OTLP in protobuf. */
const STARTS = [0x7b, 0x5b, 0x1f, 0x28, 0x0a];

export function isEncodedText(bytes: Uint8Array): boolean {
  const head = toText(bytes.subarray(0, HEAD_LENGTH));
  return head.length >= SHORTEST && !NO_LETTER.test(head) && decode(bytes) !== undefined;
}

/** The bytes of all lines, be they the parts of one value or a value each. */
export function decodeEncodedText(bytes: Uint8Array): Uint8Array {
  return decode(bytes) ?? bytes;
}

function decode(bytes: Uint8Array): Uint8Array | undefined {
  const text = toText(bytes);
  if (NO_LETTER.test(text)) return undefined;
  const encoding = NO_DIGIT.test(text) ? "base64" : "hex";
  const decoded = Buffer.concat(text.split(/[\r\n]+/).map(line => Buffer.from(line, encoding)));
  return STARTS.includes(decoded[0] ?? 0) ? decoded : undefined;
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1").trim();
}

/** The UTF-8 of a text that comes in pieces: all of it may be longer than a string can be. Pure. */

/** Characters that are encoded at once. */
const CHUNK = 1024 * 1024;

export function encodeChunks(pieces: Iterable<string>): Uint8Array {
  const chunks: Uint8Array[] = [];
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < CHUNK) continue;
    chunks.push(Buffer.from(text));
    text = "";
  }
  return Buffer.concat([...chunks, Buffer.from(text)]);
}

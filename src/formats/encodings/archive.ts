/** The files in a zip or tar archive. Pure; a member is unpacked when it is asked for. */

import { inflateRawSync } from "node:zlib";

export interface Member {
  readonly name: string;
  /** Its bytes, or why there are none, in words. */
  readonly read: (maxBytes: number) => Uint8Array | string;
}

/** `undefined` for what is no archive. */
export function listMembers(bytes: Uint8Array): readonly Member[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.length > 4 && buffer.readUInt32LE(0) === LOCAL_HEADER) return listZip(buffer);
  return buffer.length > TAR_BLOCK && buffer.toString("latin1", 257, 262) === "ustar"
    ? listTar(buffer)
    : undefined;
}

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_END = 0x06054b50;
const END_LENGTH = 22;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
const MOST_COMMENT = 65_535;
const STORED = 0;
const DEFLATED = 8;

/** By the directory at its end, which alone knows how long each member is. */
function listZip(buffer: Buffer): readonly Member[] {
  const end = findDirectoryEnd(buffer);
  const members: Member[] = [];
  let at = end === undefined ? buffer.length : buffer.readUInt32LE(end + 16);
  while (at + ENTRY_LENGTH <= buffer.length && buffer.readUInt32LE(at) === DIRECTORY_ENTRY) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map(offset =>
      buffer.readUInt16LE(at + offset),
    ) as [number, number, number];
    const name = buffer.toString("utf8", at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength);
    const entry = {
      method: buffer.readUInt16LE(at + 10),
      size: buffer.readUInt32LE(at + 20),
      start: buffer.readUInt32LE(at + 42),
    };
    if (!name.endsWith("/")) members.push({ name, read: max => readZipMember(buffer, entry, max) });
    at += ENTRY_LENGTH + nameLength + extraLength + commentLength;
  }
  return members;
}

function findDirectoryEnd(buffer: Buffer): number | undefined {
  const least = Math.max(0, buffer.length - END_LENGTH - MOST_COMMENT);
  for (let at = buffer.length - END_LENGTH; at >= least; at -= 1) {
    if (buffer.readUInt32LE(at) === DIRECTORY_END) return at;
  }
  return undefined;
}

function readZipMember(
  buffer: Buffer,
  entry: { readonly method: number; readonly size: number; readonly start: number },
  maxOutputLength: number,
): Uint8Array | string {
  const { method, size, start } = entry;
  if (start + LOCAL_LENGTH > buffer.length) return "breaks off";
  const names = buffer.readUInt16LE(start + 26) + buffer.readUInt16LE(start + 28);
  const packed = buffer.subarray(start + LOCAL_LENGTH + names, start + LOCAL_LENGTH + names + size);
  if (method === STORED) return packed;
  if (method !== DEFLATED) return "packed in a way that is not read: pack it by deflate";
  try {
    return inflateRawSync(packed, { maxOutputLength });
  } catch (error) {
    // zlib names every fault of its input with a code, and so does Node what is too long.
    if (!(error instanceof Error && "code" in error)) throw error;
    return error.message;
  }
}

const TAR_BLOCK = 512;

function listTar(buffer: Buffer): readonly Member[] {
  const members: Member[] = [];
  let at = 0;
  while (at + TAR_BLOCK <= buffer.length) {
    const header = buffer.subarray(at, at + TAR_BLOCK);
    const name = textOf(header, 0, 100);
    const size = Number.parseInt(textOf(header, 124, 136), 8);
    if (name === "" || !(size >= 0)) break;
    const bytes = buffer.subarray(at + TAR_BLOCK, at + TAR_BLOCK + size);
    // Other kinds of members are folders, links and what tells more of the next.
    const isFile = /^[0\0]$/.test(header.toString("latin1", 156, 157));
    if (isFile) {
      members.push({
        name: [textOf(header, 345, 500), name].filter(each => each !== "").join("/"),
        read: () => (bytes.length < size ? "breaks off" : bytes),
      });
    }
    at += TAR_BLOCK + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
  return members;
}

function textOf(header: Buffer, start: number, end: number): string {
  const field = header.toString("utf8", start, end);
  const [text = ""] = field.split("\0");
  return text.trim();
}

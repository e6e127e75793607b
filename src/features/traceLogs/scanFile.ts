/** Reads a log as a stream, plain or as gzip, and tells of each line with an id. Knows no trace and no editor. */

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { IdScan, type OnLine, type ScanFor } from "../../logs/idScan.ts";

/** A millisecond of work: others have their turn in between. */
const CHUNK_BYTES = 524_288;
const GZIP = /\.gz$/i;

export interface ScanOptions {
  readonly onLine: OnLine;
  readonly scanFor?: ScanFor;
  /** Bytes of the file as it lies on the disk. */
  readonly onProgress?: (bytes: number) => void;
  /** So much is read, unpacked: a small archive may hold a large log. */
  readonly maxBytes?: number;
  /** Only lines that begin in here are told of, where the file is a plain one. */
  readonly range?: ByteRange;
  readonly signal: AbortSignal;
}

export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

const WHOLE: ByteRange = { from: 0, to: Number.POSITIVE_INFINITY };
const NEWLINE = 10;

/** Rejects where the file cannot be read, or when it is cancelled. `isCut`: there was more than `maxBytes`. */
export async function scanFile(
  path: string,
  options: ScanOptions,
): Promise<{ readonly isCut: boolean }> {
  const { onLine, scanFor, onProgress, maxBytes = Number.POSITIVE_INFINITY, signal } = options;
  const { range = WHOLE } = options;
  const scan = new IdScan(onLine, scanFor);
  let bytes = 0;
  const chunks = isPacked(path) ? readPacked(path, signal) : readPlain(path, range, signal);
  for await (const [chunk, fileBytes] of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) return { isCut: true };
    scan.push(chunk);
    onProgress?.(fileBytes);
    await new Promise(resolve => setImmediate(resolve));
    signal.throwIfAborted();
  }
  scan.end();
  return { isCut: false };
}

export function isPacked(path: string): boolean {
  return GZIP.test(path);
}

/** Each chunk with how much of the file has been read by then. */
type Chunks = AsyncGenerator<readonly [chunk: Buffer, fileBytes: number]>;

/**
 * In two buffers by turns: while one is looked at the other is filled. A range begins behind the first line end that is
 * not before it, and ends with the first one behind it, so that ranges side by side share no line and miss none.
 */
async function* readPlain(path: string, { from, to }: ByteRange, signal: AbortSignal): Chunks {
  signal.throwIfAborted();
  if (from >= to) return;
  const file = await open(path);
  let pending: Promise<Buffer> | undefined;
  try {
    let [now, next] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)];
    let at = Math.max(0, from - 1);
    const fill = async (buffer: Buffer, position: number): Promise<Buffer> => {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
      return buffer.subarray(0, bytesRead);
    };
    pending = fill(now, at);
    for (let isInside = from === 0, isDone = false; !isDone;) {
      const chunk = await pending;
      if (chunk.length === 0) return;
      pending = fill(next, at + chunk.length);
      // What fails while this chunk is looked at is told when the next is awaited.
      pending.catch(() => undefined);
      [now, next] = [next, now];
      const first = isInside ? 0 : chunk.indexOf(NEWLINE) + 1;
      isInside ||= first > 0;
      const last = at + chunk.length < to ? -1 : chunk.indexOf(NEWLINE, Math.max(0, to - 1 - at));
      isDone = last >= 0;
      at += chunk.length;
      if (isInside) yield [chunk.subarray(first, isDone ? last + 1 : chunk.length), at - from];
    }
  } finally {
    // The reader lets go before the buffer that is being filled is in the file's hands no longer.
    await pending?.catch(() => undefined);
    await file.close();
  }
}

async function* readPacked(path: string, signal: AbortSignal): Chunks {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES, signal });
  const unpacked = file.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  // An error of the file does not reach what it is piped into.
  file.on("error", error => unpacked.destroy(error));
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) yield [chunk, file.bytesRead];
  } finally {
    file.destroy();
  }
}

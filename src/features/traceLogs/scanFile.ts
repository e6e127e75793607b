/** Reads a log as a stream, plain or as gzip, and tells of each line with an id. Knows no trace and no editor. */

import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { IdScan, type OnLine } from "../../logs/idScan.ts";

/** Two milliseconds of work: others have their turn in between. */
const CHUNK_BYTES = 262_144;
const GZIP = /\.gz$/i;

export interface ScanOptions {
  readonly onLine: OnLine;
  /** Bytes of the file as it lies on the disk. */
  readonly onProgress?: (bytes: number) => void;
  /** So much is read, unpacked: a small archive may hold a large log. */
  readonly maxBytes?: number;
  readonly signal: AbortSignal;
}

export interface Scanned {
  readonly lines: number;
  /** There was more than `maxBytes`. */
  readonly isCut: boolean;
}

/** Rejects where the file cannot be read, or when it is cancelled. */
export async function scanFile(path: string, options: ScanOptions): Promise<Scanned> {
  const { onLine, onProgress, maxBytes = Number.POSITIVE_INFINITY, signal } = options;
  const scan = new IdScan(onLine);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES, signal });
  const unpack = GZIP.test(path) ? createGunzip({ chunkSize: CHUNK_BYTES }) : undefined;
  // An error of the file does not reach what it is piped into.
  file.on("error", error => unpack?.destroy(error));
  const stream = unpack === undefined ? file : file.pipe(unpack);
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      file.destroy();
      return { lines: scan.lines, isCut: true };
    }
    scan.push(chunk);
    onProgress?.(file.bytesRead);
    await new Promise(resolve => setImmediate(resolve));
    signal.throwIfAborted();
  }
  scan.end();
  return { lines: scan.lines, isCut: false };
}

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
  readonly signal: AbortSignal;
}

/** Answers how many lines were read. Rejects where the file cannot be read, or when it is cancelled. */
export async function scanFile(path: string, options: ScanOptions): Promise<number> {
  const { onLine, onProgress, signal } = options;
  const scan = new IdScan(onLine);
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES, signal });
  const unpack = GZIP.test(path) ? createGunzip({ chunkSize: CHUNK_BYTES }) : undefined;
  // An error of the file does not reach what it is piped into.
  file.on("error", error => unpack?.destroy(error));
  const stream = unpack === undefined ? file : file.pipe(unpack);
  for await (const chunk of stream) {
    scan.push(chunk as Buffer);
    onProgress?.(file.bytesRead);
    await new Promise(resolve => setImmediate(resolve));
    signal.throwIfAborted();
  }
  scan.end();
  return scan.lines;
}

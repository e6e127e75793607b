/** The compressions that senders use, each with a bound on what comes out. Knows no wire. */

import { promisify } from "node:util";
import zlib, { constants } from "node:zlib";

export type Decompressor = (bytes: Uint8Array, maxOutputLength: number) => Promise<Uint8Array>;

const gunzip = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflate);
const inflateRaw = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);
const unbrotli = promisify<Uint8Array, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress);
const unzstd = promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress);

/** 2^26 = 64 MiB: what a frame may ask for as its window before it has said anything. */
const MAX_ZSTD_WINDOW_LOG = 26;

const decompressors: Readonly<Record<string, Decompressor>> = {
  gzip: (bytes, maxOutputLength) => gunzip(bytes, { maxOutputLength }),
  deflate: (bytes, maxOutputLength) =>
    // Some leave out the two bytes of the wrapping: its low four bits are 8.
    ((bytes[0] ?? 0) & 0x0f) === 8
      ? inflate(bytes, { maxOutputLength })
      : inflateRaw(bytes, { maxOutputLength }),
  br: (bytes, maxOutputLength) => unbrotli(bytes, { maxOutputLength }),
  zstd: (bytes, maxOutputLength) =>
    unzstd(bytes, {
      maxOutputLength,
      params: { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG },
    }),
};

export const compressions: readonly string[] = Object.keys(decompressors);

export function findDecompressor(encoding: string): Decompressor | undefined {
  return Object.hasOwn(decompressors, encoding) ? decompressors[encoding] : undefined;
}

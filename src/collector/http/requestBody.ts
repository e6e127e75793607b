/**
 * The body of a request, whole and decompressed, within bounds: each body before and after, all bodies together, and
 * how many are being decompressed at once. A body that is refused is not read on.
 */

import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import zlib, { constants } from "node:zlib";
import { HttpRefusal } from "./route.ts";

export interface BodyLimits {
  /** Of one body, on the wire and again decompressed. */
  readonly maxBodyBytes: number;
  /** Of all bodies that are being read or kept. */
  readonly maxBytesInFlight: number;
}

export interface RequestBody {
  readonly bytes: Uint8Array;
  readonly wireBytes: number;
  /** To be called when the bytes are no longer held. */
  release(): void;
}

/** The client went away before its body was whole. There is nobody to answer. */
export class RequestAborted extends Error {}

/** Each may hold as much memory as the largest body before it is known how much it needs. */
const MAX_DECOMPRESSING = 2;
const RETRY_SECONDS = "1";

export class BodyReader {
  readonly #limits: BodyLimits;
  #inFlight = 0;
  #decompressing = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  get bytesInFlight(): number {
    return this.#inFlight;
  }

  /** Rejects with `HttpRefusal` or `RequestAborted`. */
  async read(request: IncomingMessage): Promise<RequestBody> {
    const decompress = findDecompressor(request.headers["content-encoding"]);
    const reservation = new MemoryReservation(bytes => {
      this.#inFlight += bytes;
    });
    const release = (): void => {
      reservation.change(0);
    };
    try {
      const wire = await this.#collect(request, reservation);
      if (decompress === undefined) return { bytes: wire, wireBytes: wire.length, release };
      const bytes = await this.#inTurn(() => decompress(wire, this.#limits.maxBodyBytes));
      reservation.change(bytes.length);
      return { bytes, wireBytes: wire.length, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #collect(request: IncomingMessage, reservation: MemoryReservation): Promise<Uint8Array> {
    const { maxBodyBytes, maxBytesInFlight } = this.#limits;
    const check = (length: number): HttpRefusal | undefined => {
      if (length > maxBodyBytes) return tooLarge(maxBodyBytes);
      if (this.#inFlight + length - reservation.bytes <= maxBytesInFlight) return undefined;
      return new HttpRefusal(503, "too much is being received at once", {
        "Retry-After": RETRY_SECONDS,
      });
    };
    const announced = Number(request.headers["content-length"] ?? 0);
    const refusal = check(announced);
    if (refusal !== undefined) return Promise.reject(refusal);
    reservation.change(announced);
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const stop = (error: Error): void => {
        request.off("data", onData);
        chunks.length = 0;
        reject(error);
      };
      const onData = (chunk: Buffer): void => {
        length += chunk.length;
        chunks.push(chunk);
        if (length <= announced) return;
        const late = check(length);
        if (late !== undefined) stop(late);
        else reservation.change(length);
      };
      request.on("data", onData);
      request.on("end", () => {
        resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
      });
      request.on("error", () => {
        stop(new RequestAborted());
      });
      request.on("close", () => {
        if (!request.complete) stop(new RequestAborted());
      });
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#decompressing >= MAX_DECOMPRESSING) {
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
    this.#decompressing += 1;
    try {
      return await work();
    } finally {
      this.#decompressing -= 1;
      this.#waiting.shift()?.();
    }
  }
}

/** What one request holds of the memory that all may have. */
class MemoryReservation {
  readonly #take: (bytes: number) => void;
  bytes = 0;

  constructor(take: (bytes: number) => void) {
    this.#take = take;
  }

  change(bytes: number): void {
    this.#take(bytes - this.bytes);
    this.bytes = bytes;
  }
}

function tooLarge(maxBytes: number): HttpRefusal {
  return new HttpRefusal(413, `more than ${Math.floor(maxBytes / 1024 / 1024)} MiB`);
}

type Decompressor = (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

const gunzip = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gunzip);
const inflate = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflate);
const inflateRaw = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.inflateRaw);
const unbrotli = promisify<Uint8Array, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress);
const unzstd = promisify<Uint8Array, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress);

/** 2^26 = 64 MiB: what a frame may ask for as its window before it has said anything. */
const MAX_ZSTD_WINDOW_LOG = 26;

const decompressors: Readonly<Record<string, Decompressor>> = {
  gzip: bounded("gzip", (bytes, maxOutputLength) => gunzip(bytes, { maxOutputLength })),
  deflate: bounded("deflate", (bytes, maxOutputLength) =>
    // Some leave out the two bytes of the wrapping: its low four bits are 8.
    ((bytes[0] ?? 0) & 0x0f) === 8
      ? inflate(bytes, { maxOutputLength })
      : inflateRaw(bytes, { maxOutputLength }),
  ),
  br: bounded("brotli", (bytes, maxOutputLength) => unbrotli(bytes, { maxOutputLength })),
  zstd: bounded("zstd", (bytes, maxOutputLength) =>
    unzstd(bytes, {
      maxOutputLength,
      params: { [constants.ZSTD_d_windowLogMax]: MAX_ZSTD_WINDOW_LOG },
    }),
  ),
};
const supported = Object.keys(decompressors).join(", ");

/** `undefined`: the body is as it is. */
function findDecompressor(header: string | undefined): Decompressor | undefined {
  const encoding = (header ?? "").trim().toLowerCase().replace(/^x-/, "");
  if (encoding === "" || encoding === "identity") return undefined;
  if (Object.hasOwn(decompressors, encoding)) return decompressors[encoding];
  throw new HttpRefusal(415, `Content-Encoding is not one of ${supported}`, {
    "Accept-Encoding": supported,
  });
}

function bounded(
  name: string,
  decompress: (bytes: Uint8Array, maxBytes: number) => Promise<Uint8Array>,
): Decompressor {
  return async (bytes, maxBytes) => {
    try {
      return await decompress(bytes, maxBytes);
    } catch (error) {
      // zlib names every fault of its input with a code, and so does Node what is too long.
      if (!(error instanceof Error && "code" in error)) throw error;
      if (error.code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
      throw new HttpRefusal(400, `${name}: ${error.message}`);
    }
  };
}

/** The body of an answer: unpacked while it comes, and no more of it than a bound. Knows no product. */

import type { IncomingMessage } from "node:http";
import { pipeline, type Readable, type Transform } from "node:stream";
import * as zlib from "node:zlib";

export interface HttpBody {
  readonly bytes: Buffer;
  /** There was more than the bound allows. */
  readonly isCut: boolean;
}

export interface HttpAnswer extends HttpBody {
  readonly status: number;
  readonly contentType: string;
  /** As the server wrote it, seconds or a date. */
  readonly retryAfter: string | undefined;
}

/** The encodings that we can unpack; Zstandard came with a later Node than some editors have. */
export const ACCEPTED_ENCODINGS =
  "createZstdDecompress" in zlib ? "gzip, deflate, br, zstd" : "gzip, deflate, br";

/** The bound counts unpacked bytes: a small answer may unfold into a huge one. */
export async function readBody(answer: IncomingMessage, maxBytes: number): Promise<HttpBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpack(answer) as AsyncIterable<Buffer>) {
    const room = maxBytes - length;
    chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
    length += chunk.length;
    // Leaving the loop ends the stream, and with it the connection.
    if (chunk.length > room) return { bytes: Buffer.concat(chunks), isCut: true };
  }
  return { bytes: Buffer.concat(chunks), isCut: false };
}

function unpack(answer: IncomingMessage): Readable {
  const decoder = createDecoder(answer.headers["content-encoding"]?.trim().toLowerCase());
  // Its errors come out of the decoder, where the reader waits.
  return decoder === undefined ? answer : pipeline(answer, decoder, () => undefined);
}

function createDecoder(encoding: string | undefined): Transform | undefined {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
    case "deflate":
      return zlib.createUnzip();
    case "br":
      return zlib.createBrotliDecompress();
    case "zstd":
      return zlib.createZstdDecompress();
    default:
      return undefined;
  }
}

/** The body of a request, whole and decompressed, within the budget. A body that is refused is not read on. */

import type { IncomingMessage } from "node:http";
import { compressions } from "../decompress.ts";
import {
  BodyTooLarge,
  ReceiverBusy,
  type ReceiveBudget,
  type Reservation,
} from "../receiveBudget.ts";
import { HttpRefusal } from "./route.ts";

export interface RequestBody {
  readonly bytes: Uint8Array;
  readonly wireBytes: number;
  /** To be called when the bytes are no longer held. */
  release(): void;
}

/** The client went away before its body was whole. There is nobody to answer. */
export class RequestAborted extends Error {}

/** Rejects with `HttpRefusal`, `WireError` or `RequestAborted`. */
export async function readRequestBody(
  request: IncomingMessage,
  budget: ReceiveBudget,
): Promise<RequestBody> {
  const encoding = readEncoding(request.headers["content-encoding"]);
  const reservation = budget.reserve();
  try {
    const wire = await collect(request, budget, reservation);
    const bytes =
      encoding === undefined ? wire : await budget.decompress(encoding, wire, reservation);
    return { bytes, wireBytes: wire.length, release: () => reservation.release() };
  } catch (error) {
    reservation.release();
    throw toRefusal(error);
  }
}

/** Counts what has come, not what was announced: a promise of megabytes costs its sender nothing. */
function collect(
  request: IncomingMessage,
  { limits: { maxBodyBytes } }: ReceiveBudget,
  reservation: Reservation,
): Promise<Uint8Array> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maxBodyBytes) return Promise.reject(new BodyTooLarge(maxBodyBytes));
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
      try {
        if (length > maxBodyBytes) throw new BodyTooLarge(maxBodyBytes);
        reservation.change(length);
      } catch (error) {
        stop(error as Error);
      }
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

function toRefusal(error: unknown): unknown {
  if (error instanceof BodyTooLarge) return new HttpRefusal(413, error.message);
  if (!(error instanceof ReceiverBusy)) return error;
  return new HttpRefusal(503, error.message, { "Retry-After": String(error.retryAfterMs / 1_000) });
}

/** `undefined`: the body is as it is. */
function readEncoding(header: string | undefined): string | undefined {
  const encoding = (header ?? "").trim().toLowerCase().replace(/^x-/, "");
  if (encoding === "" || encoding === "identity") return undefined;
  if (compressions.includes(encoding)) return encoding;
  const supported = compressions.join(", ");
  throw new HttpRefusal(415, `Content-Encoding is not one of ${supported}`, {
    "Accept-Encoding": supported,
  });
}

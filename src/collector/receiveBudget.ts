/**
 * How much all receivers may hold at once of what they are being sent, whatever it comes by; and how much one message
 * may be, before and after decompression. Knows no wire.
 */

import { WireError } from "../formats/encodings/protoReader.ts";
import { findDecompressor } from "./decompress.ts";

export interface ReceiveLimits {
  /** The most bytes of one body or message, on the wire and again decompressed. */
  readonly maxBodyBytes: number;
  /** The most bytes of all that is being received, decompressed or kept. */
  readonly maxBytesInFlight: number;
}

const MIB = 1024 * 1024;
/** The size of one body is what OpenTelemetry recommends; four of those at once fit. */
const defaultLimits: ReceiveLimits = { maxBodyBytes: 64 * MIB, maxBytesInFlight: 256 * MIB };
/** Each may hold as much memory as the largest body before it is known how much it needs. */
const MAX_DECOMPRESSING = 2;
const RETRY_MS = 1_000;

/** Sent again after a while it may fit; nothing was kept. */
export class ReceiverBusy extends Error {
  readonly retryAfterMs = RETRY_MS;

  constructor(reason = "too much is being received at once") {
    super(reason);
    this.name = "ReceiverBusy";
  }
}

export class BodyTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`more than ${Math.floor(maxBytes / MIB)} MiB`);
    this.name = "BodyTooLarge";
  }
}

export class ReceiveBudget {
  readonly limits: ReceiveLimits;
  #used = 0;
  #decompressing = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limits: Partial<ReceiveLimits> = {}) {
    this.limits = { ...defaultLimits, ...limits };
  }

  get bytesInFlight(): number {
    return this.#used;
  }

  reserve(): Reservation {
    return new Reservation((before, after) => {
      const next = this.#used - before + after;
      if (after > before && next > this.limits.maxBytesInFlight) throw new ReceiverBusy();
      this.#used = next;
    });
  }

  /**
   * The reservation becomes one for what comes out. Rejects with `BodyTooLarge`, `ReceiverBusy`, or a `WireError` where
   * the bytes are not what they should be.
   */
  async decompress(
    encoding: string,
    bytes: Uint8Array,
    reservation: Reservation,
  ): Promise<Uint8Array> {
    const decompress = findDecompressor(encoding);
    if (decompress === undefined) throw new WireError(`${encoding} is no known compression`);
    if (this.#decompressing >= MAX_DECOMPRESSING) {
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
    this.#decompressing += 1;
    try {
      const plain = await decompress(bytes, this.limits.maxBodyBytes);
      reservation.change(plain.length);
      return plain;
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
      // zlib names every fault of its input with a code, and so does Node what is too long.
      if (error.code === "ERR_BUFFER_TOO_LARGE") throw new BodyTooLarge(this.limits.maxBodyBytes);
      throw new WireError(`${encoding}: ${error.message}`);
    } finally {
      this.#decompressing -= 1;
      this.#waiting.shift()?.();
    }
  }
}

/** The part of the budget that one message holds. */
export class Reservation {
  readonly #take: (before: number, after: number) => void;
  #bytes = 0;

  constructor(take: (before: number, after: number) => void) {
    this.#take = take;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Throws `ReceiverBusy`, and holds what it held. */
  change(bytes: number): void {
    this.#take(this.#bytes, bytes);
    this.#bytes = bytes;
  }

  release(): void {
    this.change(0);
  }
}

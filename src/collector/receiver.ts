/**
 * The interface that every receiver has for those who start, show and stop it, whatever it speaks and however it
 * listens. Knows no wire and no store.
 */

import type { IngestResult } from "../model/spanSink.ts";

/** A receiver that listens. What it counts is read when it is asked for; nobody is called for each request. */
export interface Receiver {
  /** By which its owner knows it. */
  readonly name: string;
  /** Where it listens, all on one port: `127.0.0.1`, and `::1` where the machine has it; or where it is exposed. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly counters: ReceiverCounters;
  /** Takes nothing more, lets what is being answered be answered for a moment, and frees the port. */
  close(): Promise<void>;
}

/** Since the receiver was opened. */
export interface ReceiverCounters {
  /** Requests, calls, streams or datagrams that brought data. */
  readonly requests: number;
  /** That are kept. */
  readonly spans: number;
  /** Log records that are kept. */
  readonly logs: number;
  /** Spans and log records that were refused, and requests that could not be read at all. */
  readonly rejected: number;
  /** As they came over the wire. */
  readonly bytes: number;
  /** Why something was rejected the last time. */
  readonly lastReason?: string;
  /** Notes on what is kept otherwise than it was sent. */
  readonly noted: number;
  readonly lastNote?: string;
}

/** The counters while they are counted. */
export interface MutableCounters {
  requests: number;
  spans: number;
  logs: number;
  rejected: number;
  bytes: number;
  lastReason?: string;
  noted: number;
  lastNote?: string;
}

export function createCounters(): MutableCounters {
  return { requests: 0, spans: 0, logs: 0, rejected: 0, bytes: 0, noted: 0 };
}

/** Counts what became of what was sent. */
export function countResult(
  counters: MutableCounters,
  carried: "spans" | "logs" | "nothing",
  { stored, rejected, reason, notes = [] }: IngestResult,
): void {
  if (carried !== "nothing") counters[carried] += stored;
  counters.rejected += rejected;
  if (rejected > 0) counters.lastReason = reason ?? "nothing that can be kept";
  counters.noted += notes.length;
  const lastNote = notes.at(-1);
  if (lastNote !== undefined) counters.lastNote = lastNote;
}

/** A port that could not be had. The others start all the same. */
export class BindError extends Error {
  /** As Node names it: `EADDRINUSE`, `EACCES`. */
  readonly code: string;
  readonly port: number;
  readonly address: string;

  constructor(failure: {
    readonly code: string;
    readonly port: number;
    readonly address: string;
    readonly cause?: unknown;
  }) {
    const { code, port, address, cause } = failure;
    super(`${code}: ${address.includes(":") ? `[${address}]` : address}:${port}`, { cause });
    this.name = "BindError";
    this.code = code;
    this.port = port;
    this.address = address;
  }
}

/** All that is listened on unasked. `localhost` is the second for Node and many others, so both must answer. */
export const loopbackAddresses = ["127.0.0.1", "::1"] as const;

/** Tells the error that a machine without IPv6 gives when it is asked for `::1`; it then has the one address. */
export function isNoSuchFamily(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT";
}

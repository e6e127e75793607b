/**
 * Spans as datagrams, as agents take them. Nobody can be told to wait, so what comes faster than it can be kept waits
 * here, up to a bound; beyond it, it is counted and dropped. Knows no format.
 */

import { createSocket } from "node:dgram";
import { reasonOf } from "../../model/failure.ts";
import type { SpanRecords } from "../../model/spanRecord.ts";
import { WireError } from "../../formats/encodings/protoReader.ts";
import { bindAddresses, type Binding } from "../bindAddresses.ts";
import { keepDated, type IngestTarget } from "../ingestTarget.ts";
import {
  countResult,
  createCounters,
  loopbackAddresses,
  type MutableCounters,
  type Receiver,
} from "../receiver.ts";
import { ReceiveBudget, ReceiverBusy, type Reservation } from "../receiveBudget.ts";
import { SinkBusy } from "../../model/spanSink.ts";

/** Reads a datagram; throws a `WireError` where it is none of its protocol. */
export type DatagramReader = (datagram: Buffer, target: IngestTarget) => SpanRecords;

export interface UdpReceiverOptions {
  /** By which its owner knows it. */
  readonly name: string;
  /** 0: any that is free on both addresses. */
  readonly port: number;
  readonly target: IngestTarget;
  readonly read: DatagramReader;
  /** Reports an error that should not have happened; the datagrams are lost. */
  readonly onBug?: (error: unknown) => void;
  readonly maxWaitingBytes?: number;
  /** That all receivers share. */
  readonly budget?: ReceiveBudget;
}

/** The system's buffer, for when this thread is busy; it may grant less. */
const SYSTEM_BUFFER_BYTES = 4 * 1024 * 1024;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** Written in one go: a few hundred full datagrams. */
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

/** Rejects with a `BindError` where the port cannot be had. */
export async function openUdpReceiver(options: UdpReceiverOptions): Promise<Receiver> {
  const counters = createCounters();
  const queue = new DatagramQueue(options, counters);
  const sockets = await bindAddresses(loopbackAddresses, options.port, (address, port) =>
    bind(address, port, datagram => {
      queue.add(datagram);
    }),
  );
  return {
    name: options.name,
    addresses: sockets.map(({ address }) => address),
    port: sockets[0]?.port ?? options.port,
    counters,
    close: async () => {
      await Promise.all(sockets.map(socket => socket.close()));
      await queue.settle();
    },
  };
}

class DatagramQueue {
  readonly #options: UdpReceiverOptions;
  readonly #counters: MutableCounters;
  readonly #reservation: Reservation;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #keeping: Promise<void> | undefined;
  #isClosing = false;

  constructor(options: UdpReceiverOptions, counters: MutableCounters) {
    this.#options = options;
    this.#counters = counters;
    this.#reservation = (options.budget ?? new ReceiveBudget()).reserve();
  }

  add(datagram: Buffer): void {
    this.#counters.requests += 1;
    this.#counters.bytes += datagram.length;
    const limit = this.#options.maxWaitingBytes ?? MAX_WAITING_BYTES;
    if (this.#waitingBytes + datagram.length > limit || !this.#tryReserve(datagram.length)) {
      this.#reject(1, "more datagrams than can be kept");
      return;
    }
    this.#waiting.push(datagram);
    this.#waitingBytes += datagram.length;
    this.#keeping ??= this.#keepAll();
  }

  #tryReserve(bytes: number): boolean {
    try {
      this.#reservation.change(this.#waitingBytes + bytes);
      return true;
    } catch (error) {
      if (!(error instanceof ReceiverBusy)) throw error;
      return false;
    }
  }

  /** Whatever waits is kept once more, or lost. */
  async settle(): Promise<void> {
    this.#isClosing = true;
    await this.#keeping;
  }

  async #keepAll(): Promise<void> {
    // One turn later, so that datagrams that came together are written together.
    await new Promise(resolve => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      let count = batch.length;
      try {
        const read = batch.flatMap(datagram => this.#read(datagram) ?? []);
        const records = read.flatMap(each => each.records);
        count = records.length;
        const problems = read.flatMap(each => each.problems);
        await this.#keep({ records, problems, lost: sum(read.map(({ lost = 0 }) => lost)) });
      } catch (error) {
        this.#reject(count, reasonOf(error));
        if (!(error instanceof SinkBusy)) this.#options.onBug?.(error);
      }
    }
    this.#keeping = undefined;
  }

  #takeBatch(): readonly Buffer[] {
    let bytes = 0;
    let count = 0;
    for (const datagram of this.#waiting) {
      bytes += datagram.length;
      if (count > 0 && bytes > MAX_BATCH_BYTES) break;
      count += 1;
    }
    const batch = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    for (const datagram of batch) this.#waitingBytes -= datagram.length;
    this.#reservation.change(this.#waitingBytes);
    return batch;
  }

  #read(datagram: Buffer): SpanRecords | undefined {
    try {
      return this.#options.read(datagram, this.#options.target);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#reject(1, error.message);
      return undefined;
    }
  }

  /** As often as it takes: meanwhile the queue fills, and only then is something lost. */
  async #keep(spans: SpanRecords): Promise<void> {
    for (;;) {
      try {
        const result = await keepDated(this.#options.target, spans);
        countResult(this.#counters, "spans", result);
        return;
      } catch (error) {
        if (!(error instanceof SinkBusy) || this.#isClosing) throw error;
        const { retryAfterMs } = error;
        await new Promise(resolve => setTimeout(resolve, retryAfterMs));
      }
    }
  }

  #reject(count: number, reason: string): void {
    this.#counters.rejected += count;
    this.#counters.lastReason = reason;
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function bind(
  address: string,
  port: number,
  onDatagram: (datagram: Buffer) => void,
): Promise<Binding> {
  return new Promise((resolve, reject) => {
    const isV4 = address === "127.0.0.1";
    const socket = createSocket({
      type: isV4 ? "udp4" : "udp6",
      ipv6Only: !isV4,
      recvBufferSize: SYSTEM_BUFFER_BYTES,
    });
    socket.on("error", reject);
    socket.on("message", onDatagram);
    socket.bind({ address, port, exclusive: true }, () => {
      resolve({
        ...socket.address(),
        close: () => new Promise(closed => socket.close(closed)),
      });
    });
  });
}

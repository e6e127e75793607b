/**
 * The receivers of one owner: each is opened on its port, and one that cannot have it is tried again quietly while the
 * others receive. Knows no wire and no store.
 */

import { findPortOwner, type Transport } from "./portOwner.ts";
import {
  receiverNames,
  type CollectorPorts,
  type CollectorTraffic,
  type ReceiverName,
  type ReceiverState,
  type ReceiverStatus,
} from "./collectorState.ts";
import { BindError, type Receiver } from "./receiver.ts";

/** How a receiver is opened; what it receives goes where its opener says. */
export interface Opener {
  readonly transport: Transport;
  open(port: number): Promise<Receiver>;
}

export type Openers = Readonly<Record<ReceiverName, Opener>>;

/** A port that another program has is tried again so often. */
const RETRY_MS = 10_000;

export class ReceiverSet {
  readonly #slots: readonly Slot[];
  readonly #retry: NodeJS.Timeout;
  #lastRejection: CollectorTraffic["lastRejection"];

  constructor(openers: Openers, retryMs = RETRY_MS) {
    this.#slots = receiverNames.map(name => new Slot(name, openers[name]));
    this.#retry = setInterval(() => {
      for (const slot of this.#slots) void slot.retry();
    }, retryMs);
  }

  /** Settles when each of them listens or is known not to. Those that keep their port are not touched. */
  async listen(ports: CollectorPorts): Promise<void> {
    // Ports are freed before any is taken: two receivers may change places.
    await Promise.all(this.#slots.map(slot => slot.leave(ports[slot.name])));
    await Promise.all(this.#slots.map(slot => slot.listen()));
  }

  list(): readonly ReceiverState[] {
    return this.#slots.map(slot => slot.state);
  }

  /** What could not be kept, over all of them and since the beginning. */
  countRejected(): Pick<CollectorTraffic, "rejected" | "lastRejection"> {
    let rejected = 0;
    for (const slot of this.#slots) {
      const reason = slot.takeNewReason();
      if (reason !== undefined) this.#lastRejection = { receiver: slot.name, reason };
      rejected += slot.rejected;
    }
    return { rejected, ...(this.#lastRejection && { lastRejection: this.#lastRejection }) };
  }

  async close(): Promise<void> {
    clearInterval(this.#retry);
    await Promise.all(this.#slots.map(slot => slot.leave(0)));
  }
}

/** One receiver's place, whether it is open or not. Its steps never overlap. */
class Slot {
  readonly name: ReceiverName;
  readonly #opener: Opener;
  #port = 0;
  #status: ReceiverStatus = { kind: "off" };
  #receiver: Receiver | undefined;
  /** What the receivers that are closed had rejected. */
  #rejectedBefore = 0;
  #rejectedSeen = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(name: ReceiverName, opener: Opener) {
    this.name = name;
    this.#opener = opener;
  }

  get state(): ReceiverState {
    return { name: this.name, port: this.#port, status: this.#status };
  }

  get rejected(): number {
    return this.#rejectedBefore + (this.#receiver?.counters.rejected ?? 0);
  }

  /** Why it rejected, where it did since this was last asked. */
  takeNewReason(): string | undefined {
    if (this.rejected === this.#rejectedSeen) return undefined;
    this.#rejectedSeen = this.rejected;
    return this.#receiver?.counters.lastReason;
  }

  leave(nextPort: number): Promise<void> {
    return this.#inTurn(async () => {
      if (nextPort === this.#port) return;
      this.#port = nextPort;
      this.#status = { kind: "off" };
      const receiver = this.#receiver;
      if (receiver === undefined) return;
      await receiver.close();
      this.#rejectedBefore += receiver.counters.rejected;
      this.#receiver = undefined;
    });
  }

  listen(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#port === 0 || this.#receiver !== undefined) return;
      try {
        this.#receiver = await this.#opener.open(this.#port);
        this.#status = { kind: "listening" };
      } catch (error) {
        this.#status = await this.#explain(error);
      }
    });
  }

  retry(): Promise<void> {
    const isWaiting = this.#status.kind === "portTaken" || this.#status.kind === "failed";
    return isWaiting ? this.listen() : Promise.resolve();
  }

  async #explain(error: unknown): Promise<ReceiverStatus> {
    const code = error instanceof BindError ? error.code : undefined;
    if (code === "EADDRINUSE") {
      const by = await findPortOwner(this.#port, this.#opener.transport);
      return { kind: "portTaken", ...(by !== undefined && { by }) };
    }
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(step);
    return this.#turn;
  }
}

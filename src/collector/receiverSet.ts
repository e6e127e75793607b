/**
 * The receivers of one owner: each is opened on its port, and one that cannot have it is tried again quietly while the
 * others receive. Knows no wire and no store.
 */

import { networkInterfaces } from "node:os";
import { Turns } from "../base/turns.ts";
import { resolveInterface, type ExposedAt, type Exposure } from "./exposure.ts";
import { findPortOwner, type Transport } from "./portOwner.ts";
import {
  receiverNames,
  type CollectorPorts,
  type CollectorTraffic,
  type LastOfReceiver,
  type ReceiverName,
  type ReceiverState,
  type ReceiverStatus,
} from "./collectorState.ts";
import { BindError, createCounters, type Receiver, type ReceiverCounters } from "./receiver.ts";

/** How a receiver is opened; what it receives goes where its opener says. */
export interface Opener {
  readonly transport: Transport;
  open(port: number): Promise<Receiver>;
  /** Absent: it receives on loopback alone. */
  readonly openExposed?: (port: number, exposedAt: ExposedAt) => Promise<Receiver>;
}

export type Openers = Readonly<Record<ReceiverName, Opener>>;

/** A port that another program has is tried again so often. */
const RETRY_MS = 10_000;

export class ReceiverSet {
  readonly #openers: Openers;
  readonly #slots: readonly Slot[];
  #exposed: readonly ExposedSlot[] = [];
  readonly #retry: NodeJS.Timeout;
  /** Places on interfaces that are no longer wanted; what they counted counts on. */
  #gone: readonly Slot[] = [];
  readonly #rejections = new Tally(({ rejected, lastReason }) => [rejected, lastReason]);
  readonly #notes = new Tally(({ noted, lastNote }) => [noted, lastNote]);

  constructor(openers: Openers, retryMs = RETRY_MS) {
    this.#openers = openers;
    this.#slots = receiverNames.map(name => new Slot(name, openers[name]));
    this.#retry = setInterval(() => {
      for (const slot of this.#all()) void slot.retry();
    }, retryMs);
  }

  /** Settles when each of them listens or is known not to. Those that keep their port are not touched. */
  async listen(ports: CollectorPorts, exposure?: Exposure): Promise<void> {
    const gone = this.#expose(exposure);
    // Ports are freed before any is taken: two receivers may change places.
    await Promise.all([
      ...gone.map(slot => slot.leave(0)),
      ...this.#all().map(slot => slot.leave(ports[slot.name])),
    ]);
    await Promise.all(this.#all().map(slot => slot.listen()));
  }

  /** Slots that are wanted as they are stay open; answers with the others. */
  #expose({ interfaces, token }: Exposure = { interfaces: [], token: "" }): readonly Slot[] {
    const before = this.#exposed;
    const reuseOrCreate = (name: ReceiverName, wanted: string): ExposedSlot[] => {
      const { transport, openExposed } = this.#openers[name];
      if (openExposed === undefined) return [];
      const open = before.find(
        each => each.name === name && each.interface === wanted && each.token === token,
      );
      return [open ?? new ExposedSlot(name, { transport, openExposed }, wanted, token)];
    };
    this.#exposed = [...new Set(interfaces)].flatMap(wanted =>
      receiverNames.flatMap(name => reuseOrCreate(name, wanted)),
    );
    const gone = before.filter(slot => !this.#exposed.includes(slot));
    this.#gone = [...this.#gone, ...gone];
    return gone;
  }

  #all(): readonly Slot[] {
    return [...this.#slots, ...this.#exposed];
  }

  list(): readonly ReceiverState[] {
    return this.#slots.map(slot => {
      const exposed = this.#exposed.filter(({ name }) => name === slot.name);
      if (exposed.length === 0) return slot.state;
      const states = exposed.map(each => ({
        interface: each.interface,
        status: each.state.status,
      }));
      return { ...slot.state, exposed: states };
    });
  }

  /** Counts what could not be kept, or not as it was sent, over all of them and since the beginning. */
  countProblems(): Pick<CollectorTraffic, "rejected" | "lastRejection" | "noted" | "lastNote"> {
    const slots = [...this.#all(), ...this.#gone];
    const [rejected, lastRejection] = this.#rejections.add(slots);
    const [noted, lastNote] = this.#notes.add(slots);
    return {
      rejected,
      noted,
      ...(lastRejection && { lastRejection }),
      ...(lastNote && { lastNote }),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#retry);
    await Promise.all(this.#all().map(slot => slot.leave(0)));
  }
}

/** The sum of one count over all receivers, and the last reason for it. */
class Tally {
  readonly #pick: (counters: ReceiverCounters) => readonly [number, string | undefined];
  readonly #counted = new Map<Slot, number>();
  #last: LastOfReceiver | undefined;

  constructor(pick: (counters: ReceiverCounters) => readonly [number, string | undefined]) {
    this.#pick = pick;
  }

  add(slots: readonly Slot[]): readonly [sum: number, last: LastOfReceiver | undefined] {
    let sum = 0;
    for (const slot of slots) {
      const [count, reason] = this.#pick(slot.counters);
      const isNew = count !== (this.#counted.get(slot) ?? 0);
      if (isNew && reason !== undefined) this.#last = { receiver: slot.name, reason };
      this.#counted.set(slot, count);
      sum += count;
    }
    return [sum, this.#last];
  }
}

/** One receiver's place, whether it is open or not. Its steps never overlap. */
class Slot {
  readonly name: ReceiverName;
  readonly #opener: Opener;
  #port = 0;
  #status: ReceiverStatus = { kind: "off" };
  #receiver: Receiver | undefined;
  /** The counts of the receivers that are closed. */
  #before = createCounters();
  readonly #turns = new Turns();

  constructor(name: ReceiverName, opener: Opener) {
    this.name = name;
    this.#opener = opener;
  }

  get state(): ReceiverState {
    return { name: this.name, port: this.#port, status: this.#status };
  }

  /** Counts over all receivers that were open here. */
  get counters(): ReceiverCounters {
    const before = this.#before;
    const now = this.#receiver?.counters;
    if (now === undefined) return before;
    return {
      ...{ ...before, ...now },
      rejected: before.rejected + now.rejected,
      noted: before.noted + now.noted,
    };
  }

  leave(nextPort: number): Promise<void> {
    return this.#turns.run(async () => {
      if (nextPort === this.#port) return;
      this.#port = nextPort;
      this.#status = { kind: "off" };
      const receiver = this.#receiver;
      if (receiver === undefined) return;
      await receiver.close();
      this.#before = { ...this.counters };
      this.#receiver = undefined;
    });
  }

  listen(): Promise<void> {
    return this.#turns.run(async () => {
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
}

/** A receiver's place on one interface. */
class ExposedSlot extends Slot {
  readonly interface: string;
  readonly token: string;

  constructor(
    name: ReceiverName,
    { transport, openExposed }: Required<Omit<Opener, "open">>,
    wanted: string,
    token: string,
  ) {
    super(name, {
      transport,
      // Asked for each time: a network of containers comes and goes.
      open: async port => {
        const addresses = resolveInterface(wanted, networkInterfaces());
        return openExposed(port, { addresses, token });
      },
    });
    this.interface = wanted;
    this.token = token;
  }
}

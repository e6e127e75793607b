/**
 * At most so many connections, and never a port that is shut: where one more comes, the one that has rested for the
 * longest goes; where none rests, the one whose request began first, for slow bodies hold a port as idleness does.
 * Senders connect again without a word; who only holds connections loses them. Knows no wire.
 */

import type { Socket } from "node:net";

/** Connections of each receiver; more than the programs of one machine open. */
const MAX_CONNECTIONS = 512;
/** A sender that was answered just now may be sending again: its next request would be cut off. */
const REST_MS = 1_000;

interface Use {
  /** Requests that are being received or answered. */
  readonly busy: number;
  /** When the last of them began or ended. */
  readonly sinceMs: number;
}

export class ConnectionLimit {
  readonly #max: number;
  readonly #now: () => number;
  /** In the order in which they last did something. */
  readonly #uses = new Map<Socket, Use>();

  constructor(max = MAX_CONNECTIONS, now: () => number = () => performance.now()) {
    this.#max = max;
    this.#now = now;
  }

  get size(): number {
    return this.#uses.size;
  }

  add(socket: Socket): void {
    if (this.#uses.size >= this.#max) this.#closeOne();
    this.#uses.set(socket, { busy: 0, sinceMs: this.#now() });
    socket.once("close", () => this.#uses.delete(socket));
  }

  /** A request of this connection has begun (1) or ended (−1). */
  change(socket: Socket, by: 1 | -1): void {
    const use = this.#uses.get(socket);
    if (use === undefined) return;
    this.#uses.delete(socket);
    this.#uses.set(socket, { busy: use.busy + by, sinceMs: this.#now() });
  }

  #closeOne(): void {
    const restingSinceMs = this.#now() - REST_MS;
    const [oldest] = this.#uses.keys();
    const [resting = oldest] =
      [...this.#uses].find(([, { busy, sinceMs }]) => busy === 0 && sinceMs <= restingSinceMs) ??
      [];
    if (resting === undefined) return;
    this.#uses.delete(resting);
    resting.destroy();
  }
}

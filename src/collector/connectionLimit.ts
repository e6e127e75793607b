/**
 * At most so many connections, and never a port that is shut: where one more comes, the one that has done nothing for the
 * longest goes. Senders connect again without a word; who only holds connections loses them. Knows no wire.
 */

import type { Socket } from "node:net";

/** Of each receiver; more than the programs of one machine open. */
const MAX_CONNECTIONS = 512;

export class ConnectionLimit {
  readonly #max: number;
  /** Busy requests of each, in the order in which they last did something. */
  readonly #busy = new Map<Socket, number>();

  constructor(max = MAX_CONNECTIONS) {
    this.#max = max;
  }

  get size(): number {
    return this.#busy.size;
  }

  /** Whether it may stay. */
  add(socket: Socket): boolean {
    if (this.#busy.size >= this.#max && !this.#closeIdlest()) {
      socket.destroy();
      return false;
    }
    this.#busy.set(socket, 0);
    socket.once("close", () => this.#busy.delete(socket));
    return true;
  }

  /** A request of this connection has begun (1) or ended (−1). */
  change(socket: Socket, by: 1 | -1): void {
    const busy = this.#busy.get(socket);
    if (busy === undefined) return;
    this.#busy.delete(socket);
    this.#busy.set(socket, busy + by);
  }

  destroyAll(): void {
    for (const socket of this.#busy.keys()) socket.destroy();
  }

  #closeIdlest(): boolean {
    for (const [socket, busy] of this.#busy) {
      if (busy > 0) continue;
      this.#busy.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  }
}

/**
 * At most so many connections, and never a port that is shut: where one more comes, the one that has done nothing for the
 * longest goes; where all are busy, the one whose request began first, for slow bodies hold a port as idleness does.
 * Senders connect again without a word; who only holds connections loses them. Knows no wire.
 */

import type { Socket } from "node:net";

/** Connections of each receiver; more than the programs of one machine open. */
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

  add(socket: Socket): void {
    if (this.#busy.size >= this.#max) this.#closeIdlest();
    this.#busy.set(socket, 0);
    socket.once("close", () => this.#busy.delete(socket));
  }

  /** A request of this connection has begun (1) or ended (−1). */
  change(socket: Socket, by: 1 | -1): void {
    const busy = this.#busy.get(socket);
    if (busy === undefined) return;
    this.#busy.delete(socket);
    this.#busy.set(socket, busy + by);
  }

  #closeIdlest(): void {
    const [oldest] = this.#busy.keys();
    const [idlest] = [...this.#busy].find(([, busy]) => busy === 0) ?? [oldest];
    if (idlest === undefined) return;
    this.#busy.delete(idlest);
    idlest.destroy();
  }
}

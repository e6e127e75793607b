/** Draws an element anew as the ages that it tells change. Knows no trace. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

const SECOND_MS = 1_000;
/** Ages below this are told in seconds. */
const YOUNG_MS = 60_000;
/** Older ones are told in minutes and more: this late nobody misses it. */
const OLD_TICK_MS = 30_000;

export class AgeTicks implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #getYoungest: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #drawnUnixMs = 0;

  /** `getYoungest` tells the latest of the moments whose ages the element tells, in milliseconds since the Unix epoch. */
  constructor(host: ReactiveControllerHost, getYoungest: () => number) {
    this.#host = host;
    this.#getYoungest = getYoungest;
    host.addController(this);
  }

  hostConnected(): void {
    this.#timer = setInterval(() => this.#tick(), SECOND_MS);
  }

  hostUpdated(): void {
    this.#drawnUnixMs = Date.now();
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }

  /** A page that nobody sees is drawn when it is seen again. */
  #tick(): void {
    const now = Date.now();
    const isYoung = now - this.#getYoungest() < YOUNG_MS;
    const isDue = isYoung || now - this.#drawnUnixMs >= OLD_TICK_MS;
    if (isDue && !document.hidden) this.#host.requestUpdate();
  }
}

/** Draws an element anew when a cell that it shows changes. Knows no trace. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { Owner, type Disposable } from "../../src/base/disposables.ts";

/** A cell, whatever it holds. */
export interface Watchable {
  watch(watcher: () => void): Disposable;
}

/**
 * Subscribes at the first update, not at the connection: an element that stands in the page before its class is
 * defined has no properties yet when it is connected.
 */
export class WatchCells implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #list: () => readonly Watchable[];
  #owner: Owner | undefined;

  constructor(host: ReactiveControllerHost, list: () => readonly Watchable[]) {
    this.#host = host;
    this.#list = list;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    if (this.#owner !== undefined) return;
    this.#owner = new Owner();
    for (const cell of this.#list()) {
      this.#owner.own(cell.watch(() => this.#host.requestUpdate()));
    }
  }

  hostDisconnected(): void {
    this.#owner?.dispose();
    this.#owner = undefined;
  }
}

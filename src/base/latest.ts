/** Latest-only work: a newer request aborts the older one. Knows nothing of traces. */

import type { Disposable } from "./disposables.ts";

export class Latest implements Disposable {
  #controller: AbortController | undefined;

  /** Runs `work`; answers `undefined` when a newer run or `dispose` superseded it meanwhile. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    this.#controller?.abort();
    const controller = new AbortController();
    this.#controller = controller;
    try {
      const value = await work(controller.signal);
      return controller.signal.aborted ? undefined : value;
    } catch (error) {
      // An aborted run may fail in any way; nobody waits for it any more.
      if (controller.signal.aborted) return undefined;
      throw error;
    }
  }

  dispose(): void {
    this.#controller?.abort();
  }
}

/** When a file's maintenance gets its turns on the thread that writes: between the commits, so that nobody waits for it. */

import type { Disposable } from "../../../base/disposables.ts";

const TURN_MS = 5;
/** The share of the time that the last commit took, so that maintenance never falls behind. */
const SHARE = 0.2;

export class MaintenanceTurns implements Disposable {
  readonly #work: (untilMs: number) => boolean;
  #next: NodeJS.Immediate | undefined;
  #isDisposed = false;

  /** `work` works until then, and answers whether there is more to do. */
  constructor(work: (untilMs: number) => boolean) {
    this.#work = work;
  }

  /** After something was written: one turn soon, and further ones while there is more to do. */
  take(commitMs = 0): void {
    if (this.#isDisposed) return;
    clearImmediate(this.#next);
    const forMs = Math.max(TURN_MS, commitMs * SHARE);
    this.#next = setImmediate(() => {
      if (this.#work(performance.now() + forMs)) this.take();
    });
  }

  dispose(): void {
    this.#isDisposed = true;
    clearImmediate(this.#next);
  }
}

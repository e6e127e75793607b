/** When the first picture of a panel stood. */

import type { Disposable } from "../../base/disposables.ts";

/** A hidden panel paints nothing; whoever waits for its picture must not wait for ever. */
const PAINT_DEADLINE_MS = 30_000;

export class FirstPaint implements Disposable {
  readonly #painted = Promise.withResolvers<number>();

  /** Only the first picture counts. */
  set(paintMs: number): void {
    this.#painted.resolve(paintMs);
  }

  /** Milliseconds until it was painted; NaN when the panel was closed before, or hidden for too long. */
  async wait(): Promise<number> {
    const tooLong = setTimeout(() => this.dispose(), PAINT_DEADLINE_MS);
    return this.#painted.promise.finally(() => clearTimeout(tooLong));
  }

  /** After a reader has gone, nobody waits for its picture. */
  dispose(): void {
    this.#painted.resolve(Number.NaN);
  }
}

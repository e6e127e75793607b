/** When the first picture of a panel stood, and when what is drawn after its rows did. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Disposable } from "../../base/disposables.ts";

/** A hidden panel paints nothing; whoever waits for its picture must not wait for ever. */
const PAINT_DEADLINE_MS = 30_000;
/** The graph and the answers of a larger trace are drawn after its rows. */
const LARGE = 5_000;
/** They take about a second at 100,000 spans, on two processors that do nothing else. */
const SETTLE_MS = 1_500;

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

  /** Resolves when what the panel draws of so many spans no longer needs the processors. */
  async settle(spanCount: number): Promise<void> {
    await this.wait();
    if (spanCount >= LARGE) await sleep(SETTLE_MS, undefined, { ref: false });
  }

  /** After a reader has gone, nobody waits for its picture. */
  dispose(): void {
    this.#painted.resolve(Number.NaN);
  }
}

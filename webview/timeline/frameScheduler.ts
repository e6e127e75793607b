/** However many things change, one frame is drawn. Knows nothing of what is drawn. */

import type { Disposable } from "../../src/base/disposables.ts";

export class FrameScheduler implements Disposable {
  readonly #draw: () => void;
  #handle: number | undefined;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  readonly request = (): void => {
    this.#handle ??= requestAnimationFrame(() => {
      this.#handle = undefined;
      this.#draw();
    });
  };

  dispose(): void {
    if (this.#handle !== undefined) cancelAnimationFrame(this.#handle);
    this.#handle = undefined;
  }
}

/** Runs something at the first of a burst of calls, and once more when the burst has rested. Knows no DOM. */

export class Burst {
  readonly #run: () => void;
  readonly #restMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isPending = false;

  constructor(run: () => void, restMs: number) {
    this.#run = run;
    this.#restMs = restMs;
  }

  call(): void {
    if (this.#timer === undefined) this.#run();
    else this.#isPending = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, this.#restMs);
  }

  /** Runs what waits for the burst to rest. */
  flush(): void {
    if (!this.#isPending) return;
    this.#isPending = false;
    this.#run();
  }
}

/**
 * How much of a graph is drawn: one that is new grows over several frames, because hundreds of nodes made in one would hold
 * up whatever else the page does. Its beginning, which is seen first, comes first. Knows no node.
 */

/** Some 6 ms of work on a usual machine, and as much for the layout of their words. */
const FIRST_NODES = 8;
const FEWEST_NODES = 4;
const MOST_NODES = 40;
/** A frame that takes longer has missed its turn, which whoever types would feel. */
const LONG_FRAME_MS = 34;
const SHORT_FRAME_MS = 20;

export class DrawingSteps {
  readonly #onStep: () => void;
  #key = "";
  #count = 0;
  #frame = 0;
  /** So many nodes more with the next frame: as many as this machine has shown that it makes in one. */
  #step = FIRST_NODES;
  #lastMs = Number.NaN;

  constructor(onStep: () => void) {
    this.#onStep = onStep;
  }

  /** How many of these nodes are drawn now. Pictures of one key share their nodes, so that a later one is there at once. */
  count(key: string, total: number): number {
    if (key !== this.#key) {
      this.#key = key;
      this.#count = this.#step = FIRST_NODES;
      this.#lastMs = Number.NaN;
    }
    return Math.min(this.#count, total);
  }

  /** To be called once the present nodes are drawn. */
  next(total: number): void {
    cancelAnimationFrame(this.#frame);
    if (this.#count >= total) {
      // What is unfolded later is little.
      this.#count = Number.POSITIVE_INFINITY;
      return;
    }
    this.#frame = requestAnimationFrame(nowMs => {
      const tookMs = nowMs - this.#lastMs;
      this.#lastMs = nowMs;
      if (tookMs > LONG_FRAME_MS) this.#step = Math.max(FEWEST_NODES, this.#step >> 1);
      else if (tookMs < SHORT_FRAME_MS) this.#step = Math.min(MOST_NODES, this.#step + 4);
      this.#count += this.#step;
      this.#onStep();
    });
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }
}

/**
 * How much of a graph is drawn: one that is new grows over several frames, because hundreds of nodes made in one would hold
 * up whatever else the page does. Its beginning, which is seen first, comes first. Knows no node.
 */

/** Some 15 ms of work on a usual machine, the layout of their words in it. */
const NODES_A_FRAME = 20;

export class DrawingSteps {
  readonly #onStep: () => void;
  #key = "";
  #count = 0;
  #frame = 0;

  constructor(onStep: () => void) {
    this.#onStep = onStep;
  }

  /** How many of these nodes are drawn now. Pictures of one key share their nodes, so that a later one is there at once. */
  count(key: string, total: number): number {
    if (key !== this.#key) {
      this.#key = key;
      this.#count = NODES_A_FRAME;
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
    this.#frame = requestAnimationFrame(() => {
      this.#count += NODES_A_FRAME;
      this.#onStep();
    });
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }
}

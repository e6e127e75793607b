/**
 * How much of a graph is drawn: one that is new grows in several steps, because hundreds of nodes made in one would hold
 * up whatever else the page does. Its beginning, which is seen first, comes first. Knows no node.
 */

/** Some 30 ms of work on a usual machine. Fewer would be more steps, each of which paints the whole window. */
const STEP_NODES = 16;
/** A page that never rests draws its graph all the same. */
const LATEST_MS = 250;

export class DrawingSteps {
  readonly #onStep: () => void;
  #key = "";
  #count = 0;
  #waiting = 0;

  constructor(onStep: () => void) {
    this.#onStep = onStep;
  }

  /** How many of these nodes are drawn now. Pictures of one key share their nodes, so that a later one is there at once. */
  count(key: string, total: number): number {
    if (key !== this.#key) {
      this.#key = key;
      this.#count = STEP_NODES;
    }
    return Math.min(this.#count, total);
  }

  /** To be called once the present nodes are drawn. */
  next(total: number): void {
    cancelIdleCallback(this.#waiting);
    if (this.#count >= total) {
      // What is unfolded later is little.
      this.#count = Number.POSITIVE_INFINITY;
      return;
    }
    const take = (): void => {
      this.#count += STEP_NODES;
      this.#onStep();
    };
    this.#waiting = requestIdleCallback(take, { timeout: LATEST_MS });
  }

  stop(): void {
    cancelIdleCallback(this.#waiting);
  }
}

/** Steps that never overlap: each begins when the one before has settled, however it did. */

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as the step does. */
  run<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(step);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Lifetime: whoever creates a thing owns it and disposes it. Knows nothing of traces. */

export interface Disposable {
  dispose(): void;
}

/**
 * Owns things and disposes them in reverse order.
 * Adding to a disposed owner disposes the newcomer at once, so a late arrival never leaks.
 */
export class Owner implements Disposable {
  readonly #owned: Disposable[] = [];
  #disposed = false;

  get isDisposed(): boolean {
    return this.#disposed;
  }

  own<T extends Disposable>(thing: T): T {
    if (this.#disposed) {
      thing.dispose();
    } else {
      this.#owned.push(thing);
    }
    return thing;
  }

  dispose(): void {
    this.#disposed = true;
    for (let thing = this.#owned.pop(); thing !== undefined; thing = this.#owned.pop()) {
      thing.dispose();
    }
  }
}

/** Wraps a function as a disposable that runs it once. */
export function toDisposable(run: () => void): Disposable {
  let done = false;
  return {
    dispose() {
      if (done) return;
      done = true;
      run();
    },
  };
}

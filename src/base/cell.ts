/** A value that can be watched: the one primitive of state in the webview. Knows nothing of traces. */

import { toDisposable, type Disposable } from "./disposables.ts";

export class Cell<T> {
  #value: T;
  readonly #watchers = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Setting an equal value tells nobody. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const watcher of [...this.#watchers]) watcher(value);
  }

  /** Calls `watcher` at each later change, not for the present value. */
  watch(watcher: (value: T) => void): Disposable {
    this.#watchers.add(watcher);
    return toDisposable(() => this.#watchers.delete(watcher));
  }
}

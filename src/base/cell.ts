/** A value that can be watched: the one primitive of state in the webview. Knows nothing of traces. */

import { toDisposable, type Disposable } from "./disposables.ts";

/** The watchers that wait until a change of several cells is whole, by the cell; `undefined` while there is no such change. */
let waiting: Map<object, () => void> | undefined;

/** Runs a change of several cells: nobody is told of the first before the last is set, and then in the order of their setting. */
export function changeTogether(change: () => void): void {
  if (waiting !== undefined) {
    change();
    return;
  }
  const changed = new Map<object, () => void>();
  waiting = changed;
  try {
    change();
  } finally {
    waiting = undefined;
    for (const notify of changed.values()) notify();
  }
}

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
    const before = this.#value;
    if (Object.is(value, before)) return;
    this.#value = value;
    if (waiting === undefined) this.#notify(before);
    else if (!waiting.has(this)) waiting.set(this, () => this.#notify(before));
  }

  /** Calls `watcher` at each later change, not for the present value. */
  watch(watcher: (value: T) => void): Disposable {
    this.#watchers.add(watcher);
    return toDisposable(() => this.#watchers.delete(watcher));
  }

  #notify(before: T): void {
    if (Object.is(before, this.#value)) return;
    for (const watcher of [...this.#watchers]) watcher(this.#value);
  }
}

/**
 * Traces that the user deleted, while the deletion can still be undone. The list leaves them out at once; the store
 * deletes them only when the time for Undo is over. Knows neither VS Code nor which store.
 */

import type { Disposable } from "../../base/disposables.ts";

/** As long as VS Code's own notices stay, give or take: long enough to read one line and press a key. */
export const UNDO_MS = 10_000;

interface Batch {
  readonly traceIds: readonly string[];
  readonly timer: ReturnType<typeof setTimeout>;
}

export class PendingDeletions implements Disposable {
  readonly #deleteTraces: (traceIds: readonly string[]) => Promise<void>;
  readonly #onChange: () => void;
  /** Oldest first; Undo takes the last. */
  readonly #batches: Batch[] = [];
  /** Hidden: those of the batches, and those that the store is deleting. */
  readonly #hidden = new Set<string>();
  #isOver = false;

  /** `deleteTraces` must not reject. */
  constructor(deleteTraces: (traceIds: readonly string[]) => Promise<void>, onChange: () => void) {
    this.#deleteTraces = deleteTraces;
    this.#onChange = onChange;
  }

  /** How many traces Undo would bring back; 0 where there is nothing to undo. */
  get undoable(): number {
    return this.#batches.at(-1)?.traceIds.length ?? 0;
  }

  has(traceId: string): boolean {
    return this.#hidden.has(traceId);
  }

  add(traceIds: readonly string[]): void {
    const added = traceIds.filter(traceId => !this.#hidden.has(traceId));
    if (added.length === 0 || this.#isOver) return;
    for (const traceId of added) this.#hidden.add(traceId);
    const timer = setTimeout(() => {
      this.#batches.splice(this.#batches.indexOf(batch), 1);
      void this.#commit([batch]);
    }, UNDO_MS);
    const batch: Batch = { traceIds: added, timer };
    this.#batches.push(batch);
    this.#onChange();
  }

  /** Brings the last deletion back. Answers with its traces, none where nothing can be undone. */
  undo(): readonly string[] {
    const batch = this.#batches.pop();
    if (batch === undefined) return [];
    clearTimeout(batch.timer);
    for (const traceId of batch.traceIds) this.#hidden.delete(traceId);
    this.#onChange();
    return batch.traceIds;
  }

  /** Deletes everything now, as when nobody is left who could undo it. */
  async flush(): Promise<void> {
    await this.#commit(this.#batches.splice(0));
  }

  async #commit(batches: readonly Batch[]): Promise<void> {
    if (batches.length === 0) return;
    for (const { timer } of batches) clearTimeout(timer);
    const traceIds = batches.flatMap(batch => batch.traceIds);
    const deleted = this.#deleteTraces(traceIds);
    if (!this.#isOver) this.#onChange();
    await deleted;
    // A trace that more spans come for is a new one from here on; one that the store could not delete is seen again.
    for (const traceId of traceIds) this.#hidden.delete(traceId);
    if (!this.#isOver) this.#onChange();
  }

  /** Whatever is not flushed by now stays in the store. */
  dispose(): void {
    this.#isOver = true;
    for (const { timer } of this.#batches.splice(0)) clearTimeout(timer);
  }
}

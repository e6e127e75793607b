/**
 * The fate of an id: asked of the stores when the pointer rests, then kept for a short while, misses too. Several
 * questions for one id are one question.
 */

import { neverAborted } from "../../base/neverAborted.ts";
import { Lru } from "../../base/lru.ts";
import type { FoundBrief, StoreSet } from "../../stores/storeSet.ts";

const CAPACITY = 1_000;
/** A finished task does not change; a running one, or one not yet stored, may at any moment. */
const DONE_MS = 60_000;
const CHANGING_MS = 2_000;
const MISS_MS = 5_000;

export class IdLookup {
  readonly #stores: () => Promise<StoreSet>;
  readonly #known = new Lru<string, FoundBrief>(CAPACITY);
  readonly #asking = new Map<string, Promise<FoundBrief>>();

  constructor(stores: () => Promise<StoreSet>) {
    this.#stores = stores;
  }

  /** Returns what is known without asking anyone. */
  get(id: string): FoundBrief | undefined {
    return this.#known.get(id);
  }

  async find(id: string): Promise<FoundBrief> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const asking = this.#asking.get(id) ?? this.#ask(id);
    this.#asking.set(id, asking);
    return asking;
  }

  clear(): void {
    this.#known.clear();
  }

  async #ask(id: string): Promise<FoundBrief> {
    try {
      const stores = await this.#stores();
      // Not bound to one hover: the answer serves the next one too, and each store has its own deadline.
      const looked = await stores.findBrief(id, neverAborted());
      const isDone = looked.kind === "found" && looked.brief.endUnixMs !== undefined;
      this.#known.set(
        id,
        looked,
        isDone ? DONE_MS : looked.kind === "found" ? CHANGING_MS : MISS_MS,
      );
      return looked;
    } finally {
      this.#asking.delete(id);
    }
  }
}

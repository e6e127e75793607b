/**
 * All stores that are open, asked side by side. The first answer can be shown while others still think; who was asked
 * and how each answered is kept, so that "not found" is honest. Knows no store in particular.
 */

import { getFailure, TraceError, type StoreAnswer } from "../model/failure.ts";
import { askStore } from "./askStore.ts";
import { TraceGathering } from "./traceGathering.ts";
import type { Found, TraceStore } from "../model/traceStore.ts";

/** The answer of one store about an id. */
export interface FoundIn {
  readonly store: TraceStore;
  readonly found: Found;
}

export type FoundBrief =
  | ({ readonly kind: "found" } & Found)
  /** The names of the stores that do not have it, and of those that could not be asked. */
  | {
      readonly kind: "missing";
      readonly asked: readonly string[];
      readonly failed: readonly string[];
    };

/** Whole traces may be large: reading one may take this many times as long as finding an id. */
const READ_PATIENCE = 6;

export class StoreSet {
  readonly #timeoutMs: number;
  readonly stores: readonly TraceStore[];

  constructor(stores: readonly TraceStore[], timeoutMs: number) {
    this.stores = stores;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Looks for one of these ids, likeliest first, in all stores at once; settles with the first store that knows any.
   * Rejects with `notFound` when none does. `only` names the one store to ask.
   */
  async findFirst(
    ids: readonly string[],
    signal: AbortSignal,
    only: string | undefined,
    onAnswer: (answers: readonly StoreAnswer[]) => void,
  ): Promise<readonly FoundIn[]> {
    const stores = this.#choose(only);
    // By store, not by name: two that broke may have one name.
    const answers: StoreAnswer[] = stores.map(({ name }) => ({ kind: "waiting", store: name }));
    const asked = stores.map(async (store, index) => {
      const find = async (storeSignal: AbortSignal): Promise<readonly Found[]> => {
        for (const id of ids) {
          const hits = await store.findId(id, storeSignal);
          if (hits.length > 0) return hits;
        }
        return [];
      };
      const outcome = await askStore(store, signal, this.#timeoutMs, find);
      const hits = outcome.kind === "answered" ? outcome.value : [];
      answers[index] =
        outcome.kind === "failed"
          ? { kind: "failed", store: store.name, failure: outcome.failure }
          : {
              kind: hits.length > 0 ? "found" : "notFound",
              store: store.name,
              tookMs: outcome.tookMs,
            };
      onAnswer([...answers]);
      if (hits.length === 0) throw new NotHere();
      return hits.map(found => ({ store, found }));
    });
    try {
      return await Promise.any(asked);
    } catch (error) {
      signal.throwIfAborted();
      const errors = (error as AggregateError).errors as readonly Error[];
      const bug = errors.find(each => !(each instanceof NotHere));
      if (bug !== undefined) throw bug;
      // Every store has answered, and none with a hit: the answers tell why.
      throw new TraceError({ code: "notFound", id: ids[0] ?? "", answers });
    }
  }

  /**
   * A trace as all stores know it; nothing is read before `start`, and `onParts` is called at each part that comes or
   * changes. `only` names the one store to ask.
   */
  gather(traceId: string, only: string | undefined, onParts: () => void): TraceGathering {
    return new TraceGathering(
      this.#choose(only),
      traceId,
      { findMs: this.#timeoutMs, readMs: this.#timeoutMs * READ_PATIENCE },
      onParts,
    );
  }

  /** Returns the answer of the first store that knows this id, or who was asked in vain. */
  async findBrief(id: string, signal: AbortSignal): Promise<FoundBrief> {
    try {
      const [first] = await this.findFirst([id], signal, undefined, () => undefined);
      if (first !== undefined) return { kind: "found", ...first.found };
      return { kind: "missing", asked: [], failed: [] };
    } catch (error) {
      const failure = getFailure(error);
      if (failure?.code !== "notFound") throw error;
      const listNames = (kind: StoreAnswer["kind"]): string[] =>
        failure.answers.filter(answer => answer.kind === kind).map(answer => answer.store);
      return { kind: "missing", asked: listNames("notFound"), failed: listNames("failed") };
    }
  }

  #choose(only: string | undefined): readonly TraceStore[] {
    return this.stores.filter(store => only === undefined || store.name === only);
  }
}

/** A store has answered, and not with a hit. */
class NotHere extends Error {}

/**
 * All stores that are open, asked side by side. The first answer can be shown while others still think; who was asked
 * and how each answered is kept, so that "not found" is honest. Knows no store in particular.
 */

import { getFailure, TraceError, type Failure, type StoreAnswer } from "../model/failure.ts";
import type { StoredTrace } from "../model/trace.ts";
import type { Found, SpanBrief, TraceStore } from "./traceStore.ts";

/** What one store said of an id. */
export interface FoundIn {
  readonly store: TraceStore;
  readonly found: Found;
}

export type FoundBrief =
  | { readonly kind: "found"; readonly brief: SpanBrief }
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
    const stores = this.stores.filter(store => only === undefined || store.name === only);
    const answers = new Answers(stores, onAnswer);
    const asked = stores.map(async store => {
      const find = async (storeSignal: AbortSignal): Promise<readonly Found[] | undefined> => {
        for (const id of ids) {
          const hits = await store.findId(id, storeSignal);
          if (hits.length > 0) return hits;
        }
        return undefined;
      };
      const found = await this.#ask(store, signal, answers, find, this.#timeoutMs);
      if (found === undefined) throw new NotHere();
      return found.map(hit => ({ store, found: hit }));
    });
    try {
      return await Promise.any(asked);
    } catch (error) {
      signal.throwIfAborted();
      const errors = (error as AggregateError).errors as readonly Error[];
      const bug = errors.find(each => !(each instanceof NotHere));
      if (bug !== undefined) throw bug;
      // Every store has answered, and none with a hit: the answers tell why.
      throw new TraceError({ code: "notFound", id: ids[0] ?? "", answers: answers.list() });
    }
  }

  /**
   * Reads what every store has of a trace. `onPart` is called at each that has something, as it comes, with all
   * parts so far; the promise settles when every store has answered.
   */
  async readTrace(
    traceId: string,
    signal: AbortSignal,
    only: string | undefined,
    onPart: (parts: readonly StoredTrace[], answers: readonly StoreAnswer[]) => void,
  ): Promise<readonly StoreAnswer[]> {
    const stores = this.stores.filter(store => only === undefined || store.name === only);
    const parts: StoredTrace[] = [];
    const answers = new Answers(stores, () => undefined);
    await Promise.all(
      stores.map(async store => {
        const part = await this.#ask(
          store,
          signal,
          answers,
          storeSignal => store.readTrace(traceId, storeSignal),
          this.#timeoutMs * READ_PATIENCE,
        );
        if (part === undefined || signal.aborted) return;
        parts.push(part);
        onPart([...parts], answers.list());
      }),
    );
    signal.throwIfAborted();
    if (parts.length === 0) {
      throw new TraceError({ code: "notFound", id: traceId, answers: answers.list() });
    }
    return answers.list();
  }

  /** What the first store that knows this id says of it, or who was asked in vain. */
  async findBrief(id: string, signal: AbortSignal): Promise<FoundBrief> {
    try {
      const [first] = await this.findFirst([id], signal, undefined, () => undefined);
      if (first !== undefined) return { kind: "found", brief: first.found.brief };
      return { kind: "missing", asked: [], failed: [] };
    } catch (error) {
      const failure = getFailure(error);
      if (failure?.code !== "notFound") throw error;
      const listNames = (kind: StoreAnswer["kind"]): string[] =>
        failure.answers.filter(answer => answer.kind === kind).map(answer => answer.store);
      return { kind: "missing", asked: listNames("notFound"), failed: listNames("failed") };
    }
  }

  /** One question to one store: a deadline, and a failure that becomes its answer. */
  async #ask<T>(
    store: TraceStore,
    signal: AbortSignal,
    answers: Answers,
    question: (signal: AbortSignal) => Promise<T | undefined>,
    timeoutMs: number,
  ): Promise<T | undefined> {
    const startMs = performance.now();
    const deadline = AbortSignal.timeout(timeoutMs);
    const combined = AbortSignal.any([signal, deadline]);
    try {
      // A store that ignores its signal must not hold up the answer.
      const value = await Promise.race([question(combined), whenAborted(combined)]);
      const tookMs = performance.now() - startMs;
      answers.set(
        store,
        value === undefined
          ? { kind: "notFound", store: store.name, tookMs }
          : { kind: "found", store: store.name, tookMs },
      );
      return value;
    } catch (error) {
      const failure: Failure | undefined = deadline.aborted
        ? { code: "storeTimeout", store: store.name, afterMs: timeoutMs }
        : getFailure(error);
      if (signal.aborted) return undefined;
      if (failure === undefined) throw error;
      answers.set(store, { kind: "failed", store: store.name, failure });
      return undefined;
    }
  }
}

/** A store has answered, and not with a hit. */
class NotHere extends Error {}

/** How each store has answered so far, in the order of the stores; two that broke may have one name. */
class Answers {
  readonly #byStore: Map<TraceStore, StoreAnswer>;
  readonly #onChange: (answers: readonly StoreAnswer[]) => void;

  constructor(stores: readonly TraceStore[], onChange: (answers: readonly StoreAnswer[]) => void) {
    this.#byStore = new Map(stores.map(each => [each, { kind: "waiting", store: each.name }]));
    this.#onChange = onChange;
  }

  set(store: TraceStore, answer: StoreAnswer): void {
    this.#byStore.set(store, answer);
    this.#onChange(this.list());
  }

  list(): readonly StoreAnswer[] {
    return [...this.#byStore.values()];
  }
}

async function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(signal.reason as Error);
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
}

/**
 * One trace on its way to a panel: found by any id, read from all stores, built anew as each store answers.
 * Knows no webview and no words.
 */

import type { Disposable } from "../../base/disposables.ts";
import { Latest } from "../../base/latest.ts";
import type { StoreAnswer } from "../../model/failure.ts";
import type { SpanIndex, Trace } from "../../model/trace.ts";
import { buildTrace } from "../../model/traceBuilder.ts";
import type { FoundIn, StoreSet } from "../../stores/storeSet.ts";

export interface SessionRequest {
  /** Ids to look for, likeliest first. */
  readonly ids: readonly string[];
  /** Ask this store alone. */
  readonly store?: string;
  /** The span to select. */
  readonly spanId?: string;
}

export type SessionState =
  | { readonly kind: "loading"; readonly answers: readonly StoreAnswer[] }
  | { readonly kind: "failed"; readonly error: unknown }
  | {
      readonly kind: "trace";
      readonly trace: Trace;
      /** Grows with each answer that changed the trace. */
      readonly revision: number;
      readonly answers: readonly StoreAnswer[];
      readonly focus: SpanIndex | undefined;
    };

/** How long the parts of an opening took, in milliseconds. */
export interface OpenTimings {
  readonly readMs: number;
  readonly buildMs: number;
}

export class TraceSession implements Disposable {
  readonly request: SessionRequest;
  readonly #stores: () => Promise<StoreSet>;
  readonly #choose: (found: readonly FoundIn[]) => Promise<FoundIn | undefined>;
  readonly #onState: (state: SessionState) => void;
  readonly #latest = new Latest();
  #state: SessionState = { kind: "loading", answers: [] };
  #timings: OpenTimings = { readMs: 0, buildMs: 0 };
  #revision = 0;
  #shown = Promise.withResolvers<undefined>();

  constructor(
    request: SessionRequest,
    stores: () => Promise<StoreSet>,
    choose: (found: readonly FoundIn[]) => Promise<FoundIn | undefined>,
    onState: (state: SessionState) => void,
  ) {
    this.request = request;
    this.#stores = stores;
    this.#choose = choose;
    this.#onState = onState;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Settles when there is something to show, which may be a failure; slower stores may still join. */
  get shown(): Promise<unknown> {
    return this.#shown.promise;
  }

  get timings(): OpenTimings {
    return this.#timings;
  }

  get trace(): Trace | undefined {
    return this.#state.kind === "trace" ? this.#state.trace : undefined;
  }

  /** Settles when every store has answered; a failure becomes a state. */
  async open(): Promise<void> {
    this.#shown = Promise.withResolvers<undefined>();
    await this.#latest.run(async signal => {
      const startMs = performance.now();
      this.#set({ kind: "loading", answers: [] });
      try {
        const stores = await this.#stores();
        const found = await stores.findFirst(
          this.request.ids,
          signal,
          this.request.store,
          answers => {
            if (this.#state.kind === "loading") this.#set({ kind: "loading", answers });
          },
        );
        const chosen = found.length === 1 ? found[0] : await this.#choose(found);
        signal.throwIfAborted();
        if (chosen === undefined) throw new DOMException("Nothing was chosen.", "AbortError");
        await this.#read(stores, chosen.found.traceId, chosen.found.spanId, startMs, signal);
      } catch (error) {
        signal.throwIfAborted();
        this.#set({ kind: "failed", error });
      }
    });
  }

  /** Whoever is shown the trace from now on selects this span, if the trace has it. */
  focusOn(spanId: string | undefined): void {
    const focus = spanId === undefined ? undefined : this.trace?.findSpan(spanId);
    if (this.#state.kind === "trace" && focus !== undefined) {
      this.#state = { ...this.#state, focus };
    }
  }

  cancel(): void {
    this.#latest.dispose();
    this.#set({ kind: "failed", error: new DOMException("Cancelled.", "AbortError") });
  }

  async #read(
    stores: StoreSet,
    traceId: string,
    spanId: string | undefined,
    startMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const answers = await stores.readTrace(traceId, signal, this.request.store, (parts, soFar) => {
      const readMs = performance.now() - startMs;
      const buildStartMs = performance.now();
      const trace = buildTrace(traceId, parts);
      this.#timings = { readMs, buildMs: performance.now() - buildStartMs };
      // A task without a trace of its own gives its id to both: it was found as a trace, and meant as a task.
      const focusIds = [this.request.spanId ?? spanId ?? "", ...this.request.ids];
      const focus = focusIds.map(id => trace.findSpan(id)).find(span => span !== undefined);
      this.#revision += 1;
      this.#set({ kind: "trace", trace, revision: this.#revision, answers: soFar, focus });
    });
    if (this.#state.kind === "trace") this.#set({ ...this.#state, answers });
  }

  #set(state: SessionState): void {
    this.#state = state;
    if (state.kind !== "loading") this.#shown.resolve(undefined);
    this.#onState(state);
  }

  dispose(): void {
    this.#latest.dispose();
    this.#shown.resolve(undefined);
  }
}

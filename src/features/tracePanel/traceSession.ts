/**
 * One trace on its way to a panel: found by any id, read from all stores, built anew as each store answers, and kept up
 * with the stores while it is open. Knows no webview and no words.
 */

import { isUnfinished } from "../../analysis/unfinished.ts";
import { Owner, type Disposable } from "../../base/disposables.ts";
import { Latest } from "../../base/latest.ts";
import { getFailure, type StoreAnswer } from "../../model/failure.ts";
import type { SpanIndex, Trace } from "../../model/trace.ts";
import { buildTrace } from "../../model/traceBuilder.ts";
import type { WorkspaceCommit } from "../../model/workspaceCommit.ts";
import type { LiveFacts } from "../../protocol/traceView.ts";
import type { FoundIn, StoreSet } from "../../stores/storeSet.ts";
import type { TraceGathering } from "../../stores/traceGathering.ts";
import type { Found, TraceStore } from "../../model/traceStore.ts";
import { canWatch, TraceFollower } from "./traceFollower.ts";

export interface SessionRequest {
  /** Ids to look for, likeliest first. */
  readonly ids: readonly string[];
  /** The first id is a trace's own: the stores are asked for the trace, not what the id is. */
  readonly isTraceId?: boolean;
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
      readonly live: LiveFacts;
      /** Grows when details may have changed. */
      readonly detailsRevision: number;
    };

/** How long the parts of an opening took, in milliseconds. */
export interface OpenTimings {
  readonly readMs: number;
  readonly buildMs: number;
}

/** A panel that waits for its trace to arrive looks for it no more often than this. */
const ARRIVAL_PAUSE_MS = 1_000;

const stillLive: LiveFacts = { watched: [], polled: [], isReading: false };

export class TraceSession implements Disposable {
  readonly request: SessionRequest;
  readonly #stores: () => Promise<StoreSet>;
  readonly #choose: (found: readonly FoundIn[]) => Promise<FoundIn | undefined>;
  readonly #onState: (state: SessionState) => void;
  readonly #onError: (error: unknown) => void;
  readonly #latest = new Latest();
  /** Follows the trace that is shown, or waits for the one that is not there. */
  #following = new Owner();
  /** Aborts what is read for it. */
  #leaving = new AbortController();
  #follower: TraceFollower | undefined;
  #gathering: TraceGathering | undefined;
  /** While stores are read again their parts are awaited together: so many readings are under way. */
  #rereadings = 0;
  #hasNewParts = false;
  /** Every store has answered: what comes now is news. */
  #isComplete = false;
  #isVisible = true;
  #isOpened = false;
  #state: SessionState = { kind: "loading", answers: [] };
  #timings: OpenTimings = { readMs: 0, buildMs: 0 };
  #revision = 0;
  #shown = Promise.withResolvers<undefined>();
  #isShown = false;

  constructor(
    request: SessionRequest,
    stores: () => Promise<StoreSet>,
    choose: (found: readonly FoundIn[]) => Promise<FoundIn | undefined>,
    onState: (state: SessionState) => void,
    onError: (error: unknown) => void,
  ) {
    this.request = request;
    this.#stores = stores;
    this.#choose = choose;
    this.#onState = onState;
    this.#onError = onError;
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

  /** At which commits the windows' workspaces were when it came in, where a store captured it. */
  get captured(): readonly WorkspaceCommit[] {
    return this.#gathering?.parts.flatMap(({ captured = [] }) => captured) ?? [];
  }

  /** Whether it was ever asked to read. */
  get isOpened(): boolean {
    return this.#isOpened;
  }

  /** Settles when every store has answered; a failure becomes a state. */
  async open(): Promise<void> {
    this.#isOpened = true;
    if (this.#isShown) this.#shown = Promise.withResolvers<undefined>();
    this.#isShown = false;
    await this.#latest.run(async signal => {
      const startMs = performance.now();
      this.#unfollow();
      this.#set({ kind: "loading", answers: [] });
      let stores: StoreSet | undefined;
      try {
        stores = await this.#stores();
        const [traceId = ""] = this.request.ids;
        const found = this.request.isTraceId ? { traceId } : await this.#lookUp(stores, signal);
        await this.#read(stores, found, startMs, signal);
      } catch (error) {
        signal.throwIfAborted();
        this.#set({ kind: "failed", error });
        if (getFailure(error)?.code === "notFound") this.#awaitArrival(stores);
      }
    });
  }

  /** Which trace the ids that were asked for stand for. */
  async #lookUp(stores: StoreSet, signal: AbortSignal): Promise<Found> {
    const { ids, store } = this.request;
    const found = await stores.findFirst(ids, signal, store, answers => {
      if (this.#state.kind === "loading") this.#set({ kind: "loading", answers });
    });
    const chosen = found.length === 1 ? found[0] : await this.#choose(found);
    signal.throwIfAborted();
    if (chosen === undefined) throw new DOMException("Nothing was chosen.", "AbortError");
    return chosen.found;
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
    this.#unfollow();
    this.#set({ kind: "failed", error: new DOMException("Cancelled.", "AbortError") });
  }

  /** Nobody is kept up with what nobody sees. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#follower?.setVisible(isVisible);
  }

  /** How long the view took to draw what it was shown. */
  addPaint(ms: number): void {
    this.#follower?.addWork(ms);
  }

  /** Reads again from all stores, as they are configured now; what is shown stays until then. */
  async refresh(): Promise<void> {
    const gathering = this.#gathering;
    if (this.#state.kind !== "trace" || gathering === undefined) return this.open();
    this.#setLive({ isReading: true });
    try {
      const { stores } = await this.#stores();
      if (gathering.stores.every(store => stores.includes(store))) {
        await this.#reread(gathering.stores);
      } else {
        await this.open();
      }
    } finally {
      this.#setLive({ isReading: false });
    }
  }

  async #read(
    stores: StoreSet,
    { traceId, spanId }: Pick<Found, "traceId" | "spanId">,
    startMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const gathering = stores.gather(traceId, this.request.store, () => {
      if (signal.aborted) return;
      if (this.#rereadings > 0) this.#hasNewParts = true;
      else this.#build(gathering, traceId, spanId, startMs);
    });
    this.#gathering = gathering;
    if (this.request.isTraceId) this.#set({ kind: "loading", answers: gathering.answers });
    await gathering.start(signal);
    this.#isComplete = true;
    if (this.#state.kind === "trace") this.#set({ ...this.#state, answers: gathering.answers });
  }

  #build(
    gathering: TraceGathering,
    traceId: string,
    spanId: string | undefined,
    startMs: number,
  ): void {
    const before = this.#state.kind === "trace" ? this.#state : undefined;
    const readMs = performance.now() - startMs;
    const buildStartMs = performance.now();
    const trace = buildTrace(traceId, gathering.parts);
    const buildMs = performance.now() - buildStartMs;
    this.#follower?.addWork(buildMs);
    if (before === undefined) this.#timings = { readMs, buildMs };
    // A task without a trace of its own gives its id to both: it was found as a trace, and meant as a task.
    const focusIds = [this.request.spanId ?? spanId ?? "", ...this.request.ids];
    const focus = focusIds.map(id => trace.findSpan(id)).find(span => span !== undefined);
    this.#revision += 1;
    this.#set({
      kind: "trace",
      trace,
      revision: this.#revision,
      answers: gathering.answers,
      focus,
      live: {
        ...(before?.live ?? stillLive),
        ...(this.#isComplete && { changedUnixMs: Date.now() }),
      },
      detailsRevision: (before?.detailsRevision ?? 0) + 1,
    });
    // A slow store holds nobody up: the others are followed from the first part on.
    if (before === undefined) this.#follow(gathering);
  }

  #follow(gathering: TraceGathering): void {
    const { stores } = gathering;
    const follower = new TraceFollower(
      {
        stores,
        isOurs: id => gathering.isNamed(id) && !stores.some(store => store.isArriving?.(id)),
        isUnfinished: () =>
          this.trace !== undefined && isUnfinished(this.trace.columns, Date.now()),
        read: changed => this.#reread(changed),
        onError: this.#onError,
      },
      this.#isVisible,
    );
    this.#follower = this.#following.own(follower);
    const listNames = (isWatched: boolean): readonly string[] =>
      stores.filter(store => canWatch(store) === isWatched).map(({ name }) => name);
    this.#setLive({ watched: listNames(true), polled: listNames(false) });
  }

  /** Whether the trace has changed. */
  async #reread(stores: readonly TraceStore[]): Promise<boolean> {
    const gathering = this.#gathering;
    if (gathering === undefined) return false;
    const following = this.#following;
    const { signal } = this.#leaving;
    this.#rereadings += 1;
    try {
      await gathering.reread(stores, signal);
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    } finally {
      this.#rereadings -= 1;
    }
    const { trace } = this;
    if (trace === undefined || following.isDisposed || this.#state.kind !== "trace") return false;
    const hasChanged = this.#takeNewParts();
    if (hasChanged) {
      this.#build(gathering, trace.columns.traceId, undefined, performance.now());
    } else {
      // Details may be new where the spans are not.
      const { answers } = gathering;
      this.#set({ ...this.#state, answers, detailsRevision: this.#state.detailsRevision + 1 });
    }
    return hasChanged;
  }

  #takeNewParts(): boolean {
    const hasNewParts = this.#hasNewParts;
    this.#hasNewParts = false;
    return hasNewParts;
  }

  /** A trace that is not there yet opens when a store that watches has heard of it. */
  #awaitArrival(stores: StoreSet | undefined): void {
    const following = this.#following;
    let timer: ReturnType<typeof setTimeout> | undefined;
    following.own({ dispose: () => clearTimeout(timer) });
    for (const store of stores?.stores ?? []) {
      const look = async (): Promise<void> => {
        timer = undefined;
        const signal = AbortSignal.timeout(ARRIVAL_PAUSE_MS * 5);
        for (const id of this.request.ids) {
          if ((await store.findId(id, signal)).length === 0) continue;
          if (!following.isDisposed) await this.open();
          return;
        }
      };
      const watching = store.watch?.(() => {
        timer ??= setTimeout(() => {
          look().catch((error: unknown) => {
            if (getFailure(error) === undefined) this.#onError(error);
          });
        }, ARRIVAL_PAUSE_MS);
      });
      if (watching !== undefined) following.own(watching);
    }
  }

  #unfollow(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    this.#following.dispose();
    this.#following = new Owner();
    this.#follower = undefined;
    this.#isComplete = false;
    this.#gathering = undefined;
  }

  #setLive(change: Partial<LiveFacts>): void {
    if (this.#state.kind !== "trace") return;
    this.#set({ ...this.#state, live: { ...this.#state.live, ...change } });
  }

  #set(state: SessionState): void {
    this.#state = state;
    if (state.kind !== "loading") {
      this.#isShown = true;
      this.#shown.resolve(undefined);
    }
    this.#onState(state);
  }

  dispose(): void {
    this.#latest.dispose();
    this.#leaving.abort();
    this.#following.dispose();
    this.#shown.resolve(undefined);
  }
}

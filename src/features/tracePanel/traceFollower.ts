/**
 * When to read an open trace again: at the word of a store that watches, and, where a store cannot, now and then while
 * the trace is unfinished and its panel is seen. Knows no trace and no panel.
 *
 *     news    ..x.xxxx..........x....
 *     read      |   |           |         the first at once, then no more often than the trace can be drawn
 */

import { Owner } from "../../base/disposables.ts";
import type { TraceStore } from "../../model/traceStore.ts";

/** The shortest pause that the panel's eyes can follow. */
const LEAST_PAUSE_MS = 500;
const MOST_PAUSE_MS = 30_000;
/** A pause is so many times as long as reading, building and drawing took: a huge trace leaves time for its reader. */
const PAUSE_PER_WORK = 4;
const LEAST_POLL_MS = 2_000;
const MOST_POLL_MS = 30_000;
const POLL_GROWTH = 1.5;

export interface FollowerOptions {
  readonly stores: readonly TraceStore[];
  /** Whether news of this trace are news of the one that is followed. */
  readonly isOurs: (traceId: string) => boolean;
  readonly isUnfinished: () => boolean;
  /** Reads again; answers whether anything had changed. */
  readonly read: (stores: readonly TraceStore[]) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

export class TraceFollower extends Owner {
  readonly #options: FollowerOptions;
  readonly #polled: readonly TraceStore[];
  readonly #detailsRevision = new Set<TraceStore>();
  #isVisible: boolean;
  #isReading = false;
  #isPolling = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pollTimer: ReturnType<typeof setTimeout> | undefined;
  #pollMs = LEAST_POLL_MS;
  #workMs = 0;
  #restedSinceMs = Number.NEGATIVE_INFINITY;

  constructor(options: FollowerOptions, isVisible: boolean) {
    super();
    this.#options = options;
    this.#isVisible = isVisible;
    this.#polled = options.stores.filter(store => !canWatch(store));
    for (const store of options.stores) {
      const watching = store.watch?.(traceIds => {
        if (!traceIds.some(id => options.isOurs(id))) return;
        this.#detailsRevision.add(store);
        this.#readLater();
      });
      if (watching !== undefined) this.own(watching);
    }
    this.#pollLater();
  }

  /** A trace that nobody sees is read again when somebody does. */
  setVisible(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    this.#pollMs = LEAST_POLL_MS;
    if (isVisible) {
      this.#readLater();
      this.#pollLater();
    } else {
      this.#stopTimers();
    }
  }

  /** Adds the time that it cost to build and draw what was read. */
  addWork(ms: number): void {
    this.#workMs += ms;
  }

  #readLater(): void {
    const isIdle = this.#timer === undefined && !this.#isReading;
    if (this.isDisposed || !this.#isVisible || !isIdle || this.#detailsRevision.size === 0) return;
    const pauseMs = Math.min(
      MOST_PAUSE_MS,
      Math.max(LEAST_PAUSE_MS, this.#workMs * PAUSE_PER_WORK),
    );
    const waitMs = Math.max(0, this.#restedSinceMs + pauseMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#read().catch(this.#options.onError);
    }, waitMs);
  }

  async #read(): Promise<void> {
    const stores = [...this.#detailsRevision];
    this.#detailsRevision.clear();
    this.#isReading = true;
    this.#workMs = 0;
    const startMs = performance.now();
    try {
      await this.#options.read(stores);
    } finally {
      this.#isReading = false;
      this.#restedSinceMs = performance.now();
      // Building is part of reading here.
      this.#workMs = Math.max(this.#workMs, this.#restedSinceMs - startMs);
      this.#readLater();
      this.#pollLater();
    }
  }

  /** By itself: a server that is slow to answer must not hold up the stores that tell of news. */
  async #poll(): Promise<void> {
    this.#isPolling = true;
    try {
      const hasChanged = await this.#options.read(this.#polled);
      this.#pollMs = hasChanged
        ? LEAST_POLL_MS
        : Math.min(MOST_POLL_MS, this.#pollMs * POLL_GROWTH);
    } finally {
      this.#isPolling = false;
      this.#pollLater();
    }
  }

  #pollLater(): void {
    if (this.#pollTimer !== undefined || this.#isPolling || this.#polled.length === 0) return;
    if (this.isDisposed || !this.#isVisible || !this.#options.isUnfinished()) return;
    const pauseMs = Math.max(this.#pollMs, this.#workMs * PAUSE_PER_WORK);
    this.#pollTimer = setTimeout(() => {
      this.#pollTimer = undefined;
      this.#poll().catch(this.#options.onError);
    }, pauseMs);
  }

  #stopTimers(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#pollTimer);
    this.#timer = undefined;
    this.#pollTimer = undefined;
  }

  override dispose(): void {
    this.#stopTimers();
    super.dispose();
  }
}

/** Whether a store tells of news itself. */
export function canWatch(store: TraceStore): boolean {
  return store.watch !== undefined;
}

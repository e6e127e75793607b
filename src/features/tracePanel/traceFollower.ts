/**
 * When to read an open trace again: at the word of a store that watches, and, where a store cannot, now and then while
 * the trace is unfinished and its panel is seen. Knows no trace and no panel.
 *
 *     news    ..x.xxxx..........x....
 *     read      |   |           |         the first at once, then no more often than the trace can be drawn
 */

import { Owner } from "../../base/disposables.ts";
import type { TraceStore } from "../../stores/traceStore.ts";

/** What the panel's eyes can follow. */
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
  readonly #news = new Set<TraceStore>();
  #isVisible: boolean;
  #isReading = false;
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
        if (traceIds.some(id => options.isOurs(id))) this.#hear(store);
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

  /** What it cost to draw what was read. */
  addWork(ms: number): void {
    this.#workMs += ms;
  }

  #hear(store: TraceStore): void {
    this.#news.add(store);
    this.#readLater();
  }

  #readLater(): void {
    const isIdle = this.#timer === undefined && !this.#isReading;
    if (this.isDisposed || !this.#isVisible || !isIdle || this.#news.size === 0) return;
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
    const stores = [...this.#news];
    this.#news.clear();
    this.#isReading = true;
    const startMs = performance.now();
    try {
      const hasChanged = await this.#options.read(stores);
      this.#pollMs = hasChanged
        ? LEAST_POLL_MS
        : Math.min(MOST_POLL_MS, this.#pollMs * POLL_GROWTH);
    } finally {
      this.#isReading = false;
      this.#restedSinceMs = performance.now();
      this.#workMs = this.#restedSinceMs - startMs;
      this.#readLater();
      this.#pollLater();
    }
  }

  #pollLater(): void {
    clearTimeout(this.#pollTimer);
    this.#pollTimer = undefined;
    const isWanted = this.#polled.length > 0 && this.#isVisible && this.#options.isUnfinished();
    if (this.isDisposed || !isWanted) return;
    this.#pollTimer = setTimeout(() => {
      for (const store of this.#polled) this.#news.add(store);
      this.#readLater();
    }, this.#pollMs);
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

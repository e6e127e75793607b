/**
 * Counts the traces that failed while nobody looked at the list. It asks the store only after something was received in
 * this window, and knows no editor.
 */

import { neverAborted } from "../../base/neverAborted.ts";
import type { Cell } from "../../base/cell.ts";
import { Owner, type Disposable } from "../../base/disposables.ts";
import type { CollectorState } from "../../collector/collectorState.ts";
import type { TraceStore } from "../../model/traceStore.ts";

/** A burst of spans is one question. */
const REST_MS = 2_000;
/** A larger number says no more than this one. */
const MOST = 99;

export interface FailedTracesServices {
  readonly collector: Cell<CollectorState>;
  readonly store: Pick<TraceStore, "searchTraces">;
  /** Zero: there is nothing to say. */
  readonly onCount: (count: number) => void;
  readonly onError: (error: unknown) => void;
}

export class FailedTraces implements Disposable {
  readonly #owner = new Owner();
  readonly #services: FailedTracesServices;
  #isLookedAt = false;
  /** Traces that began before were there when someone looked last. */
  #sinceUnixMs = Date.now();
  #spans: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(services: FailedTracesServices) {
    this.#services = services;
    this.#spans = services.collector.value.traffic.spans;
    this.#owner.own(services.collector.watch(({ traffic }) => this.#take(traffic.spans)));
  }

  /** Whether the list is on the screen. */
  setLookedAt(isLookedAt: boolean): void {
    if (isLookedAt === this.#isLookedAt) return;
    this.#isLookedAt = isLookedAt;
    this.#sinceUnixMs = Date.now();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#services.onCount(0);
  }

  #take(spans: number): void {
    if (spans === this.#spans) return;
    this.#spans = spans;
    if (this.#isLookedAt) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#count().catch(this.#services.onError);
    }, REST_MS);
  }

  async #count(): Promise<void> {
    const fromUnixMs = this.#sinceUnixMs;
    const { traces } = await this.#services.store.searchTraces(
      { status: "error", fromUnixMs, limit: MOST },
      neverAborted(),
    );
    // Someone may have looked while the store was asked.
    if (!this.#isLookedAt && fromUnixMs === this.#sinceUnixMs) {
      this.#services.onCount(traces.length);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#owner.dispose();
  }
}

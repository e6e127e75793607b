/** The page's clock: moves the ends of running bars on, once a second, while there is something to move. Knows no DOM. */

import { isStillRunning, isUnfinished } from "../../src/analysis/unfinished.ts";
import { NS_PER_MS } from "../../src/model/units.ts";
import type { LiveFacts } from "../../src/protocol/traceView.ts";
import type { ViewState } from "./state.ts";

/** Seconds are what the header counts in; more often would only move what is read. */
const TICK_MS = 1_000;
/** So long after a change the header says that there was one. */
const NEWS_MS = 3_000;

export class LiveClock {
  readonly #state: ViewState;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(state: ViewState) {
    this.#state = state;
    state.trace.watch(() => this.#tick());
  }

  #tick(): void {
    clearTimeout(this.#timer);
    const state = this.#state;
    const trace = state.trace.value;
    const now = Date.now();
    // A page that stands by itself hears no news: it tells how things were.
    const isHeard = trace !== undefined && isKeptUp(trace.summary.live);
    const columns = isHeard ? trace.uncorrected : undefined;
    const isRunning = columns !== undefined && isStillRunning(columns, now);
    state.setClock(isRunning ? (now - columns.originUnixMs) * NS_PER_MS : undefined);
    const isLive =
      isRunning ||
      (columns !== undefined && isUnfinished(columns, now)) ||
      isNews(trace?.summary.live.changedUnixMs, now);
    if (isLive) this.#timer = setTimeout(() => this.#tick(), TICK_MS);
    else state.isFollowing.set(false);
    state.nowUnixMs.set(isLive ? now : undefined);
  }
}

/** Whether any store tells of news, or is asked for them. */
export function isKeptUp({ watched, polled }: LiveFacts): boolean {
  return watched.length + polled.length > 0;
}

/** Whether the trace has changed so lately that the header says it. */
export function isNews(changedUnixMs: number | undefined, nowUnixMs: number): boolean {
  return changedUnixMs !== undefined && nowUnixMs - changedUnixMs < NEWS_MS;
}

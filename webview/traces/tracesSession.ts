/**
 * Asks the host for traces and puts the answers into the state: anew when the filter changes, from the top when
 * something came, further back when the user goes there. Knows no DOM.
 *
 * One question is under way at a time; only a new filter does not wait for the one before.
 */

import type { TraceFilter } from "../../src/analysis/traceFilter.ts";
import type { Disposable } from "../../src/base/disposables.ts";
import { getFailure } from "../../src/model/failure.ts";
import type { TracesHostApi, TracesSituation } from "../../src/protocol/tracesView.ts";
import { appendPage, emptyList, mergeHead, removeTraces } from "./traceList.ts";
import type { AskPhase, TracesState } from "./tracesState.ts";

export const PAGE = 50;
/** So much of the list is asked for again when something came; further down it stays as it was read. */
const MAX_REFRESH = 1_000;
/** Between two refreshes, at least: and so many times as long as the last one took. */
const REST_MS = 300;
const REST_FACTOR = 5;
/** After the last letter. */
const TYPING_MS = 200;

type Asking = Extract<AskPhase, { kind: "asking" }>["extent"];

export class TracesSession implements Disposable {
  readonly #state: TracesState;
  readonly #host: TracesHostApi;
  #filter: TraceFilter = {};
  /** Grows with each question that makes those before it void. */
  #generation = 0;
  #wantsRefresh = false;
  #restUntilMs = 0;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;

  constructor(state: TracesState, host: TracesHostApi) {
    this.#state = state;
    this.#host = host;
  }

  /** The first picture. */
  async start(situation: TracesSituation, filterText: string): Promise<void> {
    this.#state.filterText.set(filterText);
    this.#state.situation.set(situation);
    await this.#ask("anew");
  }

  async show(situation: TracesSituation): Promise<void> {
    const before = this.#state.situation.value;
    this.#state.situation.set(situation);
    const isOther = before?.store !== situation.store || before.isGone !== situation.isGone;
    if (!situation.isLive && before?.isLive === true) {
      clearTimeout(this.#resting);
      this.#wantsRefresh = false;
    }
    if (isOther) await this.#ask("anew");
    else if (situation.isLive && !before.isLive) await this.refresh();
  }

  /** `isWhole`: it can be asked for as it is, when the typing rests. */
  type(text: string, isWhole = true): void {
    this.#state.filterText.set(text);
    clearTimeout(this.#typing);
    if (isWhole) this.#typing = setTimeout(() => void this.applyFilter(), TYPING_MS);
  }

  /** Takes the place of what was typed. */
  async filter(text: string): Promise<void> {
    this.#state.filterText.set(text);
    await this.applyFilter();
  }

  /** At once; nothing happens where the text asks for what is shown. */
  async applyFilter(): Promise<void> {
    clearTimeout(this.#typing);
    const { filter } = this.#state.parseFilter();
    if (JSON.stringify(filter) !== JSON.stringify(this.#filter)) await this.#ask("anew");
  }

  async retry(): Promise<void> {
    await this.#ask("anew");
  }

  async cancel(): Promise<void> {
    this.#generation += 1;
    this.#state.phase.set({ kind: "cancelled" });
    await this.#host.cancelSearch();
  }

  /** Something came, grew or went. */
  async refresh(): Promise<void> {
    this.#wantsRefresh = true;
    if (this.#state.phase.value.kind === "asking") return;
    const restMs = this.#restUntilMs - Date.now();
    clearTimeout(this.#resting);
    if (restMs > 0) {
      this.#resting = setTimeout(() => void this.refresh(), restMs);
      return;
    }
    await this.#ask("refresh");
  }

  /** Further back. `isAsked`: by the user, who may have stopped it before. */
  async loadMore(isAsked = false): Promise<void> {
    const { kind } = this.#state.phase.value;
    const isIdle = kind === "answered" || (isAsked && kind !== "asking");
    if (isIdle && this.#state.list.value.cursor !== undefined) await this.#ask("more");
  }

  /** Takes rows away before the store has said so. */
  remove(traceIds: readonly string[]): void {
    this.#state.list.set(removeTraces(this.#state.list.value, new Set(traceIds)));
  }

  dispose(): void {
    this.#generation += 1;
    clearTimeout(this.#resting);
    clearTimeout(this.#typing);
  }

  async #ask(extent: Asking): Promise<void> {
    const state = this.#state;
    this.#generation += 1;
    const generation = this.#generation;
    const parsed = extent === "anew" ? state.parseFilter() : undefined;
    if (parsed !== undefined) this.#filter = parsed.filter;
    if (extent !== "more") this.#wantsRefresh = false;
    state.phase.set({ kind: "asking", extent });
    const startMs = Date.now();
    const { traces, cursor } = state.list.value;
    const limit =
      extent === "refresh" ? Math.min(Math.max(traces.length, PAGE), MAX_REFRESH) : PAGE;
    let next: AskPhase;
    try {
      const from = extent === "more" ? cursor : undefined;
      const page = await this.#host.search(this.#filter, limit, from);
      if (generation !== this.#generation) return;
      const list = state.list.value;
      if (extent === "more") state.list.set(appendPage(list, page));
      else state.list.set(mergeHead(extent === "anew" ? emptyList : list, page));
      if (parsed !== undefined) state.shownFilter.set(parsed);
      next = { kind: "answered" };
    } catch (error) {
      if (generation !== this.#generation) return;
      // Another question's list must not stand under this one's filter.
      if (extent === "anew") state.list.set(emptyList);
      if (parsed !== undefined) state.shownFilter.set(parsed);
      next = { kind: "failed", failure: getFailure(error) };
    }
    const tookMs = Date.now() - startMs;
    this.#restUntilMs = Date.now() + Math.max(REST_MS, tookMs * REST_FACTOR);
    state.phase.set(next);
    if (this.#wantsRefresh) await this.refresh();
  }
}

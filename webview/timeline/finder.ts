/**
 * Seeks a text in the trace: names at once, then attributes, chunk by chunk from the extension host, whose search a newer
 * text ends. Knows no DOM.
 */

import { findByText } from "../../src/analysis/treeSearch.ts";
import { Owner } from "../../src/base/disposables.ts";
import { Latest } from "../../src/base/latest.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { FoundSpans } from "../../src/protocol/traceView.ts";
import type { ViewState } from "../panel/state.ts";

/** Letters that come quicker are a held key: the host is asked for the first and the last. */
const PAUSE_MS = 30;

export class Finder extends Owner {
  readonly #state: ViewState;
  readonly #askHost: (text: string, from: number) => Promise<FoundSpans>;
  readonly #latest = this.own(new Latest());
  #text = "";
  #soughtMs = Number.NEGATIVE_INFINITY;

  constructor(state: ViewState, askHost: (text: string, from: number) => Promise<FoundSpans>) {
    super();
    this.#state = state;
    this.#askHost = askHost;
    // A trace that has grown may hold the text where it did not before.
    this.own(
      state.trace.watch(() => {
        if (this.#text !== "") void this.seek(this.#text, state.matches.value);
      }),
    );
  }

  /** Resolves once all that is known stands in `state.matches`, with what was found before; an empty text seeks nothing. */
  async seek(text: string, known: readonly SpanIndex[] = []): Promise<void> {
    this.#text = text;
    const state = this.#state;
    const trace = state.trace.value;
    if (trace === undefined || text === "") {
      this.#latest.dispose();
      state.search.set(undefined);
      state.matches.set(undefined);
      return;
    }
    const { count } = trace.columns;
    state.search.set({ looked: 0, count, unread: 0 });
    const found = new Set([...findByText(trace.columns, text), ...known]);
    state.matches.set([...found].sort((a, b) => a - b));
    const nowMs = performance.now();
    const isHeld = nowMs - this.#soughtMs < PAUSE_MS;
    this.#soughtMs = nowMs;
    await this.#latest.run(async signal => {
      if (isHeld) await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
      let unread = 0;
      for (let from = 0; from < count && !isAborted(signal);) {
        const chunk = await this.#ask(text, from, count);
        // A newer text, or a newer trace whose spans have other indices.
        if (isAborted(signal)) return;
        for (const span of chunk.spans) found.add(span);
        from = chunk.next;
        unread += chunk.unread;
        const isLast = from >= count;
        if (isLast || found.size > (state.matches.value?.length ?? 0)) {
          state.matches.set([...found].sort((a, b) => a - b));
        }
        state.search.set({ looked: from, count, unread });
      }
    });
  }

  /** A host that cannot answer has looked into nothing more. */
  async #ask(text: string, from: number, count: number): Promise<FoundSpans> {
    try {
      return await this.#askHost(text, from);
    } catch {
      return { spans: [], next: count, unread: count - from };
    }
  }
}

/** A function, because a check before an `await` says nothing of after it. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

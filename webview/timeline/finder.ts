/** Seeks a text in the trace: names at once, attributes as soon as the extension host has answered. Knows no DOM. */

import { findByText } from "../../src/analysis/treeSearch.ts";
import type { Disposable } from "../../src/base/disposables.ts";
import { Latest } from "../../src/base/latest.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { ViewState } from "../panel/state.ts";

/** The host is asked when typing pauses for this long. */
const PAUSE_MS = 150;

export class Finder implements Disposable {
  readonly #state: ViewState;
  readonly #askHost: (text: string) => Promise<readonly SpanIndex[]>;
  readonly #latest = new Latest();

  constructor(state: ViewState, askHost: (text: string) => Promise<readonly SpanIndex[]>) {
    this.#state = state;
    this.#askHost = askHost;
  }

  /** Resolves once all that is known stands in `state.matches`; an empty text seeks nothing. */
  async seek(text: string): Promise<void> {
    const trace = this.#state.trace.value;
    if (trace === undefined || text === "") {
      this.#latest.dispose();
      this.#state.matches.set(undefined);
      return;
    }
    const local = findByText(trace.columns, text);
    this.#state.matches.set(local);
    const remote = await this.#latest.run(async signal => {
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
      return signal.aborted ? [] : this.#askHost(text);
    });
    if (remote === undefined || this.#state.trace.value !== trace) return;
    const united = new Set([...local, ...remote]);
    if (united.size > local.length) this.#state.matches.set([...united].sort((a, b) => a - b));
  }

  dispose(): void {
    this.#latest.dispose();
  }
}

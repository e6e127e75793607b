/** Keeps the state's analysis up with its trace, in a worker: one at a time, and of what came meanwhile only the newest. */

import { Latest } from "../../src/base/latest.ts";
import type { TraceColumns } from "../../src/model/trace.ts";
import { Owner, type Disposable } from "../../src/base/disposables.ts";
import type { LoadedTrace, ViewState } from "../panel/state.ts";
import type { AnalysisLink } from "./analysisLink.ts";

const REST_FACTOR = 9;

export class TraceAnalyser implements Disposable {
  readonly #owner = new Owner();
  readonly #state: ViewState;
  /** The earlier runs that the user wants to compare with now. */
  readonly #readRuns: () => Promise<readonly TraceColumns[]>;
  readonly #link: AnalysisLink;
  readonly #report: (error: unknown) => void;
  /** Resolves when the page has drawn what is seen first. */
  readonly #untilRest: () => Promise<unknown>;
  #isBusy = false;
  #restsUntilMs = 0;

  constructor(
    state: ViewState,
    readRuns: () => Promise<readonly TraceColumns[]>,
    link: AnalysisLink,
    report: (error: unknown) => void,
    untilRest: () => Promise<unknown>,
  ) {
    this.#state = state;
    this.#readRuns = readRuns;
    this.#link = link;
    this.#report = report;
    this.#untilRest = untilRest;
    this.#owner.own(
      state.trace.watch(() => {
        this.#follow();
        this.#followComparison();
      }),
    );
    this.#owner.own(state.clockNs.watch(() => this.#keepUp()));
    this.#follow();
  }

  #follow(): void {
    const { analysis, trace } = this.#state;
    const isOther = analysis.value?.columns.traceId !== trace.value?.columns.traceId;
    // Of a trace that grew the old answers stay until there are new ones; a click waits for these.
    if (isOther) analysis.set(undefined);
    if (this.#isBusy || trace.value === undefined || this.#state.getAnalysis() !== undefined) {
      return;
    }
    this.#start(trace.value);
  }

  /** Looks again at a trace that runs on by the page's clock, for a tenth of the time at most. */
  #keepUp(): void {
    const trace = this.#state.trace.value;
    if (this.#isBusy || trace === undefined || this.#state.getAnalysis() === undefined) return;
    if (this.#state.getTraceNow() === trace || Date.now() < this.#restsUntilMs) return;
    this.#start(trace);
  }

  #start(trace: LoadedTrace): void {
    this.#isBusy = true;
    const startMs = Date.now();
    this.#analyse(trace)
      .catch(this.#report)
      .finally(() => {
        this.#isBusy = false;
        const endMs = Date.now();
        this.#restsUntilMs = endMs + REST_FACTOR * (endMs - startMs);
        const now = this.#state.trace.value;
        if (now !== undefined && now.columns !== this.#tried) this.#follow();
      });
  }

  /** The columns that have been tried and are not tried again: they would fail the same way. */
  #tried: LoadedTrace["columns"] | undefined;

  async #analyse(trace: LoadedTrace): Promise<void> {
    const { columns } = trace;
    const { closed, graphMode, selection } = this.#state;
    // The graph is looked at before answers are read.
    if (!closed.value.has("graph") && this.#tried !== columns) {
      this.#link.prepare(trace, graphMode.value, selection.value?.span);
    }
    this.#tried = columns;
    // Both want a processor, and the rows are seen before the answers.
    await this.#untilRest();
    const now = this.#state.getTraceNow();
    const nowNs = now === trace ? undefined : now?.endNs;
    const result = await this.#link.remote.analyse(this.#link.give(trace), Date.now(), nowNs);
    if (result === undefined || this.#state.trace.value?.columns !== columns) return;
    this.#state.analysis.set({ columns, ...result });
  }

  #runs:
    { readonly revision: number; readonly columns: Promise<readonly TraceColumns[]> } | undefined;
  readonly #comparing = new Latest();

  #followComparison(): void {
    const { comparison, trace } = this.#state;
    const columns = trace.value?.columns;
    const summary = trace.value?.summary.comparison;
    if (columns === undefined || summary === undefined) {
      this.#comparing.dispose();
      this.#runs = undefined;
      comparison.set(undefined);
      return;
    }
    const shown = comparison.value;
    if (shown?.columns === columns && shown.summary.revision === summary.revision) return;
    this.#comparing
      .run(async () => {
        if (this.#runs?.revision !== summary.revision) {
          this.#runs = { revision: summary.revision, columns: this.#readRuns() };
        }
        const runs = await this.#runs.columns;
        return this.#link.remote.compare(runs, columns);
      })
      .then(result => {
        if (result !== undefined) comparison.set({ summary, columns, result });
      })
      .catch(this.#report);
  }

  dispose(): void {
    this.#owner.dispose();
  }
}

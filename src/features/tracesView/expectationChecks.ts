/**
 * Holds each new trace of the embedded store against the expectations of the workspace, when nothing of it has come for a
 * moment. Knows no VS Code and no words.
 */

import { analyseTrace } from "../../analysis/analysedTrace.ts";
import { checkExpectations, type ExpectationsFile } from "../../analysis/expectations.ts";
import { Owner, type Disposable } from "../../base/disposables.ts";
import { buildTrace } from "../../model/traceBuilder.ts";
import type { TraceStore } from "../../model/traceStore.ts";

/** Exporters send in batches; a trace is held against nothing while it still comes. */
const SETTLE_MS = 1_500;
/** A check is nobody's wish of the moment: a store that needs longer is left alone. */
const READ_MS = 10_000;
/** More rows than anybody scrolls through. */
const MOST_KEPT = 1_000;

export interface CheckedTrace {
  readonly checked: number;
  readonly broken: number;
}

export class ExpectationChecks implements Disposable {
  readonly #owner = new Owner();
  readonly #store: TraceStore;
  readonly #onChange: () => void;
  readonly #onError: (error: unknown) => void;
  readonly #settleMs: number;
  /** The newest last. */
  readonly #results = new Map<string, CheckedTrace>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #file: ExpectationsFile | undefined;
  #roots: ReadonlySet<string> = new Set();
  #watching: Disposable | undefined;

  constructor(
    store: TraceStore,
    onChange: () => void,
    onError: (error: unknown) => void,
    settleMs = SETTLE_MS,
  ) {
    this.#store = store;
    this.#onChange = onChange;
    this.#onError = onError;
    this.#settleMs = settleMs;
  }

  /** From now on these are expected; what was checked before counts no longer. Nothing: nobody is watched. */
  expect(file: ExpectationsFile | undefined): void {
    this.#file = file;
    this.#roots = new Set(file?.traces.map(({ root }) => root));
    const known = [...this.#results.keys()];
    this.#results.clear();
    this.#watching?.dispose();
    this.#watching =
      this.#roots.size === 0
        ? undefined
        : this.#store.watch?.(traceIds => {
            for (const traceId of traceIds) this.#checkSoon(traceId);
          });
    for (const traceId of known) this.#checkSoon(traceId);
    if (known.length > 0) this.#onChange();
  }

  resultOf(traceId: string): CheckedTrace | undefined {
    return this.#results.get(traceId);
  }

  #checkSoon(traceId: string): void {
    clearTimeout(this.#timers.get(traceId));
    this.#timers.set(
      traceId,
      setTimeout(() => {
        this.#timers.delete(traceId);
        this.#check(traceId).catch(this.#onError);
      }, this.#settleMs),
    );
  }

  async #check(traceId: string): Promise<void> {
    const signal = AbortSignal.timeout(READ_MS);
    // Most traces are of other roots: their spans are not even read.
    const [found] = await this.#store.findId(traceId, signal);
    const file = this.#file;
    if (file === undefined || found === undefined || !this.#roots.has(found.brief.name)) return;
    const stored = await this.#store.readTrace(traceId, signal);
    if (stored === undefined || this.#owner.isDisposed) return;
    const { columns, problems } = buildTrace(traceId, [stored]);
    const results = checkExpectations(analyseTrace(columns, problems), file);
    // Another file may have come while it was read.
    if (results.length === 0 || file !== this.#file) return;
    const broken = results.filter(({ isMet }) => !isMet).length;
    this.#results.delete(traceId);
    this.#results.set(traceId, { checked: results.length, broken });
    const [oldest] = this.#results.keys();
    if (this.#results.size > MOST_KEPT && oldest !== undefined) this.#results.delete(oldest);
    this.#onChange();
  }

  dispose(): void {
    this.#owner.dispose();
    this.#watching?.dispose();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** The page's side of its worker: started at the first question, and given each trace once. */

import type { CallGraph, GraphLimits } from "../../src/analysis/callGraph.ts";
import type { FoldWishes } from "../../src/analysis/callGraphFold.ts";
import { Owner, type Disposable } from "../../src/base/disposables.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type {
  AnalysisApi,
  OpenedCallGraph,
  TraceNumber,
} from "../../src/protocol/analysisWorker.ts";
import { connectPeer, type Peer } from "../../src/threads/rpc.ts";
import type { CallGraphs } from "../panel/callGraphs.ts";
import type { GraphMode, LoadedTrace } from "../panel/state.ts";

export class AnalysisLink implements CallGraphs, Disposable {
  readonly #owner = new Owner();
  readonly #createWorker: () => Worker;
  readonly #report: (error: unknown) => void;
  #peer: Peer<AnalysisApi> | undefined;
  #given: LoadedTrace["columns"] | undefined;
  #number: TraceNumber = 0;
  /** A graph that was asked for before there was a view of it. */
  #prepared:
    { readonly key: string; readonly answer: Promise<OpenedCallGraph | undefined> } | undefined;

  constructor(createWorker: () => Worker, report: (error: unknown) => void) {
    this.#createWorker = createWorker;
    this.#report = report;
  }

  /** Starts the worker while there is nothing else to do. */
  warm(): void {
    this.#peer ??= this.#connect();
  }

  get remote(): AnalysisApi {
    return (this.#peer ??= this.#connect()).remote;
  }

  /** The number by which the worker knows the trace from now on. */
  give({ columns, summary }: LoadedTrace): TraceNumber {
    if (this.#given !== columns) {
      this.#given = columns;
      this.#number += 1;
      this.remote.take(this.#number, columns, summary.problems).catch(this.#report);
    }
    return this.#number;
  }

  /** Has the graph built, which `open` then answers with. */
  prepare(trace: LoadedTrace, mode: GraphMode, selected: SpanIndex | undefined): void {
    const key = `${this.give(trace)} ${mode}`;
    const answer = this.remote.openCallGraph(this.#number, mode, selected);
    // Whoever opens it hears of it.
    answer.catch(() => undefined);
    this.#prepared = { key, answer };
  }

  open(
    trace: LoadedTrace,
    mode: GraphMode,
    selected: SpanIndex | undefined,
  ): Promise<OpenedCallGraph | undefined> {
    const number = this.give(trace);
    const prepared = this.#prepared;
    this.#prepared = undefined;
    return prepared?.key === `${number} ${mode}`
      ? prepared.answer
      : this.remote.openCallGraph(number, mode, selected);
  }

  fold(
    trace: LoadedTrace,
    mode: GraphMode,
    wishes: FoldWishes,
    limits: GraphLimits,
  ): Promise<CallGraph | undefined> {
    return this.remote.foldCallGraph(this.give(trace), mode, wishes, limits);
  }

  #connect(): Peer<AnalysisApi> {
    const worker = this.#createWorker();
    this.#owner.own({ dispose: () => worker.terminate() });
    worker.addEventListener("error", event => this.#report(new Error(event.message)));
    return this.#owner.own(
      connectPeer<AnalysisApi>(
        {
          post: message => {
            worker.postMessage(message);
          },
          listen: onMessage => {
            worker.addEventListener("message", event => onMessage(event.data));
            return { dispose: () => worker.terminate() };
          },
        },
        {},
        this.#report,
      ),
    );
  }

  dispose(): void {
    this.#owner.dispose();
  }
}

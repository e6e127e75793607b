/**
 * Traces as the tools read them: found by any id, gathered from all stores, with what is derived from their columns.
 * The last few are kept, until a store has news of them, so that the rows of one answer are those of the next.
 */

import { analyseTrace, type AnalysedTrace } from "../analysis/analysedTrace.ts";
import type { TraceTree } from "../analysis/tree.ts";
import { waitUnlessAborted } from "../base/waitUnlessAborted.ts";
import { Lru } from "../base/lru.ts";
import type { Disposable } from "../base/disposables.ts";
import { listIds } from "../logs/recogniseIds.ts";
import { TraceError, type StoreAnswer } from "../model/failure.ts";
import { canonicalTraceId } from "../model/ids.ts";
import type { SpanIndex, Trace, TraceColumns } from "../model/trace.ts";
import { buildTrace } from "../model/traceBuilder.ts";
import type { TraceGathering } from "../stores/traceGathering.ts";
import type { StoreSet } from "../stores/storeSet.ts";
import type { ToolContext } from "./toolContext.ts";
import { ToolRefusal } from "./toolInput.ts";

export interface OpenedTrace {
  readonly trace: Trace;
  readonly analysed: AnalysedTrace;
  readonly columns: TraceColumns;
  readonly tree: TraceTree;
  readonly selfNs: Float64Array;
  /** First start or publish, and last end, from the origin. */
  readonly startNs: number;
  readonly endNs: number;
  readonly answers: readonly StoreAnswer[];
  /** The span that the id named, where it named one. */
  readonly focus: SpanIndex | undefined;
}

type KnownTrace = Omit<OpenedTrace, "focus"> & {
  readonly readAtMs: number;
  /** Stores that were not asked yet are asked through it. */
  readonly gathering: TraceGathering;
  /** So many parts of it were found. */
  readonly parts: number;
  /** Whether every store was asked. */
  readonly isWhole: boolean;
};

/** A trace that is being read, for all who wait for it. */
interface Reading {
  readonly opened: Promise<KnownTrace>;
  /** Whether news of the trace came meanwhile. */
  hasNews: boolean;
}

/** Enough for a comparison of two, and what was looked at before. */
const KEPT = 4;
/** How long a trace counts as new, from stores that tell of no news. */
const FRESH_MS = 5_000;

export class TraceReader implements Disposable {
  readonly #context: ToolContext;
  readonly #known = new Lru<string, KnownTrace>(KEPT);
  readonly #reading = new Map<string, Reading>();
  readonly #closing = new AbortController();
  #watched: StoreSet | undefined;
  #watching: readonly Disposable[] = [];

  constructor(context: ToolContext) {
    this.#context = context;
  }

  /** Rejects with `noId`, or with `notFound` where no store has it. */
  async find(text: string, signal: AbortSignal): Promise<OpenedTrace> {
    const stores = await this.#context.stores();
    const ids = listIds(text);
    if (ids.length === 0) throw new TraceError({ code: "noId", text: text.slice(0, 80) });
    const known = ids.map(id => this.#known.get(canonicalTraceId(id))).find(Boolean);
    if (known !== undefined && this.#isFresh(known) && known.isWhole) {
      return { ...known, focus: undefined };
    }
    const found = await stores.findFirst(ids, signal, undefined, () => undefined);
    const traceIds = [...new Set(found.map(each => each.found.traceId))];
    if (traceIds.length > 1) {
      throw new ToolRefusal(`this id names several traces; ask for one: ${traceIds.join(", ")}`);
    }
    const [first] = found;
    const opened = await this.read(traceIds[0] ?? "", signal);
    // Spans are looked up only where something else than the trace is named.
    const { traceId } = opened.columns;
    const spanIds = [first?.found.spanId, ...ids].filter(id => id !== undefined && id !== traceId);
    const focus = spanIds
      .map(id => opened.trace.findSpan(id ?? ""))
      .find(span => span !== undefined);
    return { ...opened, focus };
  }

  /** `traceId` is a trace's own id. */
  async read(traceId: string, signal: AbortSignal): Promise<OpenedTrace> {
    return { ...(await this.#read(traceId, signal, undefined)), focus: undefined };
  }

  /**
   * Begins to read the trace that will most likely be asked for next, from the stores that have it: the others are asked
   * when it is. A failure is told to whoever asks.
   */
  prepare(traceId: string, stores: readonly string[]): void {
    this.#read(traceId, this.#closing.signal, stores).catch(() => undefined);
  }

  async #read(
    traceId: string,
    signal: AbortSignal,
    only: readonly string[] | undefined,
  ): Promise<KnownTrace> {
    const stores = await this.#context.stores();
    this.#watch(stores);
    const key = canonicalTraceId(traceId);
    const known = this.#known.get(key);
    const isFresh = known !== undefined && this.#isFresh(known);
    if (isFresh && (known.isWhole || only !== undefined)) return known;
    const running = this.#reading.get(key);
    if (running?.hasNews === false) {
      const opened = await waitUnlessAborted(running.opened, signal);
      if (opened.isWhole || only !== undefined) return opened;
      return this.#read(traceId, signal, only);
    }
    const begun = isFresh ? known : undefined;
    const reading = this.#startReading(key, this.#gather(stores, traceId, only, begun));
    return waitUnlessAborted(reading.opened, signal);
  }

  #startReading(key: string, opened: Promise<KnownTrace>): Reading {
    const reading: Reading = { opened, hasNews: false };
    this.#reading.set(key, reading);
    const end = (): void => {
      if (this.#reading.get(key) === reading) this.#reading.delete(key);
    };
    reading.opened.then(known => {
      end();
      if (!reading.hasNews) this.#known.set(key, known);
    }, end);
    return reading;
  }

  /** Reads on where the one who asked has gone, because the next question is most likely about it; stores have deadlines. */
  async #gather(
    stores: StoreSet,
    traceId: string,
    only: readonly string[] | undefined,
    begun: KnownTrace | undefined,
  ): Promise<KnownTrace> {
    const readAtMs = this.#context.now();
    const gathering = begun?.gathering ?? stores.gather(traceId, undefined, () => undefined);
    await gathering.start(this.#closing.signal, only);
    const { parts, answers } = gathering;
    const isWhole = answers.every(({ kind }) => kind !== "waiting");
    // The other stores had nothing to add.
    if (begun !== undefined && parts.length === begun.parts) return { ...begun, answers, isWhole };
    const trace = buildTrace(traceId, parts);
    const analysed = analyseTrace(trace.columns, trace.problems);
    const { columns, tree, selfNs, startNs, endNs } = analysed;
    return {
      ...{ trace, analysed, columns, tree, selfNs, startNs, endNs, answers },
      ...{ gathering, isWhole, readAtMs, parts: parts.length },
    };
  }

  /** Tells whether a trace is fresh: every store that keeps it watches, and none has said otherwise. */
  #isFresh(known: KnownTrace): boolean {
    const isWatched = known.trace.stores.every(name =>
      this.#watched?.stores.some(store => store.name === name && store.watch !== undefined),
    );
    return isWatched || this.#context.now() - known.readAtMs < FRESH_MS;
  }

  #watch(stores: StoreSet): void {
    if (this.#watched === stores) return;
    this.#unwatch();
    this.#watched = stores;
    this.#watching = stores.stores.flatMap(
      store =>
        store.watch?.(traceIds => {
          for (const traceId of traceIds) this.#forget(canonicalTraceId(traceId));
        }) ?? [],
    );
  }

  #forget(key: string): void {
    this.#known.delete(key);
    const reading = this.#reading.get(key);
    if (reading !== undefined) reading.hasNews = true;
  }

  #unwatch(): void {
    for (const watching of this.#watching) watching.dispose();
    this.#watching = [];
    this.#known.clear();
  }

  dispose(): void {
    this.#closing.abort();
    this.#unwatch();
  }
}

/** A span as an answer names it: counted from 1, in the order of the tree. */
export type RowNumber = number & { readonly __brand: "RowNumber" };

export function rowOf(span: SpanIndex): RowNumber {
  return (span + 1) as RowNumber;
}

/** Refuses a row that the trace has not. */
export function spanOfRow({ columns }: Pick<OpenedTrace, "columns">, row: number): SpanIndex {
  if (row >= 1 && row <= columns.count) return (row - 1) as SpanIndex;
  throw new ToolRefusal(`there is no row ${row}: the trace has rows 1 to ${columns.count}`);
}

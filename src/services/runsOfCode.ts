/**
 * The runs of each function of the workspace: what the store counts, joined with where its spans lead to. Counts only
 * while somebody watches or asks; what it knows is asked for without waiting.
 */

import { HOUR_MS, mergeRuns, type RunColumns } from "../analysis/runFacts.ts";
import { findFirst } from "../base/binarySearch.ts";
import { Owner, toDisposable, type Disposable } from "../base/disposables.ts";
import type {
  OperationRuns,
  RunBrief,
  RunPlace,
  RunsMark,
  RunSource,
  RunSpan,
} from "../model/operationRuns.ts";
import type { CaptureLog } from "../model/workspaceCommit.ts";

/** The runs of one function. */
export interface FunctionRuns {
  /** Where it stood when its spans were looked for. */
  readonly place: RunPlace;
  /** The operations that are counted as its runs; the store's keys of them. */
  readonly operations: readonly OperationRuns[];
  readonly runs: RunColumns;
}

export interface RunsOfCodeOptions {
  readonly source: RunSource;
  /** Tells that something came. */
  readonly watchStore: (onChange: () => void) => Disposable;
  /** `undefined` where no function of the workspace is certain to have run. */
  readonly findPlace: (
    operation: Pick<OperationRuns, "name" | "service" | "queue" | "kind">,
    run: RunSpan,
    signal: AbortSignal,
  ) => Promise<RunPlace | undefined>;
  readonly onError: (error: unknown) => void;
}

/** The place by which a function is known: a file and a line in it (from 0), or a name, with its class where given. */
export type CodeQuery =
  { readonly path: string; readonly line0?: number } | { readonly function: string };

/** Whatever came is counted so long after it came: in one go with what comes meanwhile. */
const REST_MS = 300;
/** Between two steps of counting: a sixth of a core while nothing comes, and a fiftieth while much does. */
const STEP_MS = 80;
const BUSY_STEP_MS = 900;
/** While many operations are looked for, what is found so far is told so often. */
const TELL_MS = 500;

interface PlacedOperation {
  readonly runs: OperationRuns;
  /** Absent: not yet looked for. */
  place?: RunPlace | "none";
}

export class RunsOfCode extends Owner {
  readonly #options: RunsOfCodeOptions;
  readonly #operations = new Map<string, PlacedOperation>();
  readonly #watchers = new Set<() => void>();
  readonly #closed = new AbortController();
  #mark: RunsMark | undefined;
  #functions: readonly FunctionRuns[] | undefined;
  #watching: Disposable | undefined;
  /** Grows with what came; all is counted where the two are the same. */
  #news = 1;
  #counted = 0;
  #isLimited = false;
  #captures: CaptureLog = { marks: [], copied: [] };
  #turn: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RunsOfCodeOptions) {
    super();
    this.#options = options;
    this.own(
      toDisposable(() => {
        clearTimeout(this.#timer);
        this.#watching?.dispose();
        this.#closed.abort();
      }),
    );
  }

  /** Operations or old spans were left out, because there are too many. */
  get isLimited(): boolean {
    return this.#isLimited;
  }

  /** At which commits the workspace was when the traces of the runs came in. */
  get captures(): CaptureLog {
    return this.#captures;
  }

  /** From now on what comes is counted, and the watcher told of what changed. */
  watch(onChange: () => void): Disposable {
    this.#watchers.add(onChange);
    this.#watching ??= this.#options.watchStore(() => this.#noteNews());
    this.#noteNews();
    return toDisposable(() => {
      this.#watchers.delete(onChange);
      if (this.#watchers.size > 0) return;
      this.#watching?.dispose();
      this.#watching = undefined;
      clearTimeout(this.#timer);
    });
  }

  /** Settles when all that has come is counted and placed. */
  async refresh(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#news += 1;
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await Promise.race([this.#start(), aborted.promise]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Without waiting: what is known by now, in the order of the files. */
  list(query?: CodeQuery): readonly FunctionRuns[] {
    this.#functions ??= joinFunctions([...this.#operations.values()]);
    if (query === undefined) return this.#functions;
    return this.#functions.filter(({ place }) => isAsked(place, query));
  }

  /** Newest first. */
  async listRuns(
    { operations }: FunctionRuns,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly RunBrief[]> {
    return this.#options.source.listRuns(
      operations.map(each => each.key),
      limit,
      signal,
    );
  }

  async readLastFailed(
    { operations }: FunctionRuns,
    signal: AbortSignal,
  ): Promise<RunSpan | undefined> {
    const { source } = this.#options;
    const failed = operations.filter(each => each.failed.includes(1));
    const spans = await Promise.all(failed.map(each => source.readRun(each.key, true, signal)));
    return spans
      .filter(span => span !== undefined)
      .sort((a, b) => b.startUnixMs - a.startUnixMs)[0];
  }

  /** The file has changed: what led to it, and what led nowhere, is looked for again. */
  forgetPlaces(path: string): void {
    for (const operation of this.#operations.values()) {
      const { place } = operation;
      if (place === undefined || (place !== "none" && place.path !== path)) continue;
      delete operation.place;
      this.#news += 1;
    }
    if (this.#news !== this.#counted && this.#watchers.size > 0) this.#noteNews();
  }

  #noteNews(): void {
    this.#news += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#start(), REST_MS);
  }

  #start(): Promise<void> {
    this.#turn ??= this.#run()
      .catch((error: unknown) => {
        if (!this.isDisposed) this.#options.onError(error);
      })
      .finally(() => (this.#turn = undefined));
    return this.#turn;
  }

  async #run(): Promise<void> {
    while (this.#news !== this.#counted && !this.isDisposed) {
      const news = this.#news;
      const isWhole = await this.#count();
      await this.#findPlaces();
      this.#tell();
      if (isWhole) this.#counted = news;
      else await delay(this.#news === news ? STEP_MS : BUSY_STEP_MS);
    }
  }

  async #count(): Promise<boolean> {
    const answer = await this.#options.source.readRuns(this.#mark, this.#closed.signal);
    if (answer.mark.session !== this.#mark?.session) {
      const places = new Map([...this.#operations].map(([key, { place }]) => [key, place]));
      this.#operations.clear();
      for (const runs of answer.changed) this.#set(runs, places.get(runs.key));
    } else {
      for (const runs of answer.changed) this.#set(runs, this.#operations.get(runs.key)?.place);
    }
    if (answer.changed.length > 0) this.#functions = undefined;
    this.#mark = answer.mark;
    this.#isLimited = answer.isLimited;
    this.#captures = answer.captures;
    return answer.isWhole;
  }

  #set(runs: OperationRuns, place: RunPlace | "none" | undefined): void {
    this.#operations.set(runs.key, { runs, ...(place !== undefined && { place }) });
  }

  /** Finds the places, of what ran last first. */
  async #findPlaces(): Promise<void> {
    const missing = [...this.#operations.values()]
      .filter(({ place }) => place === undefined)
      .sort((a, b) => lastOf(b.runs) - lastOf(a.runs));
    let toldMs = performance.now();
    for (const { runs } of missing) {
      if (this.isDisposed) return;
      const { signal } = this.#closed;
      const run = await this.#options.source.readRun(runs.key, false, signal);
      const place = run && (await this.#options.findPlace(runs, run, signal));
      const operation = this.#operations.get(runs.key);
      if (operation !== undefined) operation.place = place ?? "none";
      this.#functions = undefined;
      if (performance.now() - toldMs < TELL_MS) continue;
      toldMs = performance.now();
      this.#tell();
    }
  }

  #tell(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }
}

function lastOf({ startUnixMs }: OperationRuns): number {
  return startUnixMs.at(-1) ?? 0;
}

function countSince({ startUnixMs }: OperationRuns, fromMs: number): number {
  const { length } = startUnixMs;
  return length - findFirst(length, at => startUnixMs[at]! >= fromMs);
}

function isAsked(place: RunPlace, query: CodeQuery): boolean {
  if ("function" in query) {
    const full = place.owner === "" ? place.function : `${place.owner}.${place.function}`;
    return place.function === query.function || full === query.function;
  }
  const { path, line0 } = query;
  if (place.path !== path) return false;
  return line0 === undefined || (place.line0 <= line0 && line0 <= place.endLine0);
}

function joinFunctions(operations: readonly PlacedOperation[]): readonly FunctionRuns[] {
  const functions = new Map<string, { place: RunPlace; runs: OperationRuns }[]>();
  for (const { place, runs } of operations) {
    if (place === undefined || place === "none") continue;
    const key = [place.path, place.owner, place.function].join("\u0001");
    const others = functions.get(key);
    if (others === undefined) functions.set(key, [{ place, runs }]);
    else others.push({ place, runs });
  }
  return [...functions.values()]
    .map(joinFunction)
    .sort(({ place: a }, { place: b }) =>
      a.path === b.path ? a.line0 - b.line0 : a.path < b.path ? -1 : 1,
    );
}

/**
 * A framework may tell one run by several spans, a server's and within it a controller's, and a function may begin spans
 * of its own. So only spans of one kind that were found by one rule are added up, and of several such groups the one
 * with the most runs of late stands for the function.
 */
function joinFunction(
  placed: readonly { readonly place: RunPlace; readonly runs: OperationRuns }[],
): FunctionRuns {
  const declared = placed.filter(({ place }) => place.isOwn);
  const groups = new Map<string, (typeof placed)[number][]>();
  for (const each of declared.length > 0 ? declared : placed) {
    const { place, runs } = each;
    const key = place.isOwn ? `${place.rule} ${runs.kind}` : runs.key;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const lateMs = Math.max(...placed.map(({ runs }) => lastOf(runs))) - HOUR_MS;
  const countOf = (group: typeof placed): number =>
    group.reduce((sum, { runs }) => sum + countSince(runs, lateMs), 0);
  const [first = []] = [...groups.values()].sort((a, b) => countOf(b) - countOf(a));
  const operations = first.map(({ runs }) => runs);
  const { place } = first[0] as (typeof placed)[number];
  let merged: RunColumns | undefined;
  return {
    place,
    operations,
    // Most functions are in no editor, and those that are asked for change with each batch.
    get runs() {
      return (merged ??= mergeRuns(operations));
    },
  };
}

async function delay(ms: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, ms));
}

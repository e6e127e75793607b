/** The embedded store, as the extension host sees it: every call goes to the worker that owns the file. Knows no SQL. */

import { neverAborted } from "../../base/neverAborted.ts";
import { toDisposable, type Disposable } from "../../base/disposables.ts";
import { getFailure, TraceError } from "../../model/failure.ts";
import { note } from "../../formats/traceFormat.ts";
import type { RunSource } from "../../model/operationRuns.ts";
import type { FoundKeys, SpanDetail } from "../../model/spanDetail.ts";
import type { StoredTrace } from "../../model/trace.ts";
import type { WorkspaceCommit } from "../../model/workspaceCommit.ts";
import { PeerGone } from "../../threads/rpc.ts";
import type { StoreHealth, TracePage, TraceQuery, TraceStore } from "../../model/traceStore.ts";
import { WorkerLink } from "../../threads/workerLink.ts";
import type {
  LocalHostApi,
  LocalWorkerApi,
  LocalWorkerData,
  PassedCall,
  PassedCalls,
} from "./localApi.ts";
import { CellSpans, parseDetailKey, type TraceCells } from "./read/traceCells.ts";

export interface LocalStoreOptions {
  /** Made with its folder where it is absent. */
  readonly file: string;
  /** The bundled worker, or its source. */
  readonly workerPath: string;
  readonly name: string;
  readonly deadlineMs?: number;
}

/** Traces that are on their way into the store, which tells them as their source has them until they are kept. */
export interface ArrivingTraces {
  readonly traceIds: ReadonlySet<string>;
  readTrace(traceId: string, signal: AbortSignal): Promise<TraceCells | undefined>;
  /** `store` is named in it as the source. */
  readDetail(
    traceId: string,
    key: string,
    store: string,
    signal: AbortSignal,
  ): Promise<SpanDetail | undefined>;
  findText(traceId: string, text: string, from: number, signal: AbortSignal): Promise<FoundKeys>;
}

export interface LocalStore
  extends TraceStore, RunSource, Omit<PassedCalls, keyof TraceStore | keyof RunSource> {
  /** Until what it answers with is disposed; whoever watches is told then. */
  answerFrom(arriving: ArrivingTraces): Disposable;
  /** New traces come in while the window's repositories are so, until it says otherwise or closes. */
  setWorkspace(commits: readonly WorkspaceCommit[], signal: AbortSignal): Promise<void>;
  /** An empty list: traces were deleted, or another process changed something that is not a trace's growth. */
  watch(onChange: (traceIds: readonly string[]) => void): Disposable;
}

const JOINED = "some spans came under the lower half of the trace id alone";
const DEADLINE_MS = 10_000;

export function openLocalStore(options: LocalStoreOptions): LocalStore {
  return new WorkerStore(options);
}

class WorkerStore implements LocalStore {
  readonly kind = "local";
  readonly name: string;
  readonly #link: WorkerLink<LocalWorkerApi>;
  readonly #arriving = new Set<ArrivingTraces>();
  readonly #watchers = new Set<(traceIds: readonly string[]) => void>();
  #workspace: readonly WorkspaceCommit[] = [];

  readonly findId = this.#pass("findId");
  readonly readChildren = this.#pass("readChildren");
  readonly listServices = this.#pass("listServices");
  readonly listOperations = this.#pass("listOperations");
  readonly readLogs = this.#pass("readLogs");
  readonly readFacts = this.#pass("readFacts");
  readonly readRuns = this.#pass("readRuns");
  readonly readRun = this.#pass("readRun");
  readonly listRuns = this.#pass("listRuns");
  readonly deleteTraces = this.#pass("deleteTraces");
  readonly pinTrace = this.#pass("pinTrace");
  readonly clear = this.#pass("clear");
  readonly setCap = this.#pass("setCap");

  constructor({ file, workerPath, name, deadlineMs = DEADLINE_MS }: LocalStoreOptions) {
    this.name = name;
    const workerData: LocalWorkerData = { file, store: name };
    const local: Pick<LocalHostApi, "changed"> = {
      changed: traceIds => {
        for (const watcher of [...this.#watchers]) watcher(traceIds);
        return Promise.resolve();
      },
    };
    // A worker that is started later is told when it starts.
    const tellIfWatched = (): void => {
      if (this.#watchers.size > 0) this.#tellWatch();
    };
    const tellAgain = (): void => {
      tellIfWatched();
      if (this.#workspace.length > 0) this.#tell(remote => remote.setWorkspace(this.#workspace));
    };
    this.#link = new WorkerLink({
      store: name,
      address: file,
      workerPath,
      workerData,
      local,
      deadlineMs,
      onStart: tellAgain,
      onExit: tellIfWatched,
    });
  }

  #pass<Name extends PassedCall>(name: Name): PassedCalls[Name] {
    const pass = (...asked: readonly unknown[]): Promise<unknown> =>
      this.#link.ask(asked.at(-1) as AbortSignal, remote => {
        const call = remote[name] as (...args: readonly unknown[]) => Promise<unknown>;
        return call(...asked.slice(0, -1));
      });
    return pass as PassedCalls[Name];
  }

  async readTrace(traceId: string, signal: AbortSignal): Promise<StoredTrace | undefined> {
    const arriving = this.#findArriving(traceId);
    const cells = await (arriving === undefined
      ? this.#link.ask(signal, (remote, ticket) => remote.readTrace(traceId, ticket))
      : arriving.readTrace(traceId, signal));
    if (cells === undefined) return undefined;
    const spans = new CellSpans(cells);
    return {
      store: this.name,
      spans,
      plain: spans.plain,
      captured: cells.captured,
      ...(cells.isJoined === true && { problems: [note({ store: this.name }, JOINED)] }),
      details: {
        readDetail: (key, detailSignal) => this.#readDetail(traceId, key, detailSignal),
        findText: (text, findSignal) => this.#findText(traceId, text, findSignal),
        prepareFind: async prepareSignal => {
          if (this.#findArriving(traceId) !== undefined) return;
          await this.#link.ask(prepareSignal, (remote, ticket) =>
            remote.prepareFind(traceId, ticket),
          );
        },
      },
    };
  }

  async *#findText(
    traceId: string,
    text: string,
    signal: AbortSignal,
  ): AsyncGenerator<FoundKeys, void, undefined> {
    const ask = (from: number): Promise<FoundKeys> => {
      const source = this.#findArriving(traceId);
      const asked =
        source === undefined
          ? this.#link.ask(signal, remote => remote.findText(traceId, text, from))
          : source.findText(traceId, text, from, signal);
      // Who has left off by then hears of no failure.
      asked.catch(() => undefined);
      return asked;
    };
    for (let asked: Promise<FoundKeys> | undefined = ask(0); asked !== undefined;) {
      const part: FoundKeys = await asked;
      // The worker looks on while what it has found is told.
      asked = part.next === undefined ? undefined : ask(part.next);
      yield part;
    }
  }

  async #readDetail(traceId: string, key: string, signal: AbortSignal): Promise<SpanDetail> {
    const { spanId, slot } = parseDetailKey(key);
    const arriving = this.#findArriving(traceId);
    const detail = await (arriving === undefined
      ? this.#link.ask(signal, remote => remote.readDetail(traceId, spanId, slot))
      : arriving.readDetail(traceId, key, this.name, signal));
    if (detail === undefined) {
      throw new TraceError({ code: "notFound", id: spanId, answers: [] });
    }
    return detail;
  }

  answerFrom(arriving: ArrivingTraces): Disposable {
    this.#arriving.add(arriving);
    return toDisposable(() => {
      if (!this.#arriving.delete(arriving)) return;
      for (const watcher of [...this.#watchers]) watcher([...arriving.traceIds]);
    });
  }

  isArriving(traceId: string): boolean {
    return this.#findArriving(traceId) !== undefined;
  }

  #findArriving(traceId: string): ArrivingTraces | undefined {
    return [...this.#arriving].find(({ traceIds }) => traceIds.has(traceId));
  }

  searchTraces(query: TraceQuery, signal: AbortSignal): Promise<TracePage> {
    return this.#link.ask(signal, (remote, ticket) => remote.searchTraces(query, ticket));
  }

  async checkHealth(signal: AbortSignal): Promise<StoreHealth> {
    const facts = await this.readFacts(signal);
    return {
      facts: [
        `SQLite ${facts.sqliteVersion}`,
        facts.file,
        { kind: "holdings", traces: facts.traceCount, spans: facts.spanCount },
        ...facts.notes,
      ],
      advice: [],
    };
  }

  setWorkspace(commits: readonly WorkspaceCommit[], signal: AbortSignal): Promise<void> {
    this.#workspace = commits;
    return this.#link.ask(signal, remote => remote.setWorkspace(commits));
  }

  watch(onChange: (traceIds: readonly string[]) => void): Disposable {
    this.#watchers.add(onChange);
    if (this.#watchers.size === 1) this.#tellWatch();
    return toDisposable(() => {
      this.#watchers.delete(onChange);
      if (this.#watchers.size === 0) this.#tellWatch();
    });
  }

  #tellWatch(): void {
    if (this.#link.isDisposed) return;
    const isOn = this.#watchers.size > 0;
    if (this.#link.isRunning || isOn) this.#tell(remote => remote.watch(isOn));
  }

  #tell(call: (remote: LocalWorkerApi) => Promise<void>): void {
    void this.#link.ask(neverAborted(), call).catch((error: unknown) => {
      // Whoever asks the store next hears of it; there is nobody to tell here.
      if (getFailure(error) === undefined && !(error instanceof PeerGone)) throw error;
    });
  }

  dispose(): void {
    this.#watchers.clear();
    this.#link.dispose();
  }
}

/** The embedded store, as the extension host sees it: every call goes to the worker that owns the file. Knows no SQL. */

import { neverAborted } from "../../base/neverAborted.ts";
import { toDisposable, type Disposable } from "../../base/disposables.ts";
import { getFailure, TraceError } from "../../model/failure.ts";
import { note } from "../../formats/traceFormat.ts";
import type { LogPage, LogQuery } from "../../model/logRecord.ts";
import type {
  RunBrief,
  RunsAnswer,
  RunsMark,
  RunSource,
  RunSpan,
} from "../../model/operationRuns.ts";
import type { FoundKeys, SpanDetail } from "../../model/spanDetail.ts";
import type { StoredTrace } from "../../model/trace.ts";
import type { WorkspaceCommit } from "../../model/workspaceCommit.ts";
import { PeerGone } from "../../threads/rpc.ts";
import type {
  Found,
  SpanBrief,
  StoreHealth,
  TracePage,
  TraceQuery,
  TraceStore,
} from "../../model/traceStore.ts";
import { WorkerLink } from "../../threads/workerLink.ts";
import type { LocalFacts, LocalHostApi, LocalWorkerApi, LocalWorkerData } from "./localApi.ts";
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

export interface LocalStore extends TraceStore, RunSource {
  /** Until what it answers with is disposed; whoever watches is told then. */
  answerFrom(arriving: ArrivingTraces): Disposable;
  /** The ids of those that were there. */
  deleteTraces(traceIds: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  /** Reads what came as logs: of a trace, or without one. */
  readLogs(query: LogQuery, signal: AbortSignal): Promise<LogPage>;
  readFacts(signal: AbortSignal): Promise<LocalFacts>;
  /** A pinned trace stays when older ones go and when all are cleared. Answers whether it is there. */
  pinTrace(traceId: string, isPinned: boolean, signal: AbortSignal): Promise<boolean>;
  /** Deletes every trace that is not pinned. */
  clear(signal: AbortSignal): Promise<void>;
  /** From now on the oldest traces go when the file holds more. */
  setCap(bytes: number, signal: AbortSignal): Promise<void>;
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

  findId(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    return this.#link.ask(signal, remote => remote.findId(id));
  }

  readChildren(spanId: string, signal: AbortSignal): Promise<readonly SpanBrief[]> {
    return this.#link.ask(signal, remote => remote.readChildren(spanId));
  }

  searchTraces(query: TraceQuery, signal: AbortSignal): Promise<TracePage> {
    return this.#link.ask(signal, (remote, ticket) => remote.searchTraces(query, ticket));
  }

  listServices(signal: AbortSignal): Promise<readonly string[]> {
    return this.#link.ask(signal, remote => remote.listServices());
  }

  listOperations(service: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.#link.ask(signal, remote => remote.listOperations(service));
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

  readLogs(query: LogQuery, signal: AbortSignal): Promise<LogPage> {
    return this.#link.ask(signal, remote => remote.readLogs(query));
  }

  readFacts(signal: AbortSignal): Promise<LocalFacts> {
    return this.#link.ask(signal, remote => remote.readFacts());
  }

  readRuns(since: RunsMark | undefined, signal: AbortSignal): Promise<RunsAnswer> {
    return this.#link.ask(signal, remote => remote.readRuns(since));
  }

  readRun(key: string, isFailed: boolean, signal: AbortSignal): Promise<RunSpan | undefined> {
    return this.#link.ask(signal, remote => remote.readRun(key, isFailed));
  }

  listRuns(
    keys: readonly string[],
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly RunBrief[]> {
    return this.#link.ask(signal, remote => remote.listRuns(keys, limit));
  }

  deleteTraces(traceIds: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    return this.#link.ask(signal, remote => remote.deleteTraces(traceIds));
  }

  pinTrace(traceId: string, isPinned: boolean, signal: AbortSignal): Promise<boolean> {
    return this.#link.ask(signal, remote => remote.pinTrace(traceId, isPinned));
  }

  clear(signal: AbortSignal): Promise<void> {
    return this.#link.ask(signal, remote => remote.clear());
  }

  setCap(bytes: number, signal: AbortSignal): Promise<void> {
    return this.#link.ask(signal, remote => remote.setCap(bytes));
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

/** A trace file, or a folder of them, as a trace store: what changes on disk is read again. Its work is a worker's. */

import { watch as watchFiles } from "node:fs";
import { toDisposable, type Disposable } from "../../base/disposables.ts";
import type { StoredTrace } from "../../model/trace.ts";
import type {
  Found,
  SpanBrief,
  StoreHealth,
  TracePage,
  TraceQuery,
  TraceStore,
} from "../../model/traceStore.ts";
import { WorkerLink, type Ticket } from "../../threads/workerLink.ts";
import type { FileHostApi, FileWorkerApi, FileWorkerData } from "./fileApi.ts";
import type { FullFile } from "./fileTraces.ts";

export interface FileStoreOptions {
  readonly name: string;
  /** Absolute: a file or a folder. */
  readonly path: string;
  /** The bundled worker, or its source. */
  readonly workerPath: string;
}

/** The first question reads a whole folder: the store's own deadline bounds what the caller's does not. */
const DEADLINE_MS = 120_000;
/** A writer that appends line by line is one change. */
const SETTLE_MS = 300;
const MAX_TOLD = 5;
/**
 * The most that the spans of a file may take in memory: all threads of VS Code's extension host share 4 GB of values, and
 * the host itself would end without these.
 */
const MAX_HEAP_MB = 3_072;

/** The worker behind a store, and behind a file that is opened. */
export function openFileLink({
  store,
  path,
  workerPath,
  deadlineMs = DEADLINE_MS,
  onStored = () => undefined,
  full = [],
}: Omit<FileWorkerData, "full"> & {
  /** The file that filled a worker is added, and the next one does without it. */
  readonly full?: FullFile[];
  readonly workerPath: string;
  readonly deadlineMs?: number;
  readonly onStored?: (spans: number) => void;
}): WorkerLink<FileWorkerApi> {
  const workerData: FileWorkerData = { path, store, full };
  let reading: Omit<FullFile, "reason"> | undefined;
  const local: FileHostApi = {
    onRead: (file, size) => {
      reading = { path: file, size };
      return Promise.resolve();
    },
    onStored: spans => {
      onStored(spans);
      return Promise.resolve();
    },
  };
  return new WorkerLink({
    ...{ store, address: path, workerPath, workerData, local, deadlineMs },
    maxHeapMb: MAX_HEAP_MB,
    onFull: reason => {
      if (reading === undefined) return false;
      full.push({ ...reading, reason });
      reading = undefined;
      return true;
    },
  });
}

export function openFileStore(options: FileStoreOptions): TraceStore {
  return new FileStore(options);
}

class FileStore implements TraceStore {
  readonly kind = "file";
  readonly name: string;
  readonly #path: string;
  readonly #link: WorkerLink<FileWorkerApi>;
  readonly #full: FullFile[] = [];

  constructor({ name, path, workerPath }: FileStoreOptions) {
    this.name = name;
    this.#path = path;
    this.#link = openFileLink({ store: name, path, workerPath, full: this.#full });
  }

  /** Asks again without the file that filled the worker; every file can do so once, until it becomes smaller. */
  async #ask<T>(
    signal: AbortSignal,
    call: (remote: FileWorkerApi, ticket: Ticket) => Promise<T>,
  ): Promise<T> {
    const { length } = this.#full;
    try {
      return await this.#link.ask(signal, call);
    } catch (error) {
      if (this.#full.length === length) throw error;
      return this.#ask(signal, call);
    }
  }

  async readTrace(traceId: string, signal: AbortSignal): Promise<StoredTrace | undefined> {
    const trace = await this.#ask(signal, (remote, ticket) => remote.readTrace(traceId, ticket));
    return (
      trace && {
        store: this.name,
        spans: trace.spans,
        problems: trace.problems,
        details: {
          readDetail: (key, detailSignal) =>
            this.#ask(detailSignal, remote => remote.readDetail(key)),
        },
      }
    );
  }

  findId(id: string, signal: AbortSignal): Promise<readonly Found[]> {
    return this.#ask(signal, (remote, ticket) => remote.findId(id, ticket));
  }

  readChildren(spanId: string, signal: AbortSignal): Promise<readonly SpanBrief[]> {
    return this.#ask(signal, (remote, ticket) => remote.readChildren(spanId, ticket));
  }

  searchTraces(query: TraceQuery, signal: AbortSignal): Promise<TracePage> {
    return this.#ask(signal, (remote, ticket) => remote.searchTraces(query, ticket));
  }

  listServices(signal: AbortSignal): Promise<readonly string[]> {
    return this.#ask(signal, (remote, ticket) => remote.listServices(ticket));
  }

  listOperations(service: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.#ask(signal, (remote, ticket) => remote.listOperations(service, ticket));
  }

  async checkHealth(signal: AbortSignal): Promise<StoreHealth> {
    const facts = await this.#ask(signal, (remote, ticket) => remote.readFacts(ticket));
    const { refused } = facts;
    const rest = refused.length - MAX_TOLD;
    return {
      facts: [
        facts.path,
        {
          kind: "holdings",
          files: facts.fileCount,
          traces: facts.traceCount,
          spans: facts.spanCount,
        },
        ...refused.slice(0, MAX_TOLD).map(({ path, reason }) => `${path}: ${reason}`),
        ...(rest > 0 ? [{ kind: "passedOver", files: rest } as const] : []),
      ],
      advice: [],
    };
  }

  /** Which traces changed is known only when they are read: an empty list says that something did. */
  watch(onChange: (traceIds: readonly string[]) => void): Disposable {
    let timer: NodeJS.Timeout | undefined;
    const notifySoon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => onChange([]), SETTLE_MS);
    };
    const watcher = watchFiles(this.#path, { recursive: true }, notifySoon);
    // What cannot be watched any more says so at the next question.
    watcher.on("error", () => watcher.close());
    return toDisposable(() => {
      clearTimeout(timer);
      watcher.close();
    });
  }

  dispose(): void {
    this.#link.dispose();
  }
}

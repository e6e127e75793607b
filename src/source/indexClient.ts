/**
 * The symbol index as the editor's process sees it: a worker, started on first use, given its files, watched.
 * Knows no editor; whoever owns it says which files there are.
 */

import { Worker } from "node:worker_threads";
import type { Disposable } from "../base/disposables.ts";
import { connectPeer, type Peer } from "../threads/rpc.ts";
import { openIndexChannel, type IndexApi, type IndexWorkerData } from "./indexApi.ts";

export interface IndexClientOptions {
  /** `dist/indexWorker.cjs`, or its source where Node strips types. */
  readonly workerPath: string;
  readonly grammarsPath: string;
  /** Where facts are kept between windows; absent: nowhere. */
  readonly cachePath?: string | undefined;
  /** The workspace's folders, absolute and normal. */
  readonly folders?: readonly string[];
  /** Told once when the worker ends by itself. */
  readonly onDeath: (reason: string) => void;
}

/** A batch is one message; many small ones let changes of single files in between. */
const BATCH = 100;
/** A grammar that runs away must take its worker down, not the editor. */
const MAX_HEAP_MB = 1_024;

export class IndexClient implements Disposable {
  readonly #worker: Worker;
  readonly #peer: Peer<IndexApi>;
  #isDisposed = false;

  constructor(options: IndexClientOptions) {
    const { workerPath, grammarsPath, cachePath, folders = [] } = options;
    const workerData: IndexWorkerData = {
      workerPath,
      grammarsPath,
      folders,
      ...(cachePath !== undefined && { cachePath }),
    };
    this.#worker = new Worker(workerPath, {
      workerData,
      name: "traceside-index",
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    this.#peer = connectPeer<IndexApi>(openIndexChannel(this.#worker), {}, () => undefined);
    let death: string | undefined;
    this.#worker.on("error", error => {
      death = error instanceof Error ? (error.stack ?? error.message) : String(error);
    });
    this.#worker.on("exit", code => {
      this.#peer.dispose();
      if (!this.#isDisposed) options.onDeath(death ?? `the worker ended with code ${code}`);
    });
  }

  get remote(): IndexApi {
    return this.#peer.remote;
  }

  /** Reads all the files, in batches. Settles when all are in. */
  async build(paths: readonly string[]): Promise<void> {
    for (let start = 0; start < paths.length && !this.#isDisposed; start += BATCH) {
      await this.remote.readFiles(paths.slice(start, start + BATCH));
    }
    if (!this.#isDisposed) await this.remote.keepFacts();
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#peer.dispose();
    void this.#worker.terminate();
  }
}

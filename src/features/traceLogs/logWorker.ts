/**
 * The worker that counts the ids of a log, or of a part of a large one. Bundled to dist/logWorker.cjs; runs from source
 * where Node strips types. Knows no editor.
 */

import { parentPort } from "node:worker_threads";
import { assert } from "../../base/assert.ts";
import { openPortChannel } from "../../threads/portChannel.ts";
import { connectPeer } from "../../threads/rpc.ts";
import { IdCounts, type IdCount } from "./idCounts.ts";
import { scanFile, type ByteRange } from "./scanFile.ts";

export interface CountedIds {
  readonly counts: readonly IdCount[];
  /** There are more ids than are counted. */
  readonly isCut: boolean;
}

export type LogWorkerApi = {
  /** When it is stopped, what was counted until then. */
  count(path: string, range: ByteRange): Promise<CountedIds>;
  stop(): Promise<void>;
};

export type LogHostApi = {
  progress(bytes: number): Promise<void>;
};

/** Said so often: some ten times a second. */
const SAID_BYTES = 16 * 2 ** 20;

assert(parentPort !== null, "logs are counted in a worker");
const stopping = new AbortController();
const api: LogWorkerApi = {
  count: async (path, range) => {
    const { signal } = stopping;
    const counts = new IdCounts();
    let said = 0;
    const onProgress = (bytes: number): void => {
      if (bytes < said + SAID_BYTES) return;
      said = bytes;
      void host.remote.progress(bytes);
    };
    await scanFile(path, {
      ...{ onLine: line => counts.add(line), scanFor: "counts", onProgress, range, signal },
    }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    return { counts: counts.list(Number.POSITIVE_INFINITY), isCut: counts.isCut };
  },
  stop: () => {
    stopping.abort();
    return Promise.resolve();
  },
};
// Whoever asked is told of what fails.
const host = connectPeer<LogHostApi>(openPortChannel(parentPort), api, () => undefined);

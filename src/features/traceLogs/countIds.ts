/** Counts the ids of a log in threads of their own, a large one in two parts side by side. Knows no editor. */

import { once } from "node:events";
import { stat } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { openPortChannel } from "../../threads/portChannel.ts";
import { connectPeer } from "../../threads/rpc.ts";
import { IdCounts } from "./idCounts.ts";
import type { CountedIds, LogHostApi, LogWorkerApi } from "./logWorker.ts";
import { isPacked, type ByteRange } from "./scanFile.ts";

/** A smaller log is read while a second thread would start. */
const PART_BYTES = 32 * 2 ** 20;
/** Two threads read as fast as most disks, and the editor needs a core too. */
const MAX_PARTS = 2;

export interface CountOptions {
  readonly workerPath: string;
  readonly onProgress?: (share: number) => void;
  readonly partBytes?: number;
  readonly signal: AbortSignal;
}

/** When it is cancelled, what was counted until then. */
export async function countIds(path: string, options: CountOptions): Promise<IdCounts> {
  const { onProgress, partBytes = PART_BYTES } = options;
  const { size } = await stat(path);
  const parts = isPacked(path) ? 1 : Math.min(MAX_PARTS, Math.ceil(size / partBytes) || 1);
  const read = new Array<number>(parts).fill(0);
  const ranges = read.map((_, part): ByteRange => {
    const cut = (at: number): number => Math.floor((size / parts) * at);
    // The last part ends where the file does, which may grow.
    return { from: cut(part), to: part === parts - 1 ? Number.POSITIVE_INFINITY : cut(part + 1) };
  });
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const counted = await Promise.all(
    ranges.map((range, part) =>
      countPart(path, range, { ...options, signal }, bytes => {
        read[part] = bytes;
        onProgress?.(Math.min(1, read.reduce((sum, each) => sum + each) / size));
      }),
    ),
  ).finally(() => {
    failed.abort();
  });
  const ids = new IdCounts();
  for (const { counts, isCut } of counted) {
    ids.addBehind(counts);
    ids.isCut ||= isCut;
  }
  return ids;
}

async function countPart(
  path: string,
  range: ByteRange,
  { workerPath, signal }: CountOptions,
  onProgress: (bytes: number) => void,
): Promise<CountedIds> {
  signal.throwIfAborted();
  const worker = new Worker(workerPath, { name: "traceside-log" });
  const host: LogHostApi = {
    progress: bytes => {
      onProgress(bytes);
      return Promise.resolve();
    },
  };
  const died = once(worker, "error").then(([error]) => Promise.reject(error as Error));
  const peer = connectPeer<LogWorkerApi>(openPortChannel(worker), host, error => {
    worker.emit("error", error);
  });
  const stop = (): void => void peer.remote.stop().catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([peer.remote.count(path, range), died]);
  } finally {
    signal.removeEventListener("abort", stop);
    peer.dispose();
    await worker.terminate();
  }
}

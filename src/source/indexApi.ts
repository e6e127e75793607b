/** The questions that the editor's process and the index's worker may ask of each other. */

import { toDisposable, type Disposable } from "../base/disposables.ts";
import type { Channel } from "../threads/rpc.ts";
import type { IndexQueries } from "./location.ts";

export interface IndexWorkerData {
  /** The folder with `tree-sitter.wasm` and the grammars. */
  readonly grammarsPath: string;
  /** The worker's own file, which names the build. */
  readonly workerPath: string;
  /** Where facts are kept between windows; absent: nowhere. */
  readonly cachePath?: string;
  /** The workspace's folders, absolute and normal: a file's purpose is judged by its path below them. */
  readonly folders: readonly string[];
}

export interface IndexStatistics {
  readonly files: number;
  readonly symbols: number;
  readonly tasks: number;
  /** Too big, unreadable, gone, or beyond the limit of files. */
  readonly passedOver: number;
  readonly heapBytes: number;
  /** Files whose facts were kept since another window read them. */
  readonly cached: number;
}

/** Paths are absolute and normal, see `normalizePath`. */
export type IndexApi = Pick<IndexQueries, keyof IndexQueries> & {
  /** Reads the files anew; those that are gone leave the index. Settles when all are in. */
  readFiles(paths: readonly string[]): Promise<void>;
  /** Keeps what is in the index for the next window, if anything was read since the last one kept it. */
  keepFacts(): Promise<void>;
  /** Sets the text that an editor holds and that is not on the disk yet. */
  setText(path: string, text: string): Promise<void>;
  removeFiles(paths: readonly string[]): Promise<void>;
  readStatistics(): Promise<IndexStatistics>;
};

interface Port {
  postMessage(message: unknown): void;
  on(event: "message", run: (message: unknown) => void): unknown;
  off(event: "message", run: (message: unknown) => void): unknown;
}

export function openIndexChannel(port: Port): Channel {
  return {
    post: message => port.postMessage(message),
    listen(onMessage): Disposable {
      port.on("message", onMessage);
      return toDisposable(() => port.off("message", onMessage));
    },
  };
}

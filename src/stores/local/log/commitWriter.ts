/**
 * Where commits are written: on the thread that gathers them, or on one of their own, so that the next is gathered while
 * one is written. Knows neither wires nor tables.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { neverAborted } from "../../../base/neverAborted.ts";
import { SinkBusy } from "../../../model/spanSink.ts";
import { WorkerLink } from "../../../threads/workerLink.ts";
import { isBusy } from "../file/sqliteError.ts";
import type { StoreHandle, StoreHandleOptions } from "../recovery/storeHandle.ts";
import type { LocalWorkerApi } from "../localApi.ts";
import type { Pairs } from "../index/pairSort.ts";
import { listBuffers, type Commit } from "./commitBuilder.ts";

/** One commit after the other, in the order in which they are given. */
export interface CommitWriter {
  /**
   * Resolves when it is on disk, with the memory of its terms; rejects with `SinkBusy` where some other process holds the
   * file for too long.
   */
  write(commit: Commit): Promise<Pairs>;
  /** Looks whether the file is still there and well, and recovers it where it is not. */
  check(): Promise<void>;
  setCap(bytes: number): void;
  close(): Promise<void>;
}

/** Some other process holds the file for longer than we wait: a second later it may have ended. */
const RETRY_AFTER_MS = 1_000;
/** A commit waits up to four seconds for the file, and writes for less than one. */
const DEADLINE_MS = 30_000;

export class SameThreadWriter implements CommitWriter {
  readonly #handle: StoreHandle;

  constructor(handle: StoreHandle) {
    this.#handle = handle;
  }

  write(commit: Commit): Promise<Pairs> {
    const startMs = performance.now();
    try {
      this.#handle.commit(commit);
    } catch (error) {
      return Promise.reject(isBusy(error) ? new SinkBusy(RETRY_AFTER_MS) : (error as Error));
    }
    this.#handle.turns.take(performance.now() - startMs);
    return Promise.resolve(commit.terms);
  }

  check(): Promise<void> {
    this.#handle.check();
    return Promise.resolve();
  }

  setCap(bytes: number): void {
    this.#handle.setCap(bytes);
  }

  close(): Promise<void> {
    this.#handle.dispose();
    return Promise.resolve();
  }
}

export class OtherThreadWriter implements CommitWriter {
  readonly #link: WorkerLink<LocalWorkerApi>;
  /** The data that the thread is started with, if it must be once more. */
  readonly #workerData: { -readonly [Key in keyof StoreHandleOptions]: StoreHandleOptions[Key] };
  readonly #ended: Promise<void>;

  /** `workerPath`: the embedded store's own. `onAwaitingFsync`: a commit only waits for the disk, so the next may be given. */
  constructor(workerPath: string, options: StoreHandleOptions, onAwaitingFsync: () => void) {
    this.#workerData = { ...options };
    const { file, store } = options;
    let end = (): void => undefined;
    this.#ended = new Promise(resolve => (end = resolve));
    this.#link = new WorkerLink<LocalWorkerApi>({
      ...{ store, address: file, workerPath, deadlineMs: DEADLINE_MS },
      workerData: this.#workerData,
      local: {
        awaitingFsync: () => {
          onAwaitingFsync();
          return Promise.resolve();
        },
      },
      onExit: () => {
        if (this.#link.isDisposed) end();
      },
    });
  }

  async write(commit: Commit): Promise<Pairs> {
    const terms = await this.#ask(remote => remote.writeCommit(commit, listBuffers(commit)));
    if (terms === "busy") throw new SinkBusy(RETRY_AFTER_MS);
    return terms;
  }

  check(): Promise<void> {
    return this.#ask(remote => remote.check());
  }

  setCap(bytes: number): void {
    this.#workerData.capBytes = bytes;
    if (this.#link.isRunning) void this.#ask(remote => remote.setCap(bytes)).catch(() => undefined);
  }

  #ask<T>(call: (remote: LocalWorkerApi) => Promise<T>): Promise<T> {
    return this.#link.ask(neverAborted(), call);
  }

  async close(): Promise<void> {
    const { isRunning } = this.#link;
    this.#link.dispose();
    if (!isRunning) return;
    // Longer than any commit takes: a thread that is stuck must not keep the window from closing.
    await Promise.race([this.#ended, sleep(DEADLINE_MS, undefined, { ref: false })]);
  }
}

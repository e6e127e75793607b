/**
 * Where commits are written: on the thread that gathers them, or on one of their own, so that the next is gathered while
 * one is written. Knows neither wires nor tables.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { SinkBusy } from "../../../model/spanSink.ts";
import { WorkerLink } from "../../../threads/workerLink.ts";
import { isBusy, isDamage, openDatabase } from "../file/database.ts";
import type { LocalWorkerApi, LocalWorkerData } from "../localApi.ts";
import type { Pairs } from "../index/pairSort.ts";
import { listBuffers, type Commit } from "./commitBuilder.ts";
import { Tables } from "../file/tables.ts";
import { MaintenanceTurns } from "../maintenance/maintenanceTurns.ts";

/** One commit after the other, in the order in which they are given. */
export interface CommitWriter {
  /**
   * Resolves when it is on disk, with the memory of its terms; rejects with `SinkBusy` where some other process holds the
   * file for too long.
   */
  write(commit: Commit): Promise<Pairs>;
  setCap(bytes: number): void;
  close(): Promise<void>;
}

const STORE = "local";
/** Some other process holds the file for longer than we wait. */
const RETRY_AFTER_MS = 1_000;
/** A commit waits up to four seconds for the file, and writes for less than one. */
const DEADLINE_MS = 30_000;

export class OwnThreadWriter implements CommitWriter {
  readonly #file: string;
  #capBytes: number;
  readonly #turns: MaintenanceTurns;
  #tables: Tables;

  constructor(tables: Tables, file: string, capBytes: number) {
    this.#tables = tables;
    this.#file = file;
    this.#capBytes = capBytes;
    this.#turns = new MaintenanceTurns(untilMs => this.#keepUp(untilMs));
  }

  write(commit: Commit): Promise<Pairs> {
    const startMs = performance.now();
    try {
      this.#tables.writer.commit(commit);
    } catch (error) {
      if (isDamage(error)) this.#reopen();
      return Promise.reject(isBusy(error) ? new SinkBusy(RETRY_AFTER_MS) : (error as Error));
    }
    this.#turns.take(performance.now() - startMs);
    return Promise.resolve(commit.terms);
  }

  setCap(bytes: number): void {
    this.#capBytes = bytes;
    this.#tables.maintenance.setCap(bytes);
    this.#turns.take();
  }

  #keepUp(untilMs: number): boolean {
    try {
      return this.#tables.maintenance.work(untilMs);
    } catch (error) {
      // Another process writes for longer than we wait: then it is tried again after the next commit.
      if (!isBusy(error)) throw error;
      return false;
    }
  }

  /** The whole file is looked through, and moved aside if it must be. */
  #reopen(): void {
    this.#tables.dispose();
    const { sql } = openDatabase(this.#file, STORE, true);
    this.#tables = new Tables(sql, this.#file, STORE, this.#capBytes);
  }

  close(): Promise<void> {
    this.#turns.dispose();
    this.#tables.dispose();
    return Promise.resolve();
  }
}

export class OtherThreadWriter implements CommitWriter {
  readonly #link: WorkerLink<LocalWorkerApi>;
  /** What the thread is started with, if it must be once more. */
  readonly #workerData: LocalWorkerData & { capBytes: number };
  readonly #ended: Promise<void>;

  /** `workerPath`: the embedded store's own. `onAwaitingFsync`: a commit only waits for the disk, so the next may be given. */
  constructor(workerPath: string, file: string, capBytes: number, onAwaitingFsync: () => void) {
    this.#workerData = { file, store: STORE, capBytes };
    let end = (): void => undefined;
    this.#ended = new Promise(resolve => (end = resolve));
    this.#link = new WorkerLink<LocalWorkerApi>({
      ...{ store: STORE, address: file, workerPath, deadlineMs: DEADLINE_MS },
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

  setCap(bytes: number): void {
    this.#workerData.capBytes = bytes;
    if (this.#link.isRunning) void this.#ask(remote => remote.setCap(bytes)).catch(() => undefined);
  }

  #ask<T>(call: (remote: LocalWorkerApi) => Promise<T>): Promise<T> {
    return this.#link.ask(new AbortController().signal, call);
  }

  async close(): Promise<void> {
    const { isRunning } = this.#link;
    this.#link.dispose();
    if (!isRunning) return;
    // Longer than any commit takes: a thread that is stuck must not keep the window from closing.
    await Promise.race([this.#ended, sleep(DEADLINE_MS, undefined, { ref: false })]);
  }
}

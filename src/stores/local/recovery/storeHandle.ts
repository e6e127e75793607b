/**
 * The store's file as a thread holds it: opened when it is needed, and again where it was damaged, replaced or deleted
 * under its holder. Knows when to recover; how is known by its neighbours.
 *
 * Only who holds the owner's lock moves a damaged file aside: others may be writing to it. Whoever may not leaves a mark,
 * and the owner looks.
 */

import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { Disposable } from "../../../base/disposables.ts";
import { TraceError } from "../../../model/failure.ts";
import { openDatabase } from "../file/database.ts";
import { tryLockStore } from "../file/ownerLock.ts";
import { Damage, describe, isDamage, isSuspicious, toFailure } from "../file/sqliteError.ts";
import { Tables } from "../file/tables.ts";
import type { Commit } from "../log/commitBuilder.ts";
import { MaintenanceTurns } from "../maintenance/maintenanceTurns.ts";
import { isBrokenLog } from "./brokenLog.ts";
import { findFault } from "./findFault.ts";
import { addNote } from "./notes.ts";
import {
  identify,
  isEmpty,
  isMarkedSuspect,
  isSetAside,
  listUnread,
  markSuspect,
  markUnread,
  moveAside,
  nameDeleted,
  removeFiles,
  unmarkSuspect,
} from "./setAside.ts";

export interface StoreHandleOptions {
  readonly file: string;
  /** The store's name, for failures. */
  readonly store: string;
  readonly capBytes: number;
  /** Whether the owner's lock is held for as long as this is. */
  readonly isOwner: boolean;
  /** Told each time that it is opened. */
  readonly onOpen?: (tables: Tables) => void;
}

/** A file that was looked through and found sound is not looked through again at once, whatever is thrown. */
const SOUND_FOR_MS = 60_000;

export class StoreHandle implements Disposable {
  readonly #options: StoreHandleOptions;
  readonly turns: MaintenanceTurns;
  #capBytes: number;
  #tables: Tables | undefined;
  #identity: string | undefined;
  /** Known as soon as there is a log; SQLite deletes it only when nobody has the file open. */
  #logIdentity: string | undefined;
  #isSuspect = false;
  #soundUntilMs = -Infinity;

  constructor(options: StoreHandleOptions) {
    this.#options = options;
    this.#capBytes = options.capBytes;
    this.turns = new MaintenanceTurns(untilMs => this.#maintain(untilMs));
  }

  /** The open file; opened where it is not, or is no longer the one at its path. */
  open(): Tables {
    if (this.#tables !== undefined && this.#isCurrent) return this.#tables;
    if (this.#tables !== undefined) this.#leave(this.#tables);
    this.#tables = this.#openOrRecover();
    this.#options.onOpen?.(this.#tables);
    if (listUnread(this.#options.file).length > 0) this.turns.take();
    return this.#tables;
  }

  /** A file that was emptied, or whose log was deleted, is read by who has it open and by nobody else. */
  get #isCurrent(): boolean {
    const { file } = this.#options;
    const log = identify(`${file}-wal`);
    this.#logIdentity ??= log;
    const isSame = this.#identity !== undefined && identify(file) === this.#identity;
    return isSame && log === this.#logIdentity && !isEmpty(file);
  }

  /** Where the file turns out to be damaged, what was asked is asked once more of what was recovered. */
  async use<T>(run: (tables: Tables) => T | Promise<T>): Promise<T> {
    try {
      return await run(this.open());
    } catch (error) {
      if (!this.#suspect(error)) throw this.#explain(error);
    }
    try {
      return await run(this.open());
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** As of the writer; when it returns the commit is in the file that is at its path. */
  commit(commit: Commit, onWritten?: () => void): void {
    try {
      this.#write(commit, onWritten);
    } catch (error) {
      if (!this.#suspect(error)) throw error;
      this.#write(commit, onWritten);
    }
    // In a file that was meanwhile set aside nobody would find it. Spans that are there twice count once.
    if (!this.#isCurrent) this.#write(commit);
  }

  /** The owner receives; whoever else writes has it from a file. */
  #write(commit: Commit, onWritten?: () => void): void {
    this.open().writer.commit(commit, this.#options.isOwner, onWritten);
  }

  /** Looks whether the file was deleted, or met with damage by someone who may not repair it. */
  check(): void {
    if (isMarkedSuspect(this.#options.file)) this.#closeSuspect();
    this.open();
  }

  setCap(bytes: number): void {
    this.#capBytes = bytes;
    this.#tables?.maintenance.setCap(bytes);
    this.turns.take();
  }

  /** Whether to try again with a file that has been looked through. */
  #suspect(error: unknown): boolean {
    if (!isSuspicious(error) || performance.now() < this.#soundUntilMs) return false;
    this.#closeSuspect();
    return true;
  }

  #closeSuspect(): void {
    this.#isSuspect = true;
    this.#tables?.dispose();
    this.#tables = undefined;
  }

  #maintain(untilMs: number): boolean {
    try {
      return this.#tables?.maintenance.work(untilMs) ?? false;
    } catch (error) {
      // Whoever asks the store next hears of it; there is nobody to tell here.
      this.#suspect(error);
      return false;
    }
  }

  #openOrRecover(): Tables {
    const { file, isOwner } = this.#options;
    let fault: unknown;
    try {
      return this.#openOnce();
    } catch (error) {
      if (!isSuspicious(error)) throw error;
      // It may be a bug of ours: then the whole file is looked through, which decides.
      this.#isSuspect ||= !isDamage(error);
      fault = error;
    }
    const lock = isOwner ? noLock : tryLockStore(file);
    if (lock === undefined) {
      markSuspect(file);
      const reason = `${describe(fault)}; the window that receives spans repairs the file`;
      throw new TraceError({ code: "storeRefused", store: this.#options.store, reason });
    }
    try {
      return this.#recover();
    } finally {
      lock.dispose();
    }
  }

  /** With the owner's lock. */
  #recover(): Tables {
    try {
      // Another process may have recovered it before this one had the lock.
      return this.#openOnce();
    } catch (error) {
      if (!isDamage(error)) throw error;
      const damagedFile = moveAside(this.#options.file);
      this.#isSuspect = false;
      unmarkSuspect(this.#options.file);
      const tables = this.#openOnce();
      addNote(
        tables.sql,
        `The file was damaged (${describe(error)}). It was kept as ${damagedFile}.`,
      );
      return tables;
    }
  }

  /** Everything that is read before the first question is read here. */
  #openOnce(): Tables {
    const { file, store, isOwner } = this.#options;
    // Before SQLite has it: it would write over what it does not find.
    if (isOwner && isBrokenLog(file)) throw new Damage("its write-ahead log is damaged");
    const sql = openDatabase(file, store);
    try {
      if (this.#isSuspect || isMarkedSuspect(file)) {
        const fault = findFault(sql);
        if (fault !== undefined) throw new Damage(fault);
        this.#isSuspect = false;
        this.#soundUntilMs = performance.now() + SOUND_FOR_MS;
        unmarkSuspect(file);
      }
      const tables = new Tables(sql, file, store, this.#capBytes);
      tables.index.listSegments();
      this.#identity = identify(file);
      this.#logIdentity = identify(`${file}-wal`);
      return tables;
    } catch (error) {
      sql.close();
      throw error;
    }
  }

  /** Leaves a file that is no longer at its path: where it was deleted, what is in it is saved for the next. */
  #leave(tables: Tables): void {
    const { file } = this.#options;
    mkdirSync(dirname(file), { recursive: true });
    if (!isSetAside(file, this.#identity ?? "")) saveDeleted(tables, file);
    tables.dispose();
    this.#tables = undefined;
  }

  #explain(error: unknown): Error {
    const { store, file } = this.#options;
    const failure = toFailure(error, store, file);
    return failure === undefined ? (error as Error) : new TraceError(failure, { cause: error });
  }

  dispose(): void {
    this.turns.dispose();
    this.#tables?.dispose();
    this.#tables = undefined;
  }
}

const noLock: Disposable = { dispose: () => undefined };

/** A file that nobody can open any more is still read by who has it open. */
function saveDeleted({ sql }: Tables, file: string): void {
  const path = nameDeleted(file);
  try {
    sql.prepare("VACUUM INTO ?").run(path);
  } catch (error) {
    // A full disk, or a file that was damaged as well: then it is as lost as its user wanted it.
    if (!isDamage(error)) throw error;
    removeFiles(path);
    return;
  }
  const fd = openSync(path, "r+");
  fsyncSync(fd);
  closeSync(fd);
  markUnread(path);
}

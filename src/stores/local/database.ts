/**
 * Opens the one file, whatever state it is in. Knows SQLite's settings and failures, not what the tables mean.
 *
 * Several processes (editor windows) open the same file at once; any of them may write. A file that SQLite cannot read
 * is moved aside, never deleted; a file that a newer version wrote is left alone and refused.
 */

import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { TraceError, type Failure } from "../../model/failure.ts";
import { migrations } from "./schema.ts";

export interface OpenDatabase {
  readonly sql: DatabaseSync;
  /** What happened while opening that a person should know. */
  readonly notes: readonly string[];
}

/** Below the deadline of a call, so that a busy file is told as such. */
const BUSY_TIMEOUT_MS = 4_000;

const primaryCodes = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  corrupt: 11,
  cantOpen: 14,
  notADatabase: 26,
} as const;

/** `isSuspect`: an earlier read found damage, so look through the whole file. */
export function openDatabase(file: string, store: string, isSuspect: boolean): OpenDatabase {
  mkdirSync(dirname(file), { recursive: true });
  try {
    return { sql: openFile(file, store, isSuspect), notes: [] };
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  // Another window may have moved the damaged file aside meanwhile, so the second look decides.
  try {
    return { sql: openFile(file, store, isSuspect), notes: [] };
  } catch (error) {
    if (!isDamage(error)) throw error;
    const kept = moveAside(file);
    const note = `The file was damaged (${describe(error)}). It was kept as ${kept} and a new one begun.`;
    return { sql: openFile(file, store, false), notes: [note] };
  }
}

function openFile(file: string, store: string, isSuspect: boolean): DatabaseSync {
  const sql = new DatabaseSync(file);
  try {
    sql.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const version = readVersion(sql);
    if (version > migrations.length) {
      const reason = `${file} has version ${version}; this program reads up to ${migrations.length}`;
      throw new TraceError({ code: "storeRefused", store, reason });
    }
    // Only an empty file takes this; it lets the file shrink when traces are deleted.
    if (version === 0) sql.exec("PRAGMA auto_vacuum = INCREMENTAL");
    switchToWal(sql);
    // A crash of the process loses nothing; a power cut may lose the last transactions, never the file.
    // Whoever must promise that an acknowledged span is on disk after a power cut sets FULL.
    // Span ids are random, so each batch touches many pages: a checkpoint every 16,384 (64 MB) writes them once.
    sql.exec(`
      PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -32768;
      PRAGMA wal_autocheckpoint = 16384;
      PRAGMA journal_size_limit = 67108864;
      PRAGMA temp_store = MEMORY;
    `);
    migrate(sql);
    if (isSuspect) checkAll(sql);
    return sql;
  } catch (error) {
    sql.close();
    throw error;
  }
}

/** Two processes that create the file at once get "locked" here without any wait; the busy timeout does not apply. */
function switchToWal(sql: DatabaseSync): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let attempt = 0; ; attempt += 1) {
    try {
      sql.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error) || attempt >= 80) throw error;
      Atomics.wait(pause, 0, 0, 50);
    }
  }
}

function migrate(sql: DatabaseSync): void {
  if (readVersion(sql) === migrations.length) return;
  transact(sql, () => {
    // Another process may have done it while this one waited for the lock.
    for (const step of migrations.slice(readVersion(sql))) sql.exec(step);
    sql.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

/** All or nothing, with the write lock taken at once, so that it waits for other processes here and nowhere else. */
export function transact<T>(sql: DatabaseSync, run: () => T): T {
  sql.exec("BEGIN IMMEDIATE");
  try {
    const result = run();
    sql.exec("COMMIT");
    return result;
  } catch (error) {
    try {
      sql.exec("ROLLBACK");
    } catch {
      // After a full disk or damage SQLite has rolled back by itself.
    }
    throw error;
  }
}

function readVersion(sql: DatabaseSync): number {
  return Number(sql.prepare("PRAGMA user_version").get()?.["user_version"]);
}

class Damage extends Error {}

function checkAll(sql: DatabaseSync): void {
  const answer = sql.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (answer !== "ok") throw new Damage(String(answer));
}

function moveAside(file: string): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  const kept = `${file}.damaged-${stamp}`;
  for (const end of ["", "-wal", "-shm"]) {
    if (existsSync(file + end)) renameSync(file + end, kept + end);
  }
  return kept;
}

/** SQLite's primary result code, or `undefined` for an error that is not its own. */
function primaryCode(error: unknown): number | undefined {
  const code = (error as { readonly errcode?: unknown } | undefined)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}

export function isDamage(error: unknown): boolean {
  const code = primaryCode(error);
  return (
    error instanceof Damage || code === primaryCodes.corrupt || code === primaryCodes.notADatabase
  );
}

export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === primaryCodes.busy || code === primaryCodes.locked;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What went wrong as a fact, or `undefined` where it is a bug of ours. */
export function toFailure(error: unknown, store: string, file: string): Failure | undefined {
  const code = primaryCode(error);
  const reason = describe(error);
  if (code === undefined) {
    const isSystem = typeof (error as NodeJS.ErrnoException | undefined)?.syscall === "string";
    return isSystem ? { code: "storeUnreachable", store, address: file, reason } : undefined;
  }
  return code === primaryCodes.cantOpen || code === primaryCodes.readOnly
    ? { code: "storeUnreachable", store, address: file, reason }
    : { code: "storeRefused", store, reason };
}

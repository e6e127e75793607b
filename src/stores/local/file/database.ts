/**
 * Opens the one file, whatever state it is in. Knows SQLite's settings and failures, not what the tables mean.
 *
 * Several processes (editor windows) open the same file at once; any of them may write. A file that SQLite cannot read
 * is moved aside, never deleted, and so is one of an older version; one of a newer version is left alone and refused.
 */

import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { TraceError, type Failure } from "../../../model/failure.ts";
import { counterFloors, schema, SCHEMA_VERSION } from "./schema.ts";

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
    const kept = moveAside(file, error instanceof Outdated ? "old" : "damaged");
    const what = error instanceof Outdated ? "of an older version" : `damaged (${describe(error)})`;
    const note = `The file was ${what}. It was kept as ${kept} and a new one begun.`;
    return { sql: openFile(file, store, false), notes: [note] };
  }
}

function openFile(file: string, store: string, isSuspect: boolean): DatabaseSync {
  const sql = new DatabaseSync(file);
  try {
    sql.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const version = readVersion(sql);
    if (version > SCHEMA_VERSION) {
      const reason = `${file} has version ${version}; this program reads up to ${SCHEMA_VERSION}`;
      throw new TraceError({ code: "storeRefused", store, reason });
    }
    if (version > 0 && version < SCHEMA_VERSION) throw new Outdated();
    // Only an empty file takes this; it lets the file shrink when traces are deleted.
    if (version === 0) sql.exec("PRAGMA auto_vacuum = INCREMENTAL");
    switchToWal(sql);
    // What is acknowledged is on disk, so each commit waits for the disk: some 3 ms, shared by all that came meanwhile.
    // Random pages (the low halves of trace ids) are written once for many commits by a checkpoint every 16 MB.
    sql.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA cache_size = -32768;
      PRAGMA wal_autocheckpoint = 4096;
      PRAGMA journal_size_limit = 67108864;
      PRAGMA temp_store = MEMORY;
    `);
    migrate(sql);
    healCounters(sql);
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
  if (readVersion(sql) === SCHEMA_VERSION) return;
  transact(sql, () => {
    // Another process may have done it while this one waited for the lock.
    if (readVersion(sql) === SCHEMA_VERSION) return;
    sql.exec(schema);
    sql.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

/** A number below one that is in use would be given twice, and what was given could not be written. */
function healCounters(sql: DatabaseSync): void {
  const read = sql.prepare("SELECT value FROM counter WHERE name = ?");
  for (const [name, floor] of Object.entries(counterFloors)) {
    const least = Number(sql.prepare(`SELECT ${floor} AS least`).get()?.["least"]);
    const value = read.get(name)?.["value"];
    if (typeof value === "number" && value >= least) continue;
    sql.prepare("INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)").run(name, least);
  }
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

/** A file of before the format was published: not worth a way to read it. */
class Outdated extends Damage {}

function checkAll(sql: DatabaseSync): void {
  const answer = sql.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (answer !== "ok") throw new Damage(String(answer));
}

function moveAside(file: string, why: "damaged" | "old"): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  const kept = `${file}.${why}-${stamp}`;
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

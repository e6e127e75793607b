/**
 * Opens the one file. Knows SQLite's settings, not what the tables mean; what becomes of a damaged file is for
 * `recovery/`.
 *
 * Several processes (editor windows) open the same file at once; any of them may write. A file of a newer version is left
 * alone and refused.
 */

import { chmodSync, closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { TraceError } from "../../../model/failure.ts";
import { counterFloors, schema, SCHEMA_VERSION } from "./schema.ts";
import { Damage, isBusy } from "./sqliteError.ts";

/** Below the deadline of a call, so that a busy file is told as such. */
const BUSY_TIMEOUT_MS = 4_000;
/** Traces hold what a program was given: nobody but their user reads them. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Throws `Damage`, or what SQLite says, where the file is not as it was written. */
export function openDatabase(file: string, store: string): DatabaseSync {
  makePrivate(file);
  const sql = new DatabaseSync(file);
  try {
    sql.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const version = checkVersion(sql, file, store);
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
    return sql;
  } catch (error) {
    sql.close();
    throw error;
  }
}

/** SQLite gives the files beside it the mode of the first. The folder may be anyone's, where it was there before. */
function makePrivate(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: FOLDER_MODE });
  const stats = statSync(file, { throwIfNoEntry: false });
  // To open and close a file that SQLite has open would drop its locks.
  if (stats === undefined) closeSync(openSync(file, "a", FILE_MODE));
  for (const path of [file, `${file}-wal`, `${file}-shm`]) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() === true && (found.mode & 0o777) !== FILE_MODE) chmodSync(path, FILE_MODE);
  }
}

/** The version, 0 where the file is empty. */
function checkVersion(sql: DatabaseSync, file: string, store: string): number {
  const version = readVersion(sql);
  if (version === SCHEMA_VERSION) return version;
  const tables = listTables(sql);
  if (version === 0 && tables.size === 0) return 0;
  if ([...listSchemaTables()].every(table => tables.has(table))) {
    // Only the number is wrong.
    sql.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    return SCHEMA_VERSION;
  }
  if (version > SCHEMA_VERSION) {
    const reason = `${file} has version ${version}; this program reads up to ${SCHEMA_VERSION}`;
    throw new TraceError({ code: "storeRefused", store, reason });
  }
  throw new Damage(
    version === 0 ? "its version is lost" : `version ${version} was never published`,
  );
}

/** Their definitions, to the letter. */
function listTables(sql: DatabaseSync): ReadonlySet<string> {
  const rows = sql.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table'").all();
  return new Set(rows.map(row => String(row["sql"])));
}

function listSchemaTables(): ReadonlySet<string> {
  const sql = new DatabaseSync(":memory:");
  sql.exec(schema);
  const tables = listTables(sql);
  sql.close();
  return tables;
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

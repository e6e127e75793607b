/**
 * Which process owns the ports and writes what they are sent: a lock that the operating system lets go when its holder
 * dies, however it dies. Knows nothing of ports and of what the file holds.
 *
 * The lock is SQLite's exclusive one on a small file beside the store's: SQLite knows how to lock on every system, and
 * Node alone does not.
 */

import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { toDisposable, type Disposable } from "../../../base/disposables.ts";
import { isBusy } from "./sqliteError.ts";

/** The lock, until it is disposed or the process ends; `undefined` where another holds it. `file` is the store's. */
export function tryLockStore(file: string): Disposable | undefined {
  return tryLock(`${file}-owner`);
}

/** The lock of that very file. */
export function tryLock(lockFile: string): Disposable | undefined {
  mkdirSync(dirname(lockFile), { recursive: true, mode: 0o700 });
  // Only where it is absent: to open and close a file that SQLite has open would drop its lock.
  if (!existsSync(lockFile)) closeSync(openSync(lockFile, "a", 0o600));
  const sql = new DatabaseSync(lockFile);
  try {
    // Nothing is ever written, so a journal would only be a file to find after a crash.
    sql.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    sql.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return toDisposable(() => sql.close());
}

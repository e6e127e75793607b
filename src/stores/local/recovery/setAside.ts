/**
 * The files beside the store's that recovery knows: those that were set aside, and small marks. Knows names and no SQL.
 *
 *     traces.db.damaged-STAMP          a damaged file, kept for its user
 *     traces.db.deleted-STAMP          what was in a file that was deleted while it was open
 *     traces.db.damaged-STAMP-unread   a mark: what is in that file has not been carried over yet
 *     traces.db-suspect                a mark: who read the file met damage and may not move it
 */

import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const UNREAD = "-unread";
const SUSPECT = "-suspect";

export type WhyAside = "damaged" | "deleted";

function nameAside(file: string, why: WhyAside): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  // Two within a millisecond must not be one.
  for (let n = 0; ; n += 1) {
    const path = `${file}.${why}-${stamp}${n === 0 ? "" : `-${n}`}`;
    if (!existsSync(path)) return path;
  }
}

/** Only for who holds the owner's lock: another process may be writing to it. Its path from now on. */
export function moveAside(file: string): string {
  const path = nameAside(file, "damaged");
  // The mark first: whoever comes after a crash finds what is not carried over.
  markUnread(path);
  for (const end of ["", "-wal", "-shm"]) {
    if (existsSync(file + end)) renameSync(file + end, path + end);
  }
  return path;
}

/** Where to put what was in a deleted file; marked when it is there. */
export function nameDeleted(file: string): string {
  return nameAside(file, "deleted");
}

export function markUnread(path: string): void {
  writeFileSync(path + UNREAD, "", { mode: 0o600 });
}

/** The files that have something to be carried over, the oldest first. */
export function listUnread(file: string): readonly string[] {
  const prefix = `${basename(file)}.`;
  return readdirSync(dirname(file))
    .filter(name => name.startsWith(prefix) && name.endsWith(UNREAD))
    .map(name => join(dirname(file), name.slice(0, -UNREAD.length)))
    .sort();
}

/** Marks the file as read: what was deleted is removed again, once it is carried over; what was damaged stays. */
export function markRead(path: string): void {
  if (isDeleted(path)) removeFiles(path);
  rmSync(path + UNREAD, { force: true });
}

export function isDeleted(path: string): boolean {
  return /\.deleted-[^/\\]*$/.test(path);
}

export function removeFiles(path: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(path + end, { force: true });
}

export function markSuspect(file: string): void {
  writeFileSync(file + SUSPECT, "", { mode: 0o600 });
}

export function isMarkedSuspect(file: string): boolean {
  return existsSync(file + SUSPECT);
}

export function unmarkSuspect(file: string): void {
  rmSync(file + SUSPECT, { force: true });
}

/** Which file a path leads to; `undefined` where none is there. */
export function identify(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
}

export function isEmpty(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

/** Whether that file is one of those that were set aside. */
export function isSetAside(file: string, identity: string): boolean {
  const prefix = `${basename(file)}.`;
  return readdirSync(dirname(file)).some(
    name => name.startsWith(prefix) && identify(join(dirname(file), name)) === identity,
  );
}

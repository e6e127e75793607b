/**
 * The notes on what happened to the file that a person should know, kept in the file itself, so that every window can
 * tell.
 */

import type { DatabaseSync } from "node:sqlite";

/** A month: long enough to be seen, and not for ever. */
const SHOWN_MS = 30 * 24 * 3_600_000;

export function addNote(sql: DatabaseSync, text: string): void {
  sql.exec("CREATE TABLE IF NOT EXISTS note (at_ms INTEGER NOT NULL, text TEXT NOT NULL)");
  sql.prepare("DELETE FROM note WHERE at_ms < ?").run(Date.now() - SHOWN_MS);
  sql.prepare("INSERT INTO note (at_ms, text) VALUES (?, ?)").run(Date.now(), text);
}

export function listNotes(sql: DatabaseSync): string[] {
  const isThere = sql.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'note'").get();
  if (isThere === undefined) return [];
  const rows = sql
    .prepare("SELECT text FROM note WHERE at_ms > ? ORDER BY at_ms")
    .all(Date.now() - SHOWN_MS);
  return rows.map(row => String(row["text"]));
}

/**
 * Opens a file that was set aside, for reading. Knows how SQLite's files begin.
 *
 * Where the first pages are damaged, which say what tables there are, it is read as a copy that has these pages from a new
 * file: one schema always takes the same pages.
 */

import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../file/database.ts";
import { isBrokenLog, repairLog } from "./brokenLog.ts";
import { removeFiles } from "./setAside.ts";

const PAGE_BYTES = 4_096;

export interface OpenSource {
  /** `undefined` where nothing at all can be read. */
  readonly sql: DatabaseSync | undefined;
  readonly close: () => void;
}

export function openSource(path: string): OpenSource {
  const sql = tryOpen(path);
  if (sql !== undefined) return { sql, close: () => sql.close() };
  return openCopy(path, copy => (replaceSchema(copy) ? tryOpen(copy) : undefined));
}

/** The file with what its log has behind a damage; `undefined` where that is nothing. */
export function openTail(path: string): OpenSource | undefined {
  if (!isBrokenLog(path)) return undefined;
  return openCopy(path, copy => {
    repairLog(copy);
    return tryOpen(copy) ?? (replaceSchema(copy) ? tryOpen(copy) : undefined);
  });
}

function openCopy(path: string, open: (copy: string) => DatabaseSync | undefined): OpenSource {
  const copy = `${path}-copy`;
  const clear = (): void => removeFiles(copy);
  clear();
  if (!existsSync(path)) return { sql: undefined, close: clear };
  copyFileSync(path, copy, constants.COPYFILE_FICLONE);
  if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
  const sql = open(copy);
  const close = (): void => {
    sql?.close();
    clear();
  };
  return { sql, close };
}

/** The columns that a salvage reads: a file of another version has other columns. */
const readColumns = {
  batch: "id, kind, length, traces, groups",
  block: "id, body",
  piece: "trace, batch, entries",
  trace: "id, trace_id, pinned",
  counter: "name, value",
  segment: "last_batch",
};

function tryOpen(path: string): DatabaseSync | undefined {
  let sql: DatabaseSync | undefined;
  try {
    // What is kept for its user is not written to.
    sql = new DatabaseSync(path, { readOnly: true });
    for (const [table, columns] of Object.entries(readColumns)) {
      sql.prepare(`SELECT ${columns} FROM ${table}`);
    }
    return sql;
  } catch {
    // No database, or one whose schema cannot be read.
    sql?.close();
    return undefined;
  }
}

/**
 * Writes the pages of the schema as a new file has them; the header's counts are those of this file. False where SQLite was
 * built without the table that tells which pages these are.
 */
function replaceSchema(path: string): boolean {
  const model = `${path}-new`;
  removeFiles(model);
  const sql = openDatabase(model, "");
  sql.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const pages = listSchemaPages(sql);
  sql.close();
  const from = openSync(model, "r");
  const to = openSync(path, "r+");
  for (const page of pages) {
    const bytes = Buffer.alloc(PAGE_BYTES);
    readSync(from, bytes, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
    if (page === 1) {
      bytes.writeUInt32BE(Math.floor(statSync(path).size / PAGE_BYTES), 28);
      // The change counter and the one for which the count of pages is valid; no free pages.
      bytes.writeUInt32BE(1, 24);
      bytes.writeUInt32BE(1, 92);
      bytes.fill(0, 32, 40);
    }
    writeSync(to, bytes, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
  }
  closeSync(from);
  closeSync(to);
  removeFiles(model);
  return pages.length > 0;
}

function listSchemaPages(sql: DatabaseSync): readonly number[] {
  const options = sql.prepare("PRAGMA compile_options").all();
  if (!options.some(row => row["compile_options"] === "ENABLE_DBSTAT_VTAB")) return [];
  const rows = sql.prepare("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'").all();
  return rows.map(row => Number(row["pageno"]));
}

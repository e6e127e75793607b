/**
 * The table of the rows that are kept of larger pieces, apart from the bytes of their batches (log/drawnRows.ts). A piece
 * that has none is read from the bytes. Beside `schema`, because files are older than this table. Knows SQL and no rows.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";

const schema = `
  CREATE TABLE IF NOT EXISTS drawn (
    trace INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    rows BLOB NOT NULL,
    PRIMARY KEY (trace, batch)
  ) WITHOUT ROWID;
`;

export class DrawnPieces {
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #deleteOfTrace: StatementSync;
  readonly #delete: StatementSync;
  readonly #clear: StatementSync;

  constructor(sql: DatabaseSync) {
    sql.exec(schema);
    this.#find = sql.prepare("SELECT rows FROM drawn WHERE trace = ? AND batch = ?");
    this.#add = sql.prepare("INSERT OR REPLACE INTO drawn (trace, batch, rows) VALUES (?, ?, ?)");
    this.#deleteOfTrace = sql.prepare("DELETE FROM drawn WHERE trace = ?");
    this.#delete = sql.prepare("DELETE FROM drawn WHERE trace = ? AND batch = ?");
    this.#clear = sql.prepare("DELETE FROM drawn");
  }

  find(trace: number, batch: number): Uint8Array | undefined {
    const rows = this.#find.get(trace, batch)?.["rows"];
    return rows instanceof Uint8Array ? rows : undefined;
  }

  add(trace: number, batch: number, rows: Uint8Array): void {
    this.#add.run(trace, batch, rows);
  }

  /** Without a batch, all of the trace. */
  delete(trace: number, batch?: number): void {
    if (batch === undefined) this.#deleteOfTrace.run(trace);
    else this.#delete.run(trace, batch);
  }

  clear(): void {
    this.#clear.run();
  }
}

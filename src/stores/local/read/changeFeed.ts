/** Which traces came or grew, in whatever process: told by the batches that came since. Knows no threads. */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { numberOf } from "../file/numberOf.ts";

export class ChangeFeed {
  readonly #readDataVersion: StatementSync;
  readonly #readLast: StatementSync;
  readonly #listNew: StatementSync;
  readonly #readTraceId: StatementSync;
  #last: number;
  #dataVersion: unknown;

  constructor(sql: DatabaseSync) {
    this.#readDataVersion = sql.prepare("PRAGMA data_version");
    this.#readLast = sql.prepare("SELECT max(id) AS last FROM batch");
    this.#listNew = sql.prepare("SELECT id, traces FROM batch WHERE id > ? ORDER BY id");
    this.#readTraceId = sql.prepare("SELECT trace_id FROM trace WHERE id = ?");
    this.#last = (this.#readLast.get()?.["last"] ?? 0) as number;
    this.isChangedElsewhere();
  }

  /** Whether another connection wrote since this was last asked. */
  isChangedElsewhere(): boolean {
    const version = this.#readDataVersion.get()?.["data_version"];
    const isChanged = version !== this.#dataVersion;
    this.#dataVersion = version;
    return isChanged;
  }

  /** The ids of the traces that changed since this was last asked. */
  take(): string[] {
    const traces = new Set<number>();
    for (const row of this.#listNew.all(this.#last)) {
      this.#last = numberOf(row, "id");
      const bytes = (row["traces"] as Uint8Array).slice();
      for (const trace of new Uint32Array(bytes.buffer)) traces.add(trace);
    }
    return [...traces].flatMap(trace => {
      const id = this.#readTraceId.get(trace)?.["trace_id"];
      return typeof id === "string" ? [id] : [];
    });
  }
}

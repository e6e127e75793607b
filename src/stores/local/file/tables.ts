/** The open file and what reads and writes it, for the thread that opened it. */

import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { BatchBytes } from "../log/batchBytes.ts";
import { BatchWriter } from "../log/batchWriter.ts";
import { Operations } from "../index/operations.ts";
import { SpanBriefs } from "../read/spanBriefs.ts";
import { RunCounter } from "../read/runCounter.ts";
import { SpanBytes } from "../read/spanBytes.ts";
import { Strings } from "../index/strings.ts";
import { TermIndex } from "../index/termIndex.ts";
import { Captures } from "./captures.ts";
import { DrawnPieces } from "./drawnPieces.ts";
import { lowHalf } from "./traceIds.ts";
import { TraceReader } from "../read/traceReader.ts";
import { TraceRemoval } from "../maintenance/traceRemoval.ts";
import { TraceSearch } from "../read/traceSearch.ts";
import { TraceTextSearch } from "../read/traceTextSearch.ts";
import { Salvage } from "../recovery/salvage.ts";
import { Maintenance } from "../maintenance/maintenance.ts";

export class Tables {
  readonly sql: DatabaseSync;
  readonly strings: Strings;
  readonly index: TermIndex;
  readonly bytes: BatchBytes;
  readonly spans: SpanBytes;
  readonly writer: BatchWriter;
  readonly removal: TraceRemoval;
  readonly maintenance: Maintenance;
  readonly reader: TraceReader;
  readonly briefs: SpanBriefs;
  readonly search: TraceSearch;
  readonly textSearch: TraceTextSearch;
  readonly operations: Operations;
  readonly runs: RunCounter;
  readonly captures: Captures;
  readonly #file: string;

  constructor(sql: DatabaseSync, file: string, store: string, capBytes: number) {
    this.sql = sql;
    this.#file = file;
    this.strings = new Strings(sql);
    this.index = new TermIndex(sql);
    this.bytes = new BatchBytes(sql);
    this.spans = new SpanBytes(this.bytes, store);
    this.captures = new Captures(sql);
    const { strings, index, bytes, spans, captures } = this;
    const drawn = new DrawnPieces(sql);
    this.writer = new BatchWriter(sql, strings, index, bytes, spans, captures, drawn);
    this.removal = new TraceRemoval(sql, this.writer, this.spans, this.captures, drawn);
    const salvage = new Salvage(file, sql, this.writer);
    this.maintenance = new Maintenance(file, sql, this.index, this.removal, salvage, capBytes);
    this.reader = new TraceReader(sql, this.spans, drawn);
    this.briefs = new SpanBriefs(sql, this.index, this.reader);
    this.search = new TraceSearch(sql, this.strings, this.index, this.reader, this.captures);
    this.textSearch = new TraceTextSearch(this.reader, this.spans);
    this.operations = new Operations(sql, this.strings, this.index);
    this.runs = new RunCounter(sql, this.spans);
  }

  readFacts(): { bytes: number; traceCount: number; pinnedCount: number; spanCount: number } {
    const wal = statSync(`${this.#file}-wal`, { throwIfNoEntry: false });
    const counts = this.sql
      .prepare(
        `SELECT count(*) AS traces, count(*) FILTER (WHERE pinned <> 0) AS pinned, sum(span_count) AS spans
         FROM trace WHERE span_count > 0`,
      )
      .get() as { traces: number; pinned: number; spans: number | null };
    return {
      bytes: statSync(this.#file).size + (wal?.size ?? 0),
      traceCount: counts.traces,
      pinnedCount: counts.pinned,
      spanCount: counts.spans ?? 0,
    };
  }

  /** Whether it is there. */
  pinTrace(traceId: string, isPinned: boolean): boolean {
    const { changes } = this.sql
      .prepare("UPDATE trace SET pinned = ? WHERE low = ? AND trace_id = ?")
      .run(isPinned ? 1 : 0, lowHalf(traceId), traceId);
    if (!isPinned) this.maintenance.forgetPins();
    return Number(changes) > 0;
  }

  dispose(): void {
    this.maintenance.dispose();
    this.sql.close();
  }
}

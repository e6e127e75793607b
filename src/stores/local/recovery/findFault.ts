/**
 * Looks through a whole file, its content too, after something was met in it that no sound file has. Knows the tables
 * and what is in them.
 */

import type { DatabaseSync } from "node:sqlite";
import { BatchBytes, blockRange } from "../log/batchBytes.ts";
import { BatchKind } from "../log/commitBuilder.ts";
import { findSpans } from "../log/otlpShape.ts";
import { ENTRY_BYTES, SpanEntries } from "../log/spanEntries.ts";
import { readLog, readRecordDetail, readRow } from "../log/spanRow.ts";
import { lowHalf } from "../file/traceIds.ts";
import { TermIndex } from "../index/termIndex.ts";
import { listRecords } from "./listRecords.ts";

/** Returns what is wrong, or `undefined` where nothing is. May throw what SQLite throws, which is an answer as well. */
export function findFault(sql: DatabaseSync): string | undefined {
  const answer = sql.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"];
  if (answer !== "ok") return String(answer);
  try {
    checkTypes(sql);
    checkBatches(sql);
    checkIndex(sql);
    return undefined;
  } catch (error) {
    // Whatever a reader of bytes throws: they are not what was written.
    return error instanceof Error ? error.message : String(error);
  }
}

/** Columns that hold what their declared type does not say, because SQLite stores any value in any column. */
const types: Readonly<Record<string, string>> = {
  string: "typeof(id) = 'integer' AND typeof(text) = 'text'",
  operation: "typeof(label) = 'integer' AND typeof(name) = 'integer'",
  trace: `typeof(trace_id) = 'text' AND typeof(low) = 'integer' AND typeof(sort_ns) = 'integer'
    AND typeof(start_ns) IN ('integer', 'null') AND typeof(end_ns) IN ('integer', 'null')
    AND typeof(span_count) = 'integer' AND typeof(error_count) = 'integer'
    AND typeof(running_count) = 'integer' AND typeof(root_batch) = 'integer'
    AND typeof(root_position) = 'integer' AND typeof(root_rank) = 'integer'
    AND typeof(root_ns) = 'integer' AND typeof(pinned) = 'integer'
    AND typeof(labels) = 'blob' AND length(labels) % 4 = 0`,
  piece: `typeof(trace) = 'integer' AND typeof(batch) = 'integer' AND typeof(entries) = 'blob'
    AND length(entries) % ${ENTRY_BYTES} = 0`,
  batch: `typeof(kind) = 'integer' AND kind BETWEEN 0 AND 2 AND typeof(length) = 'integer'
    AND length >= 0 AND typeof(span_count) = 'integer' AND typeof(live_count) = 'integer'
    AND typeof(traces) = 'blob' AND length(traces) % 4 = 0
    AND typeof(groups) = 'blob' AND length(groups) % 20 = 0`,
  block: "typeof(body) = 'blob'",
  page: "typeof(body) = 'blob'",
  segment: `typeof(first_batch) = 'integer' AND typeof(last_batch) = 'integer'
    AND typeof(first_trace) = 'integer' AND typeof(last_trace) = 'integer'
    AND typeof(entry_count) = 'integer' AND typeof(first_page) = 'integer'
    AND typeof(directory) = 'blob' AND length(directory) % 8 = 0`,
  dropped: "typeof(first_page) = 'integer' AND typeof(last_page) = 'integer'",
};

function checkTypes(sql: DatabaseSync): void {
  for (const [table, isRight] of Object.entries(types)) {
    const wrong = sql.prepare(`SELECT 1 FROM ${table} WHERE NOT (${isRight}) LIMIT 1`).get();
    if (wrong !== undefined) throw new Error(`a row of ${table} is not what was written`);
  }
  for (const row of sql.prepare("SELECT trace_id, CAST(low AS TEXT) AS low FROM trace").iterate()) {
    if (lowHalf(String(row["trace_id"])).toString() !== row["low"]) {
      throw new Error("a trace id is not what was written");
    }
  }
}

/** All bytes can be read, and all entries stand where a span or a log begins. */
function checkBatches(sql: DatabaseSync): void {
  const bytes = new BatchBytes(sql);
  const listPieces = sql.prepare("SELECT entries FROM piece WHERE trace = ? AND batch = ?");
  const countBlocks = sql.prepare("SELECT count(*) AS count FROM block WHERE id BETWEEN ? AND ?");
  for (const row of sql.prepare("SELECT id, kind, length, traces FROM batch").iterate()) {
    const { id, kind, length } = row as { id: number; kind: number; length: number };
    const [first, last] = blockRange(id, length);
    if (countBlocks.get(first, last)?.["count"] !== last - first + 1) {
      throw new Error(`bytes of batch ${id} are missing`);
    }
    const body = length === 0 ? Buffer.alloc(0) : bytes.read(id, 0, length);
    if (body?.length !== length) throw new Error(`batch ${id} is cut short`);
    const places = listPlaces(kind, body);
    const traces = (row["traces"] as Uint8Array).slice();
    for (const trace of new Uint32Array(traces.buffer)) {
      const blob = listPieces.get(trace, id)?.["entries"];
      if (!(blob instanceof Uint8Array)) continue;
      const entries = new SpanEntries(blob.length / ENTRY_BYTES);
      entries.addBlob(blob);
      for (let i = 0; i < entries.count; i += 1) {
        if (!places.has(entries.position(i))) throw new Error(`a span of batch ${id} is misplaced`);
      }
    }
  }
}

function listPlaces(kind: number, body: Buffer): ReadonlySet<number> {
  if (kind === BatchKind.otlp) return new Set(findSpans(body).flatMap(group => group.spans));
  const places = new Set<number>();
  for (const { from, bytes } of listRecords(kind, body)) {
    places.add(from);
    if (kind === BatchKind.logs) {
      readLog(bytes);
    } else {
      readRow(bytes);
      readRecordDetail(bytes, "");
    }
  }
  return places;
}

function checkIndex(sql: DatabaseSync): void {
  const index = new TermIndex(sql);
  for (const segment of index.listSegments()) {
    let entries = 0;
    for (let page = 0; page < segment.directory.length; page += 1) {
      const cursor = index.openPage(segment, page);
      if (cursor === undefined) throw new Error("a page of the index is missing");
      while (cursor.next()) {
        entries += cursor.count;
        cursor.skipTraces();
      }
    }
    if (entries !== segment.entryCount) throw new Error("a segment of the index is damaged");
  }
}

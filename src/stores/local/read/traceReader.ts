/**
 * Reads traces: their entries, their spans as columns, single spans in full. Long traces are read a stretch at a time,
 * so that they do not hold up shorter questions. Knows the tables, no threads.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Lru } from "../../../base/lru.ts";
import { joinLogs } from "../../../formats/otlp/otlpLogs.ts";
import { listPossibleTraceIds } from "../../../model/idSpellings.ts";
import type { LogRecord } from "../../../model/logRecord.ts";
import { listJoinedIds } from "../../../model/traceIdHalves.ts";
import type { Attribute, SpanDetail } from "../../../model/spanDetail.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";
import type { SpanBrief } from "../../../model/traceStore.ts";
import { lowHalf } from "../file/traceIds.ts";
import type { DrawnPieces } from "../file/drawnPieces.ts";
import { DrawnTrace } from "./drawnTrace.ts";
import type { SpanBytes } from "./spanBytes.ts";
import { ENTRY_WORDS, EntryBits, SpanEntries, writeIdWords } from "../log/spanEntries.ts";
import type { SpanRow } from "../log/spanRow.ts";
import { CellsWriter, type TraceCells } from "./traceCells.ts";
import { numberOf } from "../file/numberOf.ts";

/** About 10 ms of work. */
const STRETCH = 8_192;
/** Two are compared with each other, and a span's detail needs all that its trace consists of. */
const CACHED_TRACES = 2;

/** Where the spans of a trace are. */
export interface TraceSegments {
  readonly entries: SpanEntries;
  /** The batch of each entry. */
  readonly batches: readonly number[];
  /** The entries that count, in the order in which they came. */
  readonly deduplicated: Int32Array;
  /** The entries that are logs. */
  readonly logs: Int32Array;
}

interface CachedSegments {
  /** Changes with whatever is written to the file, by this connection or another. */
  readonly version: string;
  /** Changes with the spans of these traces. */
  readonly stamp: string;
  readonly segments: TraceSegments;
}

export class TraceReader {
  readonly #spans: SpanBytes;
  readonly #drawn: DrawnPieces;
  readonly #findByLow: StatementSync;
  readonly #readTraceSegments: StatementSync;
  readonly #readStamp: StatementSync;
  readonly #readVersion: StatementSync;
  readonly #cached = new Lru<string, CachedSegments>(CACHED_TRACES, () => 0);

  constructor(sql: DatabaseSync, spans: SpanBytes, drawn: DrawnPieces) {
    this.#spans = spans;
    this.#drawn = drawn;
    this.#findByLow = sql.prepare("SELECT id, trace_id FROM trace WHERE low = ?");
    this.#readTraceSegments = sql.prepare(
      "SELECT batch, entries FROM piece WHERE trace = ? ORDER BY batch",
    );
    this.#readStamp = sql.prepare(
      "SELECT span_count || ' ' || (SELECT max(batch) FROM piece WHERE trace = id) AS stamp FROM trace WHERE id = ?",
    );
    this.#readVersion = sql.prepare(
      "SELECT data_version || ' ' || total_changes() AS version FROM pragma_data_version",
    );
  }

  /** By its own id, or by the likeliest of those that the text may stand for. */
  findTrace(traceId: string): number | undefined {
    return this.findTraces(traceId)[0];
  }

  /** The traces that are told together as the one of this id. */
  findTraces(traceId: string): readonly number[] {
    for (const form of new Set([traceId, ...listPossibleTraceIds(traceId)])) {
      const found = this.listJoined(form);
      if (found.length > 0) return found.map(({ number }) => number);
    }
    return [];
  }

  /** The trace of this very id, first, if it is there, and those that are told together with it. */
  listJoined(traceId: string): readonly { readonly id: string; readonly number: number }[] {
    const rows = this.#findByLow.all(lowHalf(traceId));
    const numbers = new Map(rows.map(row => [row["trace_id"] as string, numberOf(row, "id")]));
    return listJoinedIds(traceId, numbers.keys()).map(id => ({ id, number: numbers.get(id) ?? 0 }));
  }

  /** The ids of what is told as the trace of this very id. */
  listNames(traceId: string): readonly string[] {
    const names = this.listJoined(traceId).map(({ id }) => id);
    return names[0] === traceId ? names : [traceId];
  }

  readTraceSegments(...traces: readonly number[]): TraceSegments {
    const entries = new SpanEntries(16);
    const batches: number[] = [];
    for (const trace of traces) {
      for (const segment of this.#readTraceSegments.iterate(trace)) {
        entries.addBlob(segment["entries"] as Uint8Array);
        const batch = numberOf(segment, "batch");
        while (batches.length < entries.count) batches.push(batch);
      }
    }
    const logs: number[] = [];
    for (let index = 0; index < entries.count; index += 1) {
      if (entries.isLog(index)) logs.push(index);
    }
    return { entries, batches, deduplicated: entries.deduplicate(), logs: Int32Array.from(logs) };
  }

  /** The same object until spans of the trace come or go, for who asks for one trace again and again. */
  readCachedSegments(...traces: readonly number[]): TraceSegments {
    const version = String(this.#readVersion.get()?.["version"]);
    const key = traces.join();
    const cached = this.#cached.get(key);
    if (cached?.version === version) return cached.segments;
    // Another one once spans of the trace came or went; to find its last piece SQLite reads some others as a whole.
    const stampOf = (trace: number): string => String(this.#readStamp.get(trace)?.["stamp"]);
    const stamp = traces.map(stampOf).join();
    const segments = cached?.stamp === stamp ? cached.segments : this.readTraceSegments(...traces);
    this.#cached.set(key, { version, stamp, segments });
    return segments;
  }

  /** `yieldAndCheckCancelled` lets other questions in, and throws where nobody waits for this answer any more. */
  async readTrace(
    traceId: string,
    yieldAndCheckCancelled: () => Promise<void>,
  ): Promise<TraceCells | undefined> {
    const [trace, ...others] = this.findTraces(traceId);
    if (trace === undefined) return undefined;
    const segments = this.readCachedSegments(trace, ...others);
    const isJoined = others.length > 0;
    const drawn = isJoined
      ? undefined
      : await this.#readDrawn(trace, segments, yieldAndCheckCancelled);
    if (drawn !== undefined) return drawn;
    const cells = new CellsWriter(segments.deduplicated.length);
    for (let i = 0; i < segments.deduplicated.length; i += 1) {
      const row = this.readRow(segments, segments.deduplicated[i]!);
      // What went in between, went.
      if (row !== undefined) cells.add(row);
      if (i % STRETCH === STRETCH - 1) await yieldAndCheckCancelled();
    }
    if (cells.count === 0) return undefined;
    return { ...cells.finish(), isJoined };
  }

  /** Piece by piece, with no object made of a span; `undefined` where a span has to be looked at by itself. */
  async #readDrawn(
    trace: number,
    { entries, batches, deduplicated }: TraceSegments,
    yieldAndCheckCancelled: () => Promise<void>,
  ): Promise<TraceCells | undefined> {
    if (entries.hasDoubles || deduplicated.length === 0) return undefined;
    const cells = new DrawnTrace(entries, deduplicated.length);
    let read = 0;
    for (let from = 0; from < entries.count;) {
      const batch = batches[from]!;
      let to = from + 1;
      while (to < entries.count && batches[to] === batch) to += 1;
      const isAdded = cells.add(from, to, this.#drawn.find(trace, batch), index =>
        this.#spans.readRow(batch, entries.position(index)),
      );
      if (!isAdded) return undefined;
      read += to - from;
      from = to;
      if (read < STRETCH) continue;
      read = 0;
      await yieldAndCheckCancelled();
    }
    return cells.finish();
  }

  readRow({ entries, batches }: TraceSegments, index: number): SpanRow | undefined {
    return this.#spans.readRow(batches[index]!, entries.position(index));
  }

  readRecord({ entries, batches }: TraceSegments, index: number): SpanRecord | undefined {
    return this.#spans.readRecord(batches[index]!, entries.position(index));
  }

  /** The detail of the span of that id that is the `slot`th from 0 on; with the logs that belong to it. */
  readDetail(traceId: string, spanId: string, slot: number): SpanDetail | undefined {
    const segments = this.readCachedSegments(...this.findTraces(traceId));
    const index = findById(segments, spanId)[slot];
    const record = index === undefined ? undefined : this.readRecord(segments, index);
    if (index === undefined || record === undefined) return undefined;
    return joinLogs(record.detail, this.#readLogs(segments, index));
  }

  /** The logs of a span; those of the trace that name no span are told with its first root. */
  #readLogs(segments: TraceSegments, span: number): LogRecord[] {
    const { entries, batches, deduplicated, logs: all } = segments;
    if (all.length === 0) return [];
    const isRoot = deduplicated.find(index => !hasParent(entries, index)) === span;
    const logs: LogRecord[] = [];
    for (const index of all) {
      if (!entries.isSameId(index, span) && !(isRoot && isWithoutSpan(entries, index))) continue;
      const log = this.#spans.readLog(batches[index]!, entries.position(index));
      if (log !== undefined) logs.push(log);
    }
    return logs;
  }

  *listLogs({ entries, batches, logs }: TraceSegments): Generator<LogRecord> {
    for (const index of logs) {
      const log = this.#spans.readLog(batches[index]!, entries.position(index));
      if (log !== undefined) yield log;
    }
  }

  /** Reads the terms that the index has of a span. */
  readTerms({ entries, batches }: TraceSegments, index: number): Set<number> {
    const terms = new Set<number>();
    this.#spans.addTerms(batches[index]!, entries.position(index), terms);
    return terms;
  }

  readAttributes({ entries, batches }: TraceSegments, index: number): readonly Attribute[] {
    return this.readAttributesAt(batches[index]!, entries.position(index));
  }

  readAttributesAt(batch: number, position: number): readonly Attribute[] {
    return this.#spans.readAttributes(batch, position);
  }

  /** The span that stands for a trace. */
  readRoot(trace: number, batch: number, position: number): SpanBrief | undefined {
    const brief = this.#spans.readBrief(batch, position);
    if (brief !== undefined) return brief;
    const { entries, batches, deduplicated } = this.readTraceSegments(trace);
    const [first] = deduplicated;
    return first === undefined
      ? undefined
      : this.#spans.readBrief(batches[first]!, entries.position(first));
  }
}

/** Finds the spans of this id that count, in the order in which they came. */
export function findById({ entries, deduplicated }: TraceSegments, spanId: string): number[] {
  const id = new Uint32Array(2);
  writeIdWords(spanId, id, 0);
  const [low = 0, high = 0] = id;
  if (!entries.hasDoubles) {
    const index = entries.findLatest(low, high);
    return index < 0 ? [] : [index];
  }
  const { words } = entries;
  const isSame = (index: number): boolean =>
    words[index * ENTRY_WORDS] === low && words[index * ENTRY_WORDS + 1] === high;
  return [...deduplicated.filter(isSame)];
}

function hasParent(entries: SpanEntries, index: number): boolean {
  return (entries.bits(index) & EntryBits.hasParent) !== 0;
}

function isWithoutSpan({ words }: SpanEntries, index: number): boolean {
  return words[index * ENTRY_WORDS] === 0 && words[index * ENTRY_WORDS + 1] === 0;
}

/**
 * Writes what is pending as one commit: its batches, the rows of its traces, and its part of the index. Knows the
 * tables, no threads.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Generations } from "../../../base/generations.ts";
import type { BatchBytes } from "./batchBytes.ts";
import type { SpanBytes } from "../read/spanBytes.ts";
import type { LocalTrace } from "./commitTables.ts";
import type { Captures } from "../file/captures.ts";
import { transact } from "../file/database.ts";
import type { DrawnPieces } from "../file/drawnPieces.ts";
import { cutRows, encodeRows, packRows, type DrawnRows } from "./drawnRows.ts";
import { BatchKind, type Commit, type Batch } from "./commitBuilder.ts";
import { ENTRY_BYTES, ENTRY_WORDS, SpanEntries } from "./spanEntries.ts";
import type { Strings } from "../index/strings.ts";
import { takeNumbers, type TermIndex } from "../index/termIndex.ts";
import { addTraceTerms, addRuns, type TraceTerms } from "../index/termRuns.ts";
import { lowHalf } from "../file/traceIds.ts";
import { addCounts, IdSet, newState, resetCounts, shortId, type TraceState } from "./traceState.ts";
import { numberOf } from "../file/numberOf.ts";

/** Traces that may grow soon: some 20 MB. */
const CACHED_TRACES = 20_000;
/** Fewer rows of a trace are read from a block or two of bytes, and a table of their own would be longer than they. */
const LEAST_DRAWN = 256;
/** So many names of operations are worth completing; a tracer that puts ids into names has no end of them. */
const MAX_STRINGS = 100_000;

/** The columns of a trace that change as it grows. */
const counted = [
  ...["sort_ns", "start_ns", "end_ns", "span_count", "error_count", "running_count"],
  ...["root_batch", "root_position", "root_rank", "root_ns", "labels"],
];

interface TraceRow {
  readonly id: bigint;
  readonly sort_ns: bigint;
  readonly start_ns: bigint | null;
  readonly end_ns: bigint | null;
  readonly span_count: bigint;
  readonly error_count: bigint;
  readonly running_count: bigint;
  readonly root_batch: bigint;
  readonly root_position: bigint;
  readonly root_rank: bigint;
  readonly root_ns: bigint;
  readonly labels: Uint8Array;
}

/** The numbers that were taken for new traces, whether or not as many were new. */
interface NewTraces {
  readonly firstNew: number;
  readonly lastNew: number;
}

/** A draft with the number of its batch and, trace by trace, its entries. */
interface Placed {
  readonly draft: Batch;
  readonly batch: number;
  /** The draft's entries sorted by trace; `starts[t]` to `starts[t + 1]` are those of trace t. */
  readonly order: Int32Array;
  readonly starts: Int32Array;
  traceSegments: number;
  spans: number;
  readonly traces: number[];
}

export class BatchWriter {
  readonly #sql: DatabaseSync;
  readonly #strings: Strings;
  readonly #index: TermIndex;
  readonly #bytes: BatchBytes;
  readonly #spans: SpanBytes;
  readonly #captures: Captures;
  readonly #drawn: DrawnPieces;
  /** The entries of one segment; reused for its memory. */
  readonly #entries = new SpanEntries(64);
  readonly #states = new Generations<string, TraceState>(CACHED_TRACES);
  readonly #findTrace: StatementSync;
  readonly #readTraceSegments: StatementSync;
  readonly #writeTrace: StatementSync;
  readonly #addTraceSegment: StatementSync;
  readonly #addBatch: StatementSync;
  readonly #addOperation: StatementSync;
  readonly #readDataVersion: StatementSync;
  #dataVersion: unknown;

  constructor(
    sql: DatabaseSync,
    strings: Strings,
    index: TermIndex,
    bytes: BatchBytes,
    spans: SpanBytes,
    captures: Captures,
    drawn: DrawnPieces,
  ) {
    this.#sql = sql;
    this.#strings = strings;
    this.#index = index;
    this.#bytes = bytes;
    this.#spans = spans;
    this.#captures = captures;
    this.#drawn = drawn;
    this.#findTrace = sql.prepare("SELECT * FROM trace WHERE low = ? AND trace_id = ?");
    this.#findTrace.setReadBigInts(true);
    this.#readTraceSegments = sql.prepare(
      "SELECT batch, entries FROM piece WHERE trace = ? ORDER BY batch",
    );
    this.#writeTrace = sql.prepare(
      `INSERT INTO trace (id, trace_id, low, ${counted.join(", ")})
       VALUES (${"?, ".repeat(counted.length + 2)}?)
       ON CONFLICT (id) DO UPDATE SET ${counted.map(each => `${each} = excluded.${each}`).join(", ")}`,
    );
    this.#addTraceSegment = sql.prepare(
      "INSERT INTO piece (trace, batch, entries) VALUES (?, ?, ?)",
    );
    this.#addBatch = sql.prepare(
      `INSERT INTO batch (id, kind, length, span_count, live_count, traces, groups, hashes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#addOperation = sql.prepare("INSERT OR IGNORE INTO operation (label, name) VALUES (?, ?)");
    this.#readDataVersion = sql.prepare("PRAGMA data_version");
  }

  /**
   * All or nothing. `isCaptured`: its programs have just sent it. `onWritten`: told when nothing is left to do but to
   * wait for the disk.
   */
  commit(commit: Commit, isCaptured: boolean, onWritten?: () => void): void {
    try {
      transact(this.#sql, () => {
        const { firstNew, lastNew } = this.write(commit);
        if (!isCaptured) this.#captures.addCopied(firstNew, lastNew, []);
        onWritten?.();
      });
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  forgetTraces(): void {
    this.#states.clear();
  }

  /** Forgets everything: what was rolled back, or changed by others, must not be remembered. */
  forget(): void {
    this.#strings.forget();
    this.#states.clear();
  }

  /**
   * In a transaction; whoever rolls it back must call `forget`. `isCopy`: the spans were there and have been taken out,
   * so that their traces are counted again.
   */
  write(commit: Commit, isCopy = false): NewTraces {
    this.#forgetOthers();
    const { traces, drafts } = commit;
    const firstBatch = takeNumbers(this.#sql, "batch", drafts.length);
    const placed = drafts.map((draft, i) => place(draft, firstBatch + i, traces.count));
    const labels = new CommitLabels(commit, this.#strings);
    const numbers = new Uint32Array(traces.count);
    const traceTerms: TraceTerms = new Map();
    const firstNew = takeNumbers(this.#sql, "trace", traces.count);
    let nextTrace = firstNew;
    for (let trace = 0; trace < traces.count; trace += 1) {
      const id = idOf(commit, trace);
      const known = this.#states.get(id) ?? this.#readState(id);
      const state = known ?? newState(nextTrace++);
      if (!this.#addEntries(placed, trace, state, isCopy)) continue;
      if (known === undefined) this.#states.set(id, state);
      numbers[trace] = state.number;
      labels.addTo(state, trace);
      this.#writeState(id, state);
      addTraceTerms(traceTerms, state);
    }
    for (const each of placed) if (each.traceSegments > 0) this.#writeBatch(each);
    this.#writeOperations(commit);
    const known = numbers.filter(number => number !== 0).sort();
    const range = {
      ...{ firstBatch, lastBatch: firstBatch + drafts.length - 1 },
      ...{ firstTrace: known[0] ?? 0, lastTrace: known.at(-1) ?? 0 },
    };
    this.#index.write(range, writer => {
      addRuns(writer, commit.terms, numbers, firstNew, traceTerms);
    });
    return { firstNew, lastNew: firstNew + traces.count - 1 };
  }

  #forgetOthers(): void {
    const version = this.#readDataVersion.get()?.["data_version"];
    if (version !== this.#dataVersion) this.#states.clear();
    this.#dataVersion = version;
  }

  #readState(id: string): TraceState | undefined {
    const row = this.#findTrace.get(lowHalf(id), id) as unknown as TraceRow | undefined;
    if (row === undefined) return undefined;
    const state: TraceState = {
      number: Number(row.id),
      sortNs: row.sort_ns,
      startNs: row.start_ns ?? 0n,
      endNs: row.end_ns ?? 0n,
      spans: Number(row.span_count),
      errors: Number(row.error_count),
      running: Number(row.running_count),
      rootBatch: Number(row.root_batch),
      rootPosition: Number(row.root_position),
      rootRank: Number(row.root_rank),
      rootNs: row.root_ns,
      labels: [...new Uint32Array(row.labels.slice().buffer)],
      ids: new IdSet(),
    };
    const entries = new SpanEntries(16);
    for (const segment of this.#readTraceSegments.iterate(state.number)) {
      entries.addBlob(segment["entries"] as Uint8Array);
    }
    for (let i = 0; i < entries.count; i += 1) state.ids.add(shortId(entries.words, i));
    return state;
  }

  /** False where all of it was there already. */
  #addEntries(
    placed: readonly Placed[],
    trace: LocalTrace,
    state: TraceState,
    isCopy: boolean,
  ): boolean {
    let isKnown = isCopy;
    for (const { draft, order, starts } of placed) {
      for (let i = starts[trace]!; i < starts[trace + 1]!; i += 1) {
        if (!state.ids.add(shortId(draft.words, order[i]!))) isKnown = true;
      }
    }
    return isKnown
      ? this.#joinEntries(placed, trace, state)
      : this.#appendEntries(placed, trace, state);
  }

  /** Where every id is new, the counts of what came are added to those that are there. */
  #appendEntries(placed: readonly Placed[], trace: LocalTrace, state: TraceState): boolean {
    for (const each of placed) {
      const from = each.starts[trace]!;
      const to = each.starts[trace + 1]!;
      if (from === to) continue;
      const { words } = each.draft;
      const entries = this.#entries;
      entries.count = 0;
      for (let i = from; i < to; i += 1) {
        entries.addFrom(words, each.order[i]! * ENTRY_WORDS);
      }
      if (each.draft.kind !== BatchKind.logs) {
        addCounts(state, entries, undefined, () => each.batch);
      }
      this.#writeTraceSegment(each, state, entries, each.order.subarray(from, to));
    }
    return true;
  }

  /** Where an id has come before, all spans of the trace are counted again; what is the same byte by byte is left out. */
  #joinEntries(placed: readonly Placed[], trace: LocalTrace, state: TraceState): boolean {
    const all = new SpanEntries(64);
    const batches: number[] = [];
    for (const segment of this.#readTraceSegments.iterate(state.number)) {
      all.addBlob(segment["entries"] as Uint8Array);
      while (batches.length < all.count) batches.push(numberOf(segment, "batch"));
    }
    const drafts = new Map(placed.map(each => [each.batch, each.draft]));
    let hasNewSpans = false;
    for (const each of placed) {
      const entries = new SpanEntries(16);
      const indices: number[] = [];
      const { words } = each.draft;
      for (let i = each.starts[trace]!; i < each.starts[trace + 1]!; i += 1) {
        const index = each.order[i]!;
        const at = index * ENTRY_WORDS;
        all.addFrom(words, at);
        batches.push(each.batch);
        if (this.#isRepeated(all, batches, drafts)) {
          all.count -= 1;
          batches.pop();
        } else {
          entries.addFrom(words, at);
          indices.push(index);
        }
      }
      if (entries.count > 0) this.#writeTraceSegment(each, state, entries, indices);
      hasNewSpans ||= entries.count > 0;
    }
    if (!hasNewSpans) return false;
    resetCounts(state);
    addCounts(state, all, all.deduplicate(), index => batches[index]!);
    return true;
  }

  /** Whether the last is the same as one before it, in all its bytes. */
  #isRepeated(
    all: SpanEntries,
    batches: readonly number[],
    drafts: ReadonlyMap<number, Batch>,
  ): boolean {
    const last = all.count - 1;
    let lastSpan: Buffer | undefined;
    for (let i = last - 1; i >= 0; i -= 1) {
      if (!all.isSameId(i, last) || !all.isSame(i, last)) continue;
      lastSpan ??= this.#readSpan(batches[last]!, all.position(last), drafts);
      const other = this.#readSpan(batches[i]!, all.position(i), drafts);
      if (lastSpan !== undefined && other !== undefined && lastSpan.equals(other)) return true;
    }
    return false;
  }

  #readSpan(
    batch: number,
    position: number,
    drafts: ReadonlyMap<number, Batch>,
  ): Buffer | undefined {
    const draft = drafts.get(batch);
    return draft === undefined
      ? this.#spans.readSpan(batch, position)
      : this.#spans.readDraftSpan(draft, position);
  }

  /** `indices`: where the entries stand among those of the draft. */
  #writeTraceSegment(
    placed: Placed,
    state: TraceState,
    entries: SpanEntries,
    indices: ArrayLike<number>,
  ): void {
    const { draft, batch } = placed;
    const blob = new Uint8Array(entries.words.buffer, 0, entries.count * ENTRY_BYTES);
    this.#addTraceSegment.run(state.number, batch, blob);
    if (draft.kind !== BatchKind.logs && entries.count >= LEAST_DRAWN) {
      const rows =
        draft.rows === undefined ? this.#readRows(draft, entries) : cutRows(draft.rows, indices);
      if (rows !== undefined) this.#drawn.add(state.number, batch, encodeRows(rows));
    }
    placed.traceSegments += 1;
    placed.spans += entries.count;
    placed.traces.push(state.number);
  }

  #readRows(draft: Batch, entries: SpanEntries): DrawnRows | undefined {
    return packRows(entries, 0, entries.count, index =>
      this.#spans.readDraftRow(draft, entries.position(index)),
    );
  }

  #writeState(id: string, state: TraceState): void {
    if (state.startNs !== 0n) state.sortNs = state.startNs;
    this.#writeTrace.run(
      ...[state.number, id, lowHalf(id), state.sortNs, state.startNs || null, state.endNs || null],
      ...[state.spans, state.errors, state.running, state.rootBatch, state.rootPosition],
      ...[state.rootRank, state.rootNs, new Uint8Array(Uint32Array.from(state.labels).buffer)],
    );
  }

  #writeBatch({ draft, batch, spans, traces }: Placed): void {
    this.#bytes.write(batch, draft.bytes);
    this.#addBatch.run(
      ...[batch, draft.kind, draft.bytes.length, spans, spans],
      new Uint8Array(Uint32Array.from(traces).buffer),
      toBlob(draft.groups),
      noBytes,
    );
  }

  #writeOperations({ operations }: Commit): void {
    for (const [label, name] of operations) {
      if (this.#strings.find(name) === undefined && this.#strings.count() >= MAX_STRINGS) continue;
      this.#addOperation.run(this.#strings.intern(label), this.#strings.intern(name));
    }
  }
}

const noBytes = new Uint8Array();

function toBlob(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function idOf({ traces: { ids, texts } }: Commit, trace: LocalTrace): string {
  const text = texts.get(trace);
  if (text !== undefined) return text;
  return Buffer.from(ids.buffer, ids.byteOffset + trace * 16, 16).toString("hex");
}

/** The services and queues that a commit knows of its traces. */
class CommitLabels {
  readonly #texts: readonly string[];
  readonly #strings: Strings;
  /** The last pair of each trace, counted from 1, and before each pair the one before it of the same trace. */
  readonly #last: Int32Array;
  readonly #before: Int32Array;
  readonly #pairs: Uint32Array;

  constructor({ labels, traceLabels, traces }: Commit, strings: Strings) {
    this.#texts = labels;
    this.#strings = strings;
    this.#pairs = traceLabels;
    this.#last = new Int32Array(traces.count);
    this.#before = new Int32Array(traceLabels.length / 2);
    for (let pair = 0; pair < this.#before.length; pair += 1) {
      const trace = traceLabels[pair * 2]!;
      this.#before[pair] = this.#last[trace]!;
      this.#last[trace] = pair + 1;
    }
  }

  /** Writes those that are new, so only in a transaction. */
  addTo(state: TraceState, trace: LocalTrace): void {
    let pair = this.#last[trace]! - 1;
    while (pair >= 0) {
      const label = this.#strings.intern(this.#texts[this.#pairs[pair * 2 + 1]!] as string);
      if (!state.labels.includes(label)) state.labels.push(label);
      pair = this.#before[pair]! - 1;
    }
  }
}

/** Counting sort, so that the order in which spans came is kept. */
function place(draft: Batch, batch: number, traceCount: number): Placed {
  const { owners } = draft;
  const count = owners.length;
  const starts = new Int32Array(traceCount + 1);
  for (let i = 0; i < count; i += 1) increase(starts, owners[i]! + 1, 1);
  for (let trace = 0; trace < traceCount; trace += 1) {
    increase(starts, trace + 1, starts[trace]!);
  }
  const next = starts.slice();
  const order = new Int32Array(count);
  for (let i = 0; i < count; i += 1) {
    const owner = owners[i]!;
    order[next[owner]!] = i;
    increase(next, owner, 1);
  }
  return { draft, batch, order, starts, traceSegments: 0, spans: 0, traces: [] };
}

function increase(values: Int32Array, index: number, by: number): void {
  values[index] = values[index]! + by;
}

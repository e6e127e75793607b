/**
 * Carries what can be read of a file that was set aside over into the store's file, a batch at a time, while the store
 * receives. Knows the tables and that any of them may be damaged.
 *
 * What a batch holds is told by its pieces; where these cannot be read all of the batch is taken, and where its row cannot
 * be read its blocks are. Whatever is there already counts once, so that a salvage which was interrupted begins anew.
 */

import type { DatabaseSync } from "node:sqlite";
import { type StatementSync } from "node:sqlite";
import { lowHalf } from "../file/traceIds.ts";
import { isDamage, isSuspicious } from "../file/sqliteError.ts";
import { BatchBytes } from "../log/batchBytes.ts";
import type { BatchWriter } from "../log/batchWriter.ts";
import { BatchKind, CommitBuilder } from "../log/commitBuilder.ts";
import { ENTRY_BYTES, SpanEntries } from "../log/spanEntries.ts";
import { readLog } from "../log/spanRow.ts";
import { copyEntries } from "../maintenance/copyEntries.ts";
import { readVarint } from "../../../formats/encodings/protoCursor.ts";
import { SpanBytes } from "../read/spanBytes.ts";
import { listRecords } from "./listRecords.ts";
import { addNote } from "./notes.ts";
import { openSource, openTail, type OpenSource } from "./openSource.ts";
import { isDeleted, listUnread, markRead } from "./setAside.ts";

type Row = Record<string, unknown>;
/** The answer of a lookup where the file is damaged on its way. */
const unreadable = Symbol("unreadable");

/** No store has had so many batches: a number above is none that was written. */
const MAX_BATCHES = 10_000_000;

export class Salvage {
  readonly #file: string;
  readonly #sql: DatabaseSync;
  readonly #writer: BatchWriter;
  #waiting: readonly string[];
  #source: SalvageSource | undefined;

  constructor(file: string, sql: DatabaseSync, writer: BatchWriter) {
    this.#file = file;
    this.#sql = sql;
    this.#writer = writer;
    this.#waiting = listUnread(file);
  }

  get isNeeded(): boolean {
    return this.#waiting.length > 0;
  }

  /** One batch. False where nothing is left to do. */
  step(): boolean {
    const [path] = this.#waiting;
    if (path === undefined) return false;
    const source = (this.#source ??= new SalvageSource(path));
    const builder = new CommitBuilder();
    const pinned = source.readBatch(builder);
    if (pinned === undefined) {
      this.#finish(path, source);
      return true;
    }
    if (builder.length > 0) {
      try {
        this.#writer.commit(builder.take(), false);
      } catch (error) {
        // What SQLite says of the new file is no fault of this batch; anything else would be thrown each time.
        if (!isSuspicious(error) || isDamage(error)) throw error;
        source.lostBatches += 1;
      }
      const pin = this.#sql.prepare("UPDATE trace SET pinned = 1 WHERE low = ? AND trace_id = ?");
      for (const id of pinned) pin.run(lowHalf(id), id);
    }
    source.next();
    return true;
  }

  #finish(path: string, source: SalvageSource): void {
    const { carried, lost, lostBatches } = source;
    source.close();
    this.#source = undefined;
    const parts = [
      `${carried.toLocaleString("en")} spans and logs were carried over`,
      ...(lost > 0 ? [`${lost.toLocaleString("en")} could not be read`] : []),
      ...(lostBatches > 0 ? [`${lostBatches} of its batches could not be read whole`] : []),
    ];
    const what = isDeleted(path)
      ? "The file was deleted while it was open"
      : `Of the damaged file ${path}`;
    addNote(this.#sql, `${what}: ${parts.join(", ")}.`);
    markRead(path);
    this.#waiting = listUnread(this.#file);
  }

  dispose(): void {
    this.#source?.close();
    this.#source = undefined;
  }
}

/** A file that was set aside, batch by batch. */
class SalvageSource {
  readonly #path: string;
  #close: () => void = () => undefined;
  #spans: SpanBytes | undefined;
  #statements: Readonly<Record<"batch" | "piece" | "block" | "pinned", StatementSync>> | undefined;
  #bytes: BatchBytes | undefined;
  #lastBatch = 0;
  #batch = 1;
  /** Whether what a damaged log has behind its damage is being read: batches beyond those of the file. */
  #isTail = false;
  carried = 0;
  lost = 0;
  /** Nobody knows how many spans these had. */
  lostBatches = 0;

  constructor(path: string) {
    this.#path = path;
    this.#use(openSource(path));
  }

  #use({ sql, close }: OpenSource): void {
    this.#close = close;
    this.#statements = undefined;
    if (sql === undefined) {
      this.lostBatches += 1;
      return;
    }
    this.#statements = {
      batch: sql.prepare("SELECT kind, length, traces FROM batch WHERE id = ?"),
      piece: sql.prepare("SELECT entries FROM piece WHERE trace = ? AND batch = ?"),
      block: sql.prepare("SELECT 1 AS here FROM block WHERE id = ?"),
      pinned: sql.prepare("SELECT trace_id FROM trace WHERE id = ? AND pinned <> 0"),
    };
    this.#bytes = new BatchBytes(sql);
    this.#spans = new SpanBytes(this.#bytes, "");
    const last = [
      "SELECT max(id) AS last FROM batch",
      "SELECT max(id) / 4096 AS last FROM block",
      "SELECT value - 1 AS last FROM counter WHERE name = 'batch'",
      "SELECT max(last_batch) AS last FROM segment",
    ].map(query => Number(find(sql.prepare(query), "last") ?? 0));
    this.#lastBatch = Math.max(0, ...last.filter(each => each <= MAX_BATCHES));
  }

  #useTail(): void {
    this.#isTail = true;
    this.#close();
    this.#close = () => undefined;
    const tail = openTail(this.#path);
    if (tail !== undefined) this.#use(tail);
  }

  next(): void {
    this.#batch += 1;
  }

  /** Adds what the batch has that is next; answers with the ids of its pinned traces, `undefined` behind the last. */
  readBatch(builder: CommitBuilder): readonly string[] | undefined {
    const isDone = (): boolean => this.#statements === undefined || this.#batch > this.#lastBatch;
    if (isDone() && !this.#isTail) this.#useTail();
    if (isDone()) return undefined;
    const row = lookUp(this.#statements?.batch, this.#batch);
    if (row === undefined) return [];
    const head = row === unreadable ? undefined : toHead(row);
    const before = builder.count;
    if (head === undefined || !this.#copyTraceSegments(head, builder)) {
      this.#copyWhole(head, builder);
    }
    this.carried += builder.count - before;
    return head === undefined ? [] : this.#listPinned(head.traces);
  }

  /** False where the pieces cannot be read: then nothing was added. */
  #copyTraceSegments({ kind, traces }: Head, builder: CommitBuilder): boolean {
    const batch = this.#batch;
    const all = new SpanEntries();
    for (const trace of traces) {
      const piece = lookUp(this.#statements?.piece, trace, batch);
      // The trace was deleted.
      if (piece === undefined) continue;
      const blob = piece === unreadable ? undefined : piece["entries"];
      if (!(blob instanceof Uint8Array) || blob.length % ENTRY_BYTES !== 0) return false;
      all.addBlob(blob);
    }
    if (this.#spans === undefined) return false;
    copyEntries(this.#spans, batch, kind, all, builder, () => (this.lost += 1));
    return true;
  }

  /** All that its bytes hold, as far as they can be read in one piece. */
  #copyWhole(head: Head | undefined, builder: CommitBuilder): void {
    const body = this.#readBody();
    if (head === undefined || body.length < head.length) this.lostBatches += 1;
    const kinds = head === undefined ? Object.values(BatchKind) : [head.kind];
    for (const kind of kinds) if (copyBody(kind, body, builder)) return;
  }

  #readBody(): Buffer {
    const parts: Buffer[] = [];
    for (let from = 0; ; from += BLOCK_BYTES) {
      try {
        const part = this.#bytes?.read(this.#batch, from, from + BLOCK_BYTES);
        if (part === undefined) break;
        parts.push(part);
        if (part.length < BLOCK_BYTES) break;
      } catch {
        // A block that is damaged, or a way to it that is.
        break;
      }
    }
    return Buffer.concat(parts);
  }

  #listPinned(traces: Uint32Array): string[] {
    return [...traces].flatMap(trace => {
      const row = lookUp(this.#statements?.pinned, trace);
      return row === undefined || row === unreadable ? [] : [String(row["trace_id"])];
    });
  }

  close(): void {
    this.#close();
  }
}

const BLOCK_BYTES = 65_536;

interface Head {
  readonly kind: number;
  readonly length: number;
  readonly traces: Uint32Array;
}

function toHead({ kind, length, traces }: Row): Head | undefined {
  const isWell =
    typeof kind === "number" &&
    kind >= BatchKind.otlp &&
    kind <= BatchKind.logs &&
    typeof length === "number" &&
    traces instanceof Uint8Array &&
    traces.length % 4 === 0;
  return isWell ? { kind, length, traces: new Uint32Array(traces.slice().buffer) } : undefined;
}

/** Whether anything was found: bytes of another kind are none of this. */
function copyBody(kind: number, body: Buffer, builder: CommitBuilder): boolean {
  const before = builder.count;
  const parts =
    kind === BatchKind.otlp
      ? listMessages(body)
      : Array.from(listRecords(kind, body), ({ bytes }) => bytes);
  for (const part of parts) {
    try {
      if (kind === BatchKind.otlp) builder.addOtlp(part);
      else if (kind === BatchKind.records) builder.addEncoded(part);
      else builder.addLog(readLog(part));
    } catch {
      // Not of this kind, or cut: what comes next may be well.
    }
  }
  return builder.count > before;
}

const RESOURCE_SPANS = 0x0a;

/** The groups of an OTLP request, each a request of its own, as long as they are whole. */
function* listMessages(body: Buffer): Generator<Buffer> {
  for (let from = 0; body[from] === RESOURCE_SPANS;) {
    const [length, start] = readVarint(body, from + 1);
    const to = start + length;
    if (to > body.length) return;
    yield body.subarray(from, to);
    from = to;
  }
}

function lookUp(
  statement: StatementSync | undefined,
  ...keys: readonly number[]
): Row | typeof unreadable | undefined {
  try {
    return statement?.get(...keys);
  } catch {
    // Damage on the way to the row.
    return unreadable;
  }
}

function find(statement: StatementSync, column: string): unknown {
  const row = lookUp(statement);
  return row === unreadable ? undefined : row?.[column];
}

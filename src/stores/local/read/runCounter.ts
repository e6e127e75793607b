/**
 * Counts the runs of each operation from the batches that came, for a few milliseconds at a time. Knows the tables, no
 * threads, and no code.
 *
 * It reads what has been written, so that writing costs what it did; where nobody asks nothing is counted. The newest
 * batches come first: those that came since, then the past, as far back as a limit.
 *
 *     past ◀─────────── counted ───────────▶ now
 *          last range      │      first range
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type {
  OperationRuns,
  RunBrief,
  RunsAnswer,
  RunsMark,
  RunSpan,
} from "../../../model/operationRuns.ts";
import { findText } from "../../../formats/values/attributeValues.ts";
import type { SpanKind } from "../../../model/span.ts";
import { NS_PER_MS } from "../../../model/units.ts";
import { BatchKind } from "../log/commitBuilder.ts";
import { hashWords } from "../log/idHash.ts";
import { ENTRY_WORDS, EntryBits, SpanEntries } from "../log/spanEntries.ts";
import type { SpanRow } from "../log/spanRow.ts";
import { codeKeys } from "./otlpOperation.ts";
import type { SpanBytes } from "./spanBytes.ts";
import { RunWindow, type Run } from "./runWindow.ts";
import { numberOf } from "../file/numberOf.ts";

/** One question may take so long, so that no other waits for it: a lens is refreshed in 30 ms. */
const BUDGET_MS = 15;
/** While much is to be counted, what changed is told so often: to copy it takes longer than a step of counting. */
const TELL_MS = 400;
/** Spans that are read between two looks at the clock. */
const STRETCH = 32;
/** The most spans that are counted of what was there before somebody asked; some ten seconds of work. */
const MAX_PAST_SPANS = 1_000_000;
/** Names that hold ids have no end; those that ran longest ago are left out, a tenth at a time. */
const MAX_OPERATIONS = 2_000;
/** An operation may have a few: each library writes the attributes in its own order. */
const MAX_TEXTS = 4 * MAX_OPERATIONS;
/** How many runs are looked at for one whose trace is still there. */
const MAX_LOOKS = 256;

/** Batches that have not been counted, both ends among them. */
interface BatchRange {
  readonly first: number;
  last: number;
  spansLeft: number;
}

interface Operation {
  readonly key: string;
  readonly row: SpanRow;
  readonly window: RunWindow;
  revision: number;
}

export class RunCounter {
  readonly #spans: SpanBytes;
  readonly #readLast: StatementSync;
  readonly #findBatch: StatementSync;
  readonly #readTraceSegment: StatementSync;
  readonly #isThere: StatementSync;
  readonly #operations = new Map<string, Operation>();
  /** By what is read of a span without decoding it (`OtlpOperationReader`). */
  readonly #byText = new Map<string, Operation>();
  /** The newest last. */
  readonly #ranges: BatchRange[] = [];
  #lastBatch = 0;
  #work: Generator<void> | undefined;
  #session = Date.now();
  #revision = 0;
  #isLimited = false;
  /** Until then what is counted is not told, unless all is. */
  #tellAtMs = 0;

  constructor(sql: DatabaseSync, spans: SpanBytes) {
    this.#spans = spans;
    this.#readLast = sql.prepare("SELECT max(id) AS last FROM batch");
    this.#findBatch = sql.prepare(
      `SELECT id, traces FROM batch WHERE id BETWEEN ? AND ? AND kind <> ${BatchKind.logs}
       ORDER BY id DESC LIMIT 1`,
    );
    this.#readTraceSegment = sql.prepare("SELECT entries FROM piece WHERE trace = ? AND batch = ?");
    this.#isThere = sql.prepare("SELECT 1 FROM trace WHERE id = ?");
  }

  /** Traces were deleted: what is left is counted anew. */
  forget(): void {
    this.#operations.clear();
    this.#byText.clear();
    this.#ranges.length = 0;
    this.#lastBatch = 0;
    this.#work = undefined;
    this.#session = Math.max(this.#session + 1, Date.now());
    this.#isLimited = false;
  }

  readRuns(since: RunsMark | undefined): Omit<RunsAnswer, "captures"> {
    const isWhole = this.#count();
    const known = since?.session === this.#session ? since.revision : -1;
    const nowMs = performance.now();
    if (!isWhole && nowMs < this.#tellAtMs) {
      const mark = { session: this.#session, revision: known };
      return { mark, changed: [], isWhole, isLimited: this.#isLimited };
    }
    this.#tellAtMs = nowMs + TELL_MS;
    const changed: OperationRuns[] = [];
    for (const { key, row, window, revision } of this.#operations.values()) {
      if (revision <= known) continue;
      const { name, service, queue } = row;
      const kind = row.kind as SpanKind;
      changed.push({ key, name, service, queue, kind, ...window.toColumns(), isCut: window.isCut });
    }
    const mark = { session: this.#session, revision: this.#revision };
    return { mark, changed, isWhole, isLimited: this.#isLimited };
  }

  readRun(key: string, isFailed: boolean): RunSpan | undefined {
    let looks = 0;
    for (const run of this.#operations.get(key)?.window.list() ?? []) {
      if (isFailed && !run.isError) continue;
      looks += 1;
      if (looks > MAX_LOOKS) return undefined;
      const record = this.#isRunThere(run)
        ? this.#spans.readRecord(run.batch, run.position)
        : undefined;
      if (record === undefined) continue;
      const { traceId, span, detail } = record;
      return { ...toBrief(run, { traceId, spanId: span.spanId, name: span.name }), detail };
    }
    return undefined;
  }

  listRuns(keys: readonly string[], limit: number): RunBrief[] {
    const runs = keys
      .flatMap(key => [...(this.#operations.get(key)?.window.list() ?? [])])
      .sort((a, b) => b.startMs - a.startMs);
    const listed: RunBrief[] = [];
    for (const run of runs) {
      if (listed.length === limit) break;
      const row = this.#isRunThere(run) ? this.#spans.readRow(run.batch, run.position) : undefined;
      if (row !== undefined) listed.push(toBrief(run, row));
    }
    return listed;
  }

  #isRunThere({ trace }: Run): boolean {
    return this.#isThere.get(trace) !== undefined;
  }

  /** Whether all is counted. */
  #count(): boolean {
    const stopAtMs = performance.now() + BUDGET_MS;
    const last = (this.#readLast.get()?.["last"] ?? 0) as number;
    if (last > this.#lastBatch) {
      this.#ranges.push({ first: this.#lastBatch + 1, last, spansLeft: MAX_PAST_SPANS });
      this.#lastBatch = last;
    }
    this.#revision += 1;
    this.#work ??= this.#countRanges();
    do {
      if (this.#work.next().done === true) {
        this.#work = undefined;
        this.#leaveOutOldest();
        return true;
      }
    } while (performance.now() < stopAtMs);
    return false;
  }

  *#countRanges(): Generator<void> {
    for (let range = this.#ranges.at(-1); range !== undefined; range = this.#ranges.at(-1)) {
      const batch = this.#findBatch.get(range.first, range.last);
      if (batch === undefined || range.spansLeft <= 0) {
        this.#isLimited ||= batch !== undefined;
        this.#ranges.pop();
        continue;
      }
      const id = numberOf(batch, "id");
      range.last = id - 1;
      const traces = new Uint32Array((batch["traces"] as Uint8Array).slice().buffer);
      for (const trace of traces) {
        const entries = this.#readTraceSegment.get(trace, id)?.["entries"];
        // It went meanwhile.
        if (!(entries instanceof Uint8Array)) continue;
        for (const counted of this.#countPiece(trace, id, entries)) {
          range.spansLeft -= counted;
          yield;
        }
      }
    }
  }

  *#countPiece(trace: number, batch: number, blob: Uint8Array): Generator<number> {
    const entries = new SpanEntries(1);
    entries.addBlob(blob);
    let pending = 0;
    for (let index = 0; index < entries.count; index += 1) {
      pending += 1;
      // What runs is counted when it has ended: then it comes again.
      if (!entries.isLog(index) && entries.end(index) !== 0n) {
        this.#countSpan(trace, batch, entries, index);
      }
      if (pending < STRETCH) continue;
      yield pending;
      pending = 0;
    }
    yield pending;
  }

  #countSpan(trace: number, batch: number, entries: SpanEntries, index: number): void {
    const position = entries.position(index);
    const { words } = entries;
    const at = index * ENTRY_WORDS;
    if ((entries.bits(index) & EntryBits.noStart) !== 0) return;
    const [startLow, startHigh] = [words[at + 2]!, words[at + 3]!];
    const [endLow, endHigh] = [words[at + 4]!, words[at + 5]!];
    const operation = this.#findOperation(batch, position);
    if (operation === undefined) return;
    const isNew = operation.window.add({
      startMs: (startHigh * 2 ** 32 + startLow) / NS_PER_MS,
      durationMs: ((endHigh - startHigh) * 2 ** 32 + (endLow - startLow)) / NS_PER_MS,
      isError: entries.isError(index),
      idHash: hashWords(words[at]!, words[at + 1]!) | 0,
      ...{ trace, batch, position },
    });
    if (isNew) operation.revision = this.#revision;
    if (this.#operations.size > MAX_OPERATIONS) this.#leaveOutOldest();
  }

  #findOperation(batch: number, position: number): Operation | undefined {
    const text = this.#spans.readOperationText(batch, position);
    const known = text === undefined ? undefined : this.#byText.get(text);
    if (known !== undefined) return known;
    const row = this.#spans.readRow(batch, position);
    if (row === undefined) return undefined;
    const fields = [row.service, row.name, row.queue, row.kind, this.#readCode(batch, position)];
    const key = fields.join("\u0001");
    let operation = this.#operations.get(key);
    if (operation === undefined) {
      operation = { key, row, window: new RunWindow(), revision: 0 };
      this.#operations.set(key, operation);
    }
    if (this.#byText.size >= MAX_TEXTS) this.#byText.clear();
    if (text !== undefined) this.#byText.set(text, operation);
    return operation;
  }

  /** One name may come from several functions, which few spans tell. */
  #readCode(batch: number, position: number): string {
    if (this.#spans.readSpan(batch, position)?.includes("code.f") !== true) return "";
    const attributes = this.#spans.readAttributes(batch, position);
    return codeKeys.map(key => findText(attributes, key) ?? "").join("\u0002");
  }

  #leaveOutOldest(): void {
    if (this.#operations.size <= MAX_OPERATIONS) return;
    this.#isLimited = true;
    const oldest = [...this.#operations.values()]
      .sort((a, b) => a.window.lastMs - b.window.lastMs)
      .slice(0, this.#operations.size - MAX_OPERATIONS * 0.9);
    for (const { key } of oldest) this.#operations.delete(key);
    this.#byText.clear();
  }
}

function toBrief(
  { startMs, durationMs, isError }: Run,
  { traceId, spanId, name }: Pick<RunBrief, "traceId" | "spanId" | "name">,
): RunBrief {
  return { traceId, spanId, name, startUnixMs: startMs, durationMs, isError };
}

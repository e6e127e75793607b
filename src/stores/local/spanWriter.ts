/**
 * Writes spans and keeps each trace's summary row right in the same transaction. Knows the tables, no threads.
 *
 * A span may come again. The same again is a retry of delivery and changes nothing; a later version of it (a running
 * task that finished, a further attempt) takes its place; a different span of the same id (Zipkin's client and server,
 * a tracer's mistake) is kept beside it in a slot of its own, for the reader to judge.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { deflateRawSync } from "node:zlib";
import { transact } from "./database.ts";
import type { SpanRow } from "./spanRow.ts";
import type { Strings } from "./strings.ts";
import { Operations, TraceSummary, type SpanFacts } from "./traceSummary.ts";

/** Longer details are worth the time that deflating takes: they would spill over their page. */
const DEFLATE_FROM_LENGTH = 4_096;
/** What a span weighs beside its detail, indexes included; measured. */
const SPAN_BYTES = 250;

const spanColumns = [
  ...["trace", "span_id", "slot", "parent_id", "name", "service", "queue", "kind", "status"],
  ...["flags", "attempts", "start_ns", "end_ns", "queued_ns", "state", "error", "refs"],
  ...["task_id", "detail"],
];
const traceColumns = [
  ...["id", "trace_id", "sort_ns", "start_ns", "end_ns", "span_count", "error_count"],
  ...["running_count", "root_span", "root_slot", "root_rank", "root_ns", "operations", "bytes"],
  ...["first_seen_ms", "last_seen_ms", "changed"],
];
const marks = (count: number): string => new Array(count).fill("?").join(", ");

export class SpanWriter {
  readonly #sql: DatabaseSync;
  readonly #strings: Strings;
  readonly #insertSpan: StatementSync;
  readonly #replaceSpan: StatementSync;
  readonly #findSpans: StatementSync;
  readonly #insertDetail: StatementSync;
  readonly #replaceDetail: StatementSync;
  readonly #findDetail: StatementSync;
  readonly #findTrace: StatementSync;
  readonly #writeTrace: StatementSync;
  readonly #insertOperation: StatementSync;
  readonly #countAgain: StatementSync;
  readonly #lastIds: StatementSync;

  constructor(sql: DatabaseSync, strings: Strings) {
    this.#sql = sql;
    this.#strings = strings;
    const list = spanColumns.join(", ");
    this.#insertSpan = sql.prepare(
      `INSERT OR IGNORE INTO span (${list}) VALUES (${marks(spanColumns.length)})`,
    );
    this.#replaceSpan = sql.prepare(
      `REPLACE INTO span (${list}) VALUES (${marks(spanColumns.length)})`,
    );
    this.#findSpans = exact(
      sql.prepare("SELECT * FROM span WHERE trace = ? AND span_id = ? ORDER BY slot"),
    );
    this.#insertDetail = sql.prepare("INSERT INTO detail (id, body) VALUES (?, ?)");
    this.#replaceDetail = sql.prepare("UPDATE detail SET body = ? WHERE id = ?");
    this.#findDetail = sql.prepare("SELECT body FROM detail WHERE id = ?");
    this.#findTrace = exact(sql.prepare("SELECT * FROM trace WHERE trace_id = ?"));
    this.#writeTrace = sql.prepare(
      `INSERT INTO trace (${traceColumns.join(", ")}) VALUES (${marks(traceColumns.length)})
       ON CONFLICT (id) DO UPDATE SET
         ${traceColumns.map(column => `${column} = excluded.${column}`).join(", ")}`,
    );
    this.#insertOperation = sql.prepare(
      "INSERT OR IGNORE INTO operation (label, name, trace) VALUES (?, ?, ?)",
    );
    this.#countAgain = exact(
      sql.prepare(
        `SELECT span_id, slot, parent_id, status, flags, start_ns, end_ns, queued_ns
         FROM span WHERE trace = ?`,
      ),
    );
    this.#lastIds = sql.prepare(
      `SELECT (SELECT max(id) FROM trace) AS trace, (SELECT max(id) FROM detail) AS detail,
         (SELECT max(changed) FROM trace) AS changed`,
    );
  }

  /** The ids of the traces that changed. */
  addSpans(rows: readonly SpanRow[]): string[] {
    const byTrace = new Map<string, SpanRow[]>();
    for (const row of rows) {
      const group = byTrace.get(row.traceId);
      if (group === undefined) byTrace.set(row.traceId, [row]);
      else group.push(row);
    }
    try {
      return transact(this.#sql, () => this.#write(byTrace));
    } catch (error) {
      // What was rolled back must not be remembered.
      this.#strings.forget();
      throw error;
    }
  }

  #write(byTrace: ReadonlyMap<string, readonly SpanRow[]>): string[] {
    const last = this.#lastIds.get() as Record<"trace" | "detail" | "changed", number | null>;
    const next = { trace: (last.trace ?? 0) + 1, detail: (last.detail ?? 0) + 1 };
    const changed = (last.changed ?? 0) + 1;
    const nowMs = Date.now();
    const touched: string[] = [];
    for (const [traceId, rows] of byTrace) {
      const known = this.#readSummary(traceId);
      const trace = known ?? new TraceSummary(next.trace, nowMs, new Operations());
      if (known === undefined) next.trace += 1;
      let news = 0;
      let replaced = 0;
      for (const row of rows) {
        switch (this.#addSpan(trace, row, next.detail)) {
          case "new":
            next.detail += 1;
            news += 1;
            break;
          case "replaced":
            replaced += 1;
            break;
          case "known":
            break;
        }
      }
      if (news + replaced === 0) continue;
      if (replaced > 0) this.#recount(trace);
      this.#writeSummary(traceId, trace, nowMs, changed);
      touched.push(traceId);
    }
    return touched;
  }

  #addSpan(trace: TraceSummary, row: SpanRow, detailId: number): "new" | "replaced" | "known" {
    let slot = 0;
    if (this.#insert(this.#insertSpan, trace.id, row, slot, detailId) === 0) {
      const present = this.#findSpans.all(trace.id, row.spanId) as unknown as PresentSpan[];
      for (const span of present) {
        const answer = this.#compare(span, row);
        if (answer === "known") return "known";
        if (answer === "later") {
          this.#insert(this.#replaceSpan, trace.id, row, Number(span.slot), Number(span.detail));
          this.#replaceDetailOf(trace, span.detail, row.detail);
          return "replaced";
        }
      }
      slot = Number(present.at(-1)?.slot ?? 0n) + 1;
      this.#insert(this.#insertSpan, trace.id, row, slot, detailId);
    }
    const body = toBody(row.detail);
    this.#insertDetail.run(detailId, body);
    trace.bytes += SPAN_BYTES + body.length;
    trace.count(row);
    trace.offerRoot(row.spanId, slot, row);
    const name = this.#strings.intern(row.name);
    this.#addOperation(trace, this.#strings.intern(row.service || row.queue), name);
    if (row.queue !== "") this.#addOperation(trace, this.#strings.intern(row.queue), name);
    return "new";
  }

  #insert(statement: StatementSync, trace: number, row: SpanRow, slot: number, detail: number) {
    const strings = this.#strings;
    const { changes } = statement.run(
      trace,
      row.spanId,
      slot,
      row.parentId ?? null,
      strings.intern(row.name),
      strings.intern(row.service),
      strings.intern(row.queue),
      row.kind,
      row.status,
      row.flags,
      row.attempts,
      row.startNs ?? null,
      row.endNs ?? null,
      row.queuedNs ?? null,
      strings.intern(row.state),
      row.error ?? null,
      row.refs ?? null,
      row.taskId ?? null,
      detail,
    );
    return Number(changes);
  }

  #replaceDetailOf(trace: TraceSummary, id: bigint, detail: string): void {
    const body = toBody(detail);
    const before = this.#findDetail.get(id)?.["body"] as string | Uint8Array | undefined;
    this.#replaceDetail.run(body, id);
    trace.bytes += body.length - (before?.length ?? 0);
  }

  #addOperation(trace: TraceSummary, label: number, name: number): void {
    if (trace.operations.add(label, name)) this.#insertOperation.run(label, name, trace.id);
  }

  /** How a span of a known id stands to the one that is there. */
  #compare(present: PresentSpan, row: SpanRow): "known" | "later" | "other" {
    const strings = this.#strings;
    const isOther =
      Number(present.kind) !== row.kind ||
      Number(present.name) !== strings.intern(row.name) ||
      Number(present.service) !== strings.intern(row.service) ||
      Number(present.queue) !== strings.intern(row.queue);
    if (isOther) return "other";
    const attempts = Number(present.attempts);
    const isFinished = present.end_ns !== null;
    // Batches come in any order: news of a run that is known to have ended is old.
    if (isFinished && row.endNs === undefined && row.attempts <= attempts) return "known";
    const isSame =
      present.start_ns === (row.startNs ?? null) &&
      present.end_ns === (row.endNs ?? null) &&
      present.queued_ns === (row.queuedNs ?? null) &&
      present.parent_id === (row.parentId ?? null) &&
      present.refs === (row.refs ?? null) &&
      Number(present.status) === row.status &&
      attempts === row.attempts &&
      this.#hasDetail(Number(present.detail), row.detail);
    if (isSame) return "known";
    const isLater =
      !isFinished || present.start_ns === (row.startNs ?? null) || row.attempts > attempts;
    return isLater ? "later" : "other";
  }

  #hasDetail(id: number, detail: string): boolean {
    const present = this.#findDetail.get(id)?.["body"];
    const body = toBody(detail);
    return typeof body === "string" || !(present instanceof Uint8Array)
      ? present === body
      : Buffer.compare(present, body) === 0;
  }

  #readSummary(traceId: string): TraceSummary | undefined {
    const row = this.#findTrace.get(traceId) as unknown as TraceRow | undefined;
    if (row === undefined) return undefined;
    const trace = new TraceSummary(
      Number(row.id),
      Number(row.first_seen_ms),
      Operations.read(row.operations),
    );
    trace.startNs = row.start_ns ?? undefined;
    trace.endNs = row.end_ns ?? undefined;
    trace.spanCount = Number(row.span_count);
    trace.errorCount = Number(row.error_count);
    trace.runningCount = Number(row.running_count);
    trace.bytes = Number(row.bytes);
    trace.root = {
      spanId: row.root_span,
      slot: Number(row.root_slot),
      rank: Number(row.root_rank),
      startNs: row.root_ns ?? undefined,
    };
    return trace;
  }

  /** A replaced span may have moved any bound, so they are all taken again. */
  #recount(trace: TraceSummary): void {
    trace.reset();
    for (const row of this.#countAgain.iterate(trace.id) as unknown as Iterable<PresentSpan>) {
      const facts: SpanFacts = {
        parentId: row.parent_id ?? undefined,
        status: Number(row.status),
        flags: Number(row.flags),
        startNs: row.start_ns ?? undefined,
        endNs: row.end_ns ?? undefined,
        queuedNs: row.queued_ns ?? undefined,
      };
      trace.count(facts);
      trace.offerRoot(row.span_id, Number(row.slot), facts);
    }
  }

  #writeSummary(traceId: string, trace: TraceSummary, nowMs: number, changed: number): void {
    this.#writeTrace.run(
      trace.id,
      traceId,
      trace.sortNs,
      trace.startNs ?? null,
      trace.endNs ?? null,
      trace.spanCount,
      trace.errorCount,
      trace.runningCount,
      trace.root?.spanId ?? "",
      trace.root?.slot ?? 0,
      trace.root?.rank ?? 1,
      trace.root?.startNs ?? null,
      trace.operations.toBytes(),
      trace.bytes,
      trace.firstSeenMs,
      nowMs,
      changed,
    );
  }

  /** The ids of those that were there. */
  deleteTraces(traceIds: readonly string[]): string[] {
    const statements = [
      "DELETE FROM detail WHERE id IN (SELECT detail FROM span WHERE trace = ?)",
      "DELETE FROM span WHERE trace = ?",
      "DELETE FROM trace WHERE id = ?",
    ].map(text => this.#sql.prepare(text));
    const deleteOperation = this.#sql.prepare(
      "DELETE FROM operation WHERE label = ? AND name = ? AND trace = ?",
    );
    const deleted = transact(this.#sql, () =>
      traceIds.filter(traceId => {
        const trace = this.#readSummary(traceId);
        if (trace === undefined) return false;
        for (const [label, name] of trace.operations.pairs()) {
          deleteOperation.run(label, name, trace.id);
        }
        for (const statement of statements) statement.run(trace.id);
        return true;
      }),
    );
    if (deleted.length > 0) this.#sql.exec("PRAGMA incremental_vacuum");
    return deleted;
  }
}

interface PresentSpan {
  readonly span_id: string;
  readonly slot: bigint;
  readonly parent_id: string | null;
  readonly name: bigint;
  readonly service: bigint;
  readonly queue: bigint;
  readonly kind: bigint;
  readonly status: bigint;
  readonly flags: bigint;
  readonly attempts: bigint;
  readonly start_ns: bigint | null;
  readonly end_ns: bigint | null;
  readonly queued_ns: bigint | null;
  readonly refs: string | null;
  readonly detail: bigint;
}

interface TraceRow {
  readonly id: bigint;
  readonly start_ns: bigint | null;
  readonly end_ns: bigint | null;
  readonly span_count: bigint;
  readonly error_count: bigint;
  readonly running_count: bigint;
  readonly root_span: string;
  readonly root_slot: bigint;
  readonly root_rank: bigint;
  readonly root_ns: bigint | null;
  readonly operations: Uint8Array;
  readonly bytes: bigint;
  readonly first_seen_ms: bigint;
}

/** Nanoseconds since the epoch do not fit a number. */
function exact(statement: StatementSync): StatementSync {
  statement.setReadBigInts(true);
  return statement;
}

function toBody(detail: string): string | Uint8Array {
  return detail.length < DEFLATE_FROM_LENGTH
    ? detail
    : deflateRawSync(Buffer.from(detail), { level: 1 });
}

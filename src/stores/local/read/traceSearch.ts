/**
 * Finds traces, newest first. Knows the tables, no threads.
 *
 * The index names the traces that may match; their spans decide. Where it names few, these are taken all and put in
 * order; else all traces are walked from the newest on, and those that it names are looked at. A search stops after a
 * while with what it has, and its cursor goes on from there: a page may be short, never late.
 *
 * Status and duration are the trace's own, unless a service or an operation is asked for: then one span must be all.
 * A tag may stand at any span. A text is sought in names wherever it stands in them, elsewhere by its whole words.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { isShortTraceId } from "../../../model/ids.ts";
import { NS_PER_MS } from "../../../model/units.ts";
import { uniteTraceBriefs } from "../../briefs.ts";
import type { TraceBrief, TracePage, TraceQuery } from "../../../model/traceStore.ts";
import type { Captures } from "../file/captures.ts";
import { FEW, findCandidates } from "./searchConditions.ts";
import { QueryMatcher } from "./queryMatcher.ts";
import type { Strings } from "../index/strings.ts";
import type { TermIndex } from "../index/termIndex.ts";
import type { TraceBits } from "../index/traceBits.ts";
import type { TraceReader } from "./traceReader.ts";
import { TraceSessions } from "./traceSessions.ts";
import { numberOf } from "../file/numberOf.ts";

/** Traces that are walked between two breaths. */
const STRETCH = 4_096;
/** Rows looked at between two breaths. */
const ROWS = 64;
const WALK_MS = 2_000;

export interface TraceRow {
  readonly id: number;
  readonly trace_id: string;
  readonly sort_text: string;
  readonly sort_ms: number;
  readonly duration_ms: number | null;
  readonly span_count: number;
  readonly error_count: number;
  readonly running_count: number;
  readonly root_batch: number;
  readonly root_position: number;
  readonly labels: Uint8Array;
  readonly pinned: number;
}

type SqlValue = number | bigint | string;
/** The last trace that was looked at. */
type Place = readonly [sortNs: bigint, id: number];

const columns = `id, trace_id, CAST(sort_ns AS TEXT) AS sort_text, ${toMs("sort_ns")} AS sort_ms,
  (end_ns - start_ns) / 1e6 AS duration_ms, span_count, error_count, running_count,
  root_batch, root_position, labels, pinned`;

export class TraceSearch {
  readonly #sql: DatabaseSync;
  readonly #strings: Strings;
  readonly #index: TermIndex;
  readonly #reader: TraceReader;
  readonly #captures: Captures;
  readonly #readRow: StatementSync;
  readonly #readSort: StatementSync;
  readonly #sessions: TraceSessions;

  constructor(
    sql: DatabaseSync,
    strings: Strings,
    index: TermIndex,
    reader: TraceReader,
    captures: Captures,
  ) {
    this.#sql = sql;
    this.#strings = strings;
    this.#index = index;
    this.#reader = reader;
    this.#sessions = new TraceSessions(index, reader);
    this.#captures = captures;
    this.#readRow = sql.prepare(`SELECT ${columns} FROM trace WHERE id = ? AND span_count > 0`);
    this.#readSort = sql.prepare(
      "SELECT CAST(sort_ns AS TEXT) AS sort_text FROM trace WHERE id = ?",
    );
  }

  /** `yieldAndCheckCancelled` lets other questions in, and throws where nobody waits for this answer any more. */
  async search(query: TraceQuery, yieldAndCheckCancelled: () => Promise<void>): Promise<TracePage> {
    const test = new QueryMatcher(query, this.#reader);
    const isListed = (row: TraceRow): boolean => isMatch(row, query) && test.matches(row.id);
    const stopAtMs = performance.now() + WALK_MS;
    const candidates = findCandidates(query, this.#sql, this.#index);
    const few = candidates?.list(FEW);
    const traces: TraceBrief[] = [];
    const readSession = this.#sessions.openPage();
    let after = parseCursor(query.cursor);
    const stretches =
      few === undefined ? this.#walk(query, after, candidates) : this.#listFew(query, after, few);
    for (const ids of stretches) {
      for (const id of ids) {
        const row = this.#readRow.get(id) as TraceRow | undefined;
        if (row === undefined) continue;
        after = [BigInt(row.sort_text), id];
        if (isListed(row)) {
          const brief = this.#toJoinedBrief(
            row,
            readSession,
            other => isWithinTime(other, query) && isListed(other),
          );
          if (brief !== undefined) traces.push(brief);
        }
        if (traces.length === query.limit || performance.now() > stopAtMs) {
          return { traces, cursor: after.join(":") };
        }
      }
      await yieldAndCheckCancelled();
    }
    return { traces };
  }

  /** All of some few, newest first. */
  *#listFew(
    query: TraceQuery,
    after: Place | undefined,
    few: readonly number[],
  ): Generator<readonly number[]> {
    if (few.length === 0) return;
    const { where, values } = toWhere(query, after);
    const ids = this.#sql
      .prepare(
        `SELECT id FROM trace WHERE id IN (SELECT value FROM json_each(?)) AND span_count > 0
         ${where} ORDER BY sort_ns DESC, id DESC`,
      )
      .all(JSON.stringify(few), ...values)
      .map(row => numberOf(row, "id"));
    for (let at = 0; at < ids.length; at += ROWS) yield ids.slice(at, at + ROWS);
  }

  /** All, or those among the candidates, newest first. */
  *#walk(
    query: TraceQuery,
    start: Place | undefined,
    candidates: TraceBits | undefined,
  ): Generator<readonly number[]> {
    const limit = candidates === undefined ? ROWS : STRETCH;
    for (let after = start; ;) {
      const { where, values } = toWhere(query, after);
      const ids = this.#sql
        .prepare(
          `SELECT id FROM trace WHERE span_count > 0 ${where}
           ORDER BY sort_ns DESC, id DESC LIMIT ${limit}`,
        )
        .all(...values)
        .map(row => numberOf(row, "id"));
      const last = ids.at(-1);
      if (last === undefined) return;
      const sort = this.#readSort.get(last)?.["sort_text"] as string | undefined;
      yield candidates === undefined ? ids : ids.filter(id => candidates.has(id));
      // Where it went meanwhile nobody knows where it stood.
      if (ids.length < limit || sort === undefined) return;
      after = [BigInt(sort), last];
    }
  }

  /**
   * With the trace that is told together with it; `undefined` where that one's row stands for both: the one of the whole
   * id, if the query finds it.
   */
  #toJoinedBrief(
    row: TraceRow,
    readSession: (row: TraceRow) => string | undefined,
    isListed: (row: TraceRow) => boolean,
  ): TraceBrief | undefined {
    const brief = this.#toBrief(row, readSession(row));
    const [, joined] = this.#reader.listJoined(row.trace_id);
    const other = joined && (this.#readRow.get(joined.number) as TraceRow | undefined);
    if (brief === undefined || other === undefined) return brief;
    const isHalf = isShortTraceId(row.trace_id);
    if (isHalf && isListed(other)) return undefined;
    const otherBrief = this.#toBrief(other, readSession(other));
    if (otherBrief === undefined) return brief;
    const whole = isHalf ? otherBrief : brief;
    return { ...whole, ...uniteTraceBriefs(isHalf ? [otherBrief, brief] : [brief, otherBrief]) };
  }

  #toBrief(row: TraceRow, session: string | undefined): TraceBrief | undefined {
    const root = this.#reader.readRoot(row.id, row.root_batch, row.root_position);
    if (root === undefined) return undefined;
    const labels = [...new Uint32Array(row.labels.slice().buffer)];
    return {
      traceId: row.trace_id,
      root,
      spanCount: row.span_count,
      errorCount: row.error_count,
      startUnixMs: row.sort_ms,
      durationMs: row.running_count > 0 ? undefined : (row.duration_ms ?? undefined),
      services: labels.map(label => this.#strings.getText(label)).sort(),
      session,
      isPinned: row.pinned !== 0,
      captured: this.#captures.find(row.id),
    };
  }
}

function isWithinTime({ sort_ms: ms }: TraceRow, query: TraceQuery): boolean {
  return ms >= (query.fromUnixMs ?? -Infinity) && ms <= (query.toUnixMs ?? Infinity);
}

function isMatch(row: TraceRow, query: TraceQuery): boolean {
  if (query.service !== undefined || query.operation !== undefined) return true;
  if (query.status === "error" && row.error_count === 0) return false;
  if (query.status === "running" && row.running_count === 0) return false;
  if (query.status === "ok" && (row.error_count > 0 || row.running_count > 0)) return false;
  const { minDurationMs, maxDurationMs } = query;
  if (minDurationMs === undefined && maxDurationMs === undefined) return true;
  const ms = row.running_count > 0 ? undefined : (row.duration_ms ?? undefined);
  return ms !== undefined && ms >= (minDurationMs ?? 0) && ms <= (maxDurationMs ?? Infinity);
}

function toWhere(query: TraceQuery, after: Place | undefined) {
  const where: string[] = [];
  const values: SqlValue[] = [];
  const add = (condition: string, ...operands: readonly SqlValue[]): void => {
    where.push(`AND ${condition}`);
    values.push(...operands);
  };
  if (query.fromUnixMs !== undefined) add("sort_ns >= ?", toNs(query.fromUnixMs));
  if (query.toUnixMs !== undefined) add("sort_ns <= ?", toNs(query.toUnixMs));
  if (after !== undefined) add("(sort_ns, id) < (?, ?)", ...after);
  return { where: where.join(" "), values };
}

function parseCursor(cursor: string | undefined): Place | undefined {
  const match = /^(-?\d+):(\d+)$/.exec(cursor ?? "");
  return match === null ? undefined : [BigInt(match[1] ?? 0), Number(match[2])];
}

function toMs(expression: string): string {
  return `${expression} / ${NS_PER_MS} + (${expression} % ${NS_PER_MS}) / 1e6`;
}

function toNs(ms: number): bigint {
  return BigInt(Math.round(ms * 1_000)) * 1_000n;
}

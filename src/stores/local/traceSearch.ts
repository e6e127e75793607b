/**
 * Finds traces, newest first. Knows the tables, no threads.
 *
 * The index names traces that may match, for each condition; their spans decide. Where a condition leaves few traces,
 * these are taken all and put in order; else the traces are walked from the newest on, and the index is asked about a
 * stretch of them at a time. A walk stops after a while with what it has, and its cursor goes on from there: a page may
 * be short, never late.
 *
 * Status and duration are the trace's own, unless a service or an operation is asked for: then one span must be all.
 * A tag may stand at any span. A text is sought in names wherever it stands in them, elsewhere by its whole words.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { NS_PER_MS } from "../../model/units.ts";
import type { TraceBrief, TracePage, TraceQuery } from "../traceStore.ts";
import { findConditions, type Condition } from "./searchConditions.ts";
import { SpanTest } from "./spanTest.ts";
import type { SpanBriefs } from "./spanBriefs.ts";
import type { Strings } from "./strings.ts";
import type { TermIndex } from "./termIndex.ts";
import type { TraceReader } from "./traceReader.ts";

/** So few are all taken and put in order. */
const FEW = 8_192;
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
  ${toMs("(end_ns - start_ns)")} AS duration_ms, span_count, error_count, running_count,
  root_batch, root_position, labels, pinned`;

export class TraceSearch {
  readonly #sql: DatabaseSync;
  readonly #strings: Strings;
  readonly #index: TermIndex;
  readonly #reader: TraceReader;
  readonly #briefs: SpanBriefs;
  readonly #readRow: StatementSync;

  constructor(
    sql: DatabaseSync,
    strings: Strings,
    index: TermIndex,
    reader: TraceReader,
    briefs: SpanBriefs,
  ) {
    this.#sql = sql;
    this.#strings = strings;
    this.#index = index;
    this.#reader = reader;
    this.#briefs = briefs;
    this.#readRow = sql.prepare(`SELECT ${columns} FROM trace WHERE id = ? AND span_count > 0`);
  }

  /** `breathe` lets other questions in, and throws where nobody waits for this answer any more. */
  async search(query: TraceQuery, breathe: () => Promise<void>): Promise<TracePage> {
    const conditions = findConditions(query, this.#sql, this.#index);
    if (conditions === "none") return { traces: [] };
    const test = new SpanTest(query, this.#reader);
    const stopAtMs = performance.now() + WALK_MS;
    const traces: TraceBrief[] = [];
    const [first] = conditions;
    const isFew = first !== undefined && first.estimate() <= FEW;
    let after = parseCursor(query.cursor);
    for (;;) {
      const places = isFew
        ? this.#listFew(query, conditions, after)
        : this.#listPlaces(query, after, first === undefined ? ROWS : STRETCH);
      const isLast = places.length < (isFew || first === undefined ? ROWS : STRETCH);
      const wanted = isFew || first === undefined ? places : this.#narrow(places, conditions);
      for (const place of wanted) {
        const row = this.#readRow.get(place[1]) as TraceRow | undefined;
        after = place;
        if (row !== undefined && isMatch(row, query) && test.matches(row.id)) {
          const brief = this.#toBrief(row);
          if (brief !== undefined) traces.push(brief);
        }
        if (traces.length === query.limit || performance.now() > stopAtMs) {
          const isDone = isLast && place === wanted.at(-1);
          return isDone ? { traces } : { traces, cursor: after.join(":") };
        }
      }
      if (isLast) return { traces };
      after = places.at(-1) ?? after;
      if (performance.now() > stopAtMs) return { traces, cursor: after?.join(":") };
      await breathe();
    }
  }

  /** The next of all. */
  #listPlaces(query: TraceQuery, after: Place | undefined, limit: number): Place[] {
    const { where, values } = toWhere(query, after);
    return toPlaces(
      this.#sql
        .prepare(
          `SELECT id, CAST(sort_ns AS TEXT) AS sort_text FROM trace
           WHERE span_count > 0 ${where} ORDER BY sort_ns DESC, id DESC LIMIT ${limit}`,
        )
        .all(...values),
    );
  }

  /** The next of those that the index leaves, which are few. */
  #listFew(query: TraceQuery, conditions: readonly Condition[], after: Place | undefined): Place[] {
    let ids: readonly number[] | undefined;
    for (const condition of conditions) {
      // Looking at a few spans is quicker than reading a long list.
      if (ids !== undefined && condition.estimate() > 64 * (ids.length + 16)) continue;
      const found = new Set(condition.gather());
      ids = ids === undefined ? [...found] : ids.filter(id => found.has(id));
    }
    const { where, values } = toWhere(query, after);
    return toPlaces(
      this.#sql
        .prepare(
          `SELECT id, CAST(sort_ns AS TEXT) AS sort_text FROM trace
           WHERE id IN (SELECT value FROM json_each(?)) AND span_count > 0 ${where}
           ORDER BY sort_ns DESC, id DESC LIMIT ${ROWS}`,
        )
        .all(JSON.stringify(ids ?? []), ...values),
    );
  }

  /** Those that the index leaves of a stretch, in its order. Mostly their numbers are near each other. */
  #narrow(places: readonly Place[], conditions: readonly Condition[]): readonly Place[] {
    let left = places;
    for (const condition of conditions) {
      const found = new Set<number>();
      for (const [from, to] of findClusters(left.map(([, id]) => id))) {
        for (const id of condition.gather(from, to)) found.add(id);
      }
      left = left.filter(([, id]) => found.has(id));
      if (left.length === 0) break;
    }
    return left;
  }

  #toBrief(row: TraceRow): TraceBrief | undefined {
    const root = this.#briefs.readRoot(row.id, row.root_batch, row.root_position);
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
      isPinned: row.pinned !== 0,
    };
  }
}

function isMatch(row: TraceRow, query: TraceQuery): boolean {
  if (query.service !== undefined || query.operation !== undefined) return true;
  if (query.status === "error" && row.error_count === 0) return false;
  if (query.status === "running" && row.running_count === 0) return false;
  if (query.status === "ok" && (row.error_count > 0 || row.running_count > 0)) return false;
  const { minDurationMs, maxDurationMs } = query;
  if (minDurationMs === undefined && maxDurationMs === undefined) return true;
  // Of a trace that runs, for as long as is known.
  const ms = row.duration_ms ?? undefined;
  return ms !== undefined && ms >= (minDurationMs ?? 0) && ms <= (maxDurationMs ?? Infinity);
}

/** Numbers farther apart than that are asked about on their own. */
const GAP = 16_384;

function findClusters(ids: readonly number[]): (readonly [number, number])[] {
  const sorted = Uint32Array.from(ids).sort();
  const clusters: (readonly [number, number])[] = [];
  let from = sorted[0] ?? 0;
  sorted.forEach((id, i) => {
    const next = sorted[i + 1];
    if (next !== undefined && next - id <= GAP) return;
    clusters.push([from, id]);
    from = next ?? 0;
  });
  return clusters;
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

function toPlaces(rows: readonly Record<string, unknown>[]): Place[] {
  return rows.map(row => [BigInt(row["sort_text"] as string), row["id"] as number] as const);
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

/**
 * Finds traces, newest first. Knows the tables, no threads.
 *
 * Two ways lead there. Where a wanted service or name is rare, the table `operation` gives the few traces that have it;
 * else the traces are walked from the newest on and asked one by one, from their own row where that suffices. A walk
 * stops after a while with what it has, and its cursor goes on from there: a page may be short, never late.
 *
 * A text is sought in names; where no name has it, in what the spans of each trace tell, which is a walk.
 *
 * Status and duration are the trace's own, unless a service or an operation is asked for: then one span must be all.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { inflateRawSync } from "node:zlib";
import { SpanFlag, SpanStatus } from "../../model/span.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import { NS_PER_MS } from "../../model/units.ts";
import type { TraceBrief, TracePage, TraceQuery } from "../traceStore.ts";
import type { SpanBriefs } from "./spanBriefs.ts";
import type { Strings } from "./strings.ts";
import { Operations } from "./traceSummary.ts";

/** Traces looked at between two breaths. */
const STRETCH = 256;
/** Up to so many, all traces of a rare operation are taken and sorted. */
const RARE = 2_000;
const MAX_MATCHING_TEXTS = 10_000;
const WALK_MS = 2_000;

interface TraceRow {
  readonly id: number;
  readonly trace_id: string;
  readonly sort_text: string;
  readonly sort_ms: number;
  readonly duration_ms: number | null;
  readonly span_count: number;
  readonly error_count: number;
  readonly running_count: number;
  readonly operations: Uint8Array;
}

type SqlValue = number | bigint | string;

/** The wanted service, name and text as numbers of the string table. */
interface WantedOperations {
  readonly label: number | undefined;
  readonly name: number | undefined;
  /** Texts that match, as labels or names; `undefined` where none is sought or no name has it. */
  readonly texts: ReadonlySet<number> | undefined;
}

export class TraceSearch {
  readonly #sql: DatabaseSync;
  readonly #strings: Strings;
  readonly #briefs: SpanBriefs;
  readonly #readDetails: StatementSync;

  constructor(sql: DatabaseSync, strings: Strings, briefs: SpanBriefs) {
    this.#sql = sql;
    this.#strings = strings;
    this.#briefs = briefs;
    this.#readDetails = sql.prepare(
      "SELECT body FROM span JOIN detail ON detail.id = span.detail WHERE trace = ?",
    );
  }

  /** `breathe` lets other questions in, and throws where nobody waits for this answer any more. */
  async search(query: TraceQuery, breathe: () => Promise<void>): Promise<TracePage> {
    const wanted = this.#findWanted(query);
    if (wanted === "none") return { traces: [] };
    const { where, values } = this.#conditions(query, wanted);
    const hasSpan = this.#prepareSpanTest(query, wanted);
    const tags = Object.entries(query.tags ?? {});
    const detailText = wanted.texts === undefined ? query.text?.trim().toLowerCase() : undefined;
    const isSlow = tags.length > 0 || (detailText ?? "") !== "";
    const stopAtMs = performance.now() + WALK_MS;
    const traces: TraceBrief[] = [];
    let after = parseCursor(query.cursor);
    for (;;) {
      const { sql, args } =
        after === undefined
          ? { sql: where, args: values }
          : { sql: [...where, "(sort_ns, id) < (?, ?)"], args: [...values, ...after] };
      const rows = this.#sql
        .prepare(
          `SELECT id, trace_id, CAST(sort_ns AS TEXT) AS sort_text, ${toMs("sort_ns")} AS sort_ms,
             ${toMs("(end_ns - start_ns)")} AS duration_ms, span_count, error_count, running_count,
             operations
           FROM trace ${sql.length === 0 ? "" : `WHERE ${sql.join(" AND ")}`}
           ORDER BY sort_ns DESC, id DESC LIMIT ${STRETCH}`,
        )
        .all(...args) as unknown as TraceRow[];
      for (const row of rows) {
        const operations = Operations.read(row.operations);
        const isMatch =
          matches(operations, wanted) &&
          hasSpan(row.id) &&
          this.#hasTags(row.id, tags) &&
          this.#hasText(row.id, detailText ?? "");
        if (isMatch) traces.push(this.#toBrief(row, operations));
        after = [BigInt(row.sort_text), row.id];
        if (traces.length === query.limit) break;
        if (isSlow && performance.now() > stopAtMs) break;
      }
      const isLast = rows.length < STRETCH && after?.[1] === rows.at(-1)?.id;
      if (isLast || rows.length === 0) return { traces };
      if (traces.length === query.limit || performance.now() > stopAtMs) {
        return { traces, cursor: after?.join(":") };
      }
      await breathe();
    }
  }

  /** `none`: a service or operation that no span ever had. */
  #findWanted(query: TraceQuery): WantedOperations | "none" {
    const label = query.service === undefined ? undefined : this.#strings.find(query.service);
    if (query.service !== undefined && label === undefined) return "none";
    const name = query.operation === undefined ? undefined : this.#strings.find(query.operation);
    if (query.operation !== undefined && name === undefined) return "none";
    const text = query.text?.trim() ?? "";
    if (text === "") return { label, name, texts: undefined };
    const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
    const texts = this.#sql
      .prepare(`SELECT id FROM string WHERE text LIKE ? ESCAPE '\\' LIMIT ${MAX_MATCHING_TEXTS}`)
      .all(pattern)
      .map(row => row["id"] as number);
    return { label, name, texts: texts.length === 0 ? undefined : new Set(texts) };
  }

  #conditions(query: TraceQuery, wanted: WantedOperations) {
    const where: string[] = [];
    const values: SqlValue[] = [];
    const add = (condition: string, ...operands: SqlValue[]): void => {
      where.push(condition);
      values.push(...operands);
    };
    if (query.status === "error") add("error_count > 0");
    if (query.status === "running") add("running_count > 0");
    if (query.status === "ok" && !isOfSpan(query)) add("error_count = 0 AND running_count = 0");
    if (query.minDurationMs !== undefined) add("end_ns - start_ns >= ?", toNs(query.minDurationMs));
    if (query.maxDurationMs !== undefined && !isOfSpan(query)) {
      add("end_ns - start_ns <= ?", toNs(query.maxDurationMs));
    }
    if (query.fromUnixMs !== undefined) add("sort_ns >= ?", toNs(query.fromUnixMs));
    if (query.toUnixMs !== undefined) add("sort_ns <= ?", toNs(query.toUnixMs));
    const rare = this.#findRare(wanted);
    if (rare !== undefined) add("id IN (SELECT value FROM json_each(?))", JSON.stringify(rare));
    return { where, values };
  }

  /** Whether one span of a trace has the service, the operation, the status and the duration together. */
  #prepareSpanTest(
    query: TraceQuery,
    { label, name }: WantedOperations,
  ): (trace: number) => boolean {
    const { status, minDurationMs, maxDurationMs } = query;
    const isAnySpan =
      status === undefined && minDurationMs === undefined && maxDurationMs === undefined;
    if (!isOfSpan(query) || isAnySpan) return () => true;
    const where = ["trace = ?"];
    const values: SqlValue[] = [];
    const add = (condition: string, ...operands: SqlValue[]): void => {
      where.push(condition);
      values.push(...operands);
    };
    if (label !== undefined) add("(service = ? OR queue = ?)", label, label);
    if (name !== undefined) add("name = ?", name);
    const isRunning = `(end_ns IS NULL AND flags & ${SpanFlag.untimed} = 0)`;
    if (status === "error") add(`status = ${SpanStatus.error}`);
    if (status === "running") add(isRunning);
    if (status === "ok") add(`status <> ${SpanStatus.error} AND NOT ${isRunning}`);
    if (minDurationMs !== undefined) add("end_ns - start_ns >= ?", toNs(minDurationMs));
    if (maxDurationMs !== undefined) add("end_ns - start_ns <= ?", toNs(maxDurationMs));
    const test = this.#sql.prepare(`SELECT 1 FROM span WHERE ${where.join(" AND ")} LIMIT 1`);
    return trace => test.get(trace, ...values) !== undefined;
  }

  /** All traces that may match, where they are few. */
  #findRare({ label, name, texts }: WantedOperations): readonly number[] | undefined {
    const labels = label === undefined ? this.readLabels() : [label];
    const found = new Set<number>();
    const take = (condition: string, ...values: number[]): boolean => {
      const rows = this.#sql
        .prepare(`SELECT trace FROM operation WHERE ${condition} LIMIT ${RARE + 1}`)
        .all(...values);
      for (const row of rows) found.add(row["trace"] as number);
      return rows.length <= RARE && found.size <= RARE;
    };
    const names = name === undefined ? texts : new Set([name]);
    if (names === undefined) {
      return label !== undefined && take("label = ?", label) ? [...found] : undefined;
    }
    // Each pair costs a look into the index, so many pairs are no short way.
    if (labels.length * names.size > RARE) return undefined;
    for (const each of labels) {
      const isTextInLabel = name === undefined && texts?.has(each) === true;
      if (isTextInLabel && !take("label = ?", each)) return undefined;
      if (isTextInLabel) continue;
      for (const wanted of names) {
        if (!take("label = ? AND name = ?", each, wanted)) return undefined;
      }
    }
    return [...found];
  }

  #hasTags(trace: number, tags: readonly (readonly [string, string])[]): boolean {
    if (tags.length === 0) return true;
    const missing = new Map(tags);
    for (const text of this.#listDetails(trace)) {
      if (![...missing.keys()].some(key => text.includes(JSON.stringify(key)))) continue;
      const { attributes, resource } = JSON.parse(text) as SpanDetail;
      for (const { key, value } of [...attributes, ...resource]) {
        if (missing.get(key) === toTagText(value)) missing.delete(key);
      }
      if (missing.size === 0) return true;
    }
    return false;
  }

  #hasText(trace: number, wanted: string): boolean {
    if (wanted === "") return true;
    for (const text of this.#listDetails(trace)) {
      if (text.toLowerCase().includes(wanted)) return true;
    }
    return false;
  }

  *#listDetails(trace: number): Iterable<string> {
    for (const { body } of this.#readDetails.iterate(trace) as Iterable<{ body?: unknown }>) {
      yield body instanceof Uint8Array ? inflateRawSync(body).toString() : String(body);
    }
  }

  #toBrief(row: TraceRow, operations: Operations): TraceBrief {
    const services = [...operations.labels].map(label => this.#strings.getText(label));
    return {
      traceId: row.trace_id,
      root: this.#briefs.readRoot(row.id),
      spanCount: row.span_count,
      errorCount: row.error_count,
      startUnixMs: row.sort_ms,
      durationMs: row.running_count > 0 ? undefined : (row.duration_ms ?? undefined),
      services: services.filter(service => service !== "").sort(),
    };
  }

  /** Steps from one label to the next, so it costs as many looks as there are labels. */
  readLabels(): number[] {
    return this.#step("SELECT min(label) AS next FROM operation WHERE label > ?");
  }

  readNames(label: number): number[] {
    return this.#step(
      "SELECT min(name) AS next FROM operation WHERE label = ? AND name > ?",
      label,
    );
  }

  #step(sql: string, ...fixed: readonly number[]): number[] {
    const statement = this.#sql.prepare(sql);
    const steps: number[] = [];
    for (let last = -1; ;) {
      const next = statement.get(...fixed, last)?.["next"];
      if (typeof next !== "number") return steps;
      steps.push(next);
      last = next;
    }
  }
}

/** Status and duration are asked of a span, not of the trace. */
function isOfSpan(query: TraceQuery): boolean {
  return query.service !== undefined || query.operation !== undefined;
}

function matches(operations: Operations, { label, name, texts }: WantedOperations): boolean {
  if (label === undefined && name === undefined && texts === undefined) return true;
  let hasOperation = label === undefined && name === undefined;
  let hasText = texts === undefined;
  for (const [eachLabel, eachName] of operations.pairs()) {
    hasOperation ||=
      (label === undefined || label === eachLabel) && (name === undefined || name === eachName);
    hasText ||= texts?.has(eachLabel) === true || texts?.has(eachName) === true;
    if (hasOperation && hasText) return true;
  }
  return false;
}

function parseCursor(cursor: string | undefined): readonly [bigint, number] | undefined {
  const match = /^(-?\d+):(\d+)$/.exec(cursor ?? "");
  return match === null ? undefined : [BigInt(match[1] ?? 0), Number(match[2])];
}

function toMs(expression: string): string {
  return `${expression} / ${NS_PER_MS} + (${expression} % ${NS_PER_MS}) / 1e6`;
}

function toNs(ms: number): bigint {
  return BigInt(Math.round(ms * 1_000)) * 1_000n;
}

function toTagText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

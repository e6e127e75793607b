/** Answers about single spans: which an id names, a span's children, one span's detail. Knows the tables, no threads. */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { inflateRawSync } from "node:zlib";
import { canonicalSpanId, canonicalTraceId } from "../../model/ids.ts";
import { SpanFlag, type SpanStatus } from "../../model/span.ts";
import { NS_PER_MS } from "../../model/units.ts";
import type { Found, SpanBrief } from "../traceStore.ts";
import type { Strings } from "./strings.ts";

/** One id is meant; where it names more spans than this something else is wrong, and a list would not help. */
const MAX_FOUND = 20;
const MAX_CHILDREN = 1_000;
const MAX_COUNTED = 10_000;

const briefColumns = `t.trace_id, s.span_id, s.slot, s.parent_id, s.name, s.service, s.queue, s.status, s.flags,
  s.attempts, s.state, s.error, ${["start_ns", "end_ns", "queued_ns"]
    .map(column => `s.${column} / ${NS_PER_MS} + (s.${column} % ${NS_PER_MS}) / 1e6 AS ${column}`)
    .join(", ")}`;

interface BriefRow {
  readonly trace_id: string;
  readonly span_id: string;
  readonly slot: number;
  readonly parent_id: string | null;
  readonly name: number;
  readonly service: number;
  readonly queue: number;
  readonly status: SpanStatus;
  readonly flags: number;
  readonly attempts: number;
  readonly state: number;
  readonly error: string | null;
  /** Milliseconds, already divided. */
  readonly start_ns: number | null;
  readonly end_ns: number | null;
  readonly queued_ns: number | null;
}

export class SpanBriefs {
  readonly #strings: Strings;
  readonly #findTraces: StatementSync;
  readonly #findSpans: StatementSync;
  readonly #findAliases: StatementSync;
  readonly #findRoot: StatementSync;
  readonly #findChildren: StatementSync;
  readonly #countChildren: StatementSync;
  readonly #findDetail: StatementSync;

  constructor(sql: DatabaseSync, strings: Strings) {
    this.#strings = strings;
    this.#findTraces = sql.prepare(
      `SELECT id FROM trace WHERE trace_id IN (?, ?, ?)
       UNION SELECT id FROM trace WHERE length(trace_id) = 32 AND substr(trace_id, 17) = ?
       LIMIT ${MAX_FOUND}`,
    );
    const from = `SELECT ${briefColumns} FROM span s JOIN trace t ON t.id = s.trace`;
    this.#findSpans = sql.prepare(`${from} WHERE s.span_id IN (?, ?) LIMIT ${MAX_FOUND}`);
    this.#findAliases = sql.prepare(`${from} WHERE s.task_id IN (?, ?) LIMIT ${MAX_FOUND}`);
    this.#findRoot = sql.prepare(
      `SELECT ${briefColumns} FROM trace t
       JOIN span s ON s.trace = t.id AND s.span_id = t.root_span AND s.slot = t.root_slot
       WHERE t.id = ?`,
    );
    this.#findChildren = sql.prepare(
      `${from} WHERE s.parent_id = ? ORDER BY s.start_ns IS NULL, s.start_ns LIMIT ${MAX_CHILDREN}`,
    );
    this.#countChildren = sql.prepare(
      `SELECT count(*) AS count
       FROM (SELECT 1 FROM span
         WHERE parent_id = ? AND trace = (SELECT id FROM trace WHERE trace_id = ?) LIMIT ${MAX_COUNTED})`,
    );
    this.#findDetail = sql.prepare(
      `SELECT body FROM span JOIN detail ON detail.id = span.detail
       WHERE trace = (SELECT id FROM trace WHERE trace_id = ?) AND span_id = ? AND slot = ?`,
    );
  }

  findId(id: string): Found[] {
    const traces = this.#findTraces.all(...traceIdForms(id)).map(row => {
      const brief = this.readRoot(row["id"] as number);
      return { traceId: brief.traceId, brief };
    });
    const spans = this.#findSpansOf(id).map(row => ({
      traceId: row.trace_id,
      spanId: row.span_id,
      brief: this.#toBrief(row, true),
    }));
    return [...traces, ...spans];
  }

  /** By the parent's span id, or by the id of the task that the parent ran. */
  readChildren(id: string): SpanBrief[] {
    const parents = new Set([id, canonicalSpanId(id)]);
    for (const row of this.#findSpansOf(id)) parents.add(row.span_id);
    return [...parents]
      .flatMap(parent => this.#findChildren.all(parent) as unknown as BriefRow[])
      .sort((a, b) => (a.start_ns ?? Infinity) - (b.start_ns ?? Infinity))
      .slice(0, MAX_CHILDREN)
      .map(row => this.#toBrief(row, true));
  }

  readRoot(trace: number): SpanBrief {
    return this.#toBrief(this.#findRoot.get(trace) as unknown as BriefRow, false);
  }

  /** As JSON. */
  readDetail(traceId: string, spanId: string, slot: number): string | undefined {
    const body = this.#findDetail.get(traceId, spanId, slot)?.["body"];
    return body instanceof Uint8Array
      ? inflateRawSync(body).toString()
      : (body as string | undefined);
  }

  #findSpansOf(id: string): BriefRow[] {
    const forms = [id, canonicalSpanId(id)] as const;
    const rows = [...this.#findSpans.all(...forms), ...this.#findAliases.all(...forms)];
    return rows as unknown as BriefRow[];
  }

  #toBrief(row: BriefRow, withChildren: boolean): SpanBrief {
    const text = (id: number): string | undefined => this.#strings.getText(id) || undefined;
    return {
      traceId: row.trace_id,
      spanId: row.span_id,
      parentSpanId: row.parent_id ?? undefined,
      name: this.#strings.getText(row.name),
      service: text(row.service),
      queue: text(row.queue),
      status: row.status,
      state: text(row.state),
      attempts: row.attempts === 0 ? undefined : row.attempts,
      queuedUnixMs: row.queued_ns ?? undefined,
      startUnixMs: row.flags & SpanFlag.untimed ? undefined : (row.start_ns ?? undefined),
      endUnixMs: row.end_ns ?? undefined,
      noHeartbeat: row.flags & SpanFlag.noHeartbeat ? true : undefined,
      error: row.error ?? undefined,
      childCount: withChildren ? this.#readChildCount(row) : undefined,
    };
  }

  #readChildCount(row: BriefRow): number {
    const counted = this.#countChildren.get(row.span_id, row.trace_id);
    return (counted as { count: number }).count;
  }
}

const HEX_64 = /^[0-9a-f]{16}$/i;
const HEX_128 = /^[0-9a-f]{32}$/i;

/** As written, canonical, as a 64-bit tracer pads it; and the lower half that others may have written in full. */
function traceIdForms(id: string): [string, string, string, string | null] {
  const canonical = canonicalTraceId(id);
  const padded = HEX_128.test(canonical) ? canonical.slice(16).padStart(32, "0") : canonical;
  return [id, canonical, padded, HEX_64.test(id) ? id.toLowerCase() : null];
}

/** Answers about single spans: which an id names, a span's children. Knows the tables, no threads. */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { canonicalSpanId, isShortTraceId } from "../../../model/ids.ts";
import { listPossibleSpanIds, listPossibleTraceIds } from "../../../model/idSpellings.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";
import { findTaskId, toSpanBrief } from "../../briefs.ts";
import type { Found, SpanBrief } from "../../../model/traceStore.ts";
import { lowHalf } from "../file/traceIds.ts";
import type { TermIndex } from "../index/termIndex.ts";
import { idTerm, TermKind } from "../index/terms.ts";
import { findById, type TraceSegments, type TraceReader } from "./traceReader.ts";
import { numberOf } from "../file/numberOf.ts";

/** One id is meant; where it names more spans than this something else is wrong, and a list would not help. */
const MAX_FOUND = 20;
const MAX_CHILDREN = 1_000;
/** Counting children reads every span of the trace. */
const MAX_COUNTED = 5_000;

interface FoundSpan {
  readonly traceSegments: TraceSegments;
  readonly record: SpanRecord;
}

export class SpanBriefs {
  readonly #index: TermIndex;
  readonly #reader: TraceReader;
  readonly #findTraces: StatementSync;
  readonly #isThere: StatementSync;

  constructor(sql: DatabaseSync, index: TermIndex, reader: TraceReader) {
    this.#index = index;
    this.#reader = reader;
    this.#findTraces = sql.prepare(
      `SELECT id, trace_id, root_batch, root_position, error_count FROM trace
       WHERE low = ? AND (trace_id = ? OR (? AND length(trace_id) = 32)) AND span_count > 0
       LIMIT ${MAX_FOUND}`,
    );
    this.#isThere = sql.prepare("SELECT 1 FROM trace WHERE id = ?");
  }

  findId(id: string): Found[] {
    if (id === "") return [];
    const traces = this.#listNamed(id).flatMap(row => {
      const brief = this.#reader.readRoot(
        numberOf(row, "id"),
        numberOf(row, "root_batch"),
        numberOf(row, "root_position"),
      );
      const errorCount = numberOf(row, "error_count");
      return brief ? [{ traceId: row["trace_id"] as string, brief, errorCount }] : [];
    });
    const spans = this.#findSpans(id).map(({ traceSegments: segments, record }) => ({
      traceId: record.traceId,
      spanId: record.span.spanId,
      brief: this.#toBrief(record, segments),
    }));
    // A trace that was made from a task's id is that task already, under another spelling.
    const isOther = ({ traceId, spanId }: Found): boolean =>
      spanId === id || !traces.some(trace => trace.traceId === traceId);
    return [...traces, ...spans.filter(isOther)];
  }

  /** The traces of the likeliest reading that is there; a short id is the low half of those that others write in full. */
  #listNamed(id: string): Record<string, unknown>[] {
    const forms = listPossibleTraceIds(id);
    const isShort = isShortTraceId(forms[0] ?? "") ? 1 : 0;
    for (const form of forms) {
      const rows = this.#findTraces.all(lowHalf(form), form, isShort);
      if (rows.length > 0) return rows;
    }
    return [];
  }

  /** By the parent's span id, or by the id of the task that the parent ran. */
  readChildren(id: string): SpanBrief[] {
    if (id === "") return [];
    const parents = new Set(listPossibleSpanIds(id));
    for (const { record } of this.#findSpans(id)) parents.add(record.span.spanId);
    const children: SpanBrief[] = [];
    for (const trace of this.#listTraces([...parents].map(each => idTerm(TermKind.parent, each)))) {
      const segments = this.#reader.readCachedSegments(trace);
      for (const index of segments.deduplicated) {
        const parent = this.#reader.readRow(segments, index)?.parentId;
        if (parent === undefined || !parents.has(parent)) continue;
        const record = this.#reader.readRecord(segments, index);
        if (record !== undefined) children.push(this.#toBrief(record, segments));
        if (children.length >= MAX_CHILDREN) break;
      }
    }
    return children.sort((a, b) => (a.startUnixMs ?? Infinity) - (b.startUnixMs ?? Infinity));
  }

  /** By span id, or by the id of the task that an attribute names; of the likeliest reading that is there. */
  #findSpans(id: string): FoundSpan[] {
    for (const form of listPossibleSpanIds(id)) {
      const found = this.#findExactly(form);
      if (found.length > 0) return found;
    }
    return [];
  }

  #findExactly(id: string): FoundSpan[] {
    const found: FoundSpan[] = [];
    const term = idTerm(TermKind.id, id);
    for (const trace of this.#listTraces([term])) {
      const segments = this.#reader.readCachedSegments(trace);
      const direct = new Set(findById(segments, id));
      const take = (index: number, isWanted: (record: SpanRecord) => boolean): void => {
        const record = this.#reader.readRecord(segments, index);
        if (record !== undefined && isWanted(record)) {
          found.push({ traceSegments: segments, record });
        }
      };
      for (const index of direct) take(index, ({ span }) => span.spanId === id);
      // No task has an id of 64 bits.
      if (direct.size > 0 && HEX_64.test(id)) continue;
      for (const index of segments.deduplicated) {
        if (direct.has(index) || !this.#reader.readTerms(segments, index).has(term)) continue;
        take(index, ({ detail }) => {
          const taskId = findTaskId(detail);
          return taskId !== undefined && (taskId === id || canonicalSpanId(taskId) === id);
        });
      }
      if (found.length >= MAX_FOUND) break;
    }
    return found.slice(0, MAX_FOUND);
  }

  /** Traces that are there and may have one of the terms, the one that came first first. */
  #listTraces(terms: readonly number[]): number[] {
    const segments = this.#index.listSegments();
    const traces = new Set(
      terms.flatMap(term => [...this.#index.gather(segments, { from: term, to: term })]),
    );
    return [...traces]
      .sort((a, b) => a - b)
      .filter(trace => this.#isThere.get(trace) !== undefined)
      .slice(0, MAX_CHILDREN);
  }

  #toBrief(record: SpanRecord, segments: TraceSegments): SpanBrief {
    const brief = toSpanBrief(record);
    if (segments.deduplicated.length > MAX_COUNTED) return brief;
    let childCount = 0;
    for (const index of segments.deduplicated) {
      if (this.#reader.readRow(segments, index)?.parentId === brief.spanId) childCount += 1;
    }
    return { ...brief, childCount };
  }
}

const HEX_64 = /^[0-9a-f]{16}$/;

/** Answers about single spans: which an id names, a span's children. Knows the tables, no threads. */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { canonicalTraceId } from "../../../model/ids.ts";
import type { SpanRecord } from "../../../model/spanRecord.ts";
import { findTaskId, toSpanBrief } from "../../briefs.ts";
import type { Found, SpanBrief } from "../../../model/traceStore.ts";
import { lowHalf } from "../file/traceIds.ts";
import type { TermIndex } from "../index/termIndex.ts";
import { idTerm, TermKind } from "../index/terms.ts";
import { findById, idForms, type TracePieces, type TraceReader } from "./traceReader.ts";

/** One id is meant; where it names more spans than this something else is wrong, and a list would not help. */
const MAX_FOUND = 20;
const MAX_CHILDREN = 1_000;
/** Counting children reads every span of the trace. */
const MAX_COUNTED = 5_000;

interface FoundSpan {
  readonly pieces: TracePieces;
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
      `SELECT id, trace_id, root_batch, root_position FROM trace
       WHERE low IN (?, ?) AND (trace_id IN (?, ?, ?) OR (? AND length(trace_id) = 32))
         AND span_count > 0
       LIMIT ${MAX_FOUND}`,
    );
    this.#isThere = sql.prepare("SELECT 1 FROM trace WHERE id = ?");
  }

  findId(id: string): Found[] {
    if (id === "") return [];
    const traces = this.#findTraces.all(...traceForms(id)).flatMap(row => {
      const brief = this.#reader.readRoot(
        row["id"] as number,
        row["root_batch"] as number,
        row["root_position"] as number,
      );
      return brief === undefined ? [] : [{ traceId: row["trace_id"] as string, brief }];
    });
    const spans = this.#findSpans(id).map(({ pieces, record }) => ({
      traceId: record.traceId,
      spanId: record.span.spanId,
      brief: this.#toBrief(record, pieces),
    }));
    return [...traces, ...spans];
  }

  /** By the parent's span id, or by the id of the task that the parent ran. */
  readChildren(id: string): SpanBrief[] {
    if (id === "") return [];
    const parents = new Set(idForms(id));
    for (const { record } of this.#findSpans(id)) parents.add(record.span.spanId);
    const children: SpanBrief[] = [];
    for (const trace of this.#listTraces([...parents].map(each => idTerm(TermKind.parent, each)))) {
      const pieces = this.#reader.readPieces(trace);
      for (const index of pieces.deduplicated) {
        const parent = this.#reader.readRow(pieces, index)?.parentId;
        if (parent === undefined || !parents.has(parent)) continue;
        const record = this.#reader.readRecord(pieces, index);
        if (record !== undefined) children.push(this.#toBrief(record, pieces));
        if (children.length >= MAX_CHILDREN) break;
      }
    }
    return children.sort((a, b) => (a.startUnixMs ?? Infinity) - (b.startUnixMs ?? Infinity));
  }

  /** By span id; and by the id of the task that an attribute names, which no 64-bit id is. */
  #findSpans(id: string): FoundSpan[] {
    const found: FoundSpan[] = [];
    const forms = idForms(id);
    const term = idTerm(TermKind.id, id);
    for (const trace of this.#listTraces([term])) {
      const pieces = this.#reader.readPieces(trace);
      const direct = new Set(forms.flatMap(form => findById(pieces, form)));
      const take = (index: number, isWanted: (record: SpanRecord) => boolean): void => {
        const record = this.#reader.readRecord(pieces, index);
        if (record !== undefined && isWanted(record)) found.push({ pieces, record });
      };
      for (const index of direct) take(index, ({ span }) => forms.includes(span.spanId));
      if (direct.size > 0 && HEX_64.test(id)) continue;
      for (const index of pieces.deduplicated) {
        if (direct.has(index) || !this.#reader.readTerms(pieces, index).has(term)) continue;
        take(index, ({ detail }) => {
          const taskId = findTaskId(detail);
          return taskId !== undefined && idForms(taskId).some(form => forms.includes(form));
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

  #toBrief(record: SpanRecord, pieces: TracePieces): SpanBrief {
    const brief = toSpanBrief(record);
    if (pieces.deduplicated.length > MAX_COUNTED) return brief;
    let childCount = 0;
    for (const index of pieces.deduplicated) {
      if (this.#reader.readRow(pieces, index)?.parentId === brief.spanId) childCount += 1;
    }
    return { ...brief, childCount };
  }
}

const HEX_64 = /^[0-9a-f]{16}$/i;
const HEX_128 = /^[0-9a-f]{32}$/;

/** As written, canonical, as a 64-bit tracer pads it; and whether it is a lower half that others may write in full. */
function traceForms(id: string): [bigint, bigint, string, string, string, number] {
  const canonical = canonicalTraceId(id);
  const padded = HEX_128.test(canonical) ? canonical.slice(16).padStart(32, "0") : canonical;
  return [lowHalf(id), lowHalf(canonical), id, canonical, padded, HEX_64.test(id) ? 1 : 0];
}

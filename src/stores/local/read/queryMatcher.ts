/** Whether the spans of a trace are what a query asks for: the index only says that they may be. Knows no SQL. */

import { SpanStatus } from "../../../model/span.ts";
import { NS_PER_MS } from "../../../model/units.ts";
import { hasTag, listTags, type TagCondition } from "../../matchTrace.ts";
import type { TraceQuery } from "../../../model/traceStore.ts";
import { listLogTexts, listTexts } from "../index/recordTerms.ts";
import type { SpanEntries } from "../log/spanEntries.ts";
import type { SpanRow } from "../log/spanRow.ts";
import { listWords, tagTerm, wordTerm } from "../index/terms.ts";
import type { TraceSegments, TraceReader } from "./traceReader.ts";

export class QueryMatcher {
  readonly #query: TraceQuery;
  readonly #reader: TraceReader;
  readonly #tags: readonly (TagCondition & { readonly terms: readonly number[] })[];
  readonly #text: string;
  readonly #words: readonly number[];

  constructor(query: TraceQuery, reader: TraceReader) {
    this.#query = query;
    this.#reader = reader;
    this.#tags = listTags(query).map(tag => ({
      ...tag,
      terms: tag.keys.map(key => tagTerm(key, tag.text)),
    }));
    this.#text = query.text?.trim().toLowerCase() ?? "";
    this.#words = listWords(this.#text).map(wordTerm);
  }

  matches(trace: number): boolean {
    const isOfSpan = this.#query.service !== undefined || this.#query.operation !== undefined;
    const isOfTrace = !isOfSpan && this.#query.status === "running";
    if (!isOfSpan && !isOfTrace && this.#tags.length === 0 && this.#text === "") return true;
    const segments = this.#reader.readTraceSegments(trace);
    if (isOfSpan && !this.#hasSpan(segments)) return false;
    if (isOfTrace && !hasRunning(segments)) return false;
    return this.#hasTags(segments) && this.#hasText(segments);
  }

  #hasSpan(segments: TraceSegments): boolean {
    for (const index of segments.deduplicated) {
      if (!this.#mayMatch(segments.entries, index)) continue;
      const row = this.#reader.readRow(segments, index);
      if (row !== undefined && matchesRow(row, this.#query)) return true;
    }
    return false;
  }

  /** By its entry alone, which is quicker than reading it. */
  #mayMatch(entries: SpanEntries, index: number): boolean {
    const { status, minDurationMs, maxDurationMs } = this.#query;
    if (status === "error" && !entries.isError(index)) return false;
    if (minDurationMs === undefined && maxDurationMs === undefined) return true;
    return isWithin(Number(entries.end(index) - entries.start(index)) / NS_PER_MS, this.#query);
  }

  #hasTags(segments: TraceSegments): boolean {
    const missing = new Set(this.#tags);
    if (missing.size === 0) return true;
    for (const index of segments.deduplicated) {
      const terms = this.#reader.readTerms(segments, index);
      for (const tag of missing) {
        if (!tag.terms.some(term => terms.has(term))) continue;
        if (hasTag(this.#reader.readAttributes(segments, index), tag)) missing.delete(tag);
      }
      if (missing.size === 0) return true;
    }
    return false;
  }

  #hasText(segments: TraceSegments): boolean {
    const text = this.#text;
    if (text === "") return true;
    for (const index of segments.deduplicated) {
      const row = this.#reader.readRow(segments, index);
      if (row === undefined) continue;
      if ([row.name, row.service, row.queue].some(each => each.toLowerCase().includes(text))) {
        return true;
      }
      const terms = this.#reader.readTerms(segments, index);
      if (!this.#words.every(word => terms.has(word))) continue;
      const record = this.#reader.readRecord(segments, index);
      if (record !== undefined && hasText(listTexts(record), text)) return true;
    }
    for (const log of this.#reader.listLogs(segments)) {
      if (hasText(listLogTexts(log), text)) return true;
    }
    return false;
  }
}

/** One that failed has failed, though nobody knows when it ended. */
function hasRunning({ entries, deduplicated }: TraceSegments): boolean {
  return deduplicated.some(index => entries.isRunning(index) && !entries.isError(index));
}

function matchesRow(row: SpanRow, query: TraceQuery): boolean {
  const { service, operation, status, minDurationMs, maxDurationMs } = query;
  if (service !== undefined && row.service !== service && row.queue !== service) return false;
  if (operation !== undefined && row.name !== operation) return false;
  if (status !== undefined && statusOf(row) !== status) return false;
  if (minDurationMs === undefined && maxDurationMs === undefined) return true;
  if (row.startNs === undefined || row.endNs === undefined) return false;
  return isWithin(Number(row.endNs - row.startNs) / NS_PER_MS, query);
}

function isWithin(
  ms: number,
  { minDurationMs = 0, maxDurationMs = Infinity }: TraceQuery,
): boolean {
  return ms >= minDurationMs && ms <= maxDurationMs;
}

function statusOf(row: SpanRow): "error" | "ok" | "running" {
  if (row.status === SpanStatus.error) return "error";
  return row.isRunning ? "running" : "ok";
}

/** Whether one has the text, with its words whole: as the index has them. */
function hasText(texts: Iterable<string>, wanted: string): boolean {
  const words = listWords(wanted);
  for (const text of texts) {
    if (!text.toLowerCase().includes(wanted)) continue;
    const textWords = new Set(listWords(text));
    if (words.every(word => textWords.has(word))) return true;
  }
  return false;
}

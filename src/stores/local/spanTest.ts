/** Whether the spans of a trace are what a query asks for: the index only says that they may be. Knows no SQL. */

import { SpanStatus } from "../../model/span.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { NS_PER_MS } from "../../model/units.ts";
import { toTagText } from "../matchTrace.ts";
import type { TraceQuery } from "../traceStore.ts";
import { listLogTexts, listTexts } from "./recordTerms.ts";
import type { SpanRow } from "./spanRow.ts";
import { listWords, tagTerm, wordTerm } from "./terms.ts";
import type { TracePieces, TraceReader } from "./traceReader.ts";

export class SpanTest {
  readonly #query: TraceQuery;
  readonly #reader: TraceReader;
  readonly #tags: readonly (readonly [key: string, text: string, term: number])[];
  readonly #text: string;
  readonly #words: readonly number[];

  constructor(query: TraceQuery, reader: TraceReader) {
    this.#query = query;
    this.#reader = reader;
    this.#tags = Object.entries(query.tags ?? {}).map(
      ([key, text]) => [key, text, tagTerm(key, text)] as const,
    );
    this.#text = query.text?.trim().toLowerCase() ?? "";
    this.#words = listWords(this.#text).map(wordTerm);
  }

  matches(trace: number): boolean {
    const isOfSpan = this.#query.service !== undefined || this.#query.operation !== undefined;
    if (!isOfSpan && this.#tags.length === 0 && this.#text === "") return true;
    const pieces = this.#reader.readPieces(trace);
    return (!isOfSpan || this.#hasSpan(pieces)) && this.#hasTags(pieces) && this.#hasText(pieces);
  }

  #hasSpan(pieces: TracePieces): boolean {
    for (const index of pieces.settled) {
      if (this.#query.status === "error" && !pieces.entries.isError(index)) continue;
      const row = this.#reader.readRow(pieces, index);
      if (row !== undefined && matchesRow(row, this.#query)) return true;
    }
    return false;
  }

  #hasTags(pieces: TracePieces): boolean {
    const missing = new Set(this.#tags);
    if (missing.size === 0) return true;
    for (const index of pieces.settled) {
      const terms = this.#reader.readTerms(pieces, index);
      let record: SpanRecord | undefined;
      for (const tag of missing) {
        const [key, text, term] = tag;
        if (!terms.has(term)) continue;
        record ??= this.#reader.readRecord(pieces, index);
        if (record !== undefined && hasTag(record, key, text)) missing.delete(tag);
      }
      if (missing.size === 0) return true;
    }
    return false;
  }

  #hasText(pieces: TracePieces): boolean {
    const text = this.#text;
    if (text === "") return true;
    for (const index of pieces.settled) {
      const row = this.#reader.readRow(pieces, index);
      if (row === undefined) continue;
      if ([row.name, row.service, row.queue].some(each => each.toLowerCase().includes(text))) {
        return true;
      }
      if (this.#words.length === 0) continue;
      const terms = this.#reader.readTerms(pieces, index);
      if (!this.#words.every(word => terms.has(word))) continue;
      const record = this.#reader.readRecord(pieces, index);
      if (record !== undefined && hasText(listTexts(record), text)) return true;
    }
    if (this.#words.length === 0) return false;
    for (const log of this.#reader.listLogs(pieces)) {
      if (hasText(listLogTexts(log), text)) return true;
    }
    return false;
  }
}

function matchesRow(row: SpanRow, query: TraceQuery): boolean {
  const { service, operation, status, minDurationMs, maxDurationMs } = query;
  if (service !== undefined && row.service !== service && row.queue !== service) return false;
  if (operation !== undefined && row.name !== operation) return false;
  if (status !== undefined && statusOf(row) !== status) return false;
  if (minDurationMs === undefined && maxDurationMs === undefined) return true;
  if (row.startNs === undefined || row.endNs === undefined) return false;
  const ms = Number(row.endNs - row.startNs) / NS_PER_MS;
  return ms >= (minDurationMs ?? 0) && ms <= (maxDurationMs ?? Infinity);
}

function statusOf(row: SpanRow): "error" | "ok" | "running" {
  if (row.status === SpanStatus.error) return "error";
  return row.isRunning ? "running" : "ok";
}

function hasTag({ detail }: SpanRecord, key: string, text: string): boolean {
  return [detail.attributes, detail.resource].some(list =>
    list.some(each => each.key === key && toTagText(each.value) === text),
  );
}

/** Whether one has the text, with its words whole: as the index has them. */
function hasText(texts: Iterable<string>, wanted: string): boolean {
  const words = listWords(wanted);
  for (const text of texts) {
    if (!text.toLowerCase().includes(wanted)) continue;
    const own = new Set(listWords(text));
    if (words.every(word => own.has(word))) return true;
  }
  return false;
}

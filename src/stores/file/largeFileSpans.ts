/** The spans of a large file that was read for drawing: each is read in full when it is asked for. */

import { TextTable } from "../../base/textTable.ts";
import { ID_DIGITS } from "../../formats/jaeger/jaegerScan.ts";
import type { LargeJaeger } from "../../formats/largeJaeger.ts";
import { buildPlainColumns, type SpanCells } from "../../model/plainTrace.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { toSpanRow } from "../local/log/spanRow.ts";
import type { TraceCells } from "../local/read/traceCells.ts";
import type { TextSearch } from "../local/read/textSearch.ts";
import type { OpenedFacts } from "./fileApi.ts";
import type { FileSpans } from "./fileSpans.ts";

/** Searched as one text, some 100 KB. */
const SEARCHED = 128;

export class LargeFileSpans implements FileSpans {
  readonly facts: OpenedFacts;
  readonly logs = [];
  readonly #file: LargeJaeger;

  constructor(file: LargeJaeger) {
    this.#file = file;
    const { count: spanCount, traceId, problems } = file;
    this.facts = { spanCount, traceId, traces: [], problems };
  }

  /** New columns each time, because they are handed over. */
  readTrace(traceId: string): TraceCells | undefined {
    if (traceId !== this.#file.traceId) return undefined;
    const cells = this.#buildCells();
    return { ...cells, plain: buildPlainColumns(cells) };
  }

  #buildCells(): SpanCells {
    const { count, exampleOf, names, outside, spanIds } = this.#file;
    const table = new TextTable();
    const nameIndices = names.map(text => table.intern(text));
    const examples = this.#file.examples.map(record => {
      const row = toSpanRow(record);
      return {
        ...row,
        service: table.intern(row.service),
        queue: table.intern(row.queue),
        host: table.intern(row.host),
        queuedNs: row.queuedNs ?? 0n,
      };
    });
    const of = (span: number) => examples[exampleOf[span]!]!;
    const fill = { length: count };
    return {
      ...{ count, spanIds, outside, strings: table.texts, detailKeys: [] },
      spanIdEnds: Int32Array.from(fill, (_, span) => (span + 1) * ID_DIGITS),
      parent: this.#file.parent.slice(),
      name: this.#file.name.map(name => nameIndices[name]!),
      startNs: this.#file.startNs.slice(),
      endNs: this.#file.endNs.slice(),
      service: Int32Array.from(fill, (_, span) => of(span).service),
      queue: Int32Array.from(fill, (_, span) => of(span).queue),
      host: Int32Array.from(fill, (_, span) => of(span).host),
      kind: Uint8Array.from(fill, (_, span) => of(span).kind),
      status: Uint8Array.from(fill, (_, span) => of(span).status),
      flags: Int32Array.from(fill, (_, span) => of(span).flags),
      attempts: Int32Array.from(fill, (_, span) => of(span).attempts),
      queuedNs: BigInt64Array.from(fill, (_, span) => of(span).queuedNs),
      extras: examples.every(each => each.extras === undefined)
        ? []
        : (Array.from(
            exampleOf,
            (example, span) => [span, examples[example]!.extras] as const,
          ).filter(each => each[1] !== undefined) as SpanCells["extras"]),
    };
  }

  findDetail(traceId: string, spanId: string, slot: number): SpanDetail | undefined {
    const span = traceId === this.#file.traceId && slot === 0 ? this.#findSpan(spanId) : -1;
    return span < 0 ? undefined : this.#file.readRecords(span, span + 1)[0]?.detail;
  }

  #findSpan(spanId: string): number {
    if (spanId.length !== ID_DIGITS) return -1;
    const { spanIds } = this.#file;
    let at = spanIds.indexOf(spanId);
    while (at >= 0 && at % ID_DIGITS !== 0) at = spanIds.indexOf(spanId, at + 1);
    return at < 0 ? -1 : at / ID_DIGITS;
  }

  findText(traceId: string, search: TextSearch): string[] {
    const { count, spanIds } = this.#file;
    const keys: string[] = [];
    const end = traceId === this.#file.traceId ? count : 0;
    for (let from = 0; from < end; from += SEARCHED) {
      const to = Math.min(from + SEARCHED, end);
      const source = this.#file.readSource(from, to);
      const candidates =
        source === undefined
          ? Array.from({ length: to - from }, (_, i) => i)
          : search.listCandidates(source.bytes, source.begins, false);
      for (const i of candidates) {
        if (!search.isInDetail(this.#file.readRaw(from + i))) continue;
        keys.push(spanIds.slice((from + i) * ID_DIGITS, (from + i + 1) * ID_DIGITS));
      }
    }
    return keys;
  }

  readRecords(from: number, to: number): readonly SpanRecord[] {
    return this.#file.readRecords(from, Math.min(to, this.#file.count));
  }
}

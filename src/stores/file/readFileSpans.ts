/** The spans of a file that was read in full, which is how most files are. */

import { LogsOfSpans } from "../../formats/otlp/otlpLogs.ts";
import { readTraceFile, type TraceFileOptions } from "../../formats/traceFile.ts";
import { note } from "../../formats/traceFormat.ts";
import { isAbsentId } from "../../model/ids.ts";
import type { LogRecord } from "../../model/logRecord.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { toSpanBrief, toTraceBrief } from "../briefs.ts";
import { toSpanRow } from "../local/log/spanRow.ts";
import type { TextSearch } from "../local/read/textSearch.ts";
import { CellsWriter, toDetailKey, type TraceCells } from "../local/read/traceCells.ts";
import type { OpenedFacts } from "./fileApi.ts";
import type { FileSpans } from "./fileSpans.ts";

/** Nobody reads more on a page; all are kept, and can be searched. */
const MOST_LOGS = 5_000;

export class ReadFileSpans implements FileSpans {
  readonly facts: OpenedFacts;
  readonly logs: readonly LogRecord[];
  readonly #logsOfSpans: LogsOfSpans;
  readonly #records: readonly SpanRecord[];
  readonly #byTrace: ReadonlyMap<string, readonly SpanRecord[]>;

  /** Throws `unreadableFile`. */
  constructor(bytes: Uint8Array, options: TraceFileOptions) {
    const file = readTraceFile(bytes, { ...options, takesLogs: true });
    let changed = 0;
    this.#records = file.records.map((record, index) => {
      const identified = withGeneratedIds(record, index);
      if (identified !== record) changed += 1;
      return identified;
    });
    this.#byTrace = Map.groupBy(this.#records, record => record.traceId);
    this.logs = file.logs;
    this.#logsOfSpans = new LogsOfSpans(file.logs, id => this.#byTrace.get(id) ?? []);
    const spanCount = this.#records.length;
    const what = `${changed} of ${spanCount} spans have no id of their own or of their trace, and were given one`;
    const problems = [...file.problems, ...(changed === 0 ? [] : [note(options, what)])];
    const [only = ""] = this.#byTrace.keys();
    const logs = { logs: file.logs.slice(-MOST_LOGS), isCut: file.logs.length > MOST_LOGS };
    const common = { spanCount, problems, ...(spanCount === 0 && { logs }) };
    this.facts =
      this.#byTrace.size < 2
        ? { ...common, traceId: only, traces: [] }
        : { ...common, traces: this.#listTraces() };
  }

  #listTraces(): OpenedFacts["traces"] {
    return [...this.#byTrace]
      .map(([traceId, records]) => toTraceBrief(traceId, records.map(toSpanBrief)))
      .sort((a, b) => b.startUnixMs - a.startUnixMs);
  }

  readTrace(traceId: string): TraceCells | undefined {
    const records = this.#byTrace.get(traceId);
    if (records === undefined) return undefined;
    const cells = new CellsWriter(records.length);
    for (const record of records) cells.add(toSpanRow(record));
    return cells.finish();
  }

  findDetail(traceId: string, spanId: string, slot: number): SpanDetail | undefined {
    const records = this.#byTrace.get(traceId) ?? [];
    const record = records.filter(({ span }) => span.spanId === spanId)[slot];
    return record && this.#logsOfSpans.join(record);
  }

  findText(traceId: string, search: TextSearch): string[] {
    const slots = new Map<string, number>();
    return (this.#byTrace.get(traceId) ?? []).flatMap(({ span: { spanId }, detail }) => {
      const slot = slots.get(spanId) ?? 0;
      slots.set(spanId, slot + 1);
      return search.isInDetail(detail.raw) ? [toDetailKey(spanId, slot)] : [];
    });
  }

  readRecords(from: number, to: number): readonly SpanRecord[] {
    return this.#records.slice(from, to);
  }
}

/**
 * Whatever has no id is kept under one that is made up: the trace's is 0, as of tracers that count, the span's its
 * place.
 */
function withGeneratedIds(record: SpanRecord, index: number): SpanRecord {
  const { traceId, span } = record;
  if (!isAbsentId(traceId) && !isAbsentId(span.spanId)) return record;
  return {
    traceId: isAbsentId(traceId) ? "0" : traceId,
    span: isAbsentId(span.spanId) ? { ...span, spanId: `#${index + 1}` } : span,
    get detail() {
      return record.detail;
    },
  };
}

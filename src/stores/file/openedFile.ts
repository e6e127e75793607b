/**
 * A trace file, of whatever format, that is shown from memory while its spans go into the embedded store. Runs in the
 * worker.
 */

import { readTraceFile } from "../../formats/traceFile.ts";
import { note } from "../../formats/traceFormat.ts";
import { isAbsentId } from "../../model/ids.ts";
import type { Problem } from "../../model/problem.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { openSpanLog } from "../local/log/spanLog.ts";
import { toSpanRow } from "../local/log/spanRow.ts";
import { TextSearch } from "../local/read/textSearch.ts";
import {
  CellsWriter,
  parseDetailKey,
  toDetailKey,
  type TraceCells,
} from "../local/read/traceCells.ts";
import { toSpanBrief, toTraceBrief } from "../briefs.ts";
import type { FileToKeep, FileToOpen, StoredFile, OpenedFacts } from "./fileApi.ts";

/** Written at once, between two breaths. */
const BATCH = 2_048;
/** One is written while the next are put together. */
const BATCHES_IN_FLIGHT = 3;

export class OpenedFile {
  readonly #name: string;
  readonly #records: readonly SpanRecord[];
  readonly #byTrace: ReadonlyMap<string, readonly SpanRecord[]>;
  readonly #problems: readonly Problem[];

  /** Throws `unreadableFile`. */
  constructor({ bytes, name, path }: FileToOpen) {
    const file = readTraceFile(bytes, { store: name, path, nowUnixMs: Date.now() });
    let changed = 0;
    this.#name = name;
    this.#records = file.records.map((record, index) => {
      const own = withGeneratedIds(record, index);
      if (own !== record) changed += 1;
      return own;
    });
    this.#byTrace = Map.groupBy(this.#records, record => record.traceId);
    const what = "have no id of their own or of their trace, and were given one";
    this.#problems = [...file.problems, ...this.#describe(changed, what)];
  }

  describe(): OpenedFacts {
    const [only = ""] = this.#byTrace.keys();
    const facts = { spanCount: this.#records.length, problems: this.#problems };
    if (this.#byTrace.size < 2) return { ...facts, traceId: only, traces: [] };
    const traces = [...this.#byTrace].map(([traceId, records]) =>
      toTraceBrief(traceId, records.map(toSpanBrief)),
    );
    traces.sort((a, b) => b.startUnixMs - a.startUnixMs);
    return { ...facts, traces };
  }

  readTrace(traceId: string): TraceCells | undefined {
    const records = this.#byTrace.get(traceId);
    if (records === undefined) return undefined;
    const cells = new CellsWriter(records.length);
    for (const record of records) cells.add(toSpanRow(record));
    return cells.finish();
  }

  /** As the store `store` will tell it. */
  readDetail(traceId: string, key: string, store: string): SpanDetail | undefined {
    const { spanId, slot } = parseDetailKey(key);
    const records = this.#byTrace.get(traceId) ?? [];
    const detail = records.filter(({ span }) => span.spanId === spanId)[slot]?.detail;
    return detail && { ...detail, stores: [store] };
  }

  /** The keys of the details that hold a text, which is not empty. */
  findText(traceId: string, text: string): string[] {
    const search = new TextSearch(text);
    const slots = new Map<string, number>();
    return (this.#byTrace.get(traceId) ?? []).flatMap(({ span: { spanId }, detail }) => {
      const slot = slots.get(spanId) ?? 0;
      slots.set(spanId, slot + 1);
      return search.isInDetail(detail.raw) ? [toDetailKey(spanId, slot)] : [];
    });
  }

  /** Answers when all spans are on disk; `onStored` is told how many are. */
  async keep(
    { into, workerPath }: FileToKeep,
    yieldAndCheckCancelled: () => Promise<void>,
    onStored: (spans: number) => void,
  ): Promise<StoredFile> {
    const records = this.#records;
    let stored = 0;
    let rejected = 0;
    let reason = "";
    // What the file may hold is for the window to say that owns the store.
    const log = openSpanLog({ file: into, workerPath, capBytes: Number.MAX_SAFE_INTEGER });
    const keepBatch = async (batch: readonly SpanRecord[]): Promise<void> => {
      const result = await log.ingestSpans(batch);
      stored += result.stored;
      rejected += result.rejected;
      reason ||= result.reason ?? "";
      onStored(stored);
    };
    const inFlight = new Set<Promise<void>>();
    try {
      for (let start = 0; start < records.length; start += BATCH) {
        await yieldAndCheckCancelled();
        const writing = keepBatch(records.slice(start, start + BATCH)).finally(() => {
          inFlight.delete(writing);
        });
        inFlight.add(writing);
        if (inFlight.size >= BATCHES_IN_FLIGHT) await Promise.race(inFlight);
      }
      await Promise.all(inFlight);
    } finally {
      await Promise.allSettled(inFlight);
      await log.close();
    }
    return { stored, problems: this.#describe(rejected, `could not be kept: ${reason}`) };
  }

  #describe(count: number, what: string): readonly Problem[] {
    if (count === 0) return [];
    return [note({ store: this.#name }, `${count} of ${this.#records.length} spans ${what}`)];
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

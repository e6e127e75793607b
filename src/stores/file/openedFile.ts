/**
 * A trace file, of whatever format, that is shown from memory while its spans go into the embedded store. Runs in the
 * worker.
 */

import { readLargeJaeger } from "../../formats/largeJaeger.ts";
import { note } from "../../formats/traceFormat.ts";
import type { Problem } from "../../model/problem.ts";
import type { SpanDetail } from "../../model/spanDetail.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { openSpanLog } from "../local/log/spanLog.ts";
import { TextSearch } from "../local/read/textSearch.ts";
import { parseDetailKey, type TraceCells } from "../local/read/traceCells.ts";
import type { FileToKeep, FileToOpen, StoredFile, OpenedFacts } from "./fileApi.ts";
import type { FileSpans } from "./fileSpans.ts";
import { LargeFileSpans } from "./largeFileSpans.ts";
import { ReadFileSpans } from "./readFileSpans.ts";

/** Smaller files are read in full as quickly. */
const LARGE_BYTES = 2 ** 20;
/** Written at once, between two breaths. */
const BATCH = 2_048;
/** Read at once: a span is garbage before it has grown old, which costs the garbage collector least. */
const FEW = 128;
/** Some are written as one commit while the next are put together: some 20 MB. */
const BATCHES_IN_FLIGHT = 8;

export class OpenedFile {
  readonly #name: string;
  readonly #spans: FileSpans;

  /** Throws `unreadableFile`. */
  constructor({ bytes, name, path }: FileToOpen) {
    const context = { store: name, path, nowUnixMs: Date.now() };
    const large = bytes.length < LARGE_BYTES ? undefined : readLargeJaeger(bytes, context);
    this.#name = name;
    this.#spans =
      large === undefined ? new ReadFileSpans(bytes, context) : new LargeFileSpans(large);
  }

  describe(): OpenedFacts {
    return this.#spans.facts;
  }

  readTrace(traceId: string): TraceCells | undefined {
    return this.#spans.readTrace(traceId);
  }

  /** As the store `store` will tell it. */
  readDetail(traceId: string, key: string, store: string): SpanDetail | undefined {
    const { spanId, slot } = parseDetailKey(key);
    const detail = this.#spans.findDetail(traceId, spanId, slot);
    return detail && { ...detail, stores: [store] };
  }

  /** The keys of the details that hold a text, which is not empty. */
  findText(traceId: string, text: string): string[] {
    return this.#spans.findText(traceId, new TextSearch(text));
  }

  /** Answers when all spans and logs are on disk; `onStored` is told how many are. */
  async keep(
    { into, workerPath }: FileToKeep,
    yieldAndCheckCancelled: () => Promise<void>,
    onStored: (spans: number) => void,
  ): Promise<StoredFile> {
    const { spanCount } = this.describe();
    let stored = 0;
    let rejected = 0;
    let reason = "";
    // What the file may hold is for the window to say that owns the store.
    const log = openSpanLog({ file: into, workerPath, capBytes: Number.MAX_SAFE_INTEGER });
    const keepBatch = async (start: number): Promise<void> => {
      const end = Math.min(start + BATCH, spanCount);
      const result = await log.ingestSpans(this.#listRecords(start, end));
      stored += result.stored;
      rejected += result.rejected;
      reason ||= result.reason ?? "";
      onStored(stored);
    };
    const inFlight = new Set<Promise<void>>();
    try {
      for (let start = 0; start < spanCount; start += BATCH) {
        await yieldAndCheckCancelled();
        const writing = keepBatch(start).finally(() => {
          inFlight.delete(writing);
        });
        inFlight.add(writing);
        if (inFlight.size >= BATCHES_IN_FLIGHT) await Promise.race(inFlight);
      }
      await Promise.all(inFlight);
      const { logs } = this.#spans;
      for (let start = 0; start < logs.length; start += BATCH) {
        await yieldAndCheckCancelled();
        await log.ingestLogs(logs.slice(start, start + BATCH));
      }
    } finally {
      await Promise.allSettled(inFlight);
      await log.close();
    }
    const what = `${rejected} of ${spanCount} spans could not be kept: ${reason}`;
    const problems: readonly Problem[] = rejected === 0 ? [] : [note({ store: this.#name }, what)];
    return { stored, problems };
  }

  *#listRecords(from: number, to: number): Generator<SpanRecord, void> {
    for (let at = from; at < to; at += FEW) {
      yield* this.#spans.readRecords(at, Math.min(at + FEW, to));
    }
  }
}

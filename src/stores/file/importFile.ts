/** The spans of one trace file, of whatever format, go into the embedded store. Runs in the worker. */

import { readTraceFile } from "../../formats/traceFile.ts";
import { note } from "../../formats/traceFormat.ts";
import { isAbsentId } from "../../model/ids.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { openSpanLog } from "../local/log/spanLog.ts";
import { toSpanBrief, toTraceBrief } from "../briefs.ts";
import type { FileToImport, ImportedFile } from "./fileApi.ts";

/** Written at once, between two breaths. */
const BATCH = 2_048;

/** Rejects with `unreadableFile` before anything is written. */
export async function importFile(
  { bytes, name, path, into }: FileToImport,
  yieldAndCheckCancelled: () => Promise<void>,
): Promise<ImportedFile> {
  const file = readTraceFile(bytes, { store: name, path, nowUnixMs: Date.now() });
  const problems = [...file.problems];
  const say = (count: number, what: string): void => {
    if (count === 0) return;
    problems.push(note({ store: name }, `${count} of ${records.length} spans ${what}`));
  };
  const records = file.records.map(withOwnIds);
  say(
    records.filter((record, index) => record !== file.records[index]).length,
    "have no id of their own or of their trace, and were given one",
  );
  // What the file may hold is for the window to say that owns the store.
  let lost = 0;
  let lostReason = "";
  const log = openSpanLog({ file: into, capBytes: Number.MAX_SAFE_INTEGER });
  try {
    for (let start = 0; start < records.length; start += BATCH) {
      await yieldAndCheckCancelled();
      const { rejected, reason = "" } = await log.ingestSpans(records.slice(start, start + BATCH));
      lost += rejected;
      lostReason ||= reason;
    }
  } finally {
    await log.close();
  }
  say(lost, `could not be kept: ${lostReason}`);
  const byTrace = Map.groupBy(records, record => record.traceId);
  const traces = [...byTrace].map(([traceId, members]) =>
    toTraceBrief(traceId, members.map(toSpanBrief)),
  );
  traces.sort((a, b) => b.startUnixMs - a.startUnixMs);
  return { traces, problems };
}

/** What has no id is kept under one that is made up: the trace's is 0, as of tracers that count, the span's its place. */
function withOwnIds(record: SpanRecord, index: number): SpanRecord {
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

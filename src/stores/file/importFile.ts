/** The spans of one trace file, of whatever format, go into the embedded store. Runs in the worker. */

import { readTraceFile } from "../../formats/traceFile.ts";
import type { Problem } from "../../model/problem.ts";
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
  const { records, problems } = readTraceFile(bytes, {
    store: name,
    path,
    nowUnixMs: Date.now(),
  });
  // What the file may hold is for the window to say that owns the store.
  const log = openSpanLog({ file: into, capBytes: Number.MAX_SAFE_INTEGER });
  const refused: Problem[] = [];
  try {
    for (let start = 0; start < records.length; start += BATCH) {
      await yieldAndCheckCancelled();
      const { rejected, reason = "" } = await log.ingestSpans(records.slice(start, start + BATCH));
      const text = `${rejected} spans were not kept: ${reason}`;
      if (rejected > 0) refused.push({ code: "storeNote", spans: [], store: name, text });
    }
  } finally {
    await log.close();
  }
  const byTrace = Map.groupBy(records, record => record.traceId);
  const traces = [...byTrace].map(([traceId, members]) =>
    toTraceBrief(traceId, members.map(toSpanBrief)),
  );
  traces.sort((a, b) => b.startUnixMs - a.startUnixMs);
  return { traces, problems: [...problems, ...refused] };
}

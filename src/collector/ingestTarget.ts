/** Where what is received goes. Knows no wire. */

import { createTraceIdUniter, joinHalves } from "../model/traceIdHalves.ts";
import type { SpanRecords } from "../model/spanRecord.ts";
import type { IngestResult, SpanSink } from "../model/spanSink.ts";

export interface IngestTarget {
  readonly sink: SpanSink;
  /** The name of the store behind the sink, which the details name as their source. */
  readonly store: string;
}

/** Keeps what was read; what could not be read is among the rejected. */
export async function keepRecords(
  { sink }: IngestTarget,
  { records: written, problems, lost = 0 }: SpanRecords,
): Promise<IngestResult> {
  const unite = createTraceIdUniter(written.map(({ traceId }) => traceId));
  const { records } = joinHalves(written, unite);
  const none: IngestResult = { stored: 0, rejected: 0 };
  const result = records.length === 0 ? none : await sink.ingestSpans(records);
  if (lost === 0) return result;
  const note = problems.find(problem => problem.code === "storeNote");
  const reasons = [note?.text, result.reason].filter(each => each !== undefined);
  return { stored: result.stored, rejected: result.rejected + lost, reason: reasons.join("; ") };
}

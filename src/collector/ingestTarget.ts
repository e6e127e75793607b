/** Where what is received goes. Knows no wire. */

import { note } from "../formats/traceFormat.ts";
import { describeUnits, mendTimeUnits } from "../formats/values/timeUnits.ts";
import { createTraceIdUniter, joinHalves } from "../model/traceIdHalves.ts";
import { listNotes } from "../model/problem.ts";
import type { LogRecords } from "../model/logRecord.ts";
import type { SpanRecords } from "../model/spanRecord.ts";
import type { IngestResult, SpanSink } from "../model/spanSink.ts";

export interface IngestTarget {
  readonly sink: SpanSink;
  /** The name of the store behind the sink, which the details name as their source. */
  readonly store: string;
}

/** The result of what holds nothing to keep, which is no fault of who sent it. */
export const nothing: IngestResult = { stored: 0, rejected: 0 };

export function keepLogs({ sink }: IngestTarget, { records }: LogRecords): Promise<IngestResult> {
  return records.length === 0 ? Promise.resolve(nothing) : sink.ingestLogs(records);
}

/** Keeps spans of a format that says its unit of time; those that were written in another are read in that. */
export function keepDated(target: IngestTarget, spans: SpanRecords): Promise<IngestResult> {
  const { records, units } = mendTimeUnits(spans.records);
  const notes = describeUnits(units, records.length).map(text => note(target, text));
  const problems = [...spans.problems, ...notes];
  return keepRecords(target, { ...spans, records, problems });
}

/** Keeps what was read; what could not be read is among the rejected, and what is told of the rest among the notes. */
export async function keepRecords(
  { sink }: IngestTarget,
  { records: written, problems, lost = 0 }: SpanRecords,
): Promise<IngestResult> {
  const unite = createTraceIdUniter(written.map(({ traceId }) => traceId));
  const { records } = joinHalves(written, unite);
  const result = records.length === 0 ? nothing : await sink.ingestSpans(records);
  const notes = listNotes(problems);
  if (lost === 0) return notes.length === 0 ? result : { ...result, notes };
  const reasons = [...notes, ...(result.reason === undefined ? [] : [result.reason])];
  return { stored: result.stored, rejected: result.rejected + lost, reason: reasons.join("; ") };
}

/** A stored trace with its details, as records that writers write. Knows no store in particular and no format. */

import type { SpanRecord } from "../../model/spanRecord.ts";
import type { SpanInput } from "../../model/span.ts";
import type { StoredTrace } from "../../model/trace.ts";

/** Details are asked for one span at a time; so many questions stand at once. */
const QUESTIONS = 256;

/** Hands over at most `limit` records, with a breath between the questions; answers with how many there were. */
export async function readRecords(
  traceId: string,
  { spans, details }: StoredTrace,
  limit: number,
  signal: AbortSignal,
  add: (record: SpanRecord) => void,
): Promise<number> {
  let count = 0;
  let asked: SpanInput[] = [];
  const answer = async (): Promise<void> => {
    const some = asked;
    asked = [];
    const read = await Promise.all(
      some.map(span => details.readDetail(span.detailKey ?? span.spanId, signal)),
    );
    for (const [index, span] of some.entries()) {
      const detail = read[index];
      if (detail !== undefined) add({ traceId, span, detail });
    }
    signal.throwIfAborted();
  };
  for (const span of spans) {
    if (count === limit) break;
    count += 1;
    asked.push(span);
    if (asked.length === QUESTIONS) await answer();
  }
  await answer();
  return count;
}

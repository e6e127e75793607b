/** Which spans are of one operation, that is of one name in one queue or service. Pure. */

import { type IndexArray, newIndexArray } from "../base/indexArray.ts";
import { FIRST_SPAN, SpanFlag } from "../model/span.ts";
import { type SpanIndex, type TraceColumns } from "../model/trace.ts";
import { getGroup } from "./groups.ts";

export interface Operations {
  readonly count: number;
  /** −1 for a placeholder, which is nobody's run. */
  readonly operationOfSpan: Int32Array;
  /** The spans of an operation, in their order: `spans[spansStart[i]]` to `spans[spansStart[i + 1] - 1]`. */
  readonly spans: IndexArray<SpanIndex>;
  readonly spansStart: Int32Array;
}

export function gatherOperations(columns: TraceColumns): Operations {
  const operationOfSpan = new Int32Array(columns.count).fill(-1);
  const byKey = new Map<number, number>();
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (columns.flags[span]! & SpanFlag.placeholder) continue;
    const key = getGroup(columns, span) * columns.strings.length + columns.name[span]!;
    let operation = byKey.get(key);
    if (operation === undefined) byKey.set(key, (operation = byKey.size));
    operationOfSpan[span] = operation;
  }
  const count = byKey.size;
  const spansStart = new Int32Array(count + 1);
  for (const operation of operationOfSpan) if (operation >= 0) spansStart[operation + 1]! += 1;
  for (let i = 0; i < count; i += 1) spansStart[i + 1]! += spansStart[i]!;
  const spans = newIndexArray<SpanIndex>(spansStart[count]!);
  const next = spansStart.slice(0, count);
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const operation = operationOfSpan[span]!;
    if (operation >= 0) spans[next[operation]!++] = span;
  }
  return { count, operationOfSpan, spans, spansStart };
}

/** `get_trace` with the view `functions`: time by operation, most of its own first. */

import { SpanFlag, SpanStatus } from "../model/span.ts";
import type { SpanIndex } from "../model/trace.ts";
import { formatDuration } from "../model/units.ts";
import { countOf, quote, writeLines } from "./answerText.ts";
import { placeText, readNotes } from "./places.ts";
import { maskSecrets } from "./secretKeys.ts";
import { rowOf } from "./traceReader.ts";
import { createShapeReader, durationOf } from "./treeRows.ts";
import {
  missingText,
  rangeOf,
  totalsText,
  type DescribeView,
  type ViewRequest,
} from "./viewRequest.ts";

export interface Operation {
  readonly name: string;
  /** The service, or the queue of a task. */
  readonly where: string;
  calls: number;
  totalNs: number;
  selfNs: number;
  errors: number;
  /** The call with the most time. */
  worst: SpanIndex;
}

export const describeFunctions: DescribeView = async (call, request) => {
  const { opened, maxRows } = request;
  const operations = sumOperations(request);
  const listed = operations.slice(0, maxRows);
  const spans = listed.map(({ worst }) => worst);
  const { notes, missing } = await readNotes(call.context, opened.trace, spans, call.signal);
  const lines = listed.map(each => operationText(each, placeText(notes.get(each.worst)?.place)));
  const head = (shown: number): string =>
    `${totalsText(call, request)}; shown ${shown} of ${countOf(operations.length, "operation")} by self time${shown < operations.length ? "; more: under=ROW, max_rows" : ""}; one call in full: get_spans(rows)`;
  return writeLines(call.limit, lines, head, missingText(missing));
};

/** `"db.query" in "api": 412 calls, self 1.9 s, total 1.9 s, 8 errors, worst #17, src/db.py:40 (sure)`. */
export function operationText(operation: Operation, place: string): string {
  const { name, where, calls, totalNs, selfNs, errors, worst } = operation;
  return [
    `${quote(maskSecrets(name))}${where === "" ? "" : ` in ${quote(where, 60)}`}: ${countOf(calls, "call")}`,
    `self ${formatDuration(selfNs)}`,
    `total ${formatDuration(totalNs)}`,
    ...(errors > 0 ? [countOf(errors, "error")] : []),
    `${calls > 1 ? "worst " : ""}#${rowOf(worst)}`,
    ...(place === "" ? [] : [place]),
  ].join(", ");
}

export function sumOperations(request: ViewRequest): readonly Operation[] {
  const { columns, selfNs } = request.opened;
  const { first, end } = rangeOf(request);
  const shapeAt = createShapeReader(columns);
  const byPair = new Map<number, Operation>();
  const byKey = new Map<string, Operation>();
  for (let span = first; span < end; span++) {
    if ((columns.flags[span]! & SpanFlag.placeholder) !== 0) continue;
    // Texts are put together once for each pair of string indices, and not for each span.
    const label = columns.service[span]! || columns.queue[span]!;
    const pair = columns.name[span]! * columns.strings.length + label;
    let operation = byPair.get(pair);
    if (operation === undefined) {
      const name = shapeAt(span);
      const where = columns.strings[label] ?? "";
      const key = `${name}\0${where}`;
      const none = { calls: 0, totalNs: 0, selfNs: 0, errors: 0 };
      operation = byKey.get(key) ?? { name, where, ...none, worst: span };
      byKey.set(key, operation);
      byPair.set(pair, operation);
    }
    const durationNs = durationOf(request.opened, span);
    operation.calls += 1;
    operation.totalNs += durationNs;
    operation.selfNs += selfNs[span] ?? 0;
    if (columns.status[span] === SpanStatus.error) operation.errors += 1;
    if (durationNs > durationOf(request.opened, operation.worst)) operation.worst = span;
  }
  return [...byKey.values()]
    .filter(({ totalNs, errors }) => totalNs >= request.minNs || errors > 0)
    .sort((a, b) => b.selfNs - a.selfNs);
}

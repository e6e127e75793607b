/** `get_trace` with the view `errors`: what failed, deepest first, alike failures as one. */

import { SpanStatus } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import { countOf, writeLines } from "./answerText.ts";
import { placesText, readExplainedNotes } from "./places.ts";
import { atText, errorText, nameText, whereText } from "./rowText.ts";
import { rowOf } from "./traceReader.ts";
import { createShapeReader } from "./treeRows.ts";
import { missingText, rangeOf, totalsText, type DescribeView } from "./viewRequest.ts";

interface Failure {
  /** The first of its kind. */
  readonly span: SpanIndex;
  count: number;
  /** Something below it failed too: it most likely only passed that on. */
  readonly isPassedOn: boolean;
}

export const describeErrors: DescribeView = async (call, request) => {
  const { opened, maxRows } = request;
  const { columns } = opened;
  const { first, end } = rangeOf(request);
  const failures = listFailures(columns, first, end);
  const shownFailures = failures.slice(0, maxRows);
  const spans = shownFailures.map(({ span }) => span);
  const { notes, missing } = await readExplainedNotes(call.context, opened, spans, call.signal);
  const lines = shownFailures.map(({ span, count, isPassedOn }) => {
    const known = notes.get(span);
    return [
      `#${rowOf(span)} ${nameText(columns, span)}${count > 1 ? ` ×${count}` : ""}${whereText(columns, span)}`,
      atText(columns, span),
      ...(known === undefined
        ? []
        : [errorText(known.detail, true, 240) || "no message", placesText(known)]),
      ...(isPassedOn ? ["failed after a failure below it"] : []),
      wayText(columns, span),
    ]
      .filter(part => part !== "")
      .join(", ");
  });
  const head = (shown: number): string =>
    `${totalsText(call, request)}; shown ${shown} of ${countOf(failures.length, "kind")} of failure, origins first${shown < failures.length ? "; more: under=ROW, max_rows" : ""}; stacks: get_spans(rows)`;
  return writeLines(call.limit, lines, head, [
    ...(failures.length === 0 ? ["No span of it is marked as failed."] : []),
    ...missingText(missing),
  ]);
};

/** Lists failures with no failure below them first, both kinds in the order of their ends. */
function listFailures(columns: TraceColumns, first: SpanIndex, end: number): readonly Failure[] {
  const { status, parent, service, endNs } = columns;
  const failedBelow = new Uint8Array(columns.count);
  for (let span = end - 1; span >= first; span -= 1) {
    const above = parent[span]!;
    if (above >= 0 && (status[span] === SpanStatus.error || failedBelow[span] === 1)) {
      failedBelow[above] = 1;
    }
  }
  const shapeAt = createShapeReader(columns);
  const kinds = new Map<string, Failure>();
  for (let span = first; span < end; span++) {
    if (status[span] !== SpanStatus.error) continue;
    const isPassedOn = failedBelow[span] === 1;
    const key = `${shapeAt(span)}\0${service[span]}\0${isPassedOn}`;
    const known = kinds.get(key);
    if (known === undefined) kinds.set(key, { span, count: 1, isPassedOn });
    else known.count += 1;
  }
  const endOf = ({ span }: Failure): number =>
    Number.isNaN(endNs[span]!) ? Infinity : endNs[span]!;
  return [...kinds.values()].sort(
    (a, b) => Number(a.isPassedOn) - Number(b.isPassedOn) || endOf(a) - endOf(b),
  );
}

/** `below #1 #5 #9`, at most the nearest ones and the root. */
function wayText({ parent }: TraceColumns, span: SpanIndex): string {
  const way: number[] = [];
  for (let above = parent[span]!; above >= 0; above = parent[above]!) way.unshift(rowOf(above));
  if (way.length === 0) return "";
  const rows = way.length <= 6 ? way : [way[0]!, NaN, ...way.slice(-4)];
  return `below ${rows.map(row => (Number.isNaN(row) ? "…" : `#${row}`)).join(" ")}`;
}

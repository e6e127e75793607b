/** `get_trace` with the view `tree`: rows of calls, the ones that matter first. */

import { SpanStatus } from "../model/span.ts";
import { QUOTE_NOTE, writeWithin } from "./answerText.ts";
import { readNotes, type SpanNotes } from "./places.ts";
import { rowText } from "./rowText.ts";
import { rowOf } from "./traceReader.ts";
import { buildTreeRows, chooseRows, type TreeRow } from "./treeRows.ts";
import { missingText, totalsText, type DescribeView } from "./viewRequest.ts";

/** Above any time: a failure is what a reader looks for. */
const ERROR_WEIGHT = 1e18;

export const describeTree: DescribeView = async (call, request) => {
  const { opened, under, depth, minNs, maxRows } = request;
  const { columns, tree, selfNs, endNs, trace } = opened;
  const rows = buildTreeRows({
    ...{ columns, tree, selfNs, endNs, depth, minNs },
    ...(under !== undefined && { under }),
  });
  const weightOf = (row: TreeRow): number => {
    const isFailed = columns.status[row.span] === SpanStatus.error || row.errors > 0;
    return row.selfNs + (isFailed ? ERROR_WEIGHT : 0);
  };
  const most = chooseRows(rows, weightOf, maxRows).map(at => rows[at]!.span);
  const { notes, missing } = await readNotes(call.context, trace, most, call.signal);
  return writeWithin(call.limit, Math.min(maxRows, rows.length), shown => {
    const chosen = chooseRows(rows, weightOf, shown);
    const hidden = countHidden(rows, chosen);
    const lines = chosen.map(at => writeRow(request, rows[at]!, notes, hidden.get(at) ?? 0));
    const isCut = chosen.length < rows.length;
    const more = isCut || [...hidden.values()].some(count => count > 0);
    return {
      head: `${totalsText(call, request)}; shown ${chosen.length} of ${rows.length} rows to depth ${depth}${isCut ? " by errors, then self time" : ""}${more ? "; more: under=ROW, depth, max_rows" : ""}; details: get_spans(rows)`,
      lines: [QUOTE_NOTE, ...missingText(missing), ...lines],
    };
  });
};

function writeRow(
  { opened }: { readonly opened: Parameters<DescribeView>[1]["opened"] },
  row: TreeRow,
  notes: ReadonlyMap<number, SpanNotes>,
  hidden: number,
): string {
  return rowText(opened.columns, {
    ...row,
    notes: notes.get(row.span),
    ...(hidden > 0 && { more: `${hidden} below not shown (under=${rowOf(row.span)})` }),
  });
}

/** How many spans stand below each chosen row, and below no other chosen one, that no row stands for. */
function countHidden(
  rows: readonly TreeRow[],
  chosen: readonly number[],
): ReadonlyMap<number, number> {
  const hidden = new Map(chosen.map(at => [at, rows[at]!.below]));
  for (const at of chosen) {
    const { parent, count, below } = rows[at]!;
    hidden.set(parent, (hidden.get(parent) ?? 0) - count - below);
  }
  return hidden;
}

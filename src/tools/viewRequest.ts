/** The requests of the views of `get_trace`, and what all of them say first. */

import type { SpanIndex } from "../model/trace.ts";
import { FIRST_SPAN, SpanFlag, SpanStatus } from "../model/span.ts";
import { formatDuration } from "../model/units.ts";
import { isUnfinished } from "../analysis/unfinished.ts";
import { countOf } from "./answerText.ts";
import type { ToolCall } from "./toolCall.ts";
import { rowOf, type OpenedTrace } from "./traceReader.ts";

export interface ViewRequest {
  readonly opened: OpenedTrace;
  /** Only this span and what is below it. */
  readonly under: SpanIndex | undefined;
  readonly depth: number;
  readonly minNs: number;
  readonly maxRows: number;
}

export type DescribeView = (call: ToolCall, request: ViewRequest) => Promise<string>;

export interface Totals {
  readonly spans: number;
  readonly errors: number;
}

/** The spans that the request is about: a run of neighbours. */
export function rangeOf({ opened, under }: ViewRequest): { first: SpanIndex; end: number } {
  const { columns, tree } = opened;
  return under === undefined
    ? { first: FIRST_SPAN, end: columns.count }
    : { first: under, end: tree.subtreeEnd[under] ?? under + 1 };
}

function countTotals(request: ViewRequest): Totals {
  const { status, flags } = request.opened.columns;
  const { first, end } = rangeOf(request);
  let [spans, errors] = [0, 0];
  for (let span = first; span < end; span++) {
    if ((flags[span]! & SpanFlag.placeholder) !== 0) continue;
    spans += 1;
    if (status[span] === SpanStatus.error) errors += 1;
  }
  return { spans, errors };
}

/** `412 spans, 9 errors, 2.3 s`; of a part of the trace, of which. */
export function totalsText(call: ToolCall, request: ViewRequest): string {
  const { opened, under } = request;
  const { spans, errors } = countTotals(request);
  const isLive = isUnfinished(opened.columns, call.context.now());
  return [
    `${countOf(spans, "span")}${under === undefined ? "" : ` in row ${rowOf(under)}`}`,
    countOf(errors, "error"),
    ...(under === undefined ? [formatDuration(opened.endNs - opened.startNs)] : []),
    ...(isLive ? ["still growing, so rows may move"] : []),
  ].join(", ");
}

export function missingText(missing: number): readonly string[] {
  return missing === 0 ? [] : [`The code of ${countOf(missing, "row")} could not be looked up.`];
}

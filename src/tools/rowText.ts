/** Spans as lines of text. Pure. */

import { SpanFlag } from "../model/span.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import { formatDuration, NS_PER_MS } from "../model/units.ts";
import { getQueueWaitNs, isRunning } from "../analysis/times.ts";
import { countOf, quote } from "./answerText.ts";
import { placesText, type SpanNotes } from "./places.ts";
import { maskSecrets } from "./secretKeys.ts";
import { toErrorLine } from "../stores/briefs.ts";
import { getHttpStatus, isFailed, textAt } from "./spanFacts.ts";
import { rowOf } from "./traceReader.ts";

/** Deeper rows stand where this depth does: their lines are for their words. */
const MAX_INDENT = 16;

export interface RowParts {
  readonly span: SpanIndex;
  readonly depth?: number;
  readonly count?: number;
  /** The duration of all that the row stands for. */
  readonly totalNs: number;
  readonly selfNs: number;
  readonly errors?: number;
  readonly notes?: SpanNotes | undefined;
  /** After everything else. */
  readonly more?: string;
}

/** `#17 "db.query" ×412 in "api", 1.9 s (self 1.9 s), 8 errors, src/db.py:40 (sure)`. */
export function rowText(columns: TraceColumns, row: RowParts): string {
  const { span, depth = 0, count = 1, totalNs, selfNs, notes, more } = row;
  const errors = row.errors ?? (isFailed(columns, span) ? 1 : 0);
  const waitNs = getQueueWaitNs(columns, span);
  const attempts = columns.attempts[span] ?? 1;
  return [
    `${"  ".repeat(Math.min(depth, MAX_INDENT))}#${rowOf(span)} ${nameText(columns, span)}${count > 1 ? ` ×${count}` : ""}${whereText(columns, span)}`,
    timeText(columns, span, count, totalNs, selfNs),
    ...(waitNs > 0 ? [`waited ${formatDuration(waitNs)} in its queue`] : []),
    ...(attempts > 1 ? [`attempt ${attempts === 255 ? "255 or later" : attempts}`] : []),
    ...(errors > 0 ? [count > 1 ? countOf(errors, "error") : "ERROR"] : []),
    ...(notes === undefined
      ? []
      : [errorText(notes.detail, isFailed(columns, span)), placesText(notes)]),
    ...(more === undefined ? [] : [more]),
  ]
    .filter(part => part !== "")
    .join(", ");
}

export function nameText(columns: TraceColumns, span: SpanIndex): string {
  if ((columns.flags[span]! & SpanFlag.placeholder) !== 0) return "(a span that no store has)";
  return quote(maskSecrets(textAt(columns, columns.name, span)));
}

export function whereText(columns: TraceColumns, span: SpanIndex): string {
  const service = textAt(columns, columns.service, span);
  const queue = textAt(columns, columns.queue, span);
  const words = [
    ...(service === "" ? [] : [`in ${quote(service, 60)}`]),
    ...(queue === "" ? [] : [`queue ${quote(queue, 60)}`]),
  ];
  return words.length === 0 ? "" : ` ${words.join(" ")}`;
}

function timeText(
  columns: TraceColumns,
  span: SpanIndex,
  count: number,
  totalNs: number,
  selfNs: number,
): string {
  const flags = columns.flags[span]!;
  if ((flags & SpanFlag.placeholder) !== 0) return "";
  if ((flags & SpanFlag.untimed) !== 0) return "times unknown";
  const self = selfNs === totalNs ? "" : ` (self ${formatDuration(selfNs)})`;
  const isGone = (flags & SpanFlag.noHeartbeat) !== 0;
  const running = count > 1 || !isRunning(columns, span) ? "" : isGone ? "silent, " : "running, ";
  return `${running}${formatDuration(totalNs)}${self}`;
}

/** `error "ValueError: no such order"`; of a request that says no more, `HTTP 404`; `exception …` where the span did not fail. */
export function errorText(detail: SpanDetail, isFailed: boolean, maxChars = 160): string {
  const words = toErrorLine(detail.error);
  if (words !== undefined) {
    return `${isFailed ? "error" : "exception"} ${quote(maskSecrets(words), maxChars)}`;
  }
  const status = getHttpStatus(detail) ?? 0;
  return status >= 400 ? `HTTP ${status}` : "";
}

export function atText(columns: TraceColumns, span: SpanIndex): string {
  return `+${formatDuration(columns.startNs[span]!)}`;
}

/** Writes a time; what a program wrote for one may be none: that is said, and no error. */
export function isoText(unixMs: number): string {
  const moment = new Date(unixMs);
  return Number.isNaN(moment.getTime()) ? "at an unknown time" : moment.toISOString();
}

export function startText(columns: TraceColumns, startNs: number): string {
  return isoText(columns.originUnixMs + startNs / NS_PER_MS);
}

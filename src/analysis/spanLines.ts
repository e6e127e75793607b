/** The lines of source that the spans of a trace ran: what stands beside each, and the order in which they ran. Pure. */

import type { SpanIndex, TraceColumns } from "../model/trace.ts";

export interface CodeLine {
  /** Absolute, with `/`. */
  readonly path: string;
  readonly line0: number;
}

/** Where a span ran, and where its error was raised; absent where that is not certain. */
export interface SpanLines {
  readonly ran?: CodeLine;
  readonly raised?: CodeLine;
  /** The exception that was raised: type and message. */
  readonly error?: string;
}

/** The answer that a search for source gives for a span: its lines, and whether the span named them itself. */
export interface FoundLines extends SpanLines {
  readonly isNamed: boolean;
}

/** The work that a trace did at one line. */
export interface LineMark extends CodeLine {
  /** That ran here. */
  readonly spans: readonly SpanIndex[];
  /** The duration of the spans that ended, together. */
  readonly totalNs: number;
  /** Some of them run still. */
  readonly isRunning: boolean;
  /** Raised here, each text once. */
  readonly errors: readonly string[];
}

/** In the order of files and lines. */
export function markLines(
  columns: TraceColumns,
  lines: ReadonlyMap<SpanIndex, SpanLines>,
): readonly LineMark[] {
  const marks = new Map<string, { place: CodeLine; spans: SpanIndex[]; errors: Set<string> }>();
  const markOf = (place: CodeLine) => {
    const key = `${place.path}:${place.line0}`;
    const mark = marks.get(key) ?? { place, spans: [], errors: new Set<string>() };
    marks.set(key, mark);
    return mark;
  };
  for (const [span, { ran, raised, error }] of lines) {
    if (ran !== undefined) markOf(ran).spans.push(span);
    const place = raised ?? (error === undefined ? undefined : ran);
    if (place !== undefined && error !== undefined) markOf(place).errors.add(error);
  }
  return [...marks.values()]
    .map(({ place, spans, errors }) => ({
      ...place,
      spans: spans.sort((a, b) => a - b),
      totalNs: spans.reduce((sum, span) => sum + (getDurationNs(columns, span) || 0), 0),
      isRunning: spans.some(span => Number.isNaN(getDurationNs(columns, span))),
      errors: [...errors],
    }))
    .sort((a, b) => (a.path === b.path ? a.line0 - b.line0 : a.path < b.path ? -1 : 1));
}

/** The spans that have a line, in the order of their start; one after another at the same line is no step. */
export function listSteps(
  columns: TraceColumns,
  lines: ReadonlyMap<SpanIndex, SpanLines>,
): readonly SpanIndex[] {
  const placed = [...lines]
    .flatMap(([span, { ran }]) => (ran === undefined ? [] : [{ span, ran }]))
    .sort((a, b) => startOf(columns, a.span) - startOf(columns, b.span) || a.span - b.span);
  return placed
    .filter(({ ran }, i) => {
      const before = placed[i - 1]?.ran;
      return before?.path !== ran.path || before.line0 !== ran.line0;
    })
    .map(({ span }) => span);
}

/** The step after or before a span in time, or of none the first or last; `undefined` at the end. */
export function findStep(
  columns: TraceColumns,
  steps: readonly SpanIndex[],
  from: SpanIndex | undefined,
  direction: 1 | -1,
): SpanIndex | undefined {
  if (from === undefined) return steps.at(direction === 1 ? 0 : -1);
  const at = steps.indexOf(from);
  if (at >= 0) return steps[at + direction];
  const isBefore = (span: SpanIndex): boolean =>
    startOf(columns, span) < startOf(columns, from) ||
    (startOf(columns, span) === startOf(columns, from) && span < from);
  return direction === 1 ? steps.find(span => !isBefore(span)) : steps.findLast(isBefore);
}

function getDurationNs({ startNs, endNs }: TraceColumns, span: SpanIndex): number {
  return (endNs[span] ?? Number.NaN) - (startNs[span] ?? Number.NaN);
}

/** The start of a span; spans without a time come last. */
function startOf({ startNs }: TraceColumns, span: SpanIndex): number {
  const start = startNs[span] ?? Number.NaN;
  return Number.isNaN(start) ? Number.MAX_VALUE : start;
}

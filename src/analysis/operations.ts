/** The table of a trace: a row for each operation, that is each name in one queue or service. Pure; n log n. */

import { takeRank } from "./takeRank.ts";
import { FIRST_SPAN, SpanStatus } from "../model/span.ts";
import type { SpanIndex } from "../model/trace.ts";
import type { AnalysedTrace } from "./analysedTrace.ts";
import { getGroup } from "./groups.ts";
import { getQueueWaitNs, getRunEndNs, isRunning } from "./times.ts";

export interface OperationRow {
  /** String indices of the name, and of the queue or service. */
  readonly name: number;
  readonly group: number;
  readonly count: number;
  /** Sums over all spans of the operation; a running span is counted to the end of the trace. */
  readonly totalNs: number;
  readonly selfNs: number;
  /** How long the critical path runs in it; waits are apart. */
  readonly criticalNs: number;
  /** The median of the spans that have ended, by nearest rank; NaN where none has. */
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly maxNs: number;
  readonly errors: number;
  readonly running: number;
  /** In queues, and how much of that the critical path waited. */
  readonly waitNs: number;
  readonly criticalWaitNs: number;
  /** The span that lasted longest. */
  readonly worst: SpanIndex;
  readonly first: SpanIndex;
}

/** Most self time first. */
export function tabulate({
  columns,
  selfNs,
  endNs,
  critical,
  operations: { spans, spansStart, count },
}: AnalysedTrace): OperationRow[] {
  const rows: OperationRow[] = [];
  for (let operation = 0; operation < count; operation += 1) {
    const runs = spans.subarray(spansStart[operation], spansStart[operation + 1]);
    const first = runs[0]!;
    const ended = new Float64Array(runs.length);
    let endedCount = 0;
    const row = {
      name: columns.name[first]!,
      group: getGroup(columns, first),
      count: runs.length,
      totalNs: 0,
      selfNs: 0,
      criticalNs: 0,
      maxNs: 0,
      errors: 0,
      running: 0,
      waitNs: 0,
      criticalWaitNs: 0,
      worst: first,
      first,
    };
    for (const span of runs) {
      const runs = isRunning(columns, span);
      const ns = Math.max(0, getRunEndNs(columns, span, endNs) - columns.startNs[span]!);
      const waitNs = getQueueWaitNs(columns, span);
      row.totalNs += ns;
      row.selfNs += selfNs[span]!;
      row.criticalNs += critical.runNs[span]!;
      row.criticalWaitNs += critical.waitNs[span]!;
      if (waitNs > 0) row.waitNs += waitNs;
      if (columns.status[span] === SpanStatus.error) row.errors += 1;
      if (runs) row.running += 1;
      else ended[endedCount++] = ns;
      if (ns > row.maxNs) {
        row.maxNs = ns;
        row.worst = span;
      }
    }
    const lengths = ended.subarray(0, endedCount);
    rows.push({ ...row, p50Ns: takeRank(lengths, 0.5), p95Ns: takeRank(lengths, 0.95) });
  }
  return rows.sort((a, b) => b.selfNs - a.selfNs);
}

/** The times of a trace whose spans run on, up to one moment. */
export type TimesUpTo = Pick<AnalysedTrace, "endNs" | "selfNs">;

/** The rows at a later moment, of which no news has come: what ran then has run until now. */
export function advance(
  rows: readonly OperationRow[],
  columns: AnalysedTrace["columns"],
  heard: TimesUpTo,
  now: TimesUpTo,
): readonly OperationRow[] {
  const keyOf = (group: number, name: number): number => group * columns.strings.length + name;
  const moved = new Map(rows.map(row => [keyOf(row.group, row.name), { ...row }]));
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (!isRunning(columns, span)) continue;
    const row = moved.get(keyOf(getGroup(columns, span), columns.name[span]!));
    if (row === undefined) continue;
    const end = getRunEndNs(columns, span, heard.endNs, now.endNs);
    row.totalNs += end - getRunEndNs(columns, span, heard.endNs);
    row.selfNs += now.selfNs[span]! - heard.selfNs[span]!;
    const ns = end - columns.startNs[span]!;
    if (ns <= row.maxNs) continue;
    row.maxNs = ns;
    row.worst = span;
  }
  return [...moved.values()];
}

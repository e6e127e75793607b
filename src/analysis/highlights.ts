/** Where the time of a trace went, and what failed first. Pure; knows no words. */

import { FIRST_SPAN, SpanFlag, SpanStatus } from "../model/span.ts";
import type { SpanIndex, TraceColumns } from "../model/trace.ts";
import { findFirstFailure } from "./answers/failureTravel.ts";
import { gatherOperations } from "./gatherOperations.ts";
import { getGroup } from "./groups.ts";
import { getQueueWaitNs, isRunning } from "./times.ts";

/** The self time of every span of one queue or service. */
export interface GroupTime {
  /** The string index of the queue or service. */
  readonly group: number;
  readonly selfNs: number;
  readonly spans: number;
}

/** The self time of every span of one name in one queue or service. */
export interface OperationTime extends GroupTime {
  /** The string index of the name. */
  readonly name: number;
  /** The span of it with the most self time. */
  readonly worst: SpanIndex;
  readonly worstSelfNs: number;
}

export interface QueueWait {
  readonly span: SpanIndex;
  readonly waitNs: number;
}

export interface Highlights {
  /** The self times of all spans: the sum of `groups`. Work side by side counts for each, so it may exceed the clock. */
  readonly workNs: number;
  /** How long, by the clock, no span ran between the first start or publish and the end. */
  readonly idleNs: number;
  /** Most self time first; all of them. */
  readonly groups: readonly GroupTime[];
  /** Most self time first; at most `limit` of `operationCount`. */
  readonly operations: readonly OperationTime[];
  readonly operationCount: number;
  /** Longest first; at most `limit` of `waitCount`. */
  readonly waits: readonly QueueWait[];
  readonly waitCount: number;
  readonly totalWaitNs: number;
  readonly failures: Failures;
}

export interface Failures {
  /** The likely root cause, by the rule of `findFirstFailure`. */
  readonly first: SpanIndex | undefined;
  /** Every failed span, in order of the rows. */
  readonly all: readonly SpanIndex[];
}

export function buildHighlights(
  columns: TraceColumns,
  selfNs: Float64Array,
  span: { readonly startNs: number; readonly endNs: number },
  limit: number,
): Highlights {
  const operations = sumOperations(columns, selfNs);
  const groups = gatherGroups(operations);
  const waits = longestWaits(columns, limit);
  return {
    workNs: groups.reduce((sum, group) => sum + group.selfNs, 0),
    idleNs: getIdleNs(columns, span.startNs, span.endNs),
    groups,
    operations: operations.slice(0, limit),
    operationCount: operations.length,
    ...waits,
    failures: findFailures(columns),
  };
}

/** Sums by the self times that they are of, which several views ask for. */
const summed = new WeakMap<Float64Array, readonly OperationTime[]>();

function sumOperations(columns: TraceColumns, selfNs: Float64Array): readonly OperationTime[] {
  const known = summed.get(selfNs);
  if (known !== undefined) return known;
  const { count, spans, spansStart } = gatherOperations(columns);
  const operations = Array.from({ length: count }, (_, operation): OperationTime => {
    const runs = spans.subarray(spansStart[operation], spansStart[operation + 1]);
    let worst = runs[0]!;
    let sumNs = 0;
    for (const span of runs) {
      sumNs += selfNs[span]!;
      if (selfNs[span]! > selfNs[worst]!) worst = span;
    }
    return {
      group: getGroup(columns, worst),
      name: columns.name[worst]!,
      selfNs: sumNs,
      spans: runs.length,
      worst,
      worstSelfNs: selfNs[worst]!,
    };
  }).sort((a, b) => b.selfNs - a.selfNs);
  summed.set(selfNs, operations);
  return operations;
}

/** Most self time first: the order in which queues and services are listed, wherever they are. */
export function sumGroups(columns: TraceColumns, selfNs: Float64Array): readonly GroupTime[] {
  return gatherGroups(sumOperations(columns, selfNs));
}

function gatherGroups(operations: readonly OperationTime[]): readonly GroupTime[] {
  const byGroup = new Map<number, GroupTime>();
  for (const { group, selfNs, spans } of operations) {
    const known = byGroup.get(group);
    byGroup.set(group, {
      group,
      selfNs: selfNs + (known?.selfNs ?? 0),
      spans: spans + (known?.spans ?? 0),
    });
  }
  return [...byGroup.values()].sort((a, b) => b.selfNs - a.selfNs);
}

function longestWaits(
  columns: TraceColumns,
  limit: number,
): Pick<Highlights, "waits" | "waitCount" | "totalWaitNs"> {
  const waits: QueueWait[] = [];
  let waitCount = 0;
  let totalWaitNs = 0;
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const waitNs = getQueueWaitNs(columns, span);
    if (!(waitNs > 0)) continue;
    waitCount += 1;
    totalWaitNs += waitNs;
    const last = waits.at(-1);
    if (waits.length === limit && last !== undefined && waitNs <= last.waitNs) continue;
    // A handful is kept, so it is cheaper to insert than to sort every wait of a big trace.
    const place = waits.findIndex(wait => wait.waitNs < waitNs);
    waits.splice(place < 0 ? waits.length : place, 0, { span, waitNs });
    waits.length = Math.min(waits.length, limit);
  }
  return { waits, waitCount, totalWaitNs };
}

/**
 * The clock time in which nothing ran. Starts and ends are sorted apart: between two moments so many run as have
 * started and not ended.
 *
 *     a   |====|            idle: 2 (before b)
 *     b          |===|
 *     c            |===|
 *
 * What lies within its parent fills no gap, so that few are sorted.
 */
function getIdleNs(columns: TraceColumns, startNs: number, endNs: number): number {
  const starts: number[] = [];
  const ends: number[] = [];
  const endOf = (span: SpanIndex): number =>
    isRunning(columns, span) ? endNs : columns.endNs[span]!;
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (columns.flags[span]! & SpanFlag.placeholder) continue;
    const above = columns.parent[span]!;
    const start = columns.startNs[span]!;
    const end = endOf(span);
    const isInside =
      above >= 0 &&
      (columns.flags[above]! & SpanFlag.placeholder) === 0 &&
      start <= end &&
      start >= columns.startNs[above]! &&
      end <= endOf(above);
    if (isInside) continue;
    starts.push(start);
    ends.push(end);
  }
  const sortedStarts = Float64Array.from(starts).sort();
  const sortedEnds = Float64Array.from(ends).sort();
  let idle = 0;
  let quietSince = startNs;
  let ended = 0;
  for (let started = 0; started < sortedStarts.length; started += 1) {
    const start = sortedStarts[started]!;
    while (ended < started && sortedEnds[ended]! <= start) {
      quietSince = Math.max(quietSince, sortedEnds[ended]!);
      ended += 1;
    }
    if (ended === started) idle += Math.max(0, start - quietSince);
  }
  return idle;
}

function findFailures(columns: TraceColumns): Failures {
  const all: SpanIndex[] = [];
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (columns.status[span] === SpanStatus.error) all.push(span);
  }
  return { first: findFirstFailure(columns).first, all };
}

/**
 * The facts that the runs of a function say together: how many, how long, how many failed, whether they got worse. One
 * set of functions for everybody who tells a person or a model of them. Pure; knows no words.
 */

import { findFirst } from "../base/binarySearch.ts";
import { takeRank } from "./takeRank.ts";
import type { WorkspaceCommit } from "../model/workspaceCommit.ts";
import { CodeSide, type CodeChange } from "./codeChange.ts";

/** Runs in columns, oldest first; milliseconds since the Unix epoch. */
export interface RunColumns {
  readonly startUnixMs: Float64Array;
  /** A number for the trace that each run belongs to. */
  readonly trace: Uint32Array;
  readonly durationMs: Float32Array;
  /** 1 where the run failed. */
  readonly failed: Uint8Array;
  /** There were more runs than these. */
  readonly isCut: boolean;
}

export interface RunStatistics {
  readonly count: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface RunFacts {
  /** When the last run that ended began. */
  readonly lastUnixMs: number;
  readonly isLastFailed: boolean;
  /** Runs of the last hour, so many or more. */
  readonly hour: RunStatistics;
  readonly isHourCut: boolean;
  /** All runs that are known. */
  readonly all: RunStatistics;
  /** How the p50 of the newest runs stands to that of the runs before: 0.4 is 40 % slower. Absent where few ran. */
  readonly trend?: number;
  readonly sinceEdit?: EditEffect;
  /** Since the code was another. */
  readonly sinceCommit?: { readonly before: WorkspaceCommit; readonly effect: EditEffect };
}

/** The measures that got worse since the source was changed; those that did not are absent. */
export interface EditEffect {
  readonly runs: number;
  /** 0.38 is 38 % slower. */
  readonly p95?: number;
  /** Failed since, of functions that failed less before. */
  readonly errors?: number;
  /** Runs in one trace, on average, where it now runs more often in each. */
  readonly perTrace?: { readonly before: number; readonly after: number };
}

export const HOUR_MS = 3_600_000;
/** Among fewer runs a percentile is one run's chance. */
const MIN_RUNS = 5;
const MIN_TREND_RUNS = 12;
/** Whatever differs less differs from run to run. */
const MIN_SLOWDOWN = 0.2;
/** A function that takes less is measured by its clock. */
const MIN_SLOWER_MS = 1;
/** A loop that runs once more is no news. */
const MIN_MORE_PER_TRACE = 1.5;

/** `undefined` where there are none. `editedUnixMs`: when the file was last saved. `change`: between commits. */
export function getRunFacts(
  runs: RunColumns,
  nowUnixMs: number,
  editedUnixMs?: number,
  change?: CodeChange,
): RunFacts | undefined {
  const { startUnixMs, failed } = runs;
  const count = startUnixMs.length;
  if (count === 0) return undefined;
  const hourFrom = findStart(startUnixMs, nowUnixMs - HOUR_MS);
  const trend = getTrend(runs);
  const from = editedUnixMs === undefined ? 0 : findStart(startUnixMs, editedUnixMs);
  const sinceEdit = getEditEffect(slice(runs, 0, from), slice(runs, from, count));
  const effect =
    change && getEditEffect(pick(runs, change, CodeSide.before), pick(runs, change, CodeSide.now));
  const all = getStatistics(slice(runs, 0, count));
  return {
    lastUnixMs: startUnixMs[count - 1]!,
    isLastFailed: failed[count - 1] === 1,
    hour: hourFrom === 0 ? all : getStatistics(slice(runs, hourFrom, count)),
    isHourCut: runs.isCut && hourFrom === 0,
    all,
    ...(trend !== undefined && { trend }),
    ...(sinceEdit !== undefined && { sinceEdit }),
    ...(change && effect && { sinceCommit: { before: change.before, effect } }),
  };
}

/** Some of the runs. */
type RunPart = Pick<RunColumns, "trace" | "durationMs" | "failed">;

function slice({ trace, durationMs, failed }: RunColumns, from: number, to: number): RunPart {
  return {
    trace: trace.subarray(from, to),
    durationMs: durationMs.subarray(from, to),
    failed: failed.subarray(from, to),
  };
}

function pick(runs: RunColumns, { sideOf }: CodeChange, side: number): RunPart {
  const isPicked = (_: number, at: number): boolean => sideOf[at] === side;
  return {
    trace: runs.trace.filter(isPicked),
    durationMs: runs.durationMs.filter(isPicked),
    failed: runs.failed.filter(isPicked),
  };
}

/** Several operations as one: in the order of their start. */
export function mergeRuns(parts: readonly RunColumns[]): RunColumns {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const places = parts.flatMap((part, at) =>
    Array.from(part.startUnixMs, (_, i) => [at, i] as const),
  );
  const startOf = ([at, i]: readonly [number, number]): number => parts[at]?.startUnixMs[i] ?? 0;
  places.sort((a, b) => startOf(a) - startOf(b));
  // What lies before the first run of one that is cut is not known of all.
  const cuts = parts.filter(part => part.isCut).map(part => part.startUnixMs[0] ?? 0);
  const known = places.filter(place => startOf(place) >= Math.max(...cuts, -Infinity));
  return {
    startUnixMs: Float64Array.from(known, startOf),
    trace: Uint32Array.from(known, ([at, i]) => parts[at]?.trace[i] ?? 0),
    durationMs: Float32Array.from(known, ([at, i]) => parts[at]?.durationMs[i] ?? 0),
    failed: Uint8Array.from(known, ([at, i]) => parts[at]?.failed[i] ?? 0),
    isCut: cuts.length > 0,
  };
}

function getStatistics({ durationMs, failed }: RunPart): RunStatistics {
  const durations = durationMs.slice();
  let errors = 0;
  for (const each of failed) errors += each;
  return {
    count: durations.length,
    errors,
    p50Ms: takeRank(durations, 0.5),
    p95Ms: takeRank(durations, 0.95),
  };
}

/** The newest third against what was before. */
function getTrend(runs: RunColumns): number | undefined {
  const count = runs.startUnixMs.length;
  if (count < MIN_TREND_RUNS) return undefined;
  const from = count - Math.floor(count / 3);
  const before = takeRank(runs.durationMs.slice(0, from), 0.5);
  const after = takeRank(runs.durationMs.slice(from), 0.5);
  return before > 0 ? after / before - 1 : undefined;
}

function getEditEffect(runsBefore: RunPart, runsAfter: RunPart): EditEffect | undefined {
  if (runsBefore.trace.length === 0 || runsAfter.trace.length === 0) return undefined;
  const before = getStatistics(runsBefore);
  const after = getStatistics(runsAfter);
  const isEnough = Math.min(before.count, after.count) >= MIN_RUNS;
  const p95 = after.p95Ms / before.p95Ms - 1;
  const isSlower = isEnough && p95 >= MIN_SLOWDOWN && after.p95Ms - before.p95Ms >= MIN_SLOWER_MS;
  const hasMoreErrors = after.errors / after.count > before.errors / before.count;
  const perTrace = findMorePerTrace(runsBefore, runsAfter);
  if (!isSlower && !hasMoreErrors && perTrace === undefined) return undefined;
  return {
    runs: after.count,
    ...(isSlower && { p95 }),
    ...(hasMoreErrors && { errors: after.errors }),
    ...(perTrace && { perTrace }),
  };
}

function findMorePerTrace(
  runsBefore: RunPart,
  runsAfter: RunPart,
): EditEffect["perTrace"] | undefined {
  const perTrace = ({ trace }: RunPart): number => trace.length / new Set(trace).size;
  const after = perTrace(runsAfter);
  // Each trace has a run at least, so that mostly the runs before, which are many, need no look.
  if (after < MIN_MORE_PER_TRACE) return undefined;
  const before = perTrace(runsBefore);
  return after < MIN_MORE_PER_TRACE * before ? undefined : { before, after };
}

/** The first run that began then or later. */
function findStart(startUnixMs: Float64Array, fromMs: number): number {
  return findFirst(startUnixMs.length, at => startUnixMs[at]! >= fromMs);
}

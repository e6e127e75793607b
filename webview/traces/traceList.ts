/**
 * The list of traces as a value: pages become one list, a list becomes rows. Pure; knows no DOM and no host.
 *
 * The list is always a stretch without holes from the newest trace down to its `cursor`.
 */

import type { ListedPage, ListedTrace, TraceSort } from "../../src/protocol/tracesView.ts";

export interface TraceList {
  /** Newest first. */
  readonly traces: readonly ListedTrace[];
  /** The cursor for what comes after them; absent where nothing does. */
  readonly cursor?: string;
}

/** Traces of one root operation, as far as they are in the list. */
export interface TraceGroup {
  readonly name: string;
  /** The root's own service or queue. */
  readonly service: string | undefined;
  readonly traces: readonly ListedTrace[];
  readonly failed: number;
  /** The median of the traces that ended. */
  readonly p50Ms: number | undefined;
  readonly maxMs: number | undefined;
}

/** Every row has the same height, so that where each lies is known without drawing it. */
export type ListRow =
  | { readonly kind: "group"; readonly key: string; readonly group: TraceGroup; isOpen: boolean }
  | {
      readonly kind: "trace";
      readonly key: string;
      readonly trace: ListedTrace;
      readonly level: 1 | 2;
    };

export const emptyList: TraceList = { traces: [] };

export function appendPage(list: TraceList, page: ListedPage): TraceList {
  const known = new Set(list.traces.map(trace => trace.traceId));
  const more = page.traces.filter(trace => !known.has(trace.traceId));
  return withCursor([...list.traces, ...more], page.cursor);
}

/**
 * The list after it was asked for again from its start. The page says everything of the stretch that it covers: what
 * is in that stretch no more has gone. Below it the list is as it was.
 */
export function mergeHead(list: TraceList, page: ListedPage): TraceList {
  const last = page.traces.at(-1);
  if (page.cursor === undefined) return withCursor(page.traces, undefined);
  // A store that stopped looking before it found anything has said nothing of any trace.
  if (last === undefined) return list.traces.length > 0 ? list : withCursor([], page.cursor);
  const covered = new Set(page.traces.map(trace => trace.traceId));
  const below = list.traces.filter(
    trace => trace.startUnixMs <= last.startUnixMs && !covered.has(trace.traceId),
  );
  if (below.length === 0) return withCursor(page.traces, page.cursor);
  return withCursor([...page.traces, ...below], list.cursor);
}

export function removeTraces(list: TraceList, traceIds: ReadonlySet<string>): TraceList {
  return withCursor(
    list.traces.filter(trace => !traceIds.has(trace.traceId)),
    list.cursor,
  );
}

function withCursor(traces: readonly ListedTrace[], cursor: string | undefined): TraceList {
  return { traces, ...(cursor !== undefined && { cursor }) };
}

/** How many traces of `after` lie above all that `before` had: what came while one was looking elsewhere. */
export function countNew(before: TraceList, after: TraceList): number {
  const known = new Set(before.traces.map(trace => trace.traceId));
  const first = after.traces.findIndex(trace => known.has(trace.traceId));
  return first < 0 ? after.traces.length : first;
}

/** By root operation and its service; the group of the newest trace first, but those of `order` in their order. */
export function buildGroups(
  traces: readonly ListedTrace[],
  order: readonly string[] = [],
): readonly TraceGroup[] {
  const byRoot = Map.groupBy(traces, groupKeyOf);
  const kept = order.filter(key => byRoot.has(key));
  const keys = [...[...byRoot.keys()].filter(key => !kept.includes(key)), ...kept];
  return keys.map(key => {
    const members = byRoot.get(key) ?? [];
    const durations = members
      .flatMap(trace => trace.durationMs ?? [])
      .sort((first, second) => first - second);
    return {
      name: members[0]?.name ?? "",
      service: members[0]?.services[0],
      traces: members,
      failed: members.filter(trace => trace.state === "failed").length,
      // The lower of the two in the middle: a duration that a trace really had.
      p50Ms: durations[Math.ceil(durations.length / 2) - 1],
      maxMs: durations.at(-1),
    };
  });
}

export function groupKeyOf(trace: ListedTrace): string {
  return JSON.stringify([trace.services[0] ?? "", trace.name]);
}

/** The longest, or those with the most errors, first; among equals the newest. A running one has the age that it has. */
function sortTraces(
  traces: readonly ListedTrace[],
  sort: TraceSort,
  nowMs: number,
): readonly ListedTrace[] {
  if (sort === "time") return traces;
  const weigh = ({ durationMs, state, startUnixMs, errorCount }: ListedTrace): number =>
    sort === "errors"
      ? errorCount
      : (durationMs ?? (state === "running" ? nowMs - startUnixMs : -1));
  return traces.toSorted((first, second) => weigh(second) - weigh(first));
}

function sortGroups(groups: readonly TraceGroup[], sort: TraceSort): readonly TraceGroup[] {
  if (sort === "time") return groups;
  const weigh = ({ failed, maxMs = -1 }: TraceGroup): number =>
    sort === "errors" ? failed : maxMs;
  return groups.toSorted((first, second) => weigh(second) - weigh(first));
}

/**
 * `open`: the keys of the groups that are unfolded; `order`: of those that must keep their order, because someone
 * reads them.
 */
export function buildRows(
  traces: readonly ListedTrace[],
  isGrouped: boolean,
  open: ReadonlySet<string>,
  { order = [], sort = "time" }: { order?: readonly string[]; sort?: TraceSort } = {},
): readonly ListRow[] {
  const nowMs = Date.now();
  const toRow =
    (level: 1 | 2) =>
    (trace: ListedTrace): ListRow => ({ kind: "trace", key: trace.traceId, trace, level });
  if (!isGrouped) return sortTraces(traces, sort, nowMs).map(toRow(1));
  const groups = buildGroups(traces, order);
  return (order.length > 0 ? groups : sortGroups(groups, sort)).flatMap(group => {
    const [first] = group.traces;
    const key = first === undefined ? "" : groupKeyOf(first);
    const isOpen = open.has(key);
    const header: ListRow = { kind: "group", key, group, isOpen };
    return isOpen ? [header, ...sortTraces(group.traces, sort, nowMs).map(toRow(2))] : [header];
  });
}

/** Returns the duration that a full bar stands for; 0 where nothing has a duration. */
export function findLongestMs(traces: readonly ListedTrace[]): number {
  let longest = 0;
  for (const { durationMs = 0 } of traces) longest = Math.max(longest, durationMs);
  return longest;
}

/** Rows drawn beyond the edges. */
const OVERSCAN = 6;

/** The rows to draw of `count`, and the active one wherever it is, because a screen reader follows it. */
export function listIndicesInSight(
  count: number,
  active: number,
  {
    top,
    heightPx,
    rowPx,
  }: { readonly top: number; readonly heightPx: number; readonly rowPx: number },
): readonly number[] {
  const from = Math.max(0, Math.floor(top / rowPx) - OVERSCAN);
  const to = Math.min(count, Math.ceil((top + heightPx) / rowPx) + OVERSCAN);
  const indices = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  return active < 0 || (active >= from && active < to) ? indices : [...indices, active];
}

/**
 * The list of traces as a value: pages become one list, a list becomes rows. Pure; knows no DOM and no host.
 *
 * The list is always a stretch without holes from the newest trace down to its `cursor`.
 */

import { assertNever } from "../../src/base/assert.ts";
import { shortId } from "../../src/model/ids.ts";
import type {
  ListedPage,
  ListedTrace,
  TraceGrouping,
  TraceSort,
} from "../../src/protocol/tracesView.ts";

export interface TraceList {
  /** Newest first. */
  readonly traces: readonly ListedTrace[];
  /** The cursor for what comes after them; absent where nothing does. */
  readonly cursor?: string;
}

/** Traces of one root operation, or of one session, as far as they are in the list. */
export interface TraceGroup {
  /** Its name, and for a session what its newest trace is called. */
  readonly name: string;
  /** The whole id of a session. */
  readonly session: string | undefined;
  /** The newest root's own service or queue. */
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

/** The traces that stand together: a group, or one that belongs to none. */
interface Entry {
  readonly key: string;
  readonly isGroup: boolean;
  readonly group: TraceGroup;
}

/** The entry of the newest trace first, but those of `order` in their order. */
function buildEntries(
  traces: readonly ListedTrace[],
  grouping: TraceGrouping,
  order: readonly string[],
): readonly Entry[] {
  const byKey = Map.groupBy(traces, trace => groupKeyOf(trace, grouping) ?? trace.traceId);
  const stillThere = order.filter(key => byKey.has(key));
  const known = new Set(stillThere);
  return [...[...byKey.keys()].filter(key => !known.has(key)), ...stillThere].flatMap(key => {
    const members = byKey.get(key) ?? [];
    const [first] = members;
    if (first === undefined) return [];
    const isGroup = groupKeyOf(first, grouping) !== undefined;
    return { key, isGroup, group: toGroup(first, members, grouping) };
  });
}

function toGroup(
  newest: ListedTrace,
  traces: readonly ListedTrace[],
  grouping: TraceGrouping,
): TraceGroup {
  const durations = traces
    .flatMap(trace => trace.durationMs ?? [])
    .sort((first, second) => first - second);
  const session = grouping === "session" ? newest.session : undefined;
  const parts = session === undefined ? [newest.name] : [shortId(session), newest.name];
  return {
    name: parts.filter(part => part !== "").join(" · "),
    session,
    service: newest.services[0],
    traces,
    failed: traces.filter(trace => trace.state === "failed").length,
    // The lower of the two in the middle: a duration that a trace really had.
    p50Ms: durations[Math.ceil(durations.length / 2) - 1],
    maxMs: durations.at(-1),
  };
}

/** By root operation and its service, or by session; `undefined` for a trace that belongs to no group. */
export function groupKeyOf(trace: ListedTrace, grouping: TraceGrouping): string | undefined {
  switch (grouping) {
    case "none":
      return undefined;
    case "operation":
      return JSON.stringify([trace.services[0] ?? "", trace.name]);
    case "session":
      return trace.session === undefined ? undefined : JSON.stringify([trace.session]);
    default:
      return assertNever(grouping);
  }
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

function sortEntries(entries: readonly Entry[], sort: TraceSort): readonly Entry[] {
  if (sort === "time") return entries;
  const weigh = ({ group: { failed, maxMs = -1 } }: Entry): number =>
    sort === "errors" ? failed : maxMs;
  return entries.toSorted((first, second) => weigh(second) - weigh(first));
}

/**
 * `open`: the keys of the groups that are unfolded; `order`: of the rows at the outermost level that must keep their
 * order, because someone reads them.
 */
export function buildRows(
  traces: readonly ListedTrace[],
  grouping: TraceGrouping,
  open: ReadonlySet<string>,
  { order = [], sort = "time" }: { order?: readonly string[]; sort?: TraceSort } = {},
): readonly ListRow[] {
  const nowMs = Date.now();
  const toRow =
    (level: 1 | 2) =>
    (trace: ListedTrace): ListRow => ({ kind: "trace", key: trace.traceId, trace, level });
  if (grouping === "none") return sortTraces(traces, sort, nowMs).map(toRow(1));
  const entries = buildEntries(traces, grouping, order);
  return (order.length > 0 ? entries : sortEntries(entries, sort)).flatMap(
    ({ key, isGroup, group }) => {
      if (!isGroup) return group.traces.map(toRow(1));
      const isOpen = open.has(key);
      const header: ListRow = { kind: "group", key, group, isOpen };
      return isOpen ? [header, ...sortTraces(group.traces, sort, nowMs).map(toRow(2))] : [header];
    },
  );
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

/** Earlier runs of the same thing as a trace: traces whose root has the same name in the same service. Knows no words. */

import { getFailure } from "../../model/failure.ts";
import { isSameTraceId } from "../../model/ids.ts";
import { FIRST_SPAN, SpanFlag } from "../../model/span.ts";
import type { Trace, TraceColumns } from "../../model/trace.ts";
import { buildTrace } from "../../model/traceBuilder.ts";
import type { TraceBrief, TraceStore } from "../../model/traceStore.ts";
import { NS_PER_MS } from "../../model/units.ts";
import type { StoreSet } from "../../stores/storeSet.ts";

/** Stores find an operation anywhere in a trace; so many pages are read for roots of that name. */
const MOST_PAGES = 5;
const PAGE = 50;

export interface RootOperation {
  readonly name: string;
  readonly service: string;
  readonly startUnixMs: number;
}

/** The root that started first; `undefined` for a trace of which no root is known. */
export function findRootOperation(columns: TraceColumns): RootOperation | undefined {
  const { count, parent, flags, strings, name, service, queue, originUnixMs, startNs } = columns;
  for (let span = FIRST_SPAN; span < count; span++) {
    const above = parent[span] ?? -1;
    const isBelowNobody = above < 0 || ((flags[above] ?? 0) & SpanFlag.placeholder) !== 0;
    if (!isBelowNobody || (flags[span] ?? 0) & SpanFlag.placeholder) continue;
    return {
      name: strings[name[span] ?? 0] ?? "",
      service: (strings[service[span] ?? 0] || strings[queue[span] ?? 0]) ?? "",
      startUnixMs: originUnixMs + (startNs[span] ?? 0) / NS_PER_MS,
    };
  }
  return undefined;
}

/** Newest first; of all stores together at most `most` that are wanted. A store that cannot be asked has none. */
export async function findEarlierRuns(
  { stores }: StoreSet,
  { columns }: Trace,
  most: number,
  signal: AbortSignal,
  isWanted: (brief: TraceBrief) => boolean = () => true,
): Promise<readonly TraceBrief[]> {
  const root = findRootOperation(columns);
  if (root === undefined || root.name === "") return [];
  const isEarlier = (brief: TraceBrief): boolean =>
    brief.root.name === root.name &&
    (root.service === "" || [brief.root.service, brief.root.queue].includes(root.service)) &&
    brief.startUnixMs < root.startUnixMs &&
    !isSameTraceId(brief.traceId, columns.traceId) &&
    isWanted(brief);
  const found = await Promise.all(
    stores.map(store => findInStore(store, root, isEarlier, most, signal)),
  );
  const byTrace = new Map(found.flat().map(brief => [brief.traceId, brief]));
  return [...byTrace.values()].sort((a, b) => b.startUnixMs - a.startUnixMs).slice(0, most);
}

async function findInStore(
  store: TraceStore,
  { name, startUnixMs }: RootOperation,
  isComparable: (brief: TraceBrief) => boolean,
  most: number,
  signal: AbortSignal,
): Promise<readonly TraceBrief[]> {
  const runs: TraceBrief[] = [];
  let cursor: string | undefined;
  try {
    for (let page = 0; page < MOST_PAGES && runs.length < most; page += 1) {
      const answer = await store.searchTraces(
        {
          operation: name,
          toUnixMs: Math.ceil(startUnixMs),
          limit: PAGE,
          ...(cursor !== undefined && { cursor }),
        },
        signal,
      );
      runs.push(...answer.traces.filter(isComparable));
      cursor = answer.cursor;
      if (cursor === undefined) break;
    }
  } catch (error) {
    if (getFailure(error) === undefined) throw error;
  }
  return runs;
}

/** As all stores know it. Rejects with a `TraceError` where none has it. */
export async function readWholeTrace(
  stores: StoreSet,
  traceId: string,
  signal: AbortSignal,
): Promise<Trace> {
  const gathering = stores.gather(traceId, undefined, () => undefined);
  await gathering.start(signal);
  return buildTrace(traceId, gathering.parts);
}

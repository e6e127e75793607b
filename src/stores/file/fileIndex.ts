/**
 * The index that is kept of a file when its spans are not: its traces in short, and which ids it knows, as hashes,
 * because a million of them would cost more than the spans of the files that are asked for. A hash may be another id's:
 * who finds one reads the file to be sure. Pure.
 */

import { findFirst } from "../../base/binarySearch.ts";
import { isAbsentId } from "../../model/ids.ts";
import type { SpanRecord } from "../../model/spanRecord.ts";
import { findTaskId, toSpanBrief, toTraceBrief } from "../briefs.ts";
import type { SpanBrief, TraceBrief } from "../../model/traceStore.ts";

export interface FileIndex {
  readonly traces: ReadonlyMap<string, TraceBrief>;
  /** Service or queue to the names of its spans. */
  readonly operations: ReadonlyMap<string, ReadonlySet<string>>;
  readonly spanCount: number;
  /** Ids of spans and tasks, and of those that spans name as their parents. */
  readonly ids: IdHashes;
  readonly parentIds: IdHashes;
}

/** Sorted. */
export type IdHashes = Uint32Array;

export const emptyIndex: FileIndex = indexFile([]);

export function indexFile(records: readonly SpanRecord[]): FileIndex {
  const operations = new Map<string, Set<string>>();
  const ids: string[] = [];
  const parentIds: string[] = [];
  const briefs: SpanBrief[] = [];
  for (const { traceId, span, detail } of records) {
    // A detail is made whenever it is asked for: here once.
    briefs.push(toSpanBrief({ traceId, span, detail }));
    ids.push(span.spanId);
    const taskId = findTaskId(detail);
    if (taskId !== undefined) ids.push(taskId);
    const { parentSpanId = "", service = "", queue = "" } = span;
    if (!isAbsentId(parentSpanId)) parentIds.push(parentSpanId);
    for (const owner of [service, queue]) {
      if (owner === "") continue;
      const names = operations.get(owner) ?? new Set<string>();
      operations.set(owner, names.add(span.name));
    }
  }
  const traces = new Map<string, TraceBrief>();
  for (const [traceId, members] of Map.groupBy(briefs, brief => brief.traceId)) {
    traces.set(traceId, toTraceBrief(traceId, members));
  }
  return {
    traces,
    operations,
    spanCount: records.length,
    ids: Uint32Array.from(ids, hashId).sort(),
    parentIds: Uint32Array.from(parentIds, hashId).sort(),
  };
}

/** A file without the id is sure; one with it is not. */
export function mayHaveId(hashes: IdHashes, id: string): boolean {
  const hash = hashId(id);
  return hashes[findFirst(hashes.length, at => (hashes[at] ?? 0) >= hash)] === hash;
}

/** FNV-1a, 32 bits. */
function hashId(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

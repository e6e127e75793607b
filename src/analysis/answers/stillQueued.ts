/** Tasks that hang: published and begun by nobody, with the likely reason, or begun by a worker that is silent. Pure and linear. */

import { FIRST_SPAN, NO_SPAN, SpanFlag, SpanKind } from "../../model/span.ts";
import type { SpanIndex, TraceColumns } from "../../model/trace.ts";
import { NS_PER_MS } from "../../model/units.ts";
import { isTask } from "../groups.ts";
import { getTraceEndNs, isRunning } from "../times.ts";
import { isQueued, STALE_MS } from "../unfinished.ts";
import type { AnalysedTrace } from "../analysedTrace.ts";
import type { NoHeartbeatAnswer, StillQueuedAnswer } from "./answer.ts";

/** A worker that polls takes a message within some seconds; before that there is nothing to say. */
const LEAST_AGE_NS = 2_000 * NS_PER_MS;

export function findStillQueued(
  { columns, tree, endNs }: AnalysedTrace,
  nowUnixMs: number,
): StillQueuedAnswer[] {
  const byQueue = new Map<number, SpanIndex[]>();
  const hasEffect = new Uint8Array(columns.count);
  for (const cause of columns.edgeFrom) hasEffect[cause] = 1;
  const strayRuns = findStrayRuns(columns);
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const queue = columns.queue[span]!;
    if (queue === 0) continue;
    const isUntaken =
      columns.kind[span] === SpanKind.producer &&
      tree.childCount[span] === 0 &&
      hasEffect[span] === 0 &&
      !isRunning(columns, span);
    if (!isUntaken && !isQueued(columns, span)) continue;
    const known = byQueue.get(queue);
    if (known === undefined) byQueue.set(queue, [span]);
    else known.push(span);
  }
  const nowNs = Math.max(endNs, (nowUnixMs - columns.originUnixMs) * NS_PER_MS);
  const isYoung = nowNs - getTraceEndNs(columns) < STALE_MS * NS_PER_MS;
  return [...byQueue].flatMap(([queue, published]): StillQueuedAnswer[] => {
    const spans = dropTaken(columns, published, strayRuns.get(queue));
    if (spans.length === 0) return [];
    const reason = findReason(columns, queue);
    const sinceNs = Math.min(...spans.slice(0, 1_000).map(span => publishedNs(columns, span)));
    // Who takes messages of this queue may report elsewhere; of an old trace nothing more is to be expected.
    const isKnown = reason.kind !== "noWorkerSeen" || spans.some(span => isQueued(columns, span));
    if ((!isKnown && !isYoung) || nowNs - sinceNs < LEAST_AGE_NS) return [];
    return [
      {
        code: "stillQueued",
        certainty: isKnown ? "likely" : "possible",
        costNs: Number.NaN,
        spans,
        queue,
        sinceNs,
        reason,
      },
    ];
  });
}

/**
 * The starts of the runs of each queue that hang below no publish, because their instrumentation handed on the context of
 * the publisher's caller: each is the run of a message that seems to be taken by nobody.
 */
function findStrayRuns({ count, kind, queue, parent, startNs, edgeTo }: TraceColumns) {
  const isCaused = new Uint8Array(count);
  for (const effect of edgeTo) isCaused[effect] = 1;
  const starts = new Map<number, number[]>();
  for (let span = FIRST_SPAN; span < count; span++) {
    const above = parent[span]!;
    if (kind[span] !== SpanKind.consumer || queue[span] === 0 || isCaused[span] === 1) continue;
    if (above < 0 || kind[above] === SpanKind.producer) continue;
    const known = starts.get(queue[span]!);
    if (known === undefined) starts.set(queue[span]!, [startNs[span]!]);
    else known.push(startNs[span]!);
  }
  for (const each of starts.values()) each.sort((a, b) => a - b);
  return starts;
}

/** The messages without those that a stray run began after, each run for one of them. */
function dropTaken(
  columns: TraceColumns,
  spans: readonly SpanIndex[],
  runs: readonly number[] = [],
): readonly SpanIndex[] {
  if (runs.length === 0) return spans;
  let next = 0;
  return spans
    .toSorted((a, b) => columns.startNs[a]! - columns.startNs[b]!)
    .filter(span => {
      if (isQueued(columns, span)) return true;
      while (next < runs.length && runs[next]! < columns.startNs[span]!) next += 1;
      next += 1;
      return next > runs.length;
    });
}

export function findNoHeartbeat({ columns }: AnalysedTrace): NoHeartbeatAnswer[] {
  const spans: SpanIndex[] = [];
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (columns.flags[span]! & SpanFlag.noHeartbeat) spans.push(span);
  }
  if (spans.length === 0) return [];
  return [{ code: "noHeartbeat", certainty: "likely", costNs: Number.NaN, spans }];
}

function publishedNs(columns: TraceColumns, span: SpanIndex): number {
  const queued = columns.queuedNs[span]!;
  return Number.isNaN(queued) ? columns.startNs[span]! : queued;
}

function findReason(columns: TraceColumns, queue: number): StillQueuedAnswer["reason"] {
  let [running, lastNs] = [0, Number.NEGATIVE_INFINITY];
  let [busy, gone, last] = [NO_SPAN, NO_SPAN, NO_SPAN];
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    if (columns.queue[span] !== queue || !isTask(columns, span) || isQueued(columns, span)) {
      continue;
    }
    if (columns.flags[span]! & SpanFlag.noHeartbeat) gone = span;
    else if (isRunning(columns, span)) {
      running += 1;
      if (busy < 0) busy = span;
    } else if (columns.endNs[span]! > lastNs) {
      lastNs = columns.endNs[span]!;
      last = span;
    }
  }
  if (busy >= 0) return { kind: "workersBusy", running, task: busy };
  if (gone >= 0) return { kind: "workerGone", task: gone };
  if (last >= 0) return { kind: "workersIdle", lastNs, task: last };
  return { kind: "noWorkerSeen" };
}

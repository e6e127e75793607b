/** The facts that the header says of a whole trace, counted once. Knows no DOM and no words. */

import { getGroup, isTask } from "../../src/analysis/groups.ts";
import { sumGroups } from "../../src/analysis/highlights.ts";
import { isRunning } from "../../src/analysis/times.ts";
import { isQueued } from "../../src/analysis/unfinished.ts";
import { FIRST_SPAN, SpanFlag, SpanStatus } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { LoadedTrace } from "../panel/state.ts";
import type { SpanState } from "./spanFacts.ts";

export interface GroupCount {
  readonly name: string;
  /** Index of the palette colour. */
  readonly slot: number;
  readonly isQueue: boolean;
  readonly spans: number;
}

export interface TraceFacts {
  /** Without the placeholders, which no store has. */
  readonly spans: number;
  /** Spans that have a queue. */
  readonly tasks: number;
  readonly failed: readonly SpanIndex[];
  readonly running: readonly SpanIndex[];
  /** Published, and begun by no worker yet. */
  readonly queued: readonly SpanIndex[];
  /** Marked as running, but silent for long. */
  readonly silent: readonly SpanIndex[];
  /** Spans that needed more than one attempt. */
  readonly retried: readonly SpanIndex[];
  /** Most self time first. */
  readonly groups: readonly GroupCount[];
}

export function countTrace({ columns, selfNs, slots }: LoadedTrace): TraceFacts {
  const failed: SpanIndex[] = [];
  const running: SpanIndex[] = [];
  const queued: SpanIndex[] = [];
  const silent: SpanIndex[] = [];
  const retried: SpanIndex[] = [];
  const queues = new Set<number>();
  let spans = 0;
  let tasks = 0;
  for (let span = FIRST_SPAN; span < columns.count; span++) {
    const flags = columns.flags[span] ?? 0;
    if (flags & SpanFlag.placeholder) continue;
    spans += 1;
    if (isTask(columns, span)) {
      tasks += 1;
      queues.add(getGroup(columns, span));
    }
    if (columns.status[span] === SpanStatus.error) failed.push(span);
    if (flags & SpanFlag.noHeartbeat) silent.push(span);
    else if (isQueued(columns, span)) queued.push(span);
    else if (isRunning(columns, span)) running.push(span);
    if ((columns.attempts[span] ?? 1) > 1) retried.push(span);
  }
  return {
    spans,
    tasks,
    failed,
    running,
    queued,
    silent,
    retried,
    groups: sumGroups(columns, selfNs)
      .filter(({ group }) => group !== 0)
      .map(({ group, spans: count }) => ({
        name: columns.strings[group] ?? "",
        slot: slots.get(group) ?? 0,
        isQueue: queues.has(group),
        spans: count,
      })),
  };
}

/** How the whole trace is, by the same rule as in the list of traces: no error is not yet a success. */
export function getTraceState(facts: TraceFacts, root: SpanState | undefined): SpanState {
  if (facts.failed.length > 0) return "failed";
  if (facts.running.length > 0) return "running";
  if (facts.queued.length > 0) return "queued";
  if (facts.silent.length > 0) return "silent";
  if (facts.spans === 0) return "missing";
  return root === "ok" || root === "untimed" ? root : "ended";
}

/** The first of `spans` after the one that is selected, around the end to the beginning. */
export function findNextOf(
  spans: readonly SpanIndex[],
  selected: SpanIndex | undefined,
): SpanIndex | undefined {
  return spans.find(span => selected !== undefined && span > selected) ?? spans[0];
}

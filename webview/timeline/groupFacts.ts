/** The words of a row that stands for a group of alike siblings, and the facts behind them. Knows no canvas and no DOM. */

import { isRunning } from "../../src/analysis/times.ts";
import { SpanStatus } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { formatDuration } from "../../src/model/units.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { countOf, formatCount } from "../words/localText.ts";
import { t } from "../words/words.ts";
import type { TimelineData } from "./timelineData.ts";
import type { Card } from "./tooltip.ts";

export interface GroupFacts {
  readonly members: readonly SpanIndex[];
  readonly totalNs: number;
  readonly leastNs: number;
  readonly mostNs: number;
  readonly fromNs: number;
  readonly toNs: number;
  /** Failed members, and failed spans below any. */
  readonly errors: number;
  readonly errorsBelow: number;
  readonly running: number;
  /** From, to, from, to … in which any of them ran, ascending. */
  readonly intervals: Float64Array;
}

export function readGroup(
  { columns, endNs: traceEndNs }: LoadedTrace,
  members: readonly SpanIndex[],
  countErrorsBelow: (span: SpanIndex) => number,
): GroupFacts {
  let totalNs = 0;
  let leastNs = Number.POSITIVE_INFINITY;
  let mostNs = 0;
  let errors = 0;
  let errorsBelow = 0;
  let running = 0;
  const intervals: number[] = [];
  // Siblings stand by start, but where they were moved for the skew of their clocks.
  const byStart = [...members].sort((a, b) => columns.startNs[a]! - columns.startNs[b]!);
  for (const span of byStart) {
    const runs = isRunning(columns, span);
    const from = columns.startNs[span]!;
    const to = Math.max(from, runs ? traceEndNs : columns.endNs[span]!);
    totalNs += to - from;
    leastNs = Math.min(leastNs, to - from);
    mostNs = Math.max(mostNs, to - from);
    if (runs) running += 1;
    if (columns.status[span] === SpanStatus.error) errors += 1;
    errorsBelow += countErrorsBelow(span);
    const last = intervals.at(-1);
    if (last === undefined || from > last) intervals.push(from, to);
    else intervals[intervals.length - 1] = Math.max(last, to);
  }
  return {
    members,
    totalNs,
    leastNs,
    mostNs,
    fromNs: intervals[0] ?? 0,
    toNs: intervals.at(-1) ?? 0,
    errors,
    errorsBelow,
    running,
    intervals: Float64Array.from(intervals),
  };
}

/** `×412`. */
export function describeSize({ members }: Pick<GroupFacts, "members">): string {
  return `×${formatCount(members.length)}`;
}

/** The words beside the bar, and a shorter form for where there is little room. */
export function describeGroup(group: GroupFacts): {
  readonly full: string;
  readonly short: string;
} {
  const short = [
    formatDuration(group.totalNs),
    group.errors > 0 ? countOf(group.errors, t("1 error"), t("{0} errors")) : "",
    group.running > 0 ? t("{0} running", formatCount(group.running)) : "",
  ]
    .filter(part => part !== "")
    .join(" · ");
  return { full: `${short} · ${describeSpread(group)}`, short };
}

function describeSpread({ leastNs, mostNs }: GroupFacts): string {
  const least = formatDuration(leastNs);
  const most = formatDuration(mostNs);
  return least === most ? t("each {0}", most) : t("{0} to {1} each", least, most);
}

/** One sentence for who cannot see the row. */
export function describeGroupAloud(data: TimelineData, group: GroupFacts): string {
  const leader = group.members[0]!;
  const { errorsBelow } = group;
  return [
    data.getTitle(leader),
    countOf(group.members.length, t("1 call"), t("{0} calls")),
    data.getQueue(leader),
    data.getService(leader),
    t("total {0}", describeGroup(group).full),
    errorsBelow === 0
      ? ""
      : errorsBelow === 1
        ? t("1 error below")
        : t("{0} errors below", errorsBelow),
  ]
    .filter(part => part !== "")
    .join(", ");
}

export function describeGroupCard(data: TimelineData, group: GroupFacts): Card {
  const leader = group.members[0]!;
  const { members, totalNs, errors, running } = group;
  return {
    title: `${data.getTitle(leader)} ${describeSize(group)}`,
    facts: [
      [t("Service"), data.getService(leader)],
      [t("Queue"), data.getQueue(leader)],
      [t("Total"), formatDuration(totalNs)],
      [t("Per call"), formatDuration(totalNs / members.length)],
      [t("Shortest"), formatDuration(group.leastNs)],
      [t("Longest"), formatDuration(group.mostNs)],
      [t("Running"), running > 0 ? formatCount(running) : ""],
      [t("Errors"), errors > 0 ? formatCount(errors) : ""],
    ],
    legend: t("Alike calls are one row; → shows each."),
  };
}

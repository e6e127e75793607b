/** The words of a row that stands for a group of alike siblings. Knows no canvas and no DOM. */

import { formatDuration } from "../../src/model/units.ts";
import { countOf, formatCount } from "../words/localText.ts";
import { t } from "../words/words.ts";
import type { GroupFacts } from "./readGroup.ts";
import type { TimelineData } from "./timelineData.ts";
import type { Card } from "./tooltip.ts";

export type { GroupFacts } from "./readGroup.ts";

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

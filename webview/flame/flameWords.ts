/** The words of the flame view about a box: on its card and to a screen reader. Knows no canvas and no DOM. */

import type { CallPaths } from "../../src/analysis/callGraphPaths.ts";
import type { FlameBox, FlameLayout } from "../../src/analysis/flame.ts";
import { formatDuration } from "../../src/model/units.ts";
import type { TimelineData } from "../timeline/timelineData.ts";
import { describeSpanCard, type Card } from "../timeline/tooltip.ts";
import { countOf, formatCount, formatShare } from "../words/localText.ts";
import { t } from "../words/words.ts";

export function describeBoxCard(
  data: TimelineData,
  layout: FlameLayout,
  paths: CallPaths | undefined,
  box: FlameBox,
): Card {
  const span = layout.spanOf[box]!;
  if (paths === undefined) return { ...describeSpanCard(data, span), legend: "" };
  const { totalNs, selfNs, errors } = paths;
  const calls = countCalls(paths, box);
  const widthNs = layout.to[box]! - layout.from[box]!;
  return {
    title: data.getTitle(span),
    facts: [
      [t("Service"), data.getService(span)],
      [t("Queue"), data.getQueue(span)],
      [t("Calls"), formatCount(calls)],
      [t("Total"), formatDuration(totalNs[box]!)],
      [t("Self"), formatDuration(selfNs[box]!)],
      [t("Per call"), calls > 1 ? formatDuration(totalNs[box]! / calls) : ""],
      [t("Share"), layout.endNs > 0 ? formatShare(widthNs, layout.endNs) : ""],
      [t("Errors"), errors[box]! > 0 ? formatCount(errors[box]!) : ""],
    ],
    legend: layout.isTimed
      ? t("As wide as the self time of these calls and of all below.")
      : t("As wide as the number of these calls and of all below, for none took time."),
  };
}

/** One sentence for who cannot see the box. */
export function describeBoxAloud(
  data: TimelineData,
  layout: FlameLayout,
  paths: CallPaths | undefined,
  box: FlameBox,
): string {
  const span = layout.spanOf[box]!;
  if (paths === undefined) return data.describeAloud(span);
  const errors = paths.errors[box]!;
  return [
    data.getTitle(span),
    data.getQueue(span),
    data.getService(span),
    countOf(countCalls(paths, box), t("1 call"), t("{0} calls")),
    t("total {0}", formatDuration(paths.totalNs[box]!)),
    t("self {0}", formatDuration(paths.selfNs[box]!)),
    errors === 0 ? "" : countOf(errors, t("1 error"), t("{0} errors")),
  ]
    .filter(part => part !== "")
    .join(", ");
}

function countCalls({ spansStart }: CallPaths, path: FlameBox): number {
  return spansStart[path + 1]! - spansStart[path]!;
}

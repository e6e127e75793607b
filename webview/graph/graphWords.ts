/** The names of nodes, edges and groups of the call graph. Knows no pixels. */

import type { CallNode, CausalEdge } from "../../src/analysis/callGraph.ts";
import { formatDuration } from "../../src/model/units.ts";
import { countOf, formatCount } from "../words/localText.ts";
import { describeEdge } from "../words/spanFacts.ts";
import { t } from "../words/words.ts";

export function nameNode(node: CallNode): string {
  if (node.kind === "more") return countOf(node.calls, t("+1 more call"), t("+{0} more calls"));
  if (node.isPlaceholder) return t("missing span");
  return node.name === "" ? t("(no name)") : node.name;
}

/** The second line: how often, how long, how much of it at work itself. */
export function describeTimes(node: CallNode): string {
  if (node.isPlaceholder) {
    return node.calls > 1 ? t("{0} parents that no store has", node.calls) : t("no store has it");
  }
  if (node.isUntimed) {
    return node.calls > 1 && node.kind === "calls" ? `×${formatCount(node.calls)}` : t("no times");
  }
  return [
    ...(node.kind === "calls" && node.calls > 1 ? [`×${formatCount(node.calls)}`] : []),
    describeTotal(node),
    // A leaf's own time is all of it: saying so twice is noise.
    ...(formatDuration(node.selfNs) === formatDuration(node.totalNs)
      ? []
      : [t("self {0}", formatDuration(node.selfNs))]),
    // Elsewhere the wait stands on the edge that leads to the node.
    ...(node.parent < 0 && node.waitNs > 0 ? [t("waited {0}", formatDuration(node.waitNs))] : []),
  ].join(" · ");
}

/** A call that runs and was heard of once has no length yet, and a task that waits has none. */
function describeTotal({ totalNs, running, queued }: CallNode): string {
  if (totalNs > 0 || running + queued === 0) return formatDuration(totalNs);
  return running > 0 ? t("running") : t("queued");
}

/** Everything, for the tooltip (line by line) and for a screen reader (in one sentence). */
export function describeNode(node: CallNode, group: string): readonly string[] {
  return [
    nameNode(node),
    ...(group === "" ? [] : [group]),
    ...(node.isPlaceholder ? [describeTimes(node)] : describeSums(node)),
    ...(node.hiddenCalls > 0
      ? [countOf(node.hiddenCalls, t("1 call folded"), t("{0} calls folded"))]
      : []),
    ...(node.hiddenErrors > 0 ? [t("{0} of them failed", formatCount(node.hiddenErrors))] : []),
  ];
}

function describeSums(node: CallNode): readonly string[] {
  const times =
    node.calls > 1 && node.kind === "calls"
      ? [
          t("{0} calls, {1} in all", formatCount(node.calls), formatDuration(node.totalNs)),
          t("slowest {0}", formatDuration(node.maxNs)),
        ]
      : [describeTotal(node)];
  return [
    ...(node.isUntimed
      ? [describeTimes(node)]
      : [...times, t("self {0}", formatDuration(node.selfNs))]),
    ...(node.waitNs > 0 ? [t("waited {0}", formatDuration(node.waitNs))] : []),
    ...(node.errors > 0 ? [t("{0} failed", formatCount(node.errors))] : []),
    ...(node.running > 0 ? [t("{0} running", formatCount(node.running))] : []),
    ...(node.queued > 0 ? [countOf(node.queued, t("1 queued"), t("{0} queued"))] : []),
    ...(node.silent > 0
      ? [countOf(node.silent, t("1 without heartbeat"), t("{0} without heartbeat"))]
      : []),
    ...(node.retries > 0 ? [t("retries: {0}", formatCount(node.retries))] : []),
  ];
}

/** Beside the edge from a parent. */
export function describeCall(node: CallNode): string {
  return [
    ...(node.kind === "calls" && node.calls > 1 ? [`×${formatCount(node.calls)}`] : []),
    ...(node.waitNs > 0 ? [t("waited {0}", formatDuration(node.waitNs))] : []),
  ].join(" · ");
}

export function describeCause({ kind, count }: CausalEdge, from: CallNode, to: CallNode): string {
  const text = t("{0}: {1} → {2}", describeEdge(kind), nameNode(from), nameNode(to));
  return count > 1 ? `${text} ×${formatCount(count)}` : text;
}

/** The change of a call path, in a word or two. Knows no DOM. */

import type { ComparedPath, PathChange } from "../../src/analysis/compareTraces.ts";
import { assertNever } from "../../src/base/assert.ts";
import { formatDuration } from "../../src/model/units.ts";
import { formatCount } from "./localText.ts";
import { t } from "./words.ts";

/** In the order of what a person should look at first. */
export const changeOrder: readonly PathChange[] = [
  ...(["failing", "new", "missing", "moreOften", "slower"] as const),
  ...(["recovered", "lessOften", "faster"] as const),
];

/**
 * Ranks a change: what is only implied by the path above it comes after what is news; what has not changed comes last.
 */
export function rankChange({ change, isImplied }: ComparedPath): number {
  if (change === undefined) return 3 * changeOrder.length;
  return changeOrder.indexOf(change) + (isImplied ? changeOrder.length : 0) + changeOrder.length;
}

export function describeChange({ change, before, after }: ComparedPath): string {
  switch (change) {
    case undefined:
      return "";
    case "failing":
      return t("newly failing");
    case "new":
      return t("new");
    case "missing":
      return t("missing");
    case "moreOften":
    case "lessOften":
      return `×${formatCount(before?.calls ?? 0)} → ×${formatCount(after?.calls ?? 0)}`;
    case "slower":
    case "faster": {
      const ownNs = (after?.selfNs ?? 0) - (before?.selfNs ?? 0);
      const sign = ownNs > 0 ? "+" : "";
      return change === "slower"
        ? t("slower: {0}", `${sign}${formatDuration(ownNs)}`)
        : t("faster: {0}", `${sign}${formatDuration(ownNs)}`);
    }
    case "recovered":
      return t("no longer failing");
    default:
      return assertNever(change);
  }
}

/** How many changes of a kind there are; nothing for what is better. */
export function countChange(change: PathChange, count: number): string {
  const text = formatCount(count);
  switch (change) {
    case "failing":
      return t("{0} newly failing", text);
    case "new":
      return t("{0} new", text);
    case "missing":
      return t("{0} missing", text);
    case "moreOften":
      return t("{0} called more often", text);
    case "slower":
      return t("{0} slower", text);
    case "recovered":
      return t("{0} no longer failing", text);
    case "lessOften":
      return t("{0} called less often", text);
    case "faster":
      return t("{0} faster", text);
    default:
      return assertNever(change);
  }
}

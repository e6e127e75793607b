/** The runs of a function, in words. */

import * as vscode from "vscode";
import type { EditEffect, RunFacts, RunStatistics } from "../../analysis/runFacts.ts";
import type { WorkspaceCommit } from "../../model/workspaceCommit.ts";
import { formatDuration, NS_PER_MS } from "../../model/units.ts";
import { formatAgo } from "../../platform/formatAgo.ts";

/** A change that is smaller is no trend. */
const MIN_TREND = 0.2;

/** One quiet line. */
export function describeRuns(facts: RunFacts, nowUnixMs: number): string {
  const { t } = vscode.l10n;
  const { hour, all, isHourCut, lastUnixMs, isLastFailed, sinceEdit, sinceCommit } = facts;
  const parts =
    hour.count === 0
      ? [t("last run {0}", formatAgo(lastUnixMs, nowUnixMs, "narrow")), describeP95(all)]
      : [describeCount(hour.count, isHourCut), describeP95(hour)];
  if (hour.errors > 0) parts.push(t("{0} failed", hour.errors));
  else if (isLastFailed) parts.push(t("the last one failed"));
  if (sinceEdit !== undefined) parts.push(t("since your edit: {0}", describeEffect(sinceEdit)));
  else if (sinceCommit !== undefined) {
    const { before, effect } = sinceCommit;
    parts.push(t("since {0}: {1}", nameCommit(before), describeEffect(effect)));
  }
  return parts.join(" · ");
}

/** As git itself shortens a hash in most repositories. */
export function nameCommit({ commit, isDirty }: WorkspaceCommit): string {
  const short = commit.slice(0, 7);
  return isDirty === true ? vscode.l10n.t("{0}, edited", short) : short;
}

export function describeCount(count: number, isCut: boolean): string {
  const { t } = vscode.l10n;
  if (isCut) return t("more than {0} runs in the last hour", count);
  return count === 1 ? t("1 run in the last hour") : t("{0} runs in the last hour", count);
}

function describeP95({ p95Ms }: RunStatistics): string {
  return vscode.l10n.t("p95 {0}", formatMs(p95Ms));
}

export function describeEffect({ p95, errors, perTrace }: EditEffect): string {
  const { t } = vscode.l10n;
  const parts: string[] = [];
  if (p95 !== undefined) parts.push(t("p95 +{0} %", Math.round(p95 * 100)));
  if (errors !== undefined) parts.push(t("{0} failed", errors));
  if (perTrace !== undefined) {
    const [after, before] = [perTrace.after, perTrace.before].map(each => Number(each.toFixed(1)));
    parts.push(t("{0} runs in each trace, {1} before", after ?? 0, before ?? 0));
  }
  return parts.join(", ");
}

/** `undefined` where the runs are as they were. */
export function describeTrend(trend: number | undefined): string | undefined {
  if (trend === undefined || Math.abs(trend) < MIN_TREND) return undefined;
  const percent = Math.round(Math.abs(trend) * 100);
  return trend > 0
    ? vscode.l10n.t("the newest runs are {0} % slower", percent)
    : vscode.l10n.t("the newest runs are {0} % faster", percent);
}

export function formatMs(ms: number): string {
  return formatDuration(ms * NS_PER_MS);
}

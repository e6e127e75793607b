/** The runs of a function as a hover card. */

import * as vscode from "vscode";
import type { RunFacts } from "../../analysis/runFacts.ts";
import { commands } from "../../manifest.ts";
import type { RunSpan } from "../../model/operationRuns.ts";
import { formatAgo } from "../../platform/formatAgo.ts";
import {
  appendRows,
  createCommandLink,
  createMarkdown,
  escapeMarkdown,
  joinLinks,
} from "../../platform/markdown.ts";
import type { FunctionRuns } from "../../services/runsOfCode.ts";
import { describeCount, describeEffect, describeTrend, formatMs, nameCommit } from "./runWords.ts";

/** Where there are more spans, so many are named. */
const MAX_NAMES = 3;

export interface RunsCard {
  readonly runs: FunctionRuns;
  readonly facts: RunFacts;
  readonly lastFailed: RunSpan | undefined;
  /** Not all that is stored has been counted. */
  readonly isLimited: boolean;
  readonly nowUnixMs: number;
}

export function createRunsCard({
  runs,
  facts,
  lastFailed,
  isLimited,
  nowUnixMs,
}: RunsCard): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const { place, operations } = runs;
  const card = createMarkdown([commands.showRuns, commands.openTrace]);
  const { hour, all, lastUnixMs, isLastFailed, sinceEdit, sinceCommit } = facts;
  const shown = hour.count > 0 ? hour : all;
  card.appendMarkdown(
    `$(history) **${escapeMarkdown(place.function)}** ${describeCount(hour.count, facts.isHourCut)}`,
  );
  const lastRun = formatAgo(lastUnixMs, nowUnixMs);
  const share = Math.round((shown.errors / shown.count) * 100);
  const names = operations.slice(0, MAX_NAMES).map(({ name, service }) => {
    return escapeMarkdown(service === "" ? name : `${name} (${service})`);
  });
  if (operations.length > MAX_NAMES) names.push("…");
  appendRows(card, [
    [t("Last run"), isLastFailed ? `${lastRun}, ${t("failed")}` : lastRun],
    [t("Duration"), `p50 ${formatMs(shown.p50Ms)} · p95 ${formatMs(shown.p95Ms)}`],
    [t("Failed"), t("{0} of {1} ({2} %)", shown.errors, shown.count, share)],
    [t("Trend"), describeTrend(facts.trend)],
    [t("Since your edit"), sinceEdit && describeEffect(sinceEdit)],
    [
      sinceCommit === undefined ? "" : t("Since {0}", nameCommit(sinceCommit.before)),
      sinceCommit && describeEffect(sinceCommit.effect),
    ],
    [t("Spans"), names.join(", ")],
  ]);
  if (lastFailed !== undefined) appendError(card, lastFailed, nowUnixMs);
  if (isLimited) card.appendMarkdown(`\n\n${t("Older runs are not counted: there are too many.")}`);
  const { path, owner } = place;
  const target = { path, owner, function: place.function };
  const links = [createCommandLink(t("Show Runs"), commands.showRuns, [target])];
  if (lastFailed !== undefined) {
    const { traceId, spanId } = lastFailed;
    const request = { traceId, span: spanId };
    links.push(createCommandLink(t("Open the Last Failed Run"), commands.openTrace, [request]));
  }
  card.appendMarkdown(`\n\n${joinLinks(links)}`);
  return card;
}

function appendError(card: vscode.MarkdownString, run: RunSpan, nowUnixMs: number): void {
  const { error } = run.detail;
  const text = [error?.type, error?.message].filter(Boolean).join(": ");
  if (text === "") return;
  const ago = formatAgo(run.startUnixMs, nowUnixMs);
  card.appendMarkdown(`\n\n${vscode.l10n.t("Last error, {0}", ago)}`);
  card.appendCodeblock(text.slice(0, MAX_ERROR), "text");
}

/** A card is for a glance; the trace has the rest. */
const MAX_ERROR = 500;

/** The fate of a task, as a hover card. */

import * as vscode from "vscode";
import { formatStart } from "../../base/formatStart.ts";
import { isMoment } from "../../base/relativeTime.ts";
import { isNoId, shortId } from "../../model/ids.ts";
import { SpanStatus } from "../../model/span.ts";
import { formatDuration, NS_PER_MS } from "../../model/units.ts";
import { commands, type OpenTraceRequest } from "../../manifest.ts";
import { formatAgo } from "../../platform/formatAgo.ts";
import {
  appendRows,
  createCommandLink,
  createMarkdown,
  escapeMarkdown,
  joinLinks,
} from "../../platform/markdown.ts";
import type { FoundBrief } from "../../stores/storeSet.ts";
import type { Found, SpanBrief } from "../../model/traceStore.ts";

const cardCommands = [commands.openTrace, commands.goToFunction, commands.copyId];

/** `undefined` where there is nothing worth a card: nobody knows a bare id, and everybody could be asked. */
export function createHoverCard(
  id: string,
  isCertain: boolean,
  looked: FoundBrief,
  caller: string | undefined,
): vscode.MarkdownString | undefined {
  if (looked.kind === "found") return createFoundCard(id, looked, caller);
  const { t } = vscode.l10n;
  if (!isCertain && looked.failed.length === 0) return undefined;
  const card = createMarkdown(cardCommands);
  if (looked.asked.length > 0) {
    card.appendMarkdown(
      escapeMarkdown(t("{0} was not found in {1}.", shortId(id), looked.asked.join(", "))),
    );
  }
  if (looked.failed.length > 0) {
    card.appendMarkdown("\n\n");
    card.appendMarkdown(escapeMarkdown(t("{0} did not answer.", looked.failed.join(", "))));
  }
  card.appendMarkdown(`\n\n${joinLinks([openTrace({ text: id }), copyId(id)])}`);
  return card;
}

function createFoundCard(
  id: string,
  { traceId, spanId, brief, errorCount = 0 }: Found,
  caller: string | undefined,
): vscode.MarkdownString {
  const { t } = vscode.l10n;
  const card = createMarkdown(cardCommands);
  // A root seldom fails with what it called, and who asks for a trace asks for all of it.
  const hasMore = errorCount > (brief.status === SpanStatus.error ? 1 : 0);
  const errors = errorCount === 1 ? t("1 error") : t("{0} errors", errorCount);
  const facts = [brief.queue ?? brief.service, describeStatus(brief), hasMore ? errors : ""]
    .filter(Boolean)
    .join(" · ");
  const icon = hasMore ? "$(error)" : iconOf(brief);
  card.appendMarkdown(`${icon} **${escapeMarkdown(brief.name)}** ${escapeMarkdown(facts)}`);
  const error = brief.error;
  if (error !== undefined && error !== "") {
    card.appendMarkdown("\n\n");
    card.appendCodeblock(error, "text");
  }
  // Above the facts: a card in a narrow window is cut, and what it leads to must not be.
  const isTask = brief.queue !== undefined && brief.queue !== "";
  const goToFunction = createCommandLink(t("Go to Function"), commands.goToFunction, [
    { name: brief.name, ...(isTask && { queue: brief.queue }) },
  ]);
  card.appendMarkdown(
    `\n\n${joinLinks([openTrace({ traceId, span: spanId ?? id }), goToFunction, copyId(id)])}`,
  );
  const rows: readonly (readonly [string, string | undefined])[] = [
    [t("Waited"), durationBetween(brief.queuedUnixMs, brief.startUnixMs)],
    [t("Ran"), describeRun(brief)],
    [t("When"), describeWhen(brief.startUnixMs)],
    [t("Called by"), describeCaller(brief, caller)],
    [t("Called"), describeChildren(brief.childCount)],
  ];
  appendRows(card, rows);
  return card;
}

function iconOf({ status, endUnixMs, noHeartbeat }: SpanBrief): string {
  if (status === SpanStatus.error) return "$(error)";
  if (noHeartbeat === true) return "$(question)";
  if (status === SpanStatus.unset) return endUnixMs === undefined ? "$(sync)" : "$(circle-large)";
  return "$(pass)";
}

function describeStatus({
  status,
  startUnixMs,
  endUnixMs,
  noHeartbeat,
  attempts = 1,
}: SpanBrief): string {
  const { t } = vscode.l10n;
  const isTried = attempts > 1;
  if (status === SpanStatus.error) {
    return isTried ? t("failed after {0} attempts", attempts) : t("failed");
  }
  if (noHeartbeat === true && startUnixMs !== undefined) {
    return t(
      "no heartbeat since {0}",
      new Date(startUnixMs).toLocaleTimeString(vscode.env.language),
    );
  }
  // Who sets no status has not said that all went well: what it called may have failed.
  if (status === SpanStatus.unset) return endUnixMs === undefined ? t("running") : t("ended");
  return isTried ? t("succeeded on attempt {0}", attempts) : t("succeeded");
}

function describeRun(brief: SpanBrief): string | undefined {
  const { startUnixMs, endUnixMs, status, noHeartbeat } = brief;
  if (noHeartbeat === true) return undefined;
  if (endUnixMs === undefined && status === SpanStatus.unset && startUnixMs !== undefined) {
    return vscode.l10n.t("{0} so far", formatDuration((Date.now() - startUnixMs) * NS_PER_MS));
  }
  return durationBetween(startUnixMs, endUnixMs);
}

function durationBetween(from: number | undefined, to: number | undefined): string | undefined {
  if (from === undefined || to === undefined) return undefined;
  return formatDuration(Math.max(0, to - from) * NS_PER_MS);
}

function describeWhen(unixMs: number | undefined): string | undefined {
  if (unixMs === undefined || !isMoment(unixMs)) return undefined;
  const { language } = vscode.env;
  const now = Date.now();
  return `${formatStart(unixMs, now, language)} · ${formatAgo(unixMs, now)}`;
}

function describeCaller({ parentSpanId }: SpanBrief, name: string | undefined): string | undefined {
  if (parentSpanId === undefined || (name === undefined && isNoId(parentSpanId))) return undefined;
  const id = shortId(parentSpanId);
  return name === undefined ? id : `${escapeMarkdown(name)} ${id}`;
}

function describeChildren(count: number | undefined): string | undefined {
  if (count === undefined) return undefined;
  const { t } = vscode.l10n;
  return count === 0 ? t("nothing") : count === 1 ? t("1 task") : t("{0} tasks", count);
}

function openTrace(request: OpenTraceRequest): string {
  return createCommandLink(vscode.l10n.t("Open Trace"), commands.openTrace, [request]);
}

function copyId(id: string): string {
  return createCommandLink(vscode.l10n.t("Copy"), commands.copyId, [id]);
}

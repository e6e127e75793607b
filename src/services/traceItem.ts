/** A trace as a row of a quick pick. */

import * as vscode from "vscode";
import { formatStart } from "../base/formatStart.ts";
import { SpanStatus } from "../model/span.ts";
import type { TraceBrief } from "../model/traceStore.ts";
import { formatDuration, NS_PER_MS } from "../model/units.ts";

export interface TraceItem extends vscode.QuickPickItem {
  readonly trace: TraceBrief;
}

/** `store`: its name, where traces of several stand in one list. */
export function createTraceItem(trace: TraceBrief, store = ""): TraceItem {
  const { t } = vscode.l10n;
  const { root, spanCount, errorCount, startUnixMs, durationMs, traceId } = trace;
  const icon = errorCount > 0 ? "error" : root.status === SpanStatus.ok ? "pass" : "circle-outline";
  const { language } = vscode.env;
  const time = formatStart(startUnixMs, Date.now(), language) ?? "";
  return {
    label: `$(${icon}) ${root.name || traceId}`,
    description: join([
      root.queue ?? root.service ?? "",
      describeDuration(startUnixMs, durationMs),
      spanCount === 1 ? t("1 span") : t("{0} spans", spanCount),
      errorCount === 0 ? "" : errorCount === 1 ? t("1 error") : t("{0} errors", errorCount),
    ]),
    detail: join([time, store, traceId]),
    trace,
  };
}

function describeDuration(startUnixMs: number, durationMs: number | undefined): string {
  if (durationMs !== undefined) return formatDuration(durationMs * NS_PER_MS);
  return startUnixMs === 0 ? "" : vscode.l10n.t("running");
}

function join(parts: readonly string[]): string {
  return parts.filter(part => part !== "").join(" · ");
}

/** The list of a function's runs: choosing one opens its trace at the span. */

import * as vscode from "vscode";
import { neverAborted } from "../../base/neverAborted.ts";
import { quoteFilterValue } from "../../analysis/traceFilter.ts";
import { commands, type OpenTraceRequest } from "../../manifest.ts";
import type { RunBrief } from "../../model/operationRuns.ts";
import type { FunctionRuns, RunsOfCode } from "../../services/runsOfCode.ts";
import { formatAgo } from "../../platform/formatAgo.ts";
import { formatMs } from "./runWords.ts";

/** The side bar's list has the rest. */
const MAX_LISTED = 100;

interface RunItem extends vscode.QuickPickItem {
  readonly run?: RunBrief;
}

export async function chooseRun(
  runs: RunsOfCode,
  function_: FunctionRuns,
  listTraces: (filter: string) => Promise<void>,
): Promise<void> {
  const { t } = vscode.l10n;
  const listed = runs.listRuns(function_, MAX_LISTED, neverAborted());
  const items = listed.then(found => {
    const rows: RunItem[] = found.map(run => toItem(run, function_));
    if (function_.operations.length > 0) {
      rows.push(
        { label: "", kind: vscode.QuickPickItemKind.Separator },
        { label: `$(list-unordered) ${t("Show in the list of traces")}` },
      );
    }
    return rows;
  });
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Runs of {0}", function_.place.function),
    placeHolder: t("Choose a run to open its trace"),
    matchOnDescription: true,
  });
  if (chosen === undefined) return;
  if (chosen.run === undefined) {
    await listTraces(toFilter(function_));
    return;
  }
  const { traceId, spanId } = chosen.run;
  const request: OpenTraceRequest = { traceId, span: spanId };
  await vscode.commands.executeCommand(commands.openTrace, request);
}

function toItem(run: RunBrief, { operations }: FunctionRuns): RunItem {
  const time = new Date(run.startUnixMs).toLocaleTimeString(vscode.env.language);
  const age = formatAgo(run.startUnixMs, Date.now());
  const state = run.isError ? vscode.l10n.t("failed") : "";
  const name = operations.length > 1 ? run.name : "";
  return {
    label: `$(${run.isError ? "error" : "pass"}) ${time} · ${formatMs(run.durationMs)}`,
    description: [state, name, age].filter(text => text !== "").join(" · "),
    run,
  };
}

/** The list filters by one operation: that which ran most. */
function toFilter({ operations }: FunctionRuns): string {
  const [most] = [...operations].sort((a, b) => b.startUnixMs.length - a.startUnixMs.length);
  if (most === undefined) return "";
  const service = most.service === "" ? [] : [`service:${quoteFilterValue(most.service)}`];
  return [...service, `operation:${quoteFilterValue(most.name)} `].join(" ");
}

/** The commands that compare the open trace: with the run before, with another trace, with the median of the last runs. */

import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import { commands } from "../../manifest.ts";
import type { Trace } from "../../model/trace.ts";
import type { TraceBrief } from "../../model/traceStore.ts";
import { formatDuration, NS_PER_MS } from "../../model/units.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { withProgress } from "../../platform/progress.ts";
import { showReport } from "../../platform/report.ts";
import type { StoreSet } from "../../stores/storeSet.ts";
import { findEarlierRuns, findRootOperation, readWholeTrace } from "./earlierRuns.ts";
import type { TracePanel } from "./tracePanel.ts";

/** So many earlier runs say what is usual, and are read in a moment. */
const RUNS = 10;
const LISTED = 50;

export interface CompareServices {
  readonly log: Log;
  stores(): Promise<StoreSet>;
  /** The panel in front. */
  getActive(): TracePanel | undefined;
  openTrace(traceId: string): PromiseLike<unknown>;
}

export function registerCompareCommands(services: CompareServices): Disposable {
  return registerCommands(services.log, {
    [commands.compareWithRunBefore]: async row => {
      if (row !== undefined) await services.openTrace(row.traceId);
      await compare(services, (_panel, _trace, runs) => Promise.resolve(runs.slice(0, 1)));
    },
    [commands.compareTraces]: () => compare(services, chooseRuns),
  });
}

async function compare(
  services: CompareServices,
  choose: (
    panel: TracePanel,
    trace: Trace,
    runs: readonly TraceBrief[],
  ) => Promise<readonly TraceBrief[] | undefined>,
): Promise<void> {
  const panel = services.getActive();
  const trace = panel?.session.trace;
  if (panel === undefined || trace === undefined) {
    const text = vscode.l10n.t("Open a trace first, then compare it.");
    await showReport({ text, lines: [], actions: [] }, "info");
    return;
  }
  const set = await services.stores();
  const title = vscode.l10n.t("Looking for earlier runs");
  const runs = await withProgress(title, signal => findEarlierRuns(set, trace, LISTED, signal));
  if (runs.length === 0) {
    const { name = "" } = findRootOperation(trace.columns) ?? {};
    const text = vscode.l10n.t("No store has an earlier run of “{0}”.", name);
    await showReport({ text, lines: [], actions: [] }, "info");
    return;
  }
  const chosen = await choose(panel, trace, runs);
  if (chosen === undefined) return;
  const reading = vscode.l10n.t("Reading earlier runs");
  const read = await withProgress(reading, signal =>
    Promise.all(chosen.map(({ traceId }) => readWholeTrace(set, traceId, signal))),
  );
  panel.compareWith(read);
}

interface RunItem extends vscode.QuickPickItem {
  readonly runs: readonly TraceBrief[];
}

async function chooseRuns(
  _panel: TracePanel,
  _trace: Trace,
  runs: readonly TraceBrief[],
): Promise<readonly TraceBrief[] | undefined> {
  const last = runs.slice(0, RUNS);
  const items: readonly RunItem[] = [
    ...(last.length < 2
      ? []
      : [
          {
            label: vscode.l10n.t("The median of the last {0} runs", last.length),
            description: vscode.l10n.t("what any of them did counts as usual"),
            runs: last,
          },
        ]),
    ...runs.map(run => ({
      label: new Date(run.startUnixMs).toLocaleString(vscode.env.language),
      description: describeRun(run),
      detail: run.traceId,
      runs: [run],
    })),
  ];
  const title = vscode.l10n.t("Compare with Which Run?");
  const picked = await vscode.window.showQuickPick(items, {
    title,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return picked?.runs;
}

function describeRun({ durationMs, spanCount, errorCount }: TraceBrief): string {
  const { t } = vscode.l10n;
  return [
    durationMs === undefined ? t("running") : formatDuration(durationMs * NS_PER_MS),
    spanCount === 1 ? t("1 span") : t("{0} spans", spanCount),
    ...(errorCount === 0 ? [] : [errorCount === 1 ? t("1 error") : t("{0} errors", errorCount)]),
  ].join(" · ");
}

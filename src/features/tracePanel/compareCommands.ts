/** The commands that compare the open trace: with the run before, or before an edit, with another trace, with the median of the last runs. */

import * as vscode from "vscode";
import { formatStart } from "../../base/formatStart.ts";
import type { Disposable } from "../../base/disposables.ts";
import { commands } from "../../manifest.ts";
import { shortId } from "../../model/ids.ts";
import type { TraceBrief } from "../../model/traceStore.ts";
import { isOtherCode, type WorkspaceCommit } from "../../model/workspaceCommit.ts";
import { formatDuration, NS_PER_MS } from "../../model/units.ts";
import { registerCommands, runCommand } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import type { ActivePanel } from "../../services/windowParts.ts";
import { withProgress } from "../../platform/progress.ts";
import type { WorkspaceGit } from "../../platform/workspaceGit.ts";
import { showReport } from "../../platform/report.ts";
import type { StoreSet } from "../../stores/storeSet.ts";
import { findEarlierRuns, findRootOperation, readWholeTrace } from "./earlierRuns.ts";
import type { TracePanel } from "./tracePanel.ts";

/** So many earlier runs say what is usual, and are read in a moment. */
const RUNS = 10;
const LISTED = 50;

export interface CompareServices {
  readonly log: Log;
  readonly git: WorkspaceGit;
  stores(): Promise<StoreSet>;
  readonly panels: ActivePanel<TracePanel>;
}

export function registerCompareCommands(services: CompareServices): Disposable {
  const takeFirst = (runs: readonly TraceBrief[]): readonly TraceBrief[] => runs.slice(0, 1);
  return registerCommands(services.log, {
    [commands.compareWithRunBefore]: async row => {
      if (row !== undefined) await runCommand(commands.openTrace, { traceId: row.traceId });
      await compare(services, takeFirst);
    },
    [commands.compareWithRunBeforeEdit]: async row => {
      if (row !== undefined) await runCommand(commands.openTrace, { traceId: row.traceId });
      await compareBeforeEdit(services, takeFirst);
    },
    [commands.compareTraces]: () =>
      compare(services, (runs, commit) => chooseRuns(services, runs, commit)),
    [commands.compareSelectedTraces]: async row => {
      const [traceId, ...others] = row?.traceIds ?? [];
      if (traceId === undefined) return;
      await runCommand(commands.openTrace, { traceId });
      const panel = services.panels.getActive();
      if (panel !== undefined) await compareWith(services, panel, others);
    },
  });
}

type Choose = (
  runs: readonly TraceBrief[],
  commit: WorkspaceCommit | undefined,
) => readonly TraceBrief[] | undefined | PromiseLike<readonly TraceBrief[] | undefined>;

/** With runs of which it is known that the code was another. */
async function compareBeforeEdit(services: CompareServices, choose: Choose): Promise<void> {
  const session = services.panels.getActive()?.session;
  const commit = services.git.findCommit(session?.captured);
  if (session?.trace !== undefined && commit === undefined) {
    await showNote(
      vscode.l10n.t("It is not known at which commit the workspace was when this trace came in."),
    );
    return;
  }
  await compare(services, choose, commit);
}

/** `unlike`: only with runs of other code than this. */
async function compare(
  services: CompareServices,
  choose: Choose,
  unlike?: WorkspaceCommit,
): Promise<void> {
  const panel = services.panels.getActive();
  const trace = panel?.session.trace;
  if (panel === undefined || trace === undefined) {
    await showNote(vscode.l10n.t("Open a trace first, then compare it."));
    return;
  }
  const set = await services.stores();
  const title = vscode.l10n.t("Looking for earlier runs");
  const isWanted = ({ captured }: TraceBrief): boolean =>
    unlike === undefined || captured?.some(each => isOtherCode(each, unlike)) === true;
  const runs = await withProgress(title, signal =>
    findEarlierRuns(set, trace, LISTED, signal, isWanted),
  );
  if (runs.length === 0) {
    const { name = "" } = findRootOperation(trace.columns) ?? {};
    await showNote(
      unlike === undefined
        ? vscode.l10n.t("No store has an earlier run of “{0}”.", name)
        : vscode.l10n.t(
            "No earlier run of “{0}” is known to be of another commit, or of this one before it was changed.",
            name,
          ),
    );
    return;
  }
  const chosen = await choose(runs, services.git.findCommit(panel.session.captured));
  if (chosen === undefined) return;
  await compareWith(
    services,
    panel,
    chosen.map(({ traceId }) => traceId),
  );
}

async function compareWith(
  services: CompareServices,
  panel: TracePanel,
  traceIds: readonly string[],
): Promise<void> {
  const set = await services.stores();
  const reading = vscode.l10n.t("Reading earlier runs");
  const read = await withProgress(reading, signal =>
    Promise.all(traceIds.map(traceId => readWholeTrace(set, traceId, signal))),
  );
  panel.compareWith(read);
}

function showNote(text: string): Promise<void> {
  return showReport({ text, lines: [], actions: [] }, "info");
}

interface RunItem extends vscode.QuickPickItem {
  readonly runs: readonly TraceBrief[];
}

async function chooseRuns(
  { git }: CompareServices,
  runs: readonly TraceBrief[],
  commit: WorkspaceCommit | undefined,
): Promise<readonly TraceBrief[] | undefined> {
  const last = runs.slice(0, RUNS);
  const describe = (run: TraceBrief): string => describeRun(run, git.findCommit(run.captured));
  const before = runs.find(({ captured }) =>
    captured?.some(each => commit !== undefined && isOtherCode(each, commit)),
  );
  const items: readonly RunItem[] = [
    ...(before === undefined
      ? []
      : [
          {
            label: vscode.l10n.t("The last run of another commit, or before your edit"),
            description: describe(before),
            runs: [before],
          },
        ]),
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
      label: formatStart(run.startUnixMs, Date.now(), vscode.env.language) ?? shortId(run.traceId),
      description: describe(run),
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

function describeRun(
  { durationMs, spanCount, errorCount }: TraceBrief,
  commit: WorkspaceCommit | undefined,
): string {
  const { t } = vscode.l10n;
  const short = commit?.commit.slice(0, 7) ?? "";
  return [
    durationMs === undefined ? t("running") : formatDuration(durationMs * NS_PER_MS),
    spanCount === 1 ? t("1 span") : t("{0} spans", spanCount),
    ...(errorCount === 0 ? [] : [errorCount === 1 ? t("1 error") : t("{0} errors", errorCount)]),
    ...(short === "" ? [] : [commit?.isDirty === true ? t("{0}, edited", short) : short]),
  ].join(" · ");
}

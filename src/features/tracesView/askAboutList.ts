/**
 * The questions that the view "Traces" asks before it does something: how to sort, and whether to delete everything.
 */

import * as vscode from "vscode";
import { askModal, showReport } from "../../platform/report.ts";
import type { TraceSort } from "../../protocol/tracesView.ts";

/** Nothing where the user gave up. */
export async function askForSort(current: TraceSort): Promise<TraceSort | undefined> {
  const { t } = vscode.l10n;
  const items: readonly (vscode.QuickPickItem & { readonly sort: TraceSort })[] = [
    { sort: "time", label: t("Time"), description: t("newest first") },
    { sort: "duration", label: t("Duration"), description: t("longest first") },
    { sort: "errors", label: t("Errors"), description: t("most errors first") },
  ];
  const chosen = await vscode.window.showQuickPick(
    items.map(item => ({ ...item, picked: item.sort === current })),
    { title: t("Sort traces by"), ignoreFocusOut: true },
  );
  return chosen?.sort;
}

/** The user agreed to delete all but the pinned traces. Where there are none, that is said and nothing is asked. */
export async function askToClear(facts: {
  readonly traceCount: number;
  readonly pinnedCount: number;
}): Promise<boolean> {
  const { t } = vscode.l10n;
  const { traceCount, pinnedCount } = facts;
  const count = traceCount - pinnedCount;
  if (count === 0) {
    const text =
      pinnedCount === 0
        ? t("The embedded store has no traces.")
        : t("All traces of the embedded store are pinned, and pinned traces stay.");
    await showReport({ text, lines: [], actions: [] }, "info");
    return false;
  }
  const remove = t("Delete");
  const detail = [
    ...(pinnedCount === 0
      ? []
      : pinnedCount === 1
        ? [t("The pinned one stays.")]
        : [t("The {0} pinned ones stay.", pinnedCount.toLocaleString(vscode.env.language))]),
    t("This cannot be undone."),
  ].join(" ");
  const question =
    count === 1
      ? t("Delete 1 trace of the embedded store?")
      : t("Delete {0} traces of the embedded store?", count.toLocaleString(vscode.env.language));
  return (await askModal(question, detail, [remove])) === remove;
}

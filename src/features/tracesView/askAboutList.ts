/**
 * The questions that the view "Traces" asks before it does something: whose traces to list, how to sort them, and whether
 * to delete everything.
 */

import * as vscode from "vscode";
import { commands } from "../../manifest.ts";
import { runCommand } from "../../platform/commands.ts";
import { askModal, showReport } from "../../platform/report.ts";
import type { TraceSort } from "../../protocol/tracesView.ts";

const CURRENT = new vscode.ThemeIcon("check");
/** As wide as a sign, so that labels stand in one column. */
const BLANK = new vscode.ThemeIcon("blank");

/** The name of the store chosen; nothing where the user gave up, or adds a store instead. */
export async function askForStore(
  stores: readonly { readonly name: string; readonly kind: string }[],
  current: string,
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const listed = stores.map(({ name, kind }) => ({
    name,
    label: name,
    description: kind === "local" ? t("the embedded store") : kind,
    iconPath: name === current ? CURRENT : BLANK,
  }));
  const add = {
    name: undefined,
    label: t("Add Trace Store…"),
    iconPath: new vscode.ThemeIcon("add"),
  };
  const chosen = await vscode.window.showQuickPick([...listed, add], {
    title: t("Which store's traces?"),
    ignoreFocusOut: true,
  });
  if (chosen === add) await runCommand(commands.addStore);
  return chosen?.name;
}

/** Nothing where the user gave up. */
export async function askForSort(current: TraceSort): Promise<TraceSort | undefined> {
  const { t } = vscode.l10n;
  const items: readonly (vscode.QuickPickItem & { readonly sort: TraceSort })[] = [
    { sort: "time", label: t("Time"), description: t("newest first") },
    { sort: "duration", label: t("Duration"), description: t("longest first") },
    { sort: "errors", label: t("Errors"), description: t("most errors first") },
  ];
  const chosen = await vscode.window.showQuickPick(
    items.map(item => ({ ...item, iconPath: item.sort === current ? CURRENT : BLANK })),
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

/**
 * The traces that a log names: the file is read as a stream, however large, and the ids are listed, errors first. So are
 * those that terminals and debug consoles printed.
 */

import { basename } from "node:path";
import * as vscode from "vscode";
import { commands, type OpenTraceRequest, type UriParts } from "../../manifest.ts";
import { shortId } from "../../model/ids.ts";
import { isErrorLine } from "../../logs/logFields.ts";
import { withProgress } from "../../platform/progress.ts";
import { showReport } from "../../platform/report.ts";
import { countIds } from "./countIds.ts";
import { IdCounts, type IdCount } from "./idCounts.ts";
import type { PrintedLine } from "./printedLines.ts";

const MAX_LISTED = 1_000;

/** `workerPath`: the program of the threads that read. */
export async function listLogTraces(file: UriParts | undefined, workerPath: string): Promise<void> {
  const { t } = vscode.l10n;
  const uri = file === undefined ? await chooseFile() : vscode.Uri.from(file);
  if (uri === undefined) return;
  const name = basename(uri.fsPath);
  const [counts, isCancelled] = await withProgress(t("Reading {0}", name), async (signal, say) => {
    let said = -1;
    const onProgress = (share: number): void => {
      const percent = Math.floor(share * 100);
      if (percent === said) return;
      said = percent;
      say(t("{0} %", percent));
    };
    // When it is cancelled, what was read until then is listed.
    const counted = await countIds(uri.fsPath, { workerPath, onProgress, signal });
    return [counted, signal.aborted] as const;
  });
  if (counts.size === 0) {
    const text = t("{0} names no trace or task.", name);
    await showReport({ text, lines: [], actions: [] }, "info");
    return;
  }
  const notes = [
    t("{0} ids in {1}", counts.size, name),
    ...(isCancelled ? [t("reading was cancelled")] : []),
    ...(counts.isCut ? [t("there are more")] : []),
  ];
  await chooseId(counts, notes.join(", "));
}

/** Debug consoles first, because terminals underline their ids themselves. */
export async function openPrintedTrace(lines: readonly PrintedLine[]): Promise<void> {
  const { t } = vscode.l10n;
  const counts = new IdCounts();
  for (const kind of ["debugConsole", "terminal"] as const) {
    for (const { ids, text } of lines.filter(({ source }) => source.kind === kind).toReversed()) {
      counts.add({ ids, readText: () => text, isError: () => isErrorLine(text) });
    }
  }
  if (counts.size === 0) {
    const text = t("No debug console has printed an id of a trace or a task, nor has a terminal.");
    const hint = t("What a terminal prints is read where it has shell integration.");
    await showReport({ text, lines: [hint], actions: [] }, "info");
    return;
  }
  await chooseId(counts, t("{0} ids in debug consoles and terminals", counts.size));
}

async function chooseId(counts: IdCounts, title: string): Promise<void> {
  const chosen = await vscode.window.showQuickPick(counts.list(MAX_LISTED).map(toItem), {
    title,
    placeHolder: vscode.l10n.t("Choose an id to open its trace"),
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return;
  const request: OpenTraceRequest = { id: chosen.id };
  await vscode.commands.executeCommand(commands.openTrace, request);
}

function toItem({ id, lines, errors, first }: IdCount): vscode.QuickPickItem & { id: string } {
  const { t } = vscode.l10n;
  const facts = [
    ...(errors === 0 ? [] : [errors === 1 ? t("1 error") : t("{0} errors", errors)]),
    lines === 1 ? t("1 line") : t("{0} lines", lines),
  ];
  const icon = errors > 0 ? "error" : "list-selection";
  return { label: `$(${icon}) ${shortId(id)}`, description: facts.join(" · "), detail: first, id };
}

/** The file in front, or one of the user's choice. */
async function chooseFile(): Promise<vscode.Uri | undefined> {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText && /\.log(?:\.|$)/.test(input.uri.path)) {
    return input.uri;
  }
  const chosen = await vscode.window.showOpenDialog({ openLabel: vscode.l10n.t("Read") });
  return chosen?.[0];
}

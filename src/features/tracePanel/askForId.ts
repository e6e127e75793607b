/** Asks for an id: typed or pasted in any text, or one of the traces that were opened last. */

import * as vscode from "vscode";
import { listIds } from "../../logs/recogniseIds.ts";
import { isNoId } from "../../model/ids.ts";
import type { RecentTrace } from "./recentTraces.ts";

interface Item extends vscode.QuickPickItem {
  readonly traceId?: string;
}

/** The text that was typed or the id that was chosen; `undefined` when the user gives up. */
export async function askForId(recent: readonly RecentTrace[]): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = t("Open Trace by ID");
  pick.placeholder = t("A trace, task or span id, a traceparent, or a whole log line");
  // A panel that was in front may take the focus back for a moment.
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.value = findIdAtCursor() ?? "";
  const opened = { label: t("opened last"), kind: vscode.QuickPickItemKind.Separator };
  const known: readonly Item[] = recent.map(({ traceId, title }) => ({
    label: title,
    description: traceId,
    iconPath: new vscode.ThemeIcon("history"),
    traceId,
  }));
  const say = (label: string): readonly Item[] => [{ label, alwaysShow: true }];
  const list = (): void => {
    const text = pick.value.trim();
    const isKnown = known.some(item => isMatch(item, text));
    const [id] = text === "" ? [] : listIds(text);
    pick.items = [
      ...(id === undefined ? [] : say(t("Open {0}", id))),
      ...(known.length === 0 ? [] : [opened, ...known]),
      ...(id === undefined && !isKnown ? say(t("There is no id in this text.")) : []),
    ];
  };
  list();
  try {
    return await new Promise<string | undefined>(resolve => {
      pick.onDidChangeValue(list);
      pick.onDidHide(() => resolve(undefined));
      pick.onDidAccept(() => {
        const text = pick.value.trim();
        // What was typed may be quicker than the list below it.
        const chosen = pick.activeItems.find(item => isMatch(item, text))?.traceId;
        if (chosen !== undefined) resolve(chosen);
        else if (text !== "" && listIds(text).length > 0) resolve(text);
      });
      pick.show();
    });
  } finally {
    pick.dispose();
  }
}

function isMatch({ traceId, label }: Item, text: string): boolean {
  return traceId !== undefined && `${label} ${traceId}`.toLowerCase().includes(text.toLowerCase());
}

/** The selection, or the word under the cursor, where it looks like an id. */
function findIdAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  const range = selection.isEmpty
    ? document.getWordRangeAtPosition(selection.active, /[\w:.-]{8,200}/)
    : selection;
  const text = range === undefined ? "" : document.getText(range).trim();
  const isIdLike = text.length <= 400 && /\d/.test(text) && !isNoId(text);
  return isIdLike ? listIds(text)[0] : undefined;
}

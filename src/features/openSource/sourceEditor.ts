/**
 * Shows a place in an editor: beside the trace, in the middle, marked until the next edit or move of the cursor.
 * Knows nothing of spans.
 */

import * as vscode from "vscode";
import { Owner } from "../../base/disposables.ts";
import { editors, viewTypes } from "../../manifest.ts";

export interface EditorPlace {
  readonly uri: vscode.Uri;
  readonly line0: number;
  /** Written behind the line. */
  readonly note: string;
}

export class SourceEditor extends Owner {
  readonly #mark = this.own(
    vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
      overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.rangeHighlightForeground"),
      overviewRulerLane: vscode.OverviewRulerLane.Full,
    }),
  );
  #marked: vscode.TextEditor | undefined;

  constructor() {
    super();
    this.own(
      vscode.window.onDidChangeTextEditorSelection(event => {
        // Our own move of the cursor has no kind; the user's has.
        if (event.textEditor === this.#marked && event.kind !== undefined) this.#clear();
      }),
    );
    this.own(
      vscode.workspace.onDidChangeTextDocument(event => {
        const isMarked = event.document === this.#marked?.document;
        if (isMarked && event.contentChanges.length > 0) this.#clear();
      }),
    );
  }

  async show(
    place: EditorPlace,
    viewColumn: vscode.ViewColumn,
    preserveFocus = false,
  ): Promise<void> {
    const document = await vscode.workspace.openTextDocument(place.uri);
    const line = document.lineAt(Math.min(place.line0, document.lineCount - 1));
    const start = new vscode.Position(line.lineNumber, line.firstNonWhitespaceCharacterIndex);
    const selection = new vscode.Range(start, start);
    const editor = await vscode.window.showTextDocument(document, {
      viewColumn,
      preserveFocus,
      preview: true,
      selection,
    });
    editor.revealRange(line.range, vscode.TextEditorRevealType.InCenter);
    this.#clear();
    this.#marked = editor;
    const contentText = `    ${place.note}`;
    const color = new vscode.ThemeColor("editorCodeLens.foreground");
    const renderOptions = { after: { contentText, color, fontStyle: "italic" } };
    editor.setDecorations(this.#mark, [{ range: line.range, renderOptions }]);
  }

  #clear(): void {
    this.#marked?.setDecorations(this.#mark, []);
    this.#marked = undefined;
  }
}

const traceEditors: ReadonlySet<string> = new Set(Object.values(editors));

/** Where source goes: never over the trace; into the group last worked in, else a new one beside. */
export function findSourceColumn(toSide: boolean): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const trace =
    all.find(group => group.isActive && isTrace(group.activeTab)) ??
    all.find(group => isTrace(group.activeTab));
  if (toSide) return vscode.ViewColumn.Beside;
  if (trace === undefined) return activeTabGroup.viewColumn;
  const others = all.filter(group => group !== trace);
  const textEditors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  const used = textEditors.find(editor =>
    others.some(group => group.viewColumn === editor?.viewColumn),
  );
  return used?.viewColumn ?? others.at(0)?.viewColumn ?? vscode.ViewColumn.Beside;
}

function isTrace(tab: vscode.Tab | undefined): boolean {
  const input = tab?.input;
  if (input instanceof vscode.TabInputCustom) return traceEditors.has(input.viewType);
  // VS Code puts a prefix of its own before a panel's type.
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewTypes.trace);
}

/** Remembers what a column shows; the answer puts it back and closes what was opened since. */
export function rememberEditors(viewColumn: vscode.ViewColumn): () => Promise<void> {
  const before = vscode.window.visibleTextEditors.find(editor => editor.viewColumn === viewColumn);
  const selection = before?.selection;
  const range = before?.visibleRanges[0];
  const listTabs = (): vscode.Tab[] => vscode.window.tabGroups.all.flatMap(group => group.tabs);
  const open = new Set(listTabs().map(getTabKey));
  return async () => {
    const opened = listTabs().filter(
      tab => tab.input instanceof vscode.TabInputText && tab.isPreview && !open.has(getTabKey(tab)),
    );
    if (before !== undefined) {
      const editor = await vscode.window.showTextDocument(before.document, {
        viewColumn,
        preserveFocus: true,
        preview: true,
        selection,
      });
      if (range !== undefined) editor.revealRange(range, vscode.TextEditorRevealType.AtTop);
    }
    // A preview may have been replaced by the editor that was put back; then its tab is gone already.
    const left = new Set(listTabs());
    await vscode.window.tabGroups.close(
      opened.filter(tab => left.has(tab)),
      true,
    );
  };
}

function getTabKey(tab: vscode.Tab): string {
  const uri = tab.input instanceof vscode.TabInputText ? tab.input.uri.toString() : tab.label;
  return `${tab.group.viewColumn} ${uri}`;
}

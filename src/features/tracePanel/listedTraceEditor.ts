/**
 * Traces of the list in the side bar, in the editor's own preview tab: what is only looked at takes the place of what was
 * looked at before, as files of the explorer do, until it is kept. Knows neither stores nor the list.
 */

import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import { editors } from "../../manifest.ts";
import { createTraceUri, TRACE_SCHEME, type TraceToShow } from "../../platform/traceUri.ts";

/** `show` puts a trace into a panel that the editor made. */
export function registerListedTraceEditor(
  show: (panel: vscode.WebviewPanel, traceId: string) => void,
): Disposable {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: uri => ({ uri, dispose: () => undefined }),
    resolveCustomEditor: ({ uri }, panel) => {
      show(panel, uri.query);
    },
  };
  return vscode.window.registerCustomEditorProvider(editors.listedTrace, provider, {
    supportsMultipleEditorsPerDocument: false,
  });
}

/** Kept: a tab of its own, with the keyboard. Else the preview tab, and the keyboard stays where it is. */
export async function openListedTrace(trace: TraceToShow, isKept: boolean): Promise<void> {
  const options = { preview: !isKept, preserveFocus: !isKept };
  await openUri(createTraceUri(trace), options);
}

/** A row of the list that was dropped on the page of another trace: kept, in the same group. */
export async function openDroppedTrace(
  text: string,
  viewColumn?: vscode.ViewColumn,
): Promise<void> {
  const uri = vscode.Uri.parse(text);
  if (uri.scheme !== TRACE_SCHEME) return;
  await openUri(uri, { preview: false, ...(viewColumn !== undefined && { viewColumn }) });
}

async function openUri(uri: vscode.Uri, options: vscode.TextDocumentShowOptions): Promise<void> {
  await vscode.commands.executeCommand("vscode.openWith", uri, editors.listedTrace, options);
}

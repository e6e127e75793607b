/**
 * Traces of the list in the side bar, in the editor's own preview tab: what is only looked at takes the place of what was
 * looked at before, as files of the explorer do, until it is kept. Knows neither stores nor the list.
 */

import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import { editors } from "../../manifest.ts";
import { createTraceTitle } from "./traceTitle.ts";

/** What is known of a trace before it is read. */
export interface TraceToShow {
  readonly traceId: string;
  readonly name: string;
  readonly startUnixMs: number;
}

const SCHEME = "traceside-trace";

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
  const title = createTraceTitle(trace.name, trace.startUnixMs, trace.traceId);
  // The tab is called what the path ends with, so a slash of the name must be none of the path.
  const uri = vscode.Uri.from({
    scheme: SCHEME,
    path: `/${title.replaceAll("/", "\u2215")}`,
    query: trace.traceId,
  });
  await vscode.commands.executeCommand("vscode.openWith", uri, editors.listedTrace, {
    preview: !isKept,
    preserveFocus: !isKept,
  });
}

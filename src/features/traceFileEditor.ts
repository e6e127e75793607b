/** A trace file opened as the trace that it holds, where the user chooses this editor for it. */

import * as vscode from "vscode";
import type { Disposable } from "../base/disposables.ts";
import { editors } from "../manifest.ts";
import type { Log } from "../platform/log.ts";
import { reportError } from "../platform/report.ts";

export interface TraceFileEditorServices {
  readonly log: Log;
  readonly files: {
    /** The id of the trace of this file, which the embedded store then has; none where the user chose none. */
    open(file: vscode.Uri): Promise<string | undefined>;
  };
  readonly panels: {
    /** Shows a trace in a panel that the editor made. */
    adopt(panel: vscode.WebviewPanel, traceId: string): void;
  };
}

export function registerTraceFileEditor(services: TraceFileEditorServices): Disposable {
  const provider: vscode.CustomReadonlyEditorProvider = {
    openCustomDocument: uri => ({ uri, dispose: () => undefined }),
    async resolveCustomEditor({ uri }, panel) {
      // A panel that is closed while the file is read: nobody waits for its trace any more.
      const closing = new AbortController();
      panel.onDidDispose(() => closing.abort());
      try {
        const traceId = await services.files.open(uri);
        if (closing.signal.aborted) return;
        if (traceId === undefined) panel.dispose();
        else services.panels.adopt(panel, traceId);
      } catch (error) {
        if (closing.signal.aborted) return;
        // What cannot be read as a trace is still a text.
        panel.dispose();
        await vscode.commands.executeCommand("vscode.openWith", uri, "default");
        await reportError(error, "trace file", services.log);
      }
    },
  };
  return vscode.window.registerCustomEditorProvider(editors.traceFile, provider, {
    supportsMultipleEditorsPerDocument: false,
  });
}

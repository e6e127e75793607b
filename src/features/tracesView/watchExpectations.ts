/** The file of expectations of the workspace, now and whenever it changes. */

import * as vscode from "vscode";
import {
  EXPECTATIONS_FILE,
  parseExpectations,
  type ExpectationsFile,
} from "../../analysis/expectations.ts";
import { Owner, type Disposable } from "../../base/disposables.ts";
import type { Log } from "../../platform/log.ts";

/** The first folder is where Save Expectations keeps them. What cannot be read is in the log, and expects nothing. */
export function watchExpectations(
  log: Log,
  onFile: (file: ExpectationsFile | undefined) => void,
): Disposable {
  const owner = new Owner();
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) return owner;
  const uri = vscode.Uri.joinPath(folder.uri, EXPECTATIONS_FILE);
  const read = async (): Promise<void> => {
    let file: ExpectationsFile | undefined;
    try {
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      const parsed = parseExpectations(JSON.parse(text));
      if ("wrong" in parsed) log.warn(`${EXPECTATIONS_FILE}: ${parsed.wrong.join("; ")}`);
      else file = parsed.file;
    } catch (error) {
      const isThere = !(error instanceof vscode.FileSystemError);
      if (isThere) log.warn(`${EXPECTATIONS_FILE}: ${String(error)}`);
    }
    if (!owner.isDisposed) onFile(file);
  };
  const watcher = owner.own(
    vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, EXPECTATIONS_FILE)),
  );
  for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) {
    owner.own(event(() => void read()));
  }
  void read();
  return owner;
}

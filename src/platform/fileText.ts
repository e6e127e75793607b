/** The text of a file as the user sees it: an open editor's before the disk's. */

import * as vscode from "vscode";

/** `undefined` where it cannot be read. Opens no document, of which every language extension would hear. */
export async function readFileText(uri: vscode.Uri): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find(
    document => document.uri.toString() === uri.toString(),
  );
  if (open !== undefined) return open.getText();
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return undefined;
    throw error;
  }
}

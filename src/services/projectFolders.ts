/** The folders of a project around one of its files, and the Python that it is run by. */

import * as vscode from "vscode";

const isWindows = process.platform === "win32";

/** The folders around the file, the nearest first, up to the workspace's. */
export function listFolders(file: vscode.Uri, workspace: vscode.Uri): readonly vscode.Uri[] {
  const folders: vscode.Uri[] = [];
  for (let folder = vscode.Uri.joinPath(file, ".."); ; folder = vscode.Uri.joinPath(folder, "..")) {
    folders.push(folder);
    if (folder.path.length <= workspace.path.length) return folders;
  }
}

/** The nearest folder that holds one of the files. */
export async function findFolder(
  around: readonly vscode.Uri[],
  markers: readonly string[],
): Promise<vscode.Uri | undefined> {
  for (const folder of around) {
    for (const marker of markers) if (await isThere(folder, marker)) return folder;
  }
  return undefined;
}

/** The interpreter of the project's own environment. */
export async function findPython(around: readonly vscode.Uri[]): Promise<string> {
  for (const folder of around) {
    for (const name of [".venv", "venv"]) {
      const path = isWindows ? `${name}/Scripts/python.exe` : `${name}/bin/python`;
      if (await isThere(folder, path)) return vscode.Uri.joinPath(folder, path).fsPath;
    }
  }
  const set = vscode.workspace.getConfiguration("python").get("defaultInterpreterPath");
  if (typeof set === "string" && set !== "" && !set.includes("${")) return set;
  return isWindows ? "python" : "python3";
}

export async function isThere(folder: vscode.Uri, path: string): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, path));
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return false;
    throw error;
  }
}

/**
 * Instrument Project: puts a small Python module into the workspace that gives Funboost tasks their parents, and shows
 * the two lines to change. Nothing that exists is overwritten unasked.
 */

import * as vscode from "vscode";
import { askModal, showReport } from "../platform/report.ts";

const MODULE = "traceside_funboost.py";

/** Settles with the module's place, or without a value when the user gives up. */
export async function instrumentProject(extensionUri: vscode.Uri): Promise<vscode.Uri | undefined> {
  const { t } = vscode.l10n;
  const folder = await chooseFolder();
  if (folder === undefined) return undefined;
  const source = vscode.Uri.joinPath(extensionUri, "media", "instrument", "funboost", MODULE);
  const bytes = await vscode.workspace.fs.readFile(source);
  const target = vscode.Uri.joinPath(folder, MODULE);
  const present = await readIfPresent(target);
  const isSame = present !== undefined && Buffer.compare(present, bytes) === 0;
  if (present !== undefined && !isSame) {
    const replace = t("Replace");
    const answer = await askModal(
      t("{0} is there already, and differs.", MODULE),
      t("Replace it with the module of this version of Traceside?"),
      [replace],
    );
    if (answer !== replace) return undefined;
  }
  if (!isSame) await vscode.workspace.fs.writeFile(target, bytes);
  await vscode.window.showTextDocument(target, { preview: false });
  void showReport(
    {
      text: t(
        "Use TracedBoosterParams from {0} where you use BoosterParams. The lines to change stand at the top of the file.",
        MODULE,
      ),
      lines: [],
      actions: [
        {
          title: t("Find My Tasks"),
          run: () =>
            vscode.commands.executeCommand("workbench.action.findInFiles", {
              query: "BoosterParams\\(|@boost\\(|@task_deco\\(",
              isRegex: true,
              filesToInclude: "**/*.py",
              triggerSearch: true,
            }),
        },
      ],
    },
    "info",
  );
  return target;
}

/** Where the Funboost configuration lies, else the folder of the user's choice. */
async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [config] = await vscode.workspace.findFiles(
    "**/funboost_config.py",
    "**/{.venv,venv,node_modules}/**",
    1,
  );
  if (config !== undefined) return vscode.Uri.joinPath(config, "..");
  if (folders.length <= 1) return folders[0]?.uri;
  return (
    await vscode.window.showWorkspaceFolderPick({
      placeHolder: vscode.l10n.t("Which project runs Funboost tasks?"),
    })
  )?.uri;
}

async function readIfPresent(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return undefined;
    throw error;
  }
}

/** Instrument Project: the module that ships is the module that lands in the workspace. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { commands } from "../../src/manifest.ts";

const NAME = "traceside_funboost.py";

describe("Instrument Project", () => {
  it("puts the module beside the project's Funboost configuration and shows it", async () => {
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const target = vscode.Uri.joinPath(folder, NAME);
    await vscode.workspace.fs.delete(target);
    const written = await vscode.commands.executeCommand<vscode.Uri>(
      commands.instrumentProject,
      "funboost",
    );
    assert.equal(written.toString(), target.toString());
    const shipped = join(process.env["TRACESIDE_REPO"] ?? "", "media/instrument/funboost", NAME);
    assert.equal(
      Buffer.from(await vscode.workspace.fs.readFile(target)).toString(),
      readFileSync(shipped, "utf8"),
    );
    const shown = vscode.window.activeTextEditor?.document;
    assert.equal(shown?.uri.toString(), target.toString());
    assert.match(shown.getText(), /TracedBoosterParams/);
  });
});

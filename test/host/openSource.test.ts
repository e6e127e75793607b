/** From a task to its function where the way is not straight: typed but not saved, several alike, none at all. */

import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";
import { commands, extensionId } from "../../src/manifest.ts";
import type { SourceAnswer } from "../../src/protocol/traceView.ts";

const folder = (): vscode.Uri => vscode.workspace.workspaceFolders![0]!.uri;
const twins = ["twin_one.py", "twin_two.py"];
const inFolder = (name: string): vscode.Uri => vscode.Uri.joinPath(folder(), name);

function goTo(name: string, queue?: string): Promise<SourceAnswer> {
  return Promise.resolve(
    vscode.commands.executeCommand<SourceAnswer>(commands.goToFunction, { name, queue }),
  );
}

/** Asks until the answer is as wanted: watchers and typing reach the index after a moment. */
async function goUntil(
  isWanted: (answer: SourceAnswer) => boolean,
  name: string,
  queue: string,
): Promise<SourceAnswer> {
  const deadline = Date.now() + 15_000;
  let answer = await goTo(name, queue);
  while (!isWanted(answer) && Date.now() < deadline) {
    await new Promise(resolve => setTimeout(resolve, 250));
    answer = await goTo(name, queue);
  }
  return answer;
}

describe("the way to the source", () => {
  before(async () => {
    await vscode.extensions.getExtension(extensionId)?.activate();
  });

  after(async () => {
    for (const name of [...twins, "unsaved.py"]) {
      await vscode.workspace.fs.delete(inFolder(name)).then(undefined, () => undefined);
    }
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("follows files that come, and what is typed and not saved", async () => {
    const uri = inFolder("unsaved.py");
    const text =
      "from funboost import boost\n\n\n@boost('typed_queue')\ndef typed_task(x):\n    return x\n";
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    const found = await goUntil(answer => answer.kind === "opened", "typed_task", "typed_queue");
    assert.equal(found.kind, "opened");
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 4);

    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), "# One.\n# Two.\n");
    await vscode.workspace.applyEdit(edit);
    const moved = await goUntil(
      answer => answer.kind === "opened" && answer.candidate.line0 === 6,
      "typed_task",
      "typed_queue",
    );
    assert.ok(moved.kind === "opened" && moved.candidate.line0 === 6);
    assert.ok(moved.candidate.isSure);
    assert.match(moved.candidate.reason, /typed_queue/);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("lets the user choose between functions alike, and puts all back on Escape", async () => {
    const text = "def twin_function(x):\n    return x\n";
    for (const name of twins) {
      await vscode.workspace.fs.writeFile(inFolder(name), new TextEncoder().encode(text));
    }
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    const close = setInterval(() => {
      void vscode.commands.executeCommand("workbench.action.closeQuickOpen");
    }, 1_500);
    try {
      const answer = await goUntil(
        ({ kind }) => kind === "dismissed",
        "twin_function",
        "absent_queue",
      );
      assert.equal(answer.kind, "dismissed");
    } finally {
      clearInterval(close);
    }
    const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs.map(tab => tab.label));
    assert.ok(!tabs.some(label => twins.includes(label)), tabs.join());

    const chosen = goTo("twin_function", "absent_queue");
    const accept = setInterval(() => {
      void vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    }, 1_500);
    try {
      const answer = await chosen;
      assert.ok(answer.kind === "opened");
      assert.ok(twins.includes(answer.candidate.path));
      assert.ok(vscode.window.activeTextEditor?.document.uri.path.endsWith(answer.candidate.path));
    } finally {
      clearInterval(accept);
    }
  });

  it("says what was tried where there is none", async () => {
    const answer = await goTo("function_of_nobody", "queue_of_nobody");
    assert.ok(answer.kind === "none");
    assert.ok(answer.tried.some(line => line.includes("queue_of_nobody")));
    assert.ok(answer.tried.some(line => line.includes("function_of_nobody")));
  });
});

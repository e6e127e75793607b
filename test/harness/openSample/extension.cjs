/** Opens the sample trace once; after a reload VS Code brings the panel back by itself. */
const vscode = require("vscode");

exports.activate = async context => {
  if (context.workspaceState.get("opened") !== true) {
    await context.workspaceState.update("opened", true);
    await vscode.commands.executeCommand("traceside.openSampleTrace");
  }
};

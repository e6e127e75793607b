/** Writes a line to its output channel and shows it: ids come from any extension, not from Traceside alone. */
const vscode = require("vscode");

exports.activate = context => {
  const channel = vscode.window.createOutputChannel("Neighbour");
  context.subscriptions.push(
    channel,
    vscode.commands.registerCommand("neighbour.say", line => {
      channel.appendLine(line);
      channel.show();
    }),
  );
};

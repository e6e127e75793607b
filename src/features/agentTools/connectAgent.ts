/** Connect a Coding Agent: shows what the chosen client needs, writes it on consent, and takes it away again. */

import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Cell } from "../../base/cell.ts";
import type { CollectorState } from "../../collector/collectorState.ts";
import { askModal, showReport } from "../../platform/report.ts";
import { agentClients, UnreadableSettings, type AgentClient } from "./agentClients.ts";
import { getAgentUrl } from "./mcpServerDefinition.ts";
import type { StoredToken } from "../../platform/storedToken.ts";

export interface ConnectAgentServices {
  readonly token: StoredToken;
  readonly collector: Cell<CollectorState>;
}

/** Where a client's file is, and what is in it. */
interface Target {
  readonly client: AgentClient;
  /** Absent: there is no folder to write it into. */
  readonly file: string | undefined;
  readonly text: string | undefined;
}

/** `asked` is a client's id. */
export async function connectAgent(
  services: ConnectAgentServices,
  asked: string | undefined,
): Promise<void> {
  const { t } = vscode.l10n;
  const targets = await Promise.all(agentClients.map(readTarget));
  const target = targets.find(({ client }) => client.id === asked) ?? (await chooseTarget(targets));
  if (target === undefined) return;
  const { client, file, text } = target;
  if (file === undefined) {
    await inform(t("Open a folder first: the skill is written into it."));
    return;
  }
  if (text !== undefined && client.has(text)) await offerChange(services, client, file, text);
  else await write(services, client, file, text);
}

async function readTarget(client: AgentClient): Promise<Target> {
  const folder =
    client.folder === "home" ? homedir() : vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (folder === undefined) return { client, file: undefined, text: undefined };
  const file = join(folder, client.path);
  return { client, file, text: await readIfPresent(file) };
}

async function chooseTarget(targets: readonly Target[]): Promise<Target | undefined> {
  const { t } = vscode.l10n;
  const items = targets.map(target => {
    const { client, file, text } = target;
    const isConnected = text !== undefined && client.has(text);
    return {
      label: client.name,
      description: [
        client.kind === "skill" ? t("a skill for its shell") : t("the MCP server"),
        ...(isConnected ? [t("connected")] : []),
      ].join(", "),
      detail: file ?? client.path,
      target,
    };
  });
  const editor = {
    label: vscode.env.appName,
    description: t("needs nothing"),
    detail: t("Its chat has the tools already: type # and “traceside” in agent mode."),
    target: undefined,
  };
  const chosen = await vscode.window.showQuickPick([editor, ...items], {
    title: t("Connect a Coding Agent"),
    placeHolder: t("Which one is to ask for traces?"),
    matchOnDetail: true,
  });
  return chosen?.target;
}

async function write(
  services: ConnectAgentServices,
  client: AgentClient,
  file: string,
  text: string | undefined,
): Promise<void> {
  const { t } = vscode.l10n;
  const address = getAgentUrl(services.collector.value);
  if (address === undefined) {
    await inform(t("The collector must run first: agents ask on its OTLP/HTTP port."));
    return;
  }
  try {
    const shown = client.add(text, { address, token: "********" });
    const yes = t("Write");
    const detail = [
      file,
      "",
      describeAdded(text, shown),
      "",
      client.kind === "mcp"
        ? t(
            "The token lets it ask this machine's collector; it is written into this file of yours alone.",
          )
        : t("It holds no secret; agents may read what programs here sent."),
    ].join("\n");
    const question = t("Write this for {0}?", client.name);
    if ((await askModal(question, detail, [yes])) !== yes) return;
    const token = client.kind === "mcp" ? await services.token.get() : "";
    await replaceFile(file, client.add(text, { address, token }), client.kind === "mcp");
    await inform(
      client.kind === "mcp"
        ? t("{0} has Traceside's MCP server from its next start on.", client.name)
        : t("{0} finds the skill in its next session.", client.name),
    );
  } catch (error) {
    if (!(error instanceof UnreadableSettings)) throw error;
    await inform(t("{0} cannot be read as JSON, so nothing was written.", file));
  }
}

async function offerChange(
  services: ConnectAgentServices,
  client: AgentClient,
  file: string,
  text: string,
): Promise<void> {
  const { t } = vscode.l10n;
  const [take, again] = [t("Take It Away"), t("Write Again")];
  const question = t("{0} is connected.", client.name);
  const answer = await askModal(question, file, [take, again]);
  if (answer === again) {
    await write(services, client, file, text);
    return;
  }
  if (answer !== take) return;
  const rest = client.remove(text);
  if (rest === undefined) await rm(file);
  else await replaceFile(file, rest, client.kind === "mcp");
  await inform(t("{0} no longer asks Traceside.", client.name));
}

/** The lines that are new, as far as a message has room. */
function describeAdded(before: string | undefined, after: string): string {
  const known = new Set((before ?? "").split("\n").map(line => line.trim()));
  const lines = after.split("\n").filter(line => before === undefined || !known.has(line.trim()));
  const most = 24;
  return [...lines.slice(0, most), ...(lines.length > most ? ["…"] : [])].join("\n").trim();
}

/** Whole or not at all, and with its mode: what the client reads meanwhile is one of the two. */
async function replaceFile(file: string, text: string, isSecret: boolean): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.traceside-${process.pid}`;
  await writeFile(draft, text, { mode: isSecret ? 0o600 : 0o644 });
  if (isSecret) await chmod(draft, 0o600);
  await rename(draft, file);
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function inform(text: string): Promise<void> {
  await showReport({ text, lines: [], actions: [] }, "info");
}

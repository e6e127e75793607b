/** The questions of Add Trace Store, each settled without a value when the user gives up. They change nothing. */

import * as vscode from "vscode";
import { productNames } from "../../model/failureWords.ts";
import {
  parseStoreAddress,
  type BadAddress,
  type Credentials,
  type StoreAddress,
} from "../../model/storeAddress.ts";
import type { HttpStoreConfig, MongoStoreConfig, ServerConfig } from "../../model/storeConfig.ts";
import type { StoreKind } from "../../model/traceStore.ts";

export type KindChoice =
  | {
      readonly kind: ServerConfig["kind"];
      readonly profile?: MongoStoreConfig["profile"];
      /** Where it usually is. */
      readonly address: string;
    }
  | { readonly kind: "file" };

const STEPS = 3;
const MONGO = "mongodb://127.0.0.1:27017";

export async function askForKind(): Promise<KindChoice | undefined> {
  const { t } = vscode.l10n;
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const server = (kind: HttpStoreConfig["kind"], detail: string, port: number) => ({
    label: productNames[kind],
    detail,
    choice: { kind, address: `http://127.0.0.1:${port}` },
  });
  const chosen = await vscode.window.showQuickPick<
    vscode.QuickPickItem & { readonly choice?: KindChoice }
  >(
    [
      separator(t("Tasks")),
      {
        label: t("Funboost in MongoDB"),
        detail: t("Task results that Funboost saves, one collection per queue"),
        choice: { kind: "mongodb", profile: "funboost", address: MONGO },
      },
      {
        label: t("Celery in MongoDB"),
        detail: t("The result backend: collection celery_taskmeta"),
        choice: { kind: "mongodb", profile: "celery", address: MONGO },
      },
      {
        label: t("Other documents in MongoDB"),
        detail: t("Your own field names; they are set afterwards in the settings"),
        choice: { kind: "mongodb", address: MONGO },
      },
      separator(t("Tracing servers")),
      server("jaeger", t("Version 1 or 2, by the address of its page"), 16_686),
      server("zipkin", t("Zipkin, or another server that speaks its API"), 9_411),
      server("skywalking", t("The OAP server, by the port that its page asks"), 12_800),
      server("tempo", t("By its own port, or by a gateway before it"), 3_200),
      separator(t("Files")),
      {
        label: t("A folder of trace files"),
        detail: t("Every format that Traceside opens; new files are seen as they come"),
        choice: { kind: "file" },
      },
    ],
    {
      title: t("Add Trace Store (1/{0})", STEPS),
      placeHolder: t("What keeps your traces?"),
      ignoreFocusOut: true,
    },
  );
  return chosen?.choice;
}

/** Whatever cannot be parted into address and secret is not taken. */
export async function askForAddress(
  kind: ServerConfig["kind"],
  value: string,
): Promise<StoreAddress | undefined> {
  const { t } = vscode.l10n;
  const isMongo = kind === "mongodb";
  const read = (text: string): StoreAddress | BadAddress => {
    const address = parseStoreAddress(text);
    const isOther = address.kind === "address" && address.scheme.startsWith("mongo") !== isMongo;
    if (isOther) return { kind: "bad", fault: "scheme" };
    const hasOptions = address.kind === "address" && address.credentials?.options !== undefined;
    return hasOptions && !isMongo ? { kind: "bad", fault: "options" } : address;
  };
  const typed = await vscode.window.showInputBox({
    title: t("Add Trace Store (2/{0})", STEPS),
    prompt: isMongo
      ? t(
          "The connection string. A password in it is kept in the secret storage, not in the settings.",
        )
      : t(
          "The address, with its base path if it has one. A password in it is kept in the secret storage, not in the settings.",
        ),
    value,
    ignoreFocusOut: true,
    validateInput: text => {
      const address = read(text);
      return address.kind === "address" ? undefined : describeFault(address, isMongo);
    },
  });
  const address = typed === undefined ? undefined : read(typed);
  return address?.kind === "address" ? address : undefined;
}

function describeFault({ fault }: BadAddress, isMongo: boolean): string {
  const { t } = vscode.l10n;
  switch (fault) {
    case "characters":
      return t("An address has no backslashes, blanks or control characters.");
    case "options":
      return t("No parameters are sent: leave the key out of the address, and set it afterwards.");
    case "ambiguous":
      return t(
        "It cannot be told where the password ends. Write @ / ? # in it as %40 %2F %3F %23, or leave it out and set it afterwards.",
      );
    default:
      return isMongo
        ? t("It begins with mongodb:// or mongodb+srv:// and names a host.")
        : t("It begins with http:// or https:// and names a host.");
  }
}

export async function askForFolder(): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: t("Add Trace Store (2/{0})", STEPS),
      openLabel: t("Read Traces Here"),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return folder?.fsPath;
}

export async function askForName(
  value: string,
  namesInUse: readonly string[],
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const name = await vscode.window.showInputBox({
    title: t("Add Trace Store (3/{0})", STEPS),
    prompt: t("A name for this store"),
    value,
    ignoreFocusOut: true,
    validateInput: text => {
      if (text.trim() === "") return t("A store needs a name.");
      return ["local", ...namesInUse].includes(text.trim())
        ? t("Another store has this name.")
        : undefined;
    },
  });
  return name?.trim();
}

/** The kind of the credentials decides how they are sent: that is part of the settings, they are not. */
export async function askForCredentials(
  config: ServerConfig,
): Promise<{ readonly config: ServerConfig; readonly credentials: Credentials } | undefined> {
  if (config.kind === "mongodb") {
    const credentials = await askForPassword(config.name);
    return credentials && { config, credentials };
  }
  const { t } = vscode.l10n;
  const chosen = await vscode.window.showQuickPick(
    [
      { label: t("User name and password"), description: "Basic", auth: "basic" as const },
      { label: t("Token"), description: "Bearer", auth: "bearer" as const },
      { label: t("Key in a header of its own"), description: "X-API-Key", auth: "header" as const },
    ],
    {
      title: t("Credentials of {0}", config.name),
      placeHolder: t("What does the server ask for?"),
      ignoreFocusOut: true,
    },
  );
  if (chosen === undefined) return undefined;
  const { auth } = chosen;
  if (auth === "basic") {
    const credentials = await askForPassword(config.name);
    return credentials && { config: { ...config, auth }, credentials };
  }
  const authHeader = auth === "header" ? await askForHeader(config) : undefined;
  if (auth === "header" && authHeader === undefined) return undefined;
  const secret = await askForSecret(config.name, chosen.label);
  if (secret === undefined) return undefined;
  return {
    config: { ...config, auth, ...(authHeader !== undefined && { authHeader }) },
    credentials: { username: "", password: secret },
  };
}

async function askForPassword(store: string): Promise<Credentials | undefined> {
  const { t } = vscode.l10n;
  const username = await vscode.window.showInputBox({
    title: t("Credentials of {0} (1/2)", store),
    prompt: t("User name"),
    ignoreFocusOut: true,
  });
  if (username === undefined || username === "") return undefined;
  const password = await vscode.window.showInputBox({
    title: t("Credentials of {0} (2/2)", store),
    prompt: t("Password"),
    password: true,
    ignoreFocusOut: true,
  });
  return password === undefined ? undefined : { username, password };
}

async function askForHeader({ name, authHeader }: HttpStoreConfig): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const header = await vscode.window.showInputBox({
    title: t("Credentials of {0}", name),
    prompt: t("The name of the header"),
    value: authHeader ?? "X-API-Key",
    ignoreFocusOut: true,
    validateInput: text =>
      /^[\w!#$%&'*+.^`|~-]+$/.test(text.trim()) ? undefined : t("This is no name of a header."),
  });
  return header?.trim();
}

async function askForSecret(store: string, prompt: string): Promise<string | undefined> {
  const secret = await vscode.window.showInputBox({
    title: vscode.l10n.t("Credentials of {0}", store),
    prompt,
    password: true,
    ignoreFocusOut: true,
  });
  return secret === "" ? undefined : secret;
}

/** A Jaeger at 10.0.0.5 is called `jaeger 10.0.0.5`, one here `jaeger`, with a number where that name is taken. */
export function createName(kind: StoreKind, address: string, taken: readonly string[]): string {
  const parsed = parseStoreAddress(address);
  const host = parsed.kind === "address" ? parsed.hostName : "";
  const [folder = ""] = /[^/\\]+(?=[/\\]*$)/.exec(address) ?? [];
  const short = kind === "mongodb" ? "mongo" : kind;
  const isHere = ["127.0.0.1", "localhost", "[::1]", ""].includes(host);
  const firstChoice = kind === "file" ? folder : isHere ? short : `${short} ${host}`;
  if (!taken.includes(firstChoice)) return firstChoice;
  let number = 2;
  while (taken.includes(`${firstChoice} ${number}`)) number += 1;
  return `${firstChoice} ${number}`;
}

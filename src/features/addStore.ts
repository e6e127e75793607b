/**
 * Add Trace Store: a few questions, a real connection test, a store in the settings. A password that is typed or
 * pasted inside a connection string goes to the secret storage and nowhere else.
 */

import * as vscode from "vscode";
import { getFailure, type Failure } from "../model/failure.ts";
import {
  hasServer,
  type MongoStoreConfig,
  type ServerConfig,
  type StoreConfig,
} from "../model/storeConfig.ts";
import { settings } from "../manifest.ts";
import { withProgress } from "../platform/progress.ts";
import { createReport } from "../platform/report.ts";
import type { Credentials, StoreSecrets } from "../platform/secrets.ts";
import { getSetting, getUserSetting, writeUserSetting } from "../platform/settings.ts";
import type { StoreHealth, TraceStore } from "../stores/traceStore.ts";
import { splitCredentials } from "../stores/connectionString.ts";
import { checkStoreConfigs } from "../stores/open.ts";

export interface AddStoreServices {
  readonly secrets: StoreSecrets;
  openOne(config: StoreConfig): Promise<TraceStore>;
  /** Makes new settings and credentials count at once. */
  reopen(): void;
  /** Tells of missing indexes, once; nobody waits for what the user makes of it. */
  advise(config: StoreConfig, health: StoreHealth): void;
}

/** Settles without a value when the user gives up. */
export async function addStore(services: AddStoreServices): Promise<StoreConfig | undefined> {
  const { t } = vscode.l10n;
  const steps = 3;
  const profile = await vscode.window.showQuickPick(
    [
      {
        label: t("Funboost in MongoDB"),
        detail: t("Task results that Funboost saves, one collection per queue"),
        profile: "funboost" as const,
      },
      {
        label: t("Celery in MongoDB"),
        detail: t("The result backend: collection celery_taskmeta"),
        profile: "celery" as const,
      },
      {
        label: t("Other documents in MongoDB"),
        detail: t("Your own field names; they are set afterwards in the settings"),
        profile: undefined,
      },
    ],
    {
      title: t("Add Trace Store (1/{0})", steps),
      placeHolder: t("What keeps your traces?"),
      ignoreFocusOut: true,
    },
  );
  if (profile === undefined) return undefined;
  let address = "mongodb://127.0.0.1:27017";
  for (;;) {
    const typed = await askForAddress(address, t("Add Trace Store (2/{0})", steps));
    if (typed === undefined) return undefined;
    address = typed;
    const { url, credentials } = splitCredentials(typed);
    const name = await askForName(createName(url), t("Add Trace Store (3/{0})", steps));
    if (name === undefined) return undefined;
    const config: MongoStoreConfig = {
      kind: "mongodb",
      name,
      url,
      ...(profile.profile !== undefined && { profile: profile.profile }),
    };
    const outcome = await tryStore(config, credentials, services);
    if (outcome === "dropped") return undefined;
    if (outcome === "saved") return config;
    address = url;
  }
}

/** Asks for the credentials of one store, tests them and keeps them. */
export async function setStoreCredentials(
  storeName: string | undefined,
  services: AddStoreServices,
): Promise<void> {
  const { t } = vscode.l10n;
  const configs = listConfigs().filter(hasServer);
  const name =
    storeName ??
    (await vscode.window.showQuickPick(
      configs.map(config => config.name),
      { title: t("Set Store Credentials"), placeHolder: t("Which store?") },
    ));
  const config = configs.find(each => each.name === name);
  if (config === undefined) return;
  const credentials = await askForCredentials(config.name);
  if (credentials === undefined) return;
  await tryStore(config, credentials, services);
}

/** The connection test, and what to do when it fails. */
async function tryStore(
  config: ServerConfig,
  given: Credentials | undefined,
  services: AddStoreServices,
): Promise<"saved" | "dropped" | "again"> {
  const { t } = vscode.l10n;
  const before = await services.secrets.read(config);
  let credentials = given;
  for (;;) {
    await services.secrets.write(config, credentials ?? before);
    const tested = await testStore(config, services);
    if (tested.kind === "well") {
      await saveStore(config, services);
      vscode.window.setStatusBarMessage(
        t("Traceside: {0} is connected. {1}", config.name, tested.health.facts.join(" · ")),
        8_000,
      );
      services.advise(config, tested.health);
      return "saved";
    }
    const setCredentials = t("Set Credentials…");
    const change = t("Change Address…");
    const keep = t("Add Anyway");
    const choices =
      tested.failure?.code === "storeUnauthorized"
        ? [setCredentials, change, keep]
        : [change, setCredentials, keep];
    const text =
      tested.failure === undefined
        ? t("The test was cancelled.")
        : createReport(tested.failure).text;
    const chosen = await vscode.window.showQuickPick(choices, {
      title: text,
      placeHolder: t("What now?"),
      ignoreFocusOut: true,
    });
    if (chosen === setCredentials) {
      credentials = (await askForCredentials(config.name)) ?? credentials;
    } else if (chosen === keep) {
      await saveStore(config, services);
      return "saved";
    } else {
      await services.secrets.write(config, before);
      return chosen === change ? "again" : "dropped";
    }
  }
}

type Tested =
  | { readonly kind: "well"; readonly health: StoreHealth }
  /** No failure: cancelled. */
  | { readonly kind: "unwell"; readonly failure: Failure | undefined };

async function testStore(config: StoreConfig, services: AddStoreServices): Promise<Tested> {
  let store: TraceStore | undefined;
  try {
    store = await services.openOne(config);
    const tested = store;
    const health = await withProgress(
      vscode.l10n.t("Connecting to {0}…", config.name),
      async signal => tested.checkHealth(signal),
    );
    return { kind: "well", health };
  } catch (error) {
    const failure = getFailure(error);
    const isCancelled = error instanceof Error && error.name === "AbortError";
    if (failure === undefined && !isCancelled) throw error;
    return { kind: "unwell", failure };
  } finally {
    store?.dispose();
  }
}

async function saveStore(config: StoreConfig, services: AddStoreServices): Promise<void> {
  const user: unknown = getUserSetting(settings.stores);
  const known = Array.isArray(user) ? (user as readonly StoreConfig[]) : [];
  const isKnown = listConfigs().some(each => each.name === config.name);
  if (!isKnown) await writeUserSetting(settings.stores, [...known, config]);
  services.reopen();
}

/** Those of the setting that can be used. */
function listConfigs(): readonly StoreConfig[] {
  return checkStoreConfigs(getSetting(settings.stores), []).flatMap(checked =>
    checked.kind === "config" ? [checked.config] : [],
  );
}

async function askForAddress(value: string, title: string): Promise<string | undefined> {
  const { t } = vscode.l10n;
  return vscode.window.showInputBox({
    title,
    prompt: t(
      "The connection string. A password in it is kept in the secret storage, not in the settings.",
    ),
    value,
    ignoreFocusOut: true,
    validateInput: text =>
      /^mongodb(\+srv)?:\/\/[^/]/.test(text.trim())
        ? undefined
        : t("It begins with mongodb:// or mongodb+srv:// and names a host."),
  });
}

async function askForName(value: string, title: string): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const taken = new Set(["local", ...listConfigs().map(config => config.name)]);
  return vscode.window.showInputBox({
    title,
    prompt: t("A name for this store"),
    value,
    ignoreFocusOut: true,
    validateInput: text => {
      if (text.trim() === "") return t("A store needs a name.");
      return taken.has(text.trim()) ? t("Another store has this name.") : undefined;
    },
  });
}

async function askForCredentials(store: string): Promise<Credentials | undefined> {
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

/** `mongodb://10.0.0.5:27017/?…` is called `mongo 10.0.0.5`, with a number where that name is taken. */
function createName(url: string): string {
  const host = /^mongodb(?:\+srv)?:\/\/([^/?,:]+)/.exec(url)?.[1] ?? "";
  const wanted = host === "127.0.0.1" || host === "localhost" ? "mongo" : `mongo ${host}`;
  const taken = new Set(listConfigs().map(config => config.name));
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted} ${number}`)) number += 1;
  return `${wanted} ${number}`;
}

/**
 * Add Trace Store: a few questions, a real connection test, a store in the settings. A password that is typed or
 * pasted inside a connection string goes to the secret storage and nowhere else.
 */

import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import { getFailure, type Failure } from "../../model/failure.ts";
import { hasServer, type ServerConfig, type StoreConfig } from "../../model/storeConfig.ts";
import { type Credentials } from "../../model/storeAddress.ts";
import { describeFact } from "../../model/storeFact.ts";
import { commands, settings } from "../../manifest.ts";
import { registerCommands } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { withProgress } from "../../platform/progress.ts";
import type { StoreSecrets } from "../../platform/secrets.ts";
import {
  changeStore,
  getSetting,
  getUserSetting,
  writeUserSetting,
} from "../../platform/settings.ts";
import type { StoreHealth, TraceStore } from "../../model/traceStore.ts";
import { checkStoreConfigs } from "../../stores/open.ts";
import { askForRecovery } from "./askForRecovery.ts";
import {
  askForAddress,
  askForCredentials,
  askForFolder,
  askForKind,
  askForName,
  createName,
} from "./questions.ts";

export interface AddStoreServices {
  readonly log: Log;
  readonly secrets: StoreSecrets;
  openOne(config: StoreConfig): Promise<TraceStore>;
  /** Makes new settings and credentials count at once. */
  reopen(): void;
  /** Tells of missing indexes, once; nobody waits for what the user makes of it. */
  advise(config: StoreConfig, health: StoreHealth): void;
}

export function registerAddStore(services: AddStoreServices): Disposable {
  return registerCommands(services.log, {
    [commands.addStore]: () => addStore(services),
    [commands.setStoreCredentials]: name =>
      setStoreCredentials(typeof name === "object" ? name.store : name, services),
  });
}

/** Settles without a value when the user gives up. */
async function addStore(services: AddStoreServices): Promise<StoreConfig | undefined> {
  const choice = await askForKind();
  if (choice === undefined) return undefined;
  if (choice.kind === "file") return addFiles(services);
  const { kind, profile } = choice;
  let { address } = choice;
  let ownName: string | undefined;
  for (;;) {
    const typed = await askForAddress(kind, address);
    if (typed === undefined) return undefined;
    const { url, credentials } = typed;
    const madeName = createName(kind, url, listNames());
    const name = await askForName(ownName ?? madeName, listNames());
    if (name === undefined) return undefined;
    if (name !== madeName) ownName = name;
    const config: ServerConfig =
      kind === "mongodb" ? { kind, name, url, ...(profile && { profile }) } : { kind, name, url };
    const outcome = await tryStore(config, credentials, services);
    if (outcome === "dropped") return undefined;
    if (outcome !== "again") return outcome;
    address = url;
  }
}

async function addFiles(services: AddStoreServices): Promise<StoreConfig | undefined> {
  const path = await askForFolder();
  if (path === undefined) return undefined;
  const name = await askForName(createName("file", path, listNames()), listNames());
  if (name === undefined) return undefined;
  const config: StoreConfig = { kind: "file", name, path };
  const outcome = await tryStore(config, undefined, services);
  return typeof outcome === "string" ? undefined : outcome;
}

/** Asks for the credentials of one store, tests them and keeps them. */
async function setStoreCredentials(
  storeName: string | undefined,
  services: AddStoreServices,
): Promise<void> {
  const { t } = vscode.l10n;
  const configs = listConfigs().filter(hasServer);
  let config = configs.find(({ name }) => name === storeName);
  if (storeName === undefined) {
    const listed = configs.map(each => ({
      config: each,
      label: each.name,
      description: each.kind,
    }));
    const add = { config: undefined, label: t("Add Trace Store…") };
    const chosen = await vscode.window.showQuickPick([...listed, add], {
      title: t("Set Store Credentials"),
      placeHolder: t("Which store?"),
    });
    if (chosen === add) await addStore(services);
    config = chosen?.config;
  }
  if (config === undefined) return;
  const asked = await askForCredentials(config);
  if (asked === undefined) return;
  await tryStore(asked.config, asked.credentials, services);
}

/** The connection test, and what to do when it fails. What it saves may differ from what was asked for. */
async function tryStore(
  asked: StoreConfig,
  given: Credentials | undefined,
  services: AddStoreServices,
): Promise<StoreConfig | "dropped" | "again"> {
  const { t } = vscode.l10n;
  const { secrets } = services;
  const before = hasServer(asked) ? await secrets.read(asked) : undefined;
  let config = asked;
  let credentials = given === undefined ? before : { ...pickOptions(before), ...given };
  const takeBack = async (): Promise<void> => {
    if (hasServer(config)) await secrets.write(config, undefined);
    if (hasServer(asked)) await secrets.write(asked, before);
  };
  for (;;) {
    if (hasServer(config)) await secrets.write(config, credentials);
    const tested = await testStore(config, services);
    if (tested.kind === "well") {
      await saveStore(config, services);
      vscode.window.setStatusBarMessage(
        t(
          "Traceside: {0} is connected. {1}",
          config.name,
          tested.health.facts.map(fact => describeFact(fact, t)).join(" · "),
        ),
        8_000,
      );
      services.advise(config, tested.health);
      return config;
    }
    const recovery = await askForRecovery(config, tested.failure);
    switch (recovery?.kind) {
      case "change":
        await takeBack();
        config = renameAs(recovery.config, config);
        break;
      case "credentials": {
        const answer = hasServer(config) ? await askForCredentials(config) : undefined;
        if (answer === undefined) break;
        ({ config, credentials } = answer);
        break;
      }
      case "keep":
        await saveStore(config, services);
        return config;
      default:
        await takeBack();
        return recovery?.kind === "address" ? "again" : "dropped";
    }
  }
}

/** Secret parameters of the address stay where a user and a password are set anew. */
function pickOptions(before: Credentials | undefined): Pick<Credentials, "options"> {
  return before?.options === undefined ? {} : { options: before.options };
}

/** A name that was made of what the store was taken for is made anew of what it is. */
function renameAs(changed: StoreConfig, before: StoreConfig): StoreConfig {
  if (!hasServer(changed) || !hasServer(before)) return changed;
  const namesInUse = listNames();
  const isMade = before.name === createName(before.kind, before.url, namesInUse);
  return isMade ? { ...changed, name: createName(changed.kind, changed.url, namesInUse) } : changed;
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
  if (listNames().includes(config.name)) {
    await changeStore(config.name, { ...config });
  } else {
    const user: unknown = getUserSetting(settings.stores);
    const known = Array.isArray(user) ? (user as readonly StoreConfig[]) : [];
    await writeUserSetting(settings.stores, [...known, config]);
  }
  services.reopen();
}

/** The stores of the setting that can be used. */
function listConfigs(): readonly StoreConfig[] {
  return checkStoreConfigs(getSetting(settings.stores), []).flatMap(checked =>
    checked.kind === "config" ? [checked.config] : [],
  );
}

function listNames(): readonly string[] {
  return listConfigs().map(config => config.name);
}

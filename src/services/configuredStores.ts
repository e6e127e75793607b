/** The stores that the settings name, and the embedded one: opened on first use, opened anew when settings change. */

import { homedir } from "node:os";
import { resolve } from "node:path";
import * as vscode from "vscode";
import { Owner, toDisposable, type Disposable } from "../base/disposables.ts";
import { settings } from "../manifest.ts";
import { hasServer, type StoreConfig } from "../model/storeConfig.ts";
import type { Log } from "../platform/log.ts";
import type { StoreSecrets } from "../platform/secrets.ts";
import { getFailure } from "../model/failure.ts";
import { getSetting, getStoreTimeoutMs, watchSettings } from "../platform/settings.ts";
import { checkStoreConfigs, createBrokenStore, openStore } from "../stores/open.ts";
import { StoreSet } from "../stores/storeSet.ts";
import type { LocalStore } from "../stores/local/localStore.ts";
import type { TraceStore } from "../model/traceStore.ts";

/** Whatever the user asked for comes first: three seconds after a store is opened, its first answers are there. */
const USE_MS = 3_000;

export class ConfiguredStores implements Disposable {
  /** Always there, and open until the end: settings do not change it. */
  readonly local: LocalStore;
  readonly #owner = new Owner();
  readonly #secrets: StoreSecrets;
  readonly #log: Log;
  readonly #fileWorkerPath: string;
  readonly #onUse: (config: StoreConfig, store: TraceStore) => void;
  readonly #watchers = new Set<() => void>();
  #open: Promise<{ readonly set: StoreSet; readonly owner: Owner }> | undefined;

  /** `onUse`: a store of the settings has been in use for a moment. */
  constructor(
    local: LocalStore,
    secrets: StoreSecrets,
    log: Log,
    fileWorkerPath: string,
    onUse: (config: StoreConfig, store: TraceStore) => void,
  ) {
    this.#onUse = onUse;
    this.local = this.#owner.own(local);
    this.#secrets = secrets;
    this.#log = log;
    this.#fileWorkerPath = fileWorkerPath;
    this.#owner.own(watchSettings([settings.stores, settings.storeTimeout], () => this.reopen()));
  }

  async get(): Promise<StoreSet> {
    this.#open ??= this.#openAll();
    return (await this.#open).set;
  }

  /** Tells when what was known of ids may be wrong. */
  watch(onReopen: () => void): Disposable {
    this.#watchers.add(onReopen);
    return { dispose: () => this.#watchers.delete(onReopen) };
  }

  reopen(): void {
    this.#close();
    for (const watcher of this.#watchers) watcher();
  }

  /** Returns what the settings say of a store, where they say something usable. */
  findConfig(name: string): StoreConfig | undefined {
    const checked = checkStoreConfigs(getSetting(settings.stores), [this.local.name]);
    const found = checked.find(each => each.kind === "config" && each.config.name === name);
    return found?.kind === "config" ? found.config : undefined;
  }

  async openOne(config: StoreConfig): Promise<TraceStore> {
    const credentials = hasServer(config) ? await this.#secrets.read(config) : undefined;
    const opened =
      config.kind === "file" ? { ...config, path: toAbsolutePath(config.path) } : config;
    const fileWorkerPath = this.#fileWorkerPath;
    return openStore(opened, { timeoutMs: getStoreTimeoutMs(), fileWorkerPath, credentials });
  }

  async #openAll(): Promise<{ set: StoreSet; owner: Owner }> {
    const owner = new Owner();
    const remote = await Promise.all(
      checkStoreConfigs(getSetting(settings.stores), [this.local.name]).map(async checked => {
        if (checked.kind === "broken") {
          return this.#createBroken({ kind: "file", name: checked.name }, checked.error);
        }
        const { config } = checked;
        try {
          const store = owner.own(await this.openOne(config));
          const inUse = setTimeout(() => this.#onUse(config, store), USE_MS);
          owner.own(toDisposable(() => clearTimeout(inUse)));
          return store;
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          return this.#createBroken(config, error);
        }
      }),
    );
    return { set: new StoreSet([this.local, ...remote], getStoreTimeoutMs()), owner };
  }

  #createBroken({ kind, name }: Pick<TraceStore, "kind" | "name">, error: Error): TraceStore {
    const failure = getFailure(error);
    const reason = failure?.code === "storeMisconfigured" ? failure.reason : error.message;
    this.#log.warn(`A store of ${settings.stores}, ${name}, could not be opened: ${reason}`);
    return createBrokenStore({ kind, name }, error);
  }

  #close(): void {
    void this.#open?.then(({ owner }) => owner.dispose());
    this.#open = undefined;
  }

  dispose(): void {
    this.#close();
    this.#owner.dispose();
  }
}

/** As in other settings of the editor: `~`, `${workspaceFolder}`, and what is relative to the first folder. */
function toAbsolutePath(path: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
  const named = path
    .replace(/^~(?=[/\\]|$)/, () => homedir())
    .replaceAll("${workspaceFolder}", () => folder);
  return resolve(folder, named);
}

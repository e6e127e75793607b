/** The stores that the settings name, and the embedded one: opened on first use, opened anew when settings change. */

import { Owner, type Disposable } from "../base/disposables.ts";
import { settings } from "../manifest.ts";
import type { StoreConfig } from "../model/storeConfig.ts";
import type { Log } from "../platform/log.ts";
import type { StoreSecrets } from "../platform/secrets.ts";
import { getSetting, watchSettings } from "../platform/settings.ts";
import { checkStoreConfig, createBrokenStore, openStore } from "../stores/open.ts";
import { StoreSet } from "../stores/storeSet.ts";
import type { LocalStore } from "../stores/local/localStore.ts";
import type { TraceStore } from "../stores/traceStore.ts";

export class ConfiguredStores implements Disposable {
  /** Always there, and open until the end: settings do not change it. */
  readonly local: LocalStore;
  readonly #owner = new Owner();
  readonly #secrets: StoreSecrets;
  readonly #log: Log;
  readonly #watchers = new Set<() => void>();
  #open: Promise<{ readonly set: StoreSet; readonly owner: Owner }> | undefined;

  constructor(local: LocalStore, secrets: StoreSecrets, log: Log) {
    this.local = this.#owner.own(local);
    this.#secrets = secrets;
    this.#log = log;
    this.#owner.own(watchSettings([settings.stores, settings.storeTimeout], () => this.reopen()));
  }

  async get(): Promise<StoreSet> {
    this.#open ??= this.#openAll();
    return (await this.#open).set;
  }

  /** What was known of ids may be wrong after this. */
  watch(onReopen: () => void): Disposable {
    this.#watchers.add(onReopen);
    return { dispose: () => this.#watchers.delete(onReopen) };
  }

  reopen(): void {
    this.#close();
    for (const watcher of this.#watchers) watcher();
  }

  async openOne(config: StoreConfig): Promise<TraceStore> {
    const credentials = await this.#secrets.read(config.name);
    return openStore(config, { timeoutMs: getSetting(settings.storeTimeout) * 1_000, credentials });
  }

  async #openAll(): Promise<{ set: StoreSet; owner: Owner }> {
    const owner = new Owner();
    const remote = await Promise.all(
      getSetting(settings.stores).map(async value => {
        try {
          return owner.own(await this.openOne(checkStoreConfig(value)));
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          this.#log.warn(`A store of ${settings.stores} could not be opened: ${error.message}`);
          return createBrokenStore({ kind: "mongodb", name: nameOf(value) }, error);
        }
      }),
    );
    const timeoutMs = getSetting(settings.storeTimeout) * 1_000;
    return { set: new StoreSet([this.local, ...remote], timeoutMs), owner };
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

function nameOf(value: unknown): string {
  const name = (value as Partial<StoreConfig> | undefined)?.name;
  return typeof name === "string" && name !== "" ? name : settings.stores;
}

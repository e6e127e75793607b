/** The stores that the settings name, and the embedded one: opened on first use, opened anew when settings change. */

import { Owner, type Disposable } from "../base/disposables.ts";
import { settings } from "../manifest.ts";
import type { StoreConfig } from "../model/storeConfig.ts";
import type { Log } from "../platform/log.ts";
import type { StoreSecrets } from "../platform/secrets.ts";
import { getSetting, watchSettings } from "../platform/settings.ts";
import { checkStoreConfig, createBrokenStore, openStore } from "../stores/open.ts";
import { StoreSet } from "../stores/storeSet.ts";
import type { TraceStore } from "../stores/traceStore.ts";

export class ConfiguredStores implements Disposable {
  readonly #owner = new Owner();
  readonly #openLocal: () => TraceStore;
  readonly #secrets: StoreSecrets;
  readonly #log: Log;
  readonly #watchers = new Set<() => void>();
  #open: Promise<StoreSet> | undefined;

  constructor(openLocal: () => TraceStore, secrets: StoreSecrets, log: Log) {
    this.#openLocal = openLocal;
    this.#secrets = secrets;
    this.#log = log;
    this.#owner.own(watchSettings([settings.stores, settings.storeTimeout], () => this.reopen()));
  }

  async get(): Promise<StoreSet> {
    this.#open ??= this.#openAll();
    return this.#open;
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

  async #openAll(): Promise<StoreSet> {
    const remote = await Promise.all(
      getSetting(settings.stores).map(async value => {
        try {
          return await this.openOne(checkStoreConfig(value));
        } catch (error) {
          this.#log.warn(`A store of ${settings.stores} could not be opened: ${String(error)}`);
          return createBrokenStore({ kind: "mongodb", name: nameOf(value) }, error);
        }
      }),
    );
    return new StoreSet([this.#openLocal(), ...remote], getSetting(settings.storeTimeout) * 1_000);
  }

  #close(): void {
    void this.#open?.then(stores => stores.dispose());
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

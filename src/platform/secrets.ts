/** Credentials of stores, in the editor's secret storage, by the store's name. They go nowhere else. */

import type * as vscode from "vscode";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export class StoreSecrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async read(store: string): Promise<Credentials | undefined> {
    const text = await this.#storage.get(keyOf(store));
    return text === undefined ? undefined : (JSON.parse(text) as Credentials);
  }

  async write(store: string, credentials: Credentials | undefined): Promise<void> {
    if (credentials === undefined) await this.#storage.delete(keyOf(store));
    else await this.#storage.store(keyOf(store), JSON.stringify(credentials));
  }
}

function keyOf(store: string): string {
  return `traceside.store.${store}`;
}

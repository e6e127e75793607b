/**
 * Credentials of stores, in the editor's secret storage, by the store's name and its servers' origin together: a
 * workspace may bring a store of the same name, and is neither sent the password of the user's own nor able to change it.
 */

import type * as vscode from "vscode";
import { parseStoreAddress, type Credentials } from "../model/storeAddress.ts";

/** The parts of a store's settings that its credentials belong to. */
export interface SecretOwner {
  readonly name: string;
  readonly url: string;
}

export class StoreSecrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async read(store: SecretOwner): Promise<Credentials | undefined> {
    const key = keyOf(store);
    const text = key === undefined ? undefined : await this.#storage.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as Credentials);
  }

  /** Nothing is kept for an address that cannot be read: it has no origin. */
  async write(store: SecretOwner, credentials: Credentials | undefined): Promise<void> {
    const key = keyOf(store);
    if (key === undefined) return;
    if (credentials === undefined) return this.#storage.delete(key);
    return this.#storage.store(key, JSON.stringify(credentials));
  }
}

function keyOf({ name, url }: SecretOwner): string | undefined {
  const address = parseStoreAddress(url);
  if (address.kind === "bad") return undefined;
  return `traceside.store ${JSON.stringify([name, address.origin])}`;
}

/**
 * Credentials of stores, in the editor's secret storage, by the store's name and for its servers alone: a workspace may
 * bring a store of the same name, and must not be sent the password of the user's own.
 */

import type * as vscode from "vscode";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The parts of a store's settings that its credentials belong to. */
export interface SecretOwner {
  readonly name: string;
  readonly url: string;
}

interface Kept extends Credentials {
  readonly servers: string;
}

export class StoreSecrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async read(store: SecretOwner): Promise<Credentials | undefined> {
    const text = await this.#storage.get(keyOf(store));
    if (text === undefined) return undefined;
    const { servers, username, password } = JSON.parse(text) as Kept;
    return servers === serversOf(store) ? { username, password } : undefined;
  }

  async write(store: SecretOwner, credentials: Credentials | undefined): Promise<void> {
    if (credentials === undefined) return this.#storage.delete(keyOf(store));
    const kept: Kept = { ...credentials, servers: serversOf(store) };
    return this.#storage.store(keyOf(store), JSON.stringify(kept));
  }
}

function keyOf({ name }: SecretOwner): string {
  return `traceside.store.${name}`;
}

/** `mongodb://a:1,b:2/db?…` → `mongodb://a:1,b:2`. */
function serversOf({ url }: SecretOwner): string {
  const [, scheme = "", servers = ""] = /^([^:]+:\/\/)(?:[^@/]*@)?([^/?#]*)/.exec(url.trim()) ?? [];
  return (scheme + servers).toLowerCase();
}

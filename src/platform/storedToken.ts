/** A token that senders or clients show: made when the first is given it, kept in the editor's secret storage. */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type * as vscode from "vscode";

export class StoredToken {
  readonly #storage: Pick<vscode.SecretStorage, "get" | "store">;
  readonly #key: string;

  /** `key`: its name in the storage. */
  constructor(storage: Pick<vscode.SecretStorage, "get" | "store">, key: string) {
    this.#storage = storage;
    this.#key = key;
  }

  async get(): Promise<string> {
    const known = await this.#storage.get(this.#key);
    if (known !== undefined) return known;
    const token = randomBytes(32).toString("base64url");
    await this.#storage.store(this.#key, token);
    return token;
  }

  /** No client has one before the first was given it. */
  async check(token: string): Promise<boolean> {
    const known = await this.#storage.get(this.#key);
    return known !== undefined && timingSafeEqual(hash(known), hash(token));
  }
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

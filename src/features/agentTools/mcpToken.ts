/** The token of the MCP server: made when a client is first given it, kept in the editor's secret storage. */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type * as vscode from "vscode";

const KEY = "traceside.mcpToken";

export class McpToken {
  readonly #storage: Pick<vscode.SecretStorage, "get" | "store">;

  constructor(storage: Pick<vscode.SecretStorage, "get" | "store">) {
    this.#storage = storage;
  }

  async get(): Promise<string> {
    const known = await this.#storage.get(KEY);
    if (known !== undefined) return known;
    const token = randomBytes(32).toString("base64url");
    await this.#storage.store(KEY, token);
    return token;
  }

  /** No client has one before the first was given it. */
  async check(token: string): Promise<boolean> {
    const known = await this.#storage.get(KEY);
    return known !== undefined && timingSafeEqual(hash(known), hash(token));
  }
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

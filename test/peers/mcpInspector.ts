/** The command line of the Model Context Protocol's inspector. Installed from npm into the cache once. Knows no server. */

import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { findOrMake, hashSources, runCommand, say } from "./cache.ts";

export interface McpInspector {
  readonly kind: "peer";
  /** Asks the server at the address; rejects with what the inspector said where it was not content. */
  ask(url: string, token: string, ...args: readonly string[]): Promise<unknown>;
}

const name = "The inspector of the Model Context Protocol (npm)";
const source = join(import.meta.dirname, "mcpInspector");

export async function findMcpInspector(): Promise<McpInspector | PeerUnavailable> {
  const key = await hashSources([join(source, "package.json")]);
  const made = await findOrMake("mcp-inspector", key, async directory => {
    say("Installing the inspector of the Model Context Protocol from npm; once, under a minute…");
    await cp(source, directory, { recursive: true });
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
    return runCommand(npm, ["install", ...options], { cwd: directory });
  });
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };
  const { directory } = made;
  return {
    kind: "peer",
    async ask(url, token, ...args) {
      const program = join(directory, "node_modules/.bin/mcp-inspector");
      const server = [
        "--cli",
        url,
        "--transport",
        "http",
        "--header",
        `Authorization: Bearer ${token}`,
      ];
      const result = await runCommand(process.execPath, [program, ...server, ...args], {
        cwd: directory,
        // It keeps what it has seen in the home folder.
        env: { HOME: directory },
      });
      if (!result.ok) throw new Error(result.reason);
      return JSON.parse(result.stdout) as unknown;
    },
  };
}

/**
 * OpenTelemetry's Go SDK for the tests: a small program built from the module proxy once and kept in the cache. Knows
 * nothing of who receives.
 */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { findOrMake, hashSources, runCommand, say } from "./cache.ts";
import type { SenderRun } from "./canonicalTrace.ts";

export type GoProtocol = "grpc" | "grpc-gzip" | "http" | "http-gzip";

export interface GoSenders {
  readonly kind: "peer";
  send(protocol: GoProtocol): SenderRun;
}

const name = "Go's OpenTelemetry SDK";
const folder = join(import.meta.dirname, "goSenders");
const files = ["go.mod", "go.sum", "main.go"];

export async function findGoSenders(): Promise<GoSenders | PeerUnavailable> {
  const version = await runCommand("go", ["version"]);
  if (!version.ok) return { kind: "unavailable", name, reason: version.reason };

  const sources = files.map(file => join(folder, file));
  const key = await hashSources(sources, process.platform, process.arch);
  const made = await findOrMake("goSenders", key, async directory => {
    say("Building a sender with Go's OpenTelemetry SDK; once, a minute…");
    for (const file of files) await copyFile(join(folder, file), join(directory, file));
    const args = ["build", "-trimpath", "-buildvcs=false", "-o", join(directory, "sender"), "."];
    const options = { cwd: directory };
    // A build must not starve the tests that run beside it.
    return process.platform === "win32"
      ? runCommand("go", args, options)
      : runCommand("nice", ["-n", "10", "go", ...args], options);
  });
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };
  const command = join(made.directory, "sender");
  return { kind: "peer", send: protocol => ({ command, args: [protocol] }) };
}

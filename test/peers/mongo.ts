/**
 * A real MongoDB-compatible server for the tests: FerretDB with its SQLite backend, built from
 * `ferretdb/` once and kept in the cache. Loopback, a free port, its own data directory, which goes
 * with it. Knows nothing of what the tests store.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { once } from "node:events";
import type { PeerUnavailable } from "./cache.ts";
import { findOrMake, hashSources, runCommand, say } from "./cache.ts";
import type { BuiltServer } from "./goServer.ts";

export interface MongoPeer {
  readonly kind: "peer";
  /** Without credentials, also where the server demands them. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface MongoOptions {
  /** Demand this user (SCRAM-SHA-256, `authSource=admin`) and refuse everyone else. */
  readonly auth?: { readonly username: string; readonly password: string };
}

const name = "MongoDB-compatible server (FerretDB)";
const sourceDirectory = join(import.meta.dirname, "ferretdb");
const startTimeoutMs = 180_000;
const stopTimeoutMs = 5_000;

export async function startMongo(options: MongoOptions = {}): Promise<MongoPeer | PeerUnavailable> {
  const built = await buildMongo();
  if (!built.ok) return { kind: "unavailable", name, reason: built.reason };

  const directory = await mkdtemp(join(tmpdir(), "traceside-mongo-"));
  const args = ["-dir", directory];
  if (options.auth !== undefined) args.push("-username", options.auth.username);
  const child = spawn(built.binary, args, {
    env: { ...process.env, MONGO_PASSWORD: options.auth?.password ?? "" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit").catch(() => undefined);
  const stop = async (): Promise<void> => {
    // The server ends when its standard input closes; a signal is only for one that hangs.
    child.stdin.end();
    const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    await exited;
    clearTimeout(timer);
    await rm(directory, { recursive: true, force: true });
  };

  const lines = createInterface({ input: child.stdout });
  const address = await Promise.race([
    once(lines, "line").then(([line]) => String(line)),
    exited.then(() => undefined),
    new Promise<undefined>(resolve => setTimeout(resolve, startTimeoutMs, undefined).unref()),
  ]);
  if (address === undefined) {
    await stop();
    return { kind: "unavailable", name, reason: "The server gave no address in time." };
  }
  return { kind: "peer", url: `mongodb://${address}/`, stop };
}

export async function buildMongo(): Promise<BuiltServer> {
  const sources = ["main.go", "go.mod", "go.sum"].map(file => join(sourceDirectory, file));
  const key = await hashSources(sources, process.platform, process.arch);
  const binaryName = process.platform === "win32" ? "server.exe" : "server";
  const made = await findOrMake("ferretdb", key, directory => {
    say("Building a MongoDB-compatible server (FerretDB); once, about a minute…");
    return runCommand("go", ["build", "-trimpath", "-o", join(directory, binaryName), "."], {
      cwd: sourceDirectory,
      env: { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
    });
  });
  return made.ok ? { ok: true, binary: join(made.directory, binaryName) } : made;
}

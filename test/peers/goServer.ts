/**
 * A real server written in Go, built from the module proxy once and kept in the cache, and started so that it cannot
 * outlive the test that began it. A recipe is a `go.mod` that requires the server's module and a `go.sum` with its
 * hash; the module's own `go.sum` has the hashes of everything else. Knows no product.
 */
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOrMake, hashSources, runCommand, say } from "./cache.ts";
import { spawnBound } from "./spawnBound.ts";

export interface GoRecipe {
  /** The folder of `go.mod` and `go.sum`, beside this file. */
  readonly folder: string;
  /** The module that the recipe requires, and the command in it. */
  readonly module: string;
  readonly command: string;
}

export type BuiltServer =
  { readonly ok: true; readonly binary: string } | { readonly ok: false; readonly reason: string };

const startTimeoutMs = 180_000;

export async function buildGoServer(recipe: GoRecipe): Promise<BuiltServer> {
  const source = join(import.meta.dirname, recipe.folder);
  const files = ["go.mod", "go.sum"];
  const key = await hashSources(
    files.map(file => join(source, file)),
    process.platform,
    process.arch,
    recipe.command,
  );
  const made = await findOrMake(recipe.folder, key, async directory => {
    say(`Building ${recipe.command}; once, some minutes…`);
    for (const file of files) await copyFile(join(source, file), join(directory, file));
    const run = (...args: readonly string[]) => runNicely("go", args, { cwd: directory });
    const download = await run("mod", "download", "-json", recipe.module);
    if (!download.ok) return download;
    const { Dir: module } = JSON.parse(download.stdout) as { readonly Dir: string };
    const sums = [join(directory, "go.sum"), join(module, "go.sum")];
    const texts = await Promise.all(sums.map(file => readFile(file, "utf8")));
    await writeFile(join(directory, "go.sum"), texts.join(""));
    const flags = ["-mod=mod", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"];
    return run("build", ...flags, "-o", join(directory, "server"), recipe.command);
  });
  return made.ok ? { ok: true, binary: join(made.directory, "server") } : made;
}

/** A build must not starve the tests that run beside it. */
function runNicely(command: string, args: readonly string[], options: RunOptions) {
  return process.platform === "win32"
    ? runCommand(command, args, options)
    : runCommand("nice", ["-n", "10", command, ...args], options);
}
type RunOptions = Parameters<typeof runCommand>[2];

export interface RunningServer {
  /** An empty directory of its own, which goes with it. */
  readonly directory: string;
  stop(): Promise<void>;
}

/**
 * Starts it with the arguments that `prepare` makes from its directory, and waits until `readyUrl` answers with a status
 * below 500.
 */
export async function startServer(
  binary: string,
  prepare: (directory: string) => Promise<readonly string[]>,
  readyUrl: string,
): Promise<({ readonly ok: true } & RunningServer) | { readonly ok: false; reason: string }> {
  const directory = await mkdtemp(join(tmpdir(), "traceside-server-"));
  const args = await prepare(directory);
  const server = spawnBound(binary, args);
  let said = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4_000)));
  }
  // What it keeps is thrown away.
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
  if (await isReady(readyUrl)) return { ok: true, directory, stop };
  await stop();
  return { ok: false, reason: `It did not answer at ${readyUrl} in time.\n${said}` };
}

async function isReady(url: string): Promise<boolean> {
  const untilMs = performance.now() + startTimeoutMs;
  while (performance.now() < untilMs) {
    try {
      const { status } = await fetch(url, { signal: AbortSignal.timeout(1_000) });
      if (status < 500) return true;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // Not yet.
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return false;
}

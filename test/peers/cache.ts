/**
 * Where test peers keep what is slow to make (a built server, a Python environment): outside the
 * tree and keyed by what it was made from, so that a second run starts at once and a changed recipe
 * never meets a stale result. Knows nothing of what is made.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { cacheFolder } from "../harness/paths.ts";
import { run } from "../harness/processes.ts";

/** A peer that this machine cannot have: the test says so by name and passes over. */
export interface PeerUnavailable {
  readonly kind: "unavailable";
  readonly name: string;
  readonly reason: string;
}

export type CommandResult =
  { readonly ok: true; readonly stdout: string } | { readonly ok: false; readonly reason: string };

/** Set where every peer was made before the tests: what is missing then stays so, because a test's clock runs. */
export const PREPARED = "TRACESIDE_PEERS_PREPARED";

let preparing: AbortSignal | undefined;

/** Commands of peers end with the signal, whose reason is what is then told of their peer. */
export function boundCommands(signal: AbortSignal | undefined): void {
  preparing = signal;
}

/** Progress for whoever waits at the terminal; standard output belongs to results. */
export function say(text: string): void {
  process.stderr.write(`[peers] ${text}\n`);
}

/** A short key over the contents of `files` and the strings in `extra`. */
export async function hashSources(
  files: readonly string[],
  ...extra: readonly string[]
): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${basename(file)}\0`).update(await readFile(file));
  }
  for (const text of extra) hash.update(`\0${text}`);
  return hash.digest("hex").slice(0, 16);
}

/**
 * The directory `<cache>/<name>-<key>`, filled by `make` at most once. A marker, written last, says
 * that it is complete; what a run that was cut short left behind is made anew. One maker at a time,
 * because test files run side by side.
 */
export async function findOrMake(
  name: string,
  key: string,
  make: (directory: string) => Promise<CommandResult>,
): Promise<
  | { readonly ok: true; readonly directory: string }
  | { readonly ok: false; readonly reason: string }
> {
  const directory = join(cacheFolder, `${name}-${key}`);
  const marker = join(directory, ".complete");
  const failure = `${directory}.failure`;
  if (existsSync(marker)) return { ok: true, directory };
  if (process.env[PREPARED] !== undefined) {
    const reason = await readFile(failure, "utf8").catch(() => "npm test -- peers was not run");
    return { ok: false, reason };
  }

  await mkdir(cacheFolder, { recursive: true });
  const release = await takeLock(`${directory}.lock`);
  try {
    if (existsSync(marker)) return { ok: true, directory };
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory);
    const result = await make(directory);
    if (!result.ok) {
      await writeFile(failure, result.reason);
      return result;
    }
    await rm(failure, { force: true });
    await writeFile(marker, "");
    return { ok: true, directory };
  } finally {
    await release();
  }
}

/** Runs a command to its end, or ends it when it makes no progress any more or the time for peers is over. Never throws. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CommandResult> {
  const env = { ...process.env, ...options.env };
  const signal = preparing;
  const { code, stdout, output, hung } = await run(command, args, {
    cwd: options.cwd,
    env,
    signal,
  });
  if (code === 0) return { ok: true, stdout };
  if (signal?.aborted === true) return { ok: false, reason: String(signal.reason) };
  const end = hung ? "hung" : `exit code ${String(code ?? "none")}`;
  const lastLines = output.trim().split("\n").slice(-5).join("\n");
  return { ok: false, reason: `${command} ${args.join(" ")}: ${end}\n${lastLines}` };
}

/** A lock file holds its owner's process id, so that the lock of a dead owner can be taken over. */
async function takeLock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx" });
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(await readFile(path, "utf8").catch(() => "0"));
    if (owner > 0 && !isAlive(owner)) await rm(path, { force: true });
    else await new Promise(resolve => setTimeout(resolve, 200));
  }
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

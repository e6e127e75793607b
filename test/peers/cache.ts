/**
 * Where test peers keep what is slow to make (a built server, a Python environment): outside the
 * tree and keyed by what it was made from, so that a second run starts at once and a changed recipe
 * never meets a stale result. Knows nothing of what is made.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";

/** A peer that this machine cannot have: the test says so by name and passes over. */
export interface PeerUnavailable {
  readonly kind: "unavailable";
  readonly name: string;
  readonly reason: string;
}

export type CommandResult =
  { readonly ok: true; readonly stdout: string } | { readonly ok: false; readonly reason: string };

function getCacheDirectory(): string {
  return process.env["TRACESIDE_CACHE"] ?? join(homedir(), ".cache", "traceside");
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
  const directory = join(getCacheDirectory(), `${name}-${key}`);
  const marker = join(directory, ".complete");
  if (existsSync(marker)) return { ok: true, directory };

  await mkdir(getCacheDirectory(), { recursive: true });
  const release = await takeLock(`${directory}.lock`);
  try {
    if (existsSync(marker)) return { ok: true, directory };
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory);
    const result = await make(directory);
    if (!result.ok) return result;
    await writeFile(marker, "");
    return { ok: true, directory };
  } finally {
    await release();
  }
}

/** Runs a command to its end, or ends it when the time is over. Never throws. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: {
    readonly timeoutMs: number;
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<CommandResult> {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: options.timeoutMs,
      killSignal: "SIGKILL",
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", error => {
      resolve({ ok: false, reason: `${command}: ${error.message}` });
    });
    child.on("close", (code, signal) => {
      if (code === 0) resolve({ ok: true, stdout });
      const end = signal === null ? `exit code ${String(code)}` : `ended by ${signal}`;
      const lastLines = stderr.trim().split("\n").slice(-5).join("\n");
      resolve({ ok: false, reason: `${command} ${args.join(" ")}: ${end}\n${lastLines}` });
    });
  });
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

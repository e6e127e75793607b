/**
 * Starts a server that cannot outlive whoever started it, however that ends: a test run that is killed, or one whose
 * tests are all passed over, so that nobody stops it.
 */
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

export interface BoundServer {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles with the exit code when it has ended. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

const stopTimeoutMs = 5_000;
/** Ends the server when the shell's standard input closes; the shell itself ends with the server. */
const script = [
  'exec 3<&0; "$@" </dev/null 3<&- & server=$!',
  "{ cat <&3; kill -9 $server; } >/dev/null 2>&1 & watch=$!",
  "wait $server; code=$?; kill $watch; exit $code",
].join("\n");

export function spawnBound(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): BoundServer {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
    "sh",
    ["-c", script, "sh", command, ...args],
    { cwd: options.cwd, env: { ...process.env, ...options.env }, stdio: ["pipe", "pipe", "pipe"] },
  );
  const ended = once(child, "exit").then(
    ([code]: (number | null)[]) => code ?? null,
    () => null,
  );
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    stop: async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/**
 * Child processes for the harness: run to the end with a deadline, or kept until stopped. Only processes started
 * here are ever ended, by their id. Knows nothing of what it runs.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";

export type RunOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /**
   * How long it may go on without progress before it is ended: a deadline for what hangs, which a slow machine does
   * not meet. Five minutes by default.
   */
  readonly idleMs?: number;
  /**
   * Each new answer counts as progress, and so does output. By default the answer is how many seconds of processor
   * time it and its children have used, because compilers and package managers say nothing for minutes.
   */
  readonly progress?: () => unknown;
  /** Also shows the output as it comes. */
  readonly echo?: boolean;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
};

export type RunResult = {
  /** The exit code; undefined where the process could not start or was ended by a signal. */
  readonly code: number | undefined;
  /** Standard output alone. */
  readonly stdout: string;
  /** Standard output and standard error, as they came. */
  readonly output: string;
  /** Whether it was ended here because it made no progress. */
  readonly hung: boolean;
};

const defaultIdleMs = 5 * 60_000;
const progressCheckMs = 2_000;
/** What Linux counts processor time in, on every machine that Node runs on. */
const ticksPerSecond = 100;

/** Runs a command to its end. Never rejects: what went wrong is in the result. */
export function run(
  file: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  return new Promise(resolve => {
    const child = spawnGroup(file, args, options);
    const chunks: Buffer[] = [];
    const stdout: Buffer[] = [];
    const killNow = (): void => {
      signalGroup(child, "SIGKILL");
    };
    process.on("exit", killNow);
    if (options.signal?.aborted === true) killNow();
    options.signal?.addEventListener("abort", killNow);
    let hung = false;
    let lastProgress = performance.now();
    const idleMs = options.idleMs ?? defaultIdleMs;
    const readProgress = options.progress ?? (() => readGroupCpuSeconds(child.pid));
    let lastAnswer = readProgress();
    const keep = (chunk: Buffer): void => {
      lastProgress = performance.now();
      chunks.push(chunk);
      if (options.echo === true) {
        process.stdout.write(chunk);
      }
    };
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const watch = setInterval(() => {
      const answer = readProgress();
      if (answer !== lastAnswer) {
        lastAnswer = answer;
        lastProgress = performance.now();
      } else if (!hung && performance.now() - lastProgress > idleMs) {
        const seconds = String(idleMs / 1000);
        keep(Buffer.from(`\n${file} was stopped: it made no progress for ${seconds} s\n`));
        hung = true;
        killNow();
      }
    }, progressCheckMs);
    const settle = (code: number | undefined): void => {
      clearInterval(watch);
      process.off("exit", killNow);
      options.signal?.removeEventListener("abort", killNow);
      resolve({
        code,
        stdout: Buffer.concat(stdout).toString("utf8"),
        output: Buffer.concat(chunks).toString("utf8"),
        hung,
      });
    };
    child.on("error", error => {
      keep(Buffer.from(error.message));
      settle(undefined);
    });
    child.on("close", code => {
      settle(code ?? undefined);
    });
  });
}

export type RunningProcess = {
  readonly pid: number | undefined;
  /** The last lines of what it wrote, for a message about what went wrong. */
  readonly tail: () => string;
  readonly exited: () => boolean;
  /** Asks it and its children to end, then ends them. */
  readonly stop: () => Promise<void>;
};

/** Starts a process that stays until it is stopped or this process ends. */
export function start(
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): RunningProcess {
  const child = spawnGroup(file, args, options);
  let output = "";
  let ended = false;
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString("utf8")).slice(-20_000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const end = (): void => {
    ended = true;
    process.off("exit", killNow);
  };
  const killNow = (): void => {
    signalGroup(child, "SIGKILL");
  };
  const closed = new Promise<void>(resolve => {
    child.on("error", error => {
      keep(Buffer.from(error.message));
      end();
      resolve();
    });
    child.on("exit", () => {
      end();
      resolve();
    });
  });
  process.on("exit", killNow);
  return {
    pid: child.pid,
    tail: () => output,
    exited: () => ended,
    stop: async () => {
      if (ended) {
        return;
      }
      signalGroup(child, "SIGTERM");
      const kill = setTimeout(killNow, 5_000);
      await closed;
      clearTimeout(kill);
      // Children that outlived it are ended too.
      signalGroup(child, "SIGKILL");
    },
  };
}

/** A port on loopback that is free now. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address !== null) {
          resolve(address.port);
        } else {
          reject(new Error("The system gave no port."));
        }
      });
    });
  });
}

/** Asks `check` again and again until it answers something else than undefined; fails with what was waited for. */
export async function waitFor<T>(
  what: string,
  deadlineMs: number,
  check: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const answer = await check();
    if (answer !== undefined) {
      return answer;
    }
    if (performance.now() > end) {
      throw new Error(`Waited ${String(deadlineMs / 1000)} s for ${what}.`);
    }
    await delay(50);
  }
}

export function delay(ms: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, ms);
  });
}

/** Without this a signal would end this process with no word to the ones it started. */
export function exitOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(130));
  }
}

/** Whole seconds of processor time that a process group has used; undefined where the system does not tell. */
function readGroupCpuSeconds(group: number | undefined): number | undefined {
  if (process.platform !== "linux" || group === undefined) {
    return undefined;
  }
  let ticks = 0;
  for (const name of readdirSync("/proc").filter(each => /^\d+$/.test(each))) {
    // Fields stand behind the command's name, which may hold blanks: state, parent, group, …, then four times.
    const fields = readProcessStat(name).split(" ");
    if (Number(fields[2]) === group) {
      ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    }
  }
  return Math.floor(ticks / ticksPerSecond);
}

function readProcessStat(pid: string): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2);
  } catch {
    // It ended since it was listed.
    return "";
  }
}

/** Its own process group, so that its children can be ended with it and with nothing else. */
function spawnGroup(
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv },
): ChildProcess {
  return spawn(file, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) {
    return;
  }
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}

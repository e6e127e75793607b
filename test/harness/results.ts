/** What a run of tests came to, in one shape for every runner. */
import { appendFile, readFile } from "node:fs/promises";

export type Failure = { readonly name: string; readonly message: string };
export type NotRun = { readonly name: string; readonly reason: string };

export type SuiteResult = {
  readonly passed: number;
  readonly failures: readonly Failure[];
  readonly notRun: readonly NotRun[];
};

/** What a run that has not ended came to so far. */
export type ResultsSoFar = SuiteResult & {
  /** Grows with whatever happens. */
  readonly events: number;
  /** Tests, hooks and files that were begun and have not ended. */
  readonly running: readonly string[];
};

/**
 * Says that something could not run here, and why. For what has no test of its own to skip, such as a server; a
 * test that skips itself with a note is counted by its runner and must not be said here too.
 */
export async function reportNotRun(name: string, reason: string): Promise<void> {
  const path = process.env["TRACESIDE_NOT_RUN"];
  const line = `${name}: ${reason}`.replaceAll(/\s*\n\s*/g, " ");
  if (path === undefined) {
    console.error(`Not run: ${line}`);
  } else {
    await appendFile(path, `${line}\n`);
  }
}

/** What was reported in the file; a thing reported by several tests is one thing. */
export async function readNotRun(path: string): Promise<readonly NotRun[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  const lines = new Set(text.split("\n").filter(line => line.trim() !== ""));
  return [...lines].map(line => {
    const cut = line.indexOf(": ");
    return cut < 0
      ? { name: line, reason: "no reason given" }
      : { name: line.slice(0, cut), reason: line.slice(cut + 2) };
  });
}

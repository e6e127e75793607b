/** A run of tests that hangs, fails and skips: what the harness is told, and that only what hangs is ended. */

import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { binFolder, nodePath, repoRoot } from "../../harness/paths.ts";
import { run } from "../../harness/processes.ts";
import type { ResultsSoFar } from "../../harness/results.ts";

const folder = mkdtempSync(join(tmpdir(), "traceside-run-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a process that makes no progress is ended, and one that does is not", async () => {
  const wait = ["-e", "setTimeout(() => console.log('done'), 3_000)"];
  const idle = await run(nodePath, wait, { idleMs: 10, progress: () => 0 });
  expect(idle).toMatchObject({ hung: true, code: undefined, stdout: "" });
  let asked = 0;
  const slow = await run(nodePath, wait, { idleMs: 10, progress: () => (asked += 1) });
  expect(slow).toMatchObject({ hung: false, code: 0, stdout: "done\n" });
});

test("a run that hangs tells what it has, and which test was running", async () => {
  const path = join(folder, "results.json");
  const read = (): ResultsSoFar | undefined =>
    statSync(path, { throwIfNoEntry: false }) === undefined
      ? undefined
      : (JSON.parse(readFileSync(path, "utf8")) as ResultsSoFar);
  const reporter = join(repoRoot, "test/harness/vitestReporter.ts");
  const config = join(repoRoot, "test/fixtures/harness/vitest.config.ts");
  const done = await run(
    nodePath,
    [join(binFolder, "vitest"), "run", "--config", config, "--reporter", reporter],
    {
      cwd: repoRoot,
      env: { ...process.env, TRACESIDE_RESULTS: path },
      // Ended as soon as only the test that hangs is left: until then each answer is another.
      idleMs: 0,
      progress: () => (isHanging(read()) ? "hangs" : performance.now()),
    },
  );
  expect(done.hung).toBe(true);
  const soFar = read();
  expect(soFar?.running).toEqual(["wrong.case.ts", "wrong.case.ts > hangs"]);
  expect(soFar?.passed).toBe(1);
  expect(soFar?.failures.map(({ name }) => name)).toEqual([
    "wrong.case.ts > a suite that breaks",
    "wrong.case.ts > fails",
    "wrong.case.ts > is skipped by nobody knows whom",
  ]);
  expect(soFar?.failures[0]?.message).toMatch(/^Error: the first error/);
  expect(soFar?.notRun).toEqual([
    { name: "wrong.case.ts > is skipped", reason: "no such server" },
    { name: "wrong.case.ts > a suite without its server > is not run", reason: "not built" },
    {
      name: "wrong.case.ts > a suite that breaks > never began",
      reason: "wrong.case.ts > a suite that breaks failed before it",
    },
  ]);
});

function isHanging(soFar: ResultsSoFar | undefined): boolean {
  return soFar?.running.includes("wrong.case.ts > hangs") === true;
}

/**
 * `npm test [-- STEP...]`: every check that this machine can run, in order, or the named steps alone. What failed is
 * told at the end, then what was not run and why; the very last line is the count.
 */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium } from "./chromium.ts";
import { prepareCodeServer } from "./codeServer.ts";
import { runHostSuite } from "./hostSuite.ts";
import { packageExtension } from "./package.ts";
import { binFolder, nodePath, repoRoot, toolPath } from "./paths.ts";
import { exitOnSignals, run } from "./processes.ts";
import { readNotRun } from "./results.ts";
import type { SuiteResult } from "./results.ts";

const minuteMs = 60_000;
const scratch = await mkdtemp(join(tmpdir(), "traceside-test-"));
const notRunPath = join(scratch, "not-run.txt");
process.env["TRACESIDE_NOT_RUN"] = notRunPath;

const steps: Readonly<Record<string, () => Promise<SuiteResult>>> = {
  types: () => check("types", ["tsc", "-p", ".", "--noEmit"]),
  lint: () => check("lint", ["eslint", "."]),
  format: () => check("format", ["prettier", "--check", "."]),
  unit: () => vitest([], 15 * minuteMs),
  host: () => inVsCode("the host suites in VS Code", hostSuite),
  e2e: () =>
    inVsCode("the end-to-end tests", () =>
      vitest(["--config", "test/e2e/vitest.config.ts"], 30 * minuteMs),
    ),
};

exitOnSignals();
const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !Object.hasOwn(steps, name));
if (unknown.length > 0) {
  console.error(
    `No such step: ${unknown.join(", ")}. There are: ${Object.keys(steps).join(", ")}.`,
  );
  process.exit(1);
}

const results: SuiteResult[] = [];
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length === 0 || wanted.includes(name)) {
    console.log(`\n== ${name}`);
    const start = performance.now();
    const result = await step().catch(broken(name));
    results.push(result);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`== ${name}: ${tell(result)} (${seconds} s)`);
  }
}
results.push({ passed: 0, failures: [], notRun: await readNotRun(notRunPath) });
await rm(scratch, { recursive: true, force: true });

const total: SuiteResult = {
  passed: results.reduce((sum, result) => sum + result.passed, 0),
  failures: results.flatMap(result => result.failures),
  notRun: results.flatMap(result => result.notRun),
};
for (const { name, message } of total.failures) {
  console.log(`\nFAILED ${name}\n${message}`);
}
if (total.notRun.length > 0) {
  console.log("\nNot run here:");
  for (const { name, reason } of total.notRun) {
    console.log(`  ${name}: ${reason}`);
  }
}
console.log(`\n${tell(total)}`);
process.exitCode = total.failures.length > 0 ? 1 : 0;

/** A static check counts as one test. */
async function check(name: string, [tool = "", ...args]: readonly string[]): Promise<SuiteResult> {
  const done = await runTool(tool, args, 5 * minuteMs, false);
  return done.code === 0
    ? { passed: 1, failures: [], notRun: [] }
    : { passed: 0, failures: [{ name, message: done.output.trim() }], notRun: [] };
}

async function vitest(args: readonly string[], deadlineMs: number): Promise<SuiteResult> {
  const path = join(scratch, "vitest.json");
  await rm(path, { force: true });
  const reporters = [
    "--reporter",
    "default",
    "--reporter",
    join(import.meta.dirname, "vitestReporter.ts"),
  ];
  const done = await runTool("vitest", ["run", ...args, ...reporters], deadlineMs, true, {
    TRACESIDE_RESULTS: path,
  });
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) {
    throw new Error(
      `vitest ended before it could tell its results (exit code ${String(done.code)})`,
    );
  }
  const result = JSON.parse(text) as SuiteResult;
  if (done.code !== 0 && result.failures.length === 0) {
    throw new Error(`vitest ended with exit code ${String(done.code)} though no test failed`);
  }
  return result;
}

async function hostSuite(): Promise<SuiteResult> {
  const { path: vsix } = await packageExtension();
  // A copy: the suites write into their workspace.
  const workspaceFolder = join(scratch, "shop");
  await cp(join(repoRoot, "media/samples/shop"), workspaceFolder, { recursive: true });
  return runHostSuite({ vsix, workspaceFolder });
}

/** Without VS Code or a browser the whole step is one thing that was not run. */
async function inVsCode(name: string, step: () => Promise<SuiteResult>): Promise<SuiteResult> {
  for (const needed of [findChromium(), await prepareCodeServer()]) {
    if (needed.kind === "unavailable") {
      return { passed: 0, failures: [], notRun: [{ name, reason: needed.reason }] };
    }
  }
  return step();
}

function runTool(
  tool: string,
  args: readonly string[],
  deadlineMs: number,
  echo: boolean,
  extraEnv: Readonly<Record<string, string>> = {},
): ReturnType<typeof run> {
  const env = { ...process.env, PATH: toolPath, ...extraEnv };
  return run(nodePath, [join(binFolder, tool), ...args], { cwd: repoRoot, env, deadlineMs, echo });
}

/** A step that breaks is one failure, so that it can never look like a pass. */
function broken(name: string): (error: unknown) => SuiteResult {
  return error => {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { passed: 0, failures: [{ name: `${name} itself`, message }], notRun: [] };
  };
}

function tell({ passed, failures, notRun }: SuiteResult): string {
  return `${passed} passed, ${failures.length} failed, ${notRun.length} skipped`;
}

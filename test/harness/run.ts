/**
 * `npm test [-- STEP...]`: every check that this machine can run, in order, or the named steps alone; `quick` is those
 * that need nothing but the repository. What failed is told at the end, then what passed on its second try, then what was
 * not run and why; the very last line is the count.
 */
import { statSync } from "node:fs";
import { cp, glob, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PREPARED } from "../peers/cache.ts";
import { preparePeers } from "../peers/preparePeers.ts";
import { findChromium } from "./chromium.ts";
import { prepareCodeServer } from "./codeServer.ts";
import { runHostSuite } from "./hostSuite.ts";
import { packageExtension } from "./package.ts";
import { binFolder, nodePath, repoRoot, toolPath } from "./paths.ts";
import { exitOnSignals, run } from "./processes.ts";
import type { RunOptions } from "./processes.ts";
import type { ResultsSoFar, SuiteResult } from "./results.ts";

/** How long nothing may begin or end in a run of tests: several times the longest test's own deadline. */
const testIdleMs = 10 * 60_000;
const nothing: SuiteResult = { passed: 0, failures: [], notRun: [] };
const scratch = await mkdtemp(join(tmpdir(), "traceside-test-"));

// The repository alone must be enough: only the step `data` sees the folder of public traces.
const publicTraces = process.env["TRACESIDE_DATA"];
delete process.env["TRACESIDE_DATA"];

/** What reads the repository and runs nothing of it. */
const checks: Readonly<Record<string, readonly string[]>> = {
  types: ["tsc", "-p", ".", "--noEmit"],
  lint: ["eslint", "."],
  format: ["prettier", "--check", "."],
};
const steps: Readonly<Record<string, () => Promise<SuiteResult>>> = {
  ...Object.fromEntries(Object.keys(checks).map(name => [name, () => check(name)])),
  unit: () => vitest(["test/unit", "--tags-filter", "!data"]),
  peers,
  contract: () => vitest(["test/contract", "--tags-filter", "!data"]),
  data,
  host: () => inVsCode("the host suites in VS Code", hostSuite),
  e2e: () =>
    inVsCode("the end-to-end tests", () => vitest(["--config", "test/e2e/vitest.config.ts"])),
};
/** Steps whose tests talk to peers. */
const needPeers = ["contract", "data", "e2e"];
const groups: Readonly<Record<string, readonly string[]>> = { quick: ["types", "lint", "unit"] };

exitOnSignals();
const asked = process.argv.slice(2).flatMap(name => groups[name] ?? [name]);
const unknown = asked.filter(name => !Object.hasOwn(steps, name));
if (unknown.length > 0) {
  const known = [...Object.keys(steps), ...Object.keys(groups)].join(", ");
  console.error(`No such step: ${unknown.join(", ")}. There are: ${known}.`);
  process.exit(1);
}
const wanted = new Set(asked.length === 0 ? Object.keys(steps) : asked);
if (needPeers.some(name => wanted.has(name))) wanted.add("peers");

let startedChecks: ReturnType<typeof startChecks> | undefined;
const results: SuiteResult[] = [];
for (const [name, step] of Object.entries(steps)) {
  if (wanted.has(name)) {
    console.log(`\n== ${name}`);
    const start = performance.now();
    const result = await step().catch(broken(name));
    results.push(result);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`== ${name}: ${tell(result)} (${seconds} s)`);
  }
}
await rm(scratch, { recursive: true, force: true });

const total: SuiteResult = {
  passed: results.reduce((sum, result) => sum + result.passed, 0),
  failures: results.flatMap(result => result.failures),
  notRun: results.flatMap(result => result.notRun),
};
for (const { name, message } of total.failures) {
  console.log(`\nFAILED ${name}\n${message}`);
}
const retried = results.flatMap(result => result.retried ?? []);
if (retried.length > 0) {
  console.log("\nPassed on the second try:");
  for (const name of retried) console.log(`  ${name}`);
}
if (total.notRun.length > 0) {
  console.log("\nNot run here:");
  for (const [reason, tests] of Map.groupBy(total.notRun, test => test.reason)) {
    console.log(`  ${reason}`);
    for (const { name } of tests) console.log(`    ${name}`);
  }
}
console.log(`\n${tell(total)}`);
process.exitCode = total.failures.length > 0 ? 1 : 0;

/** A static check counts as one test. */
async function check(name: string): Promise<SuiteResult> {
  startedChecks ??= startChecks();
  const done = await startedChecks.get(name)!;
  return done.code === 0
    ? { ...nothing, passed: 1 }
    : { ...nothing, failures: [{ name, message: done.output.trim() }] };
}

/** All that are wanted at once: each keeps one processor busy, and the longest takes as long as the others together. */
function startChecks(): ReadonlyMap<string, ReturnType<typeof runTool>> {
  const started = Object.entries(checks).filter(([name]) => wanted.has(name));
  return new Map(started.map(([name, [tool = "", ...args]]) => [name, runTool(tool, args)]));
}

/** Tests of a peer that is not there are counted where they are skipped. */
async function peers(): Promise<SuiteResult> {
  const { ready, of } = await preparePeers();
  console.log(`  ${ready} of ${of} are ready`);
  process.env[PREPARED] = "1";
  return nothing;
}

/** The tests that real traces of others widen, with the folder of them. */
async function data(): Promise<SuiteResult> {
  if (publicTraces === undefined) {
    const reason = "TRACESIDE_DATA names no folder of public traces (see CONTRIBUTING.md)";
    return { ...nothing, notRun: [{ name: "the tests with public traces", reason }] };
  }
  const files: string[] = [];
  for await (const file of glob("test/{unit,contract}/**/*.test.ts", { cwd: repoRoot })) {
    if (/publicTraces\.ts"/.test(await readFile(join(repoRoot, file), "utf8"))) files.push(file);
  }
  return vitest([...files, "--tags-filter", "data"], { TRACESIDE_DATA: publicTraces });
}

async function vitest(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<SuiteResult> {
  const path = join(scratch, "vitest.json");
  await rm(path, { force: true });
  const reporter = join(import.meta.dirname, "vitestReporter.ts");
  const done = await runTool(
    "vitest",
    ["run", ...args, "--reporter", "default", "--reporter", reporter],
    {
      echo: true,
      idleMs: testIdleMs,
      progress: () => statSync(path, { throwIfNoEntry: false })?.mtimeMs,
      env: { ...env, TRACESIDE_RESULTS: path },
    },
  );
  const text = await readFile(path, "utf8").catch(() => undefined);
  const soFar: ResultsSoFar =
    text === undefined
      ? { ...nothing, events: 0, running: ["none yet"] }
      : (JSON.parse(text) as ResultsSoFar);
  const isWhole = text !== undefined && soFar.running.length === 0 && !done.hung;
  if (isWhole && (done.code === 0) === (soFar.failures.length === 0)) return soFar;
  const end = done.hung ? "made no progress" : `ended with exit code ${String(done.code)}`;
  const message = isWhole
    ? `vitest ${end} though ${soFar.failures.length === 0 ? "no" : "a"} test failed`
    : `vitest ${end}. These were running:\n${soFar.running.map(name => `  ${name}`).join("\n")}`;
  return { ...soFar, failures: [...soFar.failures, { name: `vitest ${args.join(" ")}`, message }] };
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
      return { ...nothing, notRun: [{ name, reason: needed.reason }] };
    }
  }
  return step();
}

function runTool(
  tool: string,
  args: readonly string[],
  options: RunOptions = {},
): ReturnType<typeof run> {
  const env = { ...process.env, PATH: toolPath, ...options.env };
  return run(nodePath, [join(binFolder, tool), ...args], { ...options, cwd: repoRoot, env });
}

/** A step that breaks is one failure, so that it can never look like a pass. */
function broken(name: string): (error: unknown) => SuiteResult {
  return error => {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...nothing, failures: [{ name: `${name} itself`, message }] };
  };
}

function tell({ passed, failures, notRun }: SuiteResult): string {
  return `${passed} passed, ${failures.length} failed, ${notRun.length} skipped`;
}

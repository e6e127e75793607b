/**
 * Small programs of tests, one a runner, each traced by the module that Traceside puts into projects. Two of their tests
 * pass and one fails. Built once, into the cache. Knows nothing of who receives.
 */

import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { findOrMake, hashSources, runCommand, say } from "./cache.ts";
import type { SenderRun } from "./canonicalTrace.ts";
import { findPythonSenders } from "./pythonSenders.ts";

export interface TestRunner {
  readonly kind: "peer";
  readonly run: SenderRun;
}

const programs = join(import.meta.dirname, "testRuns");
const modules = join(import.meta.dirname, "../../media/instrument");
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

export async function findPytest(): Promise<TestRunner | PeerUnavailable> {
  const python = await findPythonSenders();
  if (python.kind === "unavailable") return python;
  const made = await make("test-runs-python", "python", ["python/traceside_pytest.py"], () =>
    Promise.resolve({ ok: true, stdout: "" }),
  );
  if (!made.ok) return { kind: "unavailable", name: "pytest", reason: made.reason };
  const { command } = python.send("otlp-http");
  const args = ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"];
  return { kind: "peer", run: { command, args, cwd: made.directory } };
}

export async function findVitest(): Promise<TestRunner | PeerUnavailable> {
  return findNodeRunner("Vitest", ["node_modules/vitest/vitest.mjs", "run"]);
}

export async function findMocha(): Promise<TestRunner | PeerUnavailable> {
  const words = ["--require", "./traceside.mjs", "prices.mocha.mjs"];
  return findNodeRunner("Mocha", ["node_modules/mocha/bin/mocha.js", ...words]);
}

async function findNodeRunner(
  name: string,
  args: readonly string[],
): Promise<TestRunner | PeerUnavailable> {
  const made = await make("test-runs-node", "node", ["node/traceside.mjs"], async directory => {
    say("Installing Vitest and Mocha from npm; once, under a minute…");
    const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
    return runCommand(npm, ["install", ...options], { cwd: directory });
  });
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };
  return { kind: "peer", run: { command: process.execPath, args, cwd: made.directory } };
}

export async function findGoTests(): Promise<TestRunner | PeerUnavailable> {
  const name = "Go's tests";
  const version = await runCommand("go", ["version"]);
  if (!version.ok) return { kind: "unavailable", name, reason: version.reason };
  const sources = ["go/traceside.go"];
  const others = ["go.mod", "go.sum"].map(file =>
    join(import.meta.dirname, "instrumented/go", file),
  );
  const made = await make(
    "test-runs-go",
    "go",
    sources,
    async directory => {
      say("Building tests with OpenTelemetry's Go SDK; once, a minute…");
      await cp(join(directory, "traceside.go"), join(directory, "traceside/traceside.go"));
      const args = ["test", "-c", "-o", "prices.test", "prices_test.go"];
      return runCommand("go", args, { cwd: directory });
    },
    others,
  );
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };
  const command = join(made.directory, "prices.test");
  return { kind: "peer", run: { command, args: ["-test.v"], cwd: made.directory } };
}

export async function findJunit(): Promise<TestRunner | PeerUnavailable> {
  const name = "JUnit";
  const version = await runCommand("mvn", ["--version"]);
  if (!version.ok) return { kind: "unavailable", name, reason: version.reason };
  const sources = ["junit/TracesideTests.java"];
  const made = await make("test-runs-java", "java", sources, async directory => {
    say("Building tests with JUnit and OpenTelemetry's Java SDK; once, a minute…");
    // The runner that Maven gets is there only once it ran.
    const args = ["-q", "-B", "test", "-Dmaven.test.failure.ignore"];
    return runCommand("mvn", args, { cwd: directory, env: { OTEL_TRACES_EXPORTER: "none" } });
  });
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };
  return {
    kind: "peer",
    run: { command: "mvn", args: ["-q", "-B", "-o", "surefire:test"], cwd: made.directory },
  };
}

/** In a folder with copies of the sources, beside each other. */
async function make(
  name: string,
  program: string,
  modulesOfIt: readonly string[],
  build: (directory: string) => ReturnType<typeof runCommand>,
  others: readonly string[] = [],
): ReturnType<typeof findOrMake> {
  const folder = join(programs, program);
  const files = [...modulesOfIt.map(file => join(modules, file)), ...others];
  const key = await hashSources(
    [...files, ...(await readdir(folder)).map(file => join(folder, file))],
    ...[process.platform, process.arch, process.version],
  );
  return findOrMake(name, key, async directory => {
    await cp(folder, directory, { recursive: true });
    for (const file of files) {
      await cp(file, join(directory, file.slice(file.lastIndexOf("/") + 1)));
    }
    return build(directory);
  });
}

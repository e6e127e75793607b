/**
 * Small programs that use the modules which Traceside puts into projects, each built with what its language's registry
 * gives, once, into the cache. Knows nothing of who receives.
 */
import { cp } from "node:fs/promises";
import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { findOrMake, hashSources, runCommand, say } from "./cache.ts";
import type { SenderRun } from "./canonicalTrace.ts";
import { findPythonSenders } from "./pythonSenders.ts";

export interface InstrumentedProgram {
  readonly kind: "peer";
  readonly run: SenderRun;
  /** The file that holds the functions, as its spans name it. */
  readonly file: string;
}

const programs = join(import.meta.dirname, "instrumented");
const modules = join(import.meta.dirname, "../../media/instrument");
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** In the environment of Python's tracers: what the module asks for is among them. */
export async function findPythonProgram(): Promise<InstrumentedProgram | PeerUnavailable> {
  const python = await findPythonSenders();
  if (python.kind === "unavailable") return python;
  const { command } = python.send("otlp-http");
  const file = join(programs, "python/shop.py");
  const args = ["-B", "-c", `import sys; sys.path[:0] = sys.argv[1:3]; import shop`];
  const run = { command, args: [...args, join(modules, "python"), join(programs, "python")] };
  return { kind: "peer", run, file };
}

export async function findNodeProgram(): Promise<InstrumentedProgram | PeerUnavailable> {
  const sources = [
    join(modules, "node/traceside.mjs"),
    ...["package.json", "shop.mjs"].map(file => join(programs, "node", file)),
  ];
  const made = await make("instrumented-node", sources, async directory => {
    say("Installing OpenTelemetry's Node SDK from npm; once, under a minute…");
    const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
    return runCommand(npm, args, { cwd: directory });
  });
  if (!made.ok) return { kind: "unavailable", name: "OpenTelemetry for Node", reason: made.reason };
  const file = join(made.directory, "shop.mjs");
  const args = ["--import", "./traceside.mjs", file];
  const run = { command: process.execPath, args, cwd: made.directory };
  return { kind: "peer", run, file };
}

export async function findGoProgram(): Promise<InstrumentedProgram | PeerUnavailable> {
  const name = "OpenTelemetry for Go";
  const version = await runCommand("go", ["version"]);
  if (!version.ok) return { kind: "unavailable", name, reason: version.reason };
  const sources = [
    join(modules, "go/traceside.go"),
    ...["go.mod", "go.sum", "main.go"].map(file => join(programs, "go", file)),
  ];
  const made = await make("instrumented-go", sources, async directory => {
    say("Building a program with OpenTelemetry's Go SDK; once, a minute…");
    await cp(join(directory, "traceside.go"), join(directory, "traceside/traceside.go"));
    const args = ["build", "-buildvcs=false", "-o", "shop", "main.go"];
    return runCommand("go", args, { cwd: directory });
  });
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };
  const run = { command: join(made.directory, "shop"), args: [] };
  return { kind: "peer", run, file: "main.go" };
}

export async function findJavaProgram(): Promise<InstrumentedProgram | PeerUnavailable> {
  const name = "OpenTelemetry for Java";
  const version = await runCommand("mvn", ["--version"]);
  if (!version.ok) return { kind: "unavailable", name, reason: version.reason };
  const sources = [
    join(modules, "java/Traceside.java"),
    ...["pom.xml", "Shop.java"].map(file => join(programs, "java", file)),
  ];
  const made = await make("instrumented-java", sources, async directory => {
    say("Building a program with OpenTelemetry's Java SDK; once, a minute…");
    const goals = ["compile", "dependency:copy-dependencies"];
    return runCommand("mvn", ["-q", "-B", ...goals], { cwd: directory });
  });
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };
  const separator = process.platform === "win32" ? ";" : ":";
  const classes = ["classes", "dependency/*"].map(each => join(made.directory, "target", each));
  const run = { command: "java", args: ["-cp", classes.join(separator), "Shop"] };
  return { kind: "peer", run, file: "Shop.java" };
}

/** In a folder with copies of the sources, beside each other. */
async function make(
  name: string,
  sources: readonly string[],
  build: (directory: string) => ReturnType<typeof runCommand>,
): ReturnType<typeof findOrMake> {
  const key = await hashSources(sources, process.platform, process.arch, process.version);
  return findOrMake(name, key, async directory => {
    for (const source of sources) {
      await cp(source, join(directory, source.slice(source.lastIndexOf("/") + 1)));
    }
    return build(directory);
  });
}

/**
 * Python's tracers for the tests: an environment with OpenTelemetry's SDK, Jaeger's and Zipkin's clients and
 * SkyWalking's agent from PyPI, kept in the cache, and the script that runs them. Knows nothing of who receives.
 */
import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { findOrMake, hashSources, runCommand, say } from "./cache.ts";
import type { SenderRun } from "./canonicalTrace.ts";

export type PythonTracer =
  | "otlp-grpc"
  | "otlp-grpc-gzip"
  | "otlp-http"
  | "otlp-http-gzip"
  | "jaeger"
  | "zipkin-v1"
  | "zipkin-v2"
  | "zipkin-proto"
  | "skywalking"
  | "logs-grpc"
  | "logs-http";

export interface PythonSenders {
  readonly kind: "peer";
  send(tracer: PythonTracer): SenderRun;
}

const name = "Python's tracers";
const folder = join(import.meta.dirname, "pythonSenders");
const requirements = join(folder, "requirements.txt");

export async function findPythonSenders(): Promise<PythonSenders | PeerUnavailable> {
  const systemPython = process.env["TRACESIDE_PYTHON"] ?? "python3";
  const version = await runCommand(systemPython, ["--version"]);
  if (!version.ok) return { kind: "unavailable", name, reason: version.reason };

  const key = await hashSources([requirements], systemPython, version.stdout);
  const made = await findOrMake("pythonSenders", key, async directory => {
    say("Installing Python's tracers from PyPI; once, a minute…");
    const created = await runCommand(systemPython, ["-m", "venv", directory]);
    if (!created.ok) return created;
    const options = ["--quiet", "--disable-pip-version-check"];
    const install = ["-m", "pip", "install", ...options, "-r", requirements];
    return runCommand(pythonOf(directory), install);
  });
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };

  const command = pythonOf(made.directory);
  const script = join(folder, "send.py");
  return { kind: "peer", send: tracer => ({ command, args: ["-B", script, tracer] }) };
}

function pythonOf(directory: string): string {
  return process.platform === "win32"
    ? join(directory, "Scripts", "python.exe")
    : join(directory, "bin", "python");
}

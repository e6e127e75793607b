/**
 * Python's tracers for the tests: an environment with OpenTelemetry's SDK, Jaeger's and Zipkin's clients and
 * SkyWalking's agent from PyPI, kept in the cache, and the script that runs them. Knows nothing of who receives.
 */
import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import type { SenderRun } from "./canonicalTrace.ts";
import { findPythonEnvironment } from "./pythonEnvironment.ts";

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
  | "skywalking-http"
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
  const made = await findPythonEnvironment({ name, folder: "pythonSenders", requirements });
  if (made.kind === "unavailable") return made;

  const command = made.python;
  const script = join(folder, "send.py");
  return { kind: "peer", send: tracer => ({ command, args: ["-B", script, tracer] }) };
}

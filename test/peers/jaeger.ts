/**
 * A real Jaeger for the tests, on loopback and free ports: version 2, and one of version 1 from
 * before ids in its stable API became hexadecimal. Built once and kept in the cache. Knows nothing of what is sent to it.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { findFreePorts } from "./freePorts.ts";
import { buildGoServer, startServer, type BuiltServer, type GoRecipe } from "./goServer.ts";

export interface JaegerPeer {
  readonly kind: "peer";
  /** The query API and the page, with the base path. */
  readonly url: string;
  /** Takes OTLP by HTTP: `POST /v1/traces`. */
  readonly otlpUrl: string;
  /** Takes OTLP by gRPC: host and port. */
  readonly otlpGrpcAddress: string;
  stop(): Promise<void>;
}

export interface JaegerOptions {
  readonly version?: "2.13" | "1.42";
  readonly basePath?: string;
  /** Only version 2.13: on disk instead of in memory, with what that version has for one process. */
  readonly storage?: "memory" | "badger";
  /** Only version 1.42: the tenants that the header `x-tenant` may name; others are refused. */
  readonly tenants?: readonly string[];
}

const module = "github.com/jaegertracing/jaeger";
const recipes: Readonly<Record<"2.13" | "1.42", GoRecipe>> = {
  // Version 2.13.0 is the module's version 1.76.0.
  "2.13": { folder: "jaeger", module, command: `${module}/cmd/jaeger` },
  "1.42": { folder: "jaegerOld", module, command: `${module}/cmd/all-in-one` },
};

export function buildJaeger(version: "2.13" | "1.42"): Promise<BuiltServer> {
  return buildGoServer(recipes[version]);
}

export async function startJaeger(
  options: JaegerOptions = {},
): Promise<JaegerPeer | PeerUnavailable> {
  const { version = "2.13", basePath = "" } = options;
  const name = `Jaeger ${version}`;
  const built = await buildJaeger(version);
  if (!built.ok) return { kind: "unavailable", name, reason: built.reason };

  const ports = await findFreePorts(9);
  const [http = 0, , otlpHttp = 0, otlpGrpc = 0] = ports;
  const url = `http://127.0.0.1:${http}${basePath}`;
  const prepare = version === "1.42" ? toFlags : writeConfig;
  const started = await startServer(
    built.binary,
    directory => prepare(ports.map(toAddress), options, directory),
    // It answers when both of its servers do.
    `${url}/api/v3/services`,
  );
  if (!started.ok) return { kind: "unavailable", name, reason: started.reason };
  return {
    kind: "peer",
    url,
    otlpUrl: `http://127.0.0.1:${otlpHttp}`,
    otlpGrpcAddress: toAddress(otlpGrpc),
    stop: started.stop,
  };
}

function toAddress(port: number): string {
  return `127.0.0.1:${port}`;
}

async function writeConfig(
  [http = "", grpc = "", otlpHttp = "", otlpGrpc = ""]: readonly string[],
  { basePath = "/", storage = "memory" }: JaegerOptions,
  directory: string,
): Promise<readonly string[]> {
  const directories = { keys: join(directory, "keys"), values: join(directory, "values") };
  const backend =
    storage === "badger" ? { badger: { directories } } : { memory: { max_traces: 100_000 } };
  const config = {
    service: {
      extensions: ["jaeger_storage", "jaeger_query"],
      pipelines: { traces: { receivers: ["otlp"], exporters: ["jaeger_storage_exporter"] } },
      telemetry: { metrics: { level: "none" }, logs: { level: "error" } },
    },
    extensions: {
      jaeger_query: {
        storage: { traces: "traces" },
        base_path: basePath,
        http: { endpoint: http },
        grpc: { endpoint: grpc },
      },
      jaeger_storage: { backends: { traces: backend } },
    },
    receivers: {
      otlp: { protocols: { http: { endpoint: otlpHttp }, grpc: { endpoint: otlpGrpc } } },
    },
    exporters: { jaeger_storage_exporter: { trace_storage: "traces" } },
  };
  // JSON is YAML too.
  const file = join(directory, "config.yaml");
  await writeFile(file, JSON.stringify(config));
  return ["--config", file];
}

function toFlags(
  [http, grpc, otlpHttp, otlpGrpc, collector, collectorGrpc, admin, agent, udp]: readonly string[],
  { basePath = "/", tenants = [] }: JaegerOptions,
): Promise<readonly string[]> {
  const flags = {
    "query.http-server.host-port": http,
    "query.grpc-server.host-port": grpc,
    "query.base-path": basePath,
    "collector.otlp.enabled": "true",
    "collector.otlp.http.host-port": otlpHttp,
    "collector.otlp.grpc.host-port": otlpGrpc,
    "collector.http-server.host-port": collector,
    "collector.grpc-server.host-port": collectorGrpc,
    "admin.http.host-port": admin,
    "http-server.host-port": agent,
    "processor.jaeger-compact.server-host-port": udp,
    "processor.jaeger-binary.server-host-port": "127.0.0.1:0",
    "processor.zipkin-compact.server-host-port": "127.0.0.1:0",
    "log-level": "error",
    ...(tenants.length > 0 && {
      "multi-tenancy.enabled": "true",
      "multi-tenancy.header": "x-tenant",
      "multi-tenancy.tenants": tenants.join(","),
    }),
  };
  return Promise.resolve(Object.entries(flags).map(([flag, value]) => `--${flag}=${value ?? ""}`));
}

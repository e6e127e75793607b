/**
 * A real Tempo for the tests, all of it in one process, with a local folder for storage, on loopback and free ports.
 * Built once and kept in the cache. Knows nothing of what is sent to it.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { findFreePorts } from "./freePorts.ts";
import { buildGoServer, startServer, type BuiltServer, type GoRecipe } from "./goServer.ts";

export interface TempoPeer {
  readonly kind: "peer";
  /** The query API. */
  readonly url: string;
  /** Takes OTLP by HTTP: `POST /v1/traces`. */
  readonly otlpUrl: string;
  stop(): Promise<void>;
}

export interface TempoOptions {
  /** Demand a tenant by `X-Scope-OrgID`. */
  readonly multitenant?: boolean;
}

const name = "Tempo 2.8";
const module = "github.com/grafana/tempo";
const recipe: GoRecipe = { folder: "tempo", module, command: `${module}/cmd/tempo` };

export function buildTempo(): Promise<BuiltServer> {
  return buildGoServer(recipe);
}

export async function startTempo(options: TempoOptions = {}): Promise<TempoPeer | PeerUnavailable> {
  const built = await buildTempo();
  if (!built.ok) return { kind: "unavailable", name, reason: built.reason };

  const [http = 0, grpc = 0, otlp = 0] = await findFreePorts(3);
  const url = `http://127.0.0.1:${http}`;
  const started = await startServer(
    built.binary,
    async directory => {
      const file = join(directory, "config.yaml");
      // JSON is YAML too.
      await writeFile(file, JSON.stringify(createConfig(directory, http, grpc, otlp, options)));
      return [`-config.file=${file}`];
    },
    `${url}/ready`,
  );
  if (!started.ok) return { kind: "unavailable", name, reason: started.reason };
  return { kind: "peer", url, otlpUrl: `http://127.0.0.1:${otlp}`, stop: started.stop };
}

function createConfig(
  directory: string,
  http: number,
  grpc: number,
  otlp: number,
  { multitenant = false }: TempoOptions,
): unknown {
  const local = "127.0.0.1";
  const ring = { kvstore: { store: "inmemory" } };
  return {
    target: "all",
    multitenancy_enabled: multitenant,
    usage_report: { reporting_enabled: false },
    server: {
      http_listen_address: local,
      http_listen_port: http,
      grpc_listen_address: local,
      grpc_listen_port: grpc,
      log_level: "error",
    },
    distributor: {
      ring: { ...ring, instance_addr: local },
      receivers: { otlp: { protocols: { http: { endpoint: `${local}:${otlp}` } } } },
      // By default it cuts values at 2,048 bytes without a word; a stack in the recordings is longer.
      max_attribute_bytes: 65_536,
    },
    ingester: {
      lifecycler: {
        ring: { ...ring, replication_factor: 1 },
        address: local,
        min_ready_duration: "0s",
      },
      trace_idle_period: "1s",
      flush_check_period: "1s",
    },
    querier: { frontend_worker: { frontend_address: `${local}:${grpc}` } },
    memberlist: { bind_addr: [local], bind_port: 0, abort_if_cluster_join_fails: false },
    storage: {
      trace: {
        backend: "local",
        local: { path: join(directory, "blocks") },
        wal: { path: join(directory, "wal") },
      },
    },
  };
}

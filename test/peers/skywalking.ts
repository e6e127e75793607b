/**
 * A real SkyWalking OAP server with its own Zipkin receiver and API: put together from Maven's packages, with the
 * configuration beside this file and a database in memory. Knows no spans.
 */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findOrMake, hashSources, runCommand, say, type PeerUnavailable } from "./cache.ts";
import { findFreePorts } from "./freePorts.ts";
import { startJavaServer } from "./javaServer.ts";

export interface SkywalkingPeer {
  readonly kind: "peer";
  /** Where agents post segments by HTTP and GraphQL answers. */
  readonly url: string;
  /** Where agents report by gRPC: host and port. */
  readonly grpcAddress: string;
  /** Where Zipkin spans are posted. */
  readonly zipkinCollectorUrl: string;
  /** Where its Zipkin API is, without the base path `/zipkin`. */
  readonly zipkinUrl: string;
  stop(): Promise<void>;
}

export interface SkywalkingOptions {
  /** The time zone that it lives in: `Asia/Shanghai`. */
  readonly timeZone?: string;
}

const name = "SkyWalking OAP server";
const sourceDirectory = join(import.meta.dirname, "skywalking");
const mainClass = "org.apache.skywalking.oap.server.starter.OAPServerStartUp";

export async function getSkywalking(): ReturnType<typeof findOrMake> {
  const pom = join(sourceDirectory, "pom.xml");
  return findOrMake("skywalking", await hashSources([pom]), directory => {
    say("Getting SkyWalking's OAP server; once, about a minute…");
    const args = ["-q", "-B", "-f", pom, "dependency:copy-dependencies"];
    args.push("-DincludeScope=runtime", `-DoutputDirectory=${directory}`);
    return runCommand("mvn", args, { cwd: directory });
  });
}

export async function startSkywalking(
  options: SkywalkingOptions = {},
): Promise<SkywalkingPeer | PeerUnavailable> {
  const made = await getSkywalking();
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };

  // The server writes beside its configuration.
  const directory = await mkdtemp(join(tmpdir(), "traceside-skywalking-"));
  const clean = (): Promise<void> => rm(directory, { recursive: true, force: true });
  await cp(join(sourceDirectory, "config"), directory, { recursive: true });
  const [rest = 0, grpc = 0, zipkinIn = 0, zipkinOut = 0] = await findFreePorts(4);
  const zone = options.timeZone ?? "UTC";
  const server = await startJavaServer({
    cwd: directory,
    args: [
      `-Duser.timezone=${zone}`,
      "-cp",
      [directory, join(made.directory, "*")].join(delimiter),
      mainClass,
    ],
    env: {
      PEER_REST_PORT: String(rest),
      PEER_GRPC_PORT: String(grpc),
      PEER_ZIPKIN_IN_PORT: String(zipkinIn),
      PEER_ZIPKIN_OUT_PORT: String(zipkinOut),
    },
    // The last that it prints when all of it runs.
    isUp: line => line.startsWith("oap.internal.comm.port"),
  });
  if (typeof server === "string") {
    await clean();
    return { kind: "unavailable", name, reason: server };
  }
  return {
    kind: "peer",
    url: `http://127.0.0.1:${rest}`,
    grpcAddress: `127.0.0.1:${grpc}`,
    zipkinCollectorUrl: `http://127.0.0.1:${zipkinIn}`,
    zipkinUrl: `http://127.0.0.1:${zipkinOut}`,
    stop: async () => {
      await server.stop();
      await clean();
    },
  };
}

/** A real Zipkin server that keeps its spans in memory: its own program from Maven's packages. Knows no spans. */
import { join } from "node:path";
import { findOrMake, hashSources, runCommand, say, type PeerUnavailable } from "./cache.ts";
import { startJavaServer } from "./javaServer.ts";

export interface ZipkinPeer {
  readonly kind: "peer";
  /** Without a path. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface ZipkinOptions {
  /** Tags that it offers for completion. */
  readonly autocompleteKeys?: readonly string[];
  /** Whether an id of 64 bits is another than one of 128 bits that ends like it. */
  readonly isStrict?: boolean;
}

const name = "Zipkin server";
const version = "3.6.1";

export async function getZipkin(): ReturnType<typeof findOrMake> {
  return findOrMake("zipkin", await hashSources([], version), directory => {
    say(`Getting Zipkin ${version}; once…`);
    const artifact = `-Dartifact=io.zipkin:zipkin-server:${version}:jar:exec`;
    const args = ["-q", "-B", "dependency:copy", artifact, `-DoutputDirectory=${directory}`];
    return runCommand("mvn", args, { cwd: directory });
  });
}

export async function startZipkin(
  options: ZipkinOptions = {},
): Promise<ZipkinPeer | PeerUnavailable> {
  const made = await getZipkin();
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };
  let url = "";
  const server = await startJavaServer({
    cwd: made.directory,
    args: [
      "-jar",
      join(made.directory, `zipkin-server-${version}-exec.jar`),
      "--armeria.ports[0].ip=127.0.0.1",
      "--armeria.ports[0].port=0",
      "--armeria.ports[0].protocols[0]=http",
      `--zipkin.storage.autocomplete-keys=${(options.autocompleteKeys ?? []).join(",")}`,
      `--zipkin.storage.strict-trace-id=${options.isStrict ?? true}`,
    ],
    isUp: line => {
      const [, address] = /Serving HTTP at .* - (http:\/\/127\.0\.0\.1:\d+)\//.exec(line) ?? [];
      url = address ?? url;
      return address !== undefined;
    },
  });
  if (typeof server === "string") return { kind: "unavailable", name, reason: server };
  return { kind: "peer", url, stop: () => server.stop() };
}

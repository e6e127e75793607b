/**
 * Real tracers of JavaScript for the tests of the receivers: OpenTelemetry's SDK with every exporter it has, Jaeger's
 * client, Zipkin's, SkyWalking's agent, X-Ray's SDK. Installed from npm into the cache once. Knows nothing of who receives.
 */
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { findOrMake, hashSources, runCommand, say } from "./cache.ts";

export interface JsSenders {
  readonly kind: "peer";
  /** Holds the scripts and `node_modules`. */
  readonly directory: string;
  /** Versions as they are installed, by package. */
  readonly versions: Readonly<Record<string, string>>;
  /** Runs one of the scripts to its end; the answer is the JSON that it printed. Rejects where it failed. */
  run(script: JsScript, ...args: readonly string[]): Promise<unknown>;
}

export type JsScript = (typeof scripts)[number];

const name = "Tracers for JavaScript (npm)";
const source = join(import.meta.dirname, "jsSenders");
const manifest = join(source, "package.json");
const scripts = [
  "otel.mjs",
  "jaegerClient.mjs",
  "zipkinJs.mjs",
  "skywalking.mjs",
  "xray.mjs",
  "thriftOracle.mjs",
] as const;

export async function findJsSenders(): Promise<JsSenders | PeerUnavailable> {
  const key = await hashSources([manifest, ...scripts.map(script => join(source, script))]);
  const made = await findOrMake("js-senders", key, async directory => {
    say("Installing tracers from npm; once, under a minute…");
    await cp(source, directory, { recursive: true });
    return runCommand(
      process.platform === "win32" ? "npm.cmd" : "npm",
      [
        ...["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"],
        // Two major versions of one SDK are side by side, and ask for two of its API.
        "--legacy-peer-deps",
      ],
      { cwd: directory },
    );
  });
  if (!made.ok) return { kind: "unavailable", name, reason: made.reason };
  const { directory } = made;
  const { dependencies } = JSON.parse(await readFile(manifest, "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return { kind: "peer", directory, versions: dependencies, run };

  async function run(script: JsScript, ...args: readonly string[]): Promise<unknown> {
    const result = await runCommand(process.execPath, [join(directory, script), ...args], {
      cwd: directory,
    });
    if (!result.ok) throw new Error(result.reason);
    return JSON.parse(result.stdout);
  }
}

/**
 * Jaeger's client for Ruby, for the tests of the receivers: the one that speaks thrift's compact protocol. Debian has
 * it as `ruby-jaeger-client`, which `npm test` installs. Knows nothing of who receives.
 */
import { join } from "node:path";
import type { PeerUnavailable } from "./cache.ts";
import { runCommand } from "./cache.ts";

export interface RubySenders {
  readonly kind: "peer";
  readonly version: string;
  /** Sends two spans; the answer is the JSON that the client printed. */
  sendJaeger(...args: readonly string[]): Promise<unknown>;
}

const name = "Jaeger client for Ruby";
const script = join(import.meta.dirname, "rubySenders", "jaegerClient.rb");

export async function findRubySenders(): Promise<RubySenders | PeerUnavailable> {
  const ruby = process.env["TRACESIDE_RUBY"] ?? "ruby";
  const found = await runCommand(ruby, [
    "-e",
    'require "jaeger/client"; puts Jaeger::Client::VERSION',
  ]);
  if (!found.ok) {
    const reason = `${found.reason}\nOn Debian: apt-get install ruby-jaeger-client`;
    return { kind: "unavailable", name, reason };
  }
  return {
    kind: "peer",
    version: found.stdout.trim(),
    async sendJaeger(...args) {
      const result = await runCommand(ruby, [script, ...args]);
      if (!result.ok) throw new Error(result.reason);
      return JSON.parse(result.stdout) as unknown;
    },
  };
}

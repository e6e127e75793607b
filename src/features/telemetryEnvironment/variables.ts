/**
 * The variables that make a program send its telemetry here, and how a debug session gets them. Knows no running VS Code.
 */

import { readFile } from "node:fs/promises";
import type { DebugConfiguration } from "vscode";

export type Variables = Readonly<Record<string, string>>;

/** They pass `env` on to the program that they start; other debuggers have no program, or call its environment otherwise. */
const ENV_TYPES =
  /^(?:python|debugpy|node|pwa-node|go|java|kotlin|coreclr|dart|php|rdbg|ruby_lsp|lldb|bun|deno)$/;
/** They take a list of `{ name, value }` as `environment`. */
const LIST_TYPES = /^(?:cppdbg|cppvsdbg)$/;

/**
 * `inherited`: who sends metrics somewhere goes on doing so. `leavesOutAgents`: coding agents such as Copilot CLI send as
 * soon as there is an endpoint for everything; those for traces and logs alone every SDK knows, and no agent waits for.
 */
export function listVariables(
  port: number,
  inherited: NodeJS.ProcessEnv,
  leavesOutAgents: boolean,
): Variables {
  const hasMetrics =
    inherited["OTEL_METRICS_EXPORTER"] !== undefined ||
    inherited["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] !== undefined;
  // Not `localhost`, which some SDKs take for ::1 first.
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    ...(leavesOutAgents
      ? {
          OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces`,
          OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${endpoint}/v1/logs`,
        }
      : { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_LOGS_EXPORTER: "otlp",
    ...(!hasMetrics && { OTEL_METRICS_EXPORTER: "none" }),
  };
}

/** Whatever the user set stays: in the configuration, or in the file of variables that it names. */
export async function addVariables(
  configuration: DebugConfiguration,
  variables: Variables | undefined,
): Promise<DebugConfiguration> {
  if (variables === undefined || configuration.request !== "launch") return configuration;
  const named = await readEnvFile(configuration["envFile"]);
  const unset = Object.entries(variables).filter(([name]) => !named.has(name));
  if (ENV_TYPES.test(configuration.type)) {
    const configured = (configuration["env"] ?? {}) as Record<string, unknown>;
    return { ...configuration, env: { ...Object.fromEntries(unset), ...configured } };
  }
  if (LIST_TYPES.test(configuration.type)) {
    const configured = (configuration["environment"] ?? []) as readonly {
      readonly name?: unknown;
    }[];
    const missing = unset.filter(([name]) => !configured.some(each => each.name === name));
    const environment = [...missing.map(([name, value]) => ({ name, value })), ...configured];
    return { ...configuration, environment };
  }
  return configuration;
}

/** The names in a `.env` file; one that cannot be read is the debugger's to complain of. */
async function readEnvFile(file: unknown): Promise<ReadonlySet<string>> {
  const files = (Array.isArray(file) ? file : [file]).filter(each => typeof each === "string");
  const names = new Set<string>();
  for (const each of files) {
    const text = await readFile(each, "utf8").catch(() => "");
    for (const match of text.matchAll(/^\s*(?:export\s+)?(\w+)\s*=/gm)) names.add(match[1] ?? "");
  }
  return names;
}

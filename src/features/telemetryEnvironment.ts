/**
 * One switch: new terminals and debug sessions send their telemetry to the collector of this machine. It is remembered
 * for the workspace. While nothing receives, nothing is put there: a program must not be told to send to nobody.
 */

import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { Cell } from "../base/cell.ts";
import { Owner, type Disposable } from "../base/disposables.ts";
import type { CollectorState } from "../collector/collectorState.ts";
import { contextKeys } from "../manifest.ts";
import { setContextKey } from "../platform/contextKeys.ts";

export type Variables = Readonly<Record<string, string>>;

const KEY = "traceside.sendsTelemetryHere";

/** They pass `env` on to the program that they start; other debuggers have no program, or call its environment otherwise. */
const ENV_TYPES =
  /^(?:python|debugpy|node|pwa-node|go|java|kotlin|coreclr|dart|php|rdbg|ruby_lsp|lldb|bun|deno)$/;
/** They take a list of `{ name, value }` as `environment`. */
const LIST_TYPES = /^(?:cppdbg|cppvsdbg)$/;

export class TelemetryEnvironment implements Disposable {
  /** Whether the switch is on. */
  readonly isOn: Cell<boolean>;
  readonly #owner = new Owner();
  readonly #memento: vscode.Memento;
  readonly #collection: vscode.EnvironmentVariableCollection;
  readonly #collector: Cell<CollectorState>;

  constructor(
    memento: vscode.Memento,
    collection: vscode.EnvironmentVariableCollection,
    collector: Cell<CollectorState>,
  ) {
    this.#memento = memento;
    this.#collection = collection;
    this.#collector = collector;
    this.isOn = new Cell(memento.get(KEY, false));
    this.#owner.own(this.isOn.watch(() => this.#apply()));
    this.#owner.own(collector.watch(() => this.#apply()));
    // After the debugger's own, which has read the user's files of variables by then.
    this.#owner.own(
      vscode.debug.registerDebugConfigurationProvider("*", {
        resolveDebugConfigurationWithSubstitutedVariables: (_folder, configuration) =>
          addVariables(configuration, this.#getVariables()),
      }),
    );
    this.#apply();
  }

  async set(isOn: boolean): Promise<void> {
    await this.#memento.update(KEY, isOn);
    this.isOn.set(isOn);
  }

  #getVariables(): Variables | undefined {
    const port = this.isOn.value ? findHttpPort(this.#collector.value) : undefined;
    return port === undefined ? undefined : listVariables(port, process.env);
  }

  #apply(): void {
    setContextKey(contextKeys.sendsTelemetryHere, this.isOn.value);
    // Until it is known where to, what stands there stays: terminals would else be told twice to start anew.
    if (this.isOn.value && this.#collector.value.phase.kind === "starting") return;
    const variables = this.#getVariables();
    const set = new Set(readUserVariables());
    const wanted = Object.entries(variables ?? {}).filter(([name]) => !set.has(name));
    const isSame =
      wanted.length === [...this.#collection].length &&
      wanted.every(([name, value]) => this.#collection.get(name)?.value === value);
    if (isSame) return;
    this.#collection.clear();
    this.#collection.description = vscode.l10n.t("Sends telemetry to Traceside");
    for (const [name, value] of wanted) this.#collection.replace(name, value);
  }

  dispose(): void {
    this.#owner.dispose();
  }
}

/** Where OTLP over HTTP is taken, in this window or the one that has the ports. */
function findHttpPort({ phase, receivers }: CollectorState): number | undefined {
  if (phase.kind !== "receiving" && phase.kind !== "elsewhere") return undefined;
  const http = receivers.find(receiver => receiver.name === "otlpHttp");
  return http?.status.kind === "listening" ? http.port : undefined;
}

/** `inherited`: who sends metrics somewhere goes on doing so. */
function listVariables(port: number, inherited: NodeJS.ProcessEnv): Variables {
  const hasMetrics =
    inherited["OTEL_METRICS_EXPORTER"] !== undefined ||
    inherited["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] !== undefined;
  return {
    // Not `localhost`, which some SDKs take for ::1 first.
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_LOGS_EXPORTER: "otlp",
    ...(!hasMetrics && { OTEL_METRICS_EXPORTER: "none" }),
  };
}

/** The names that the user's settings give to terminals. */
function readUserVariables(): readonly string[] {
  const platform =
    process.platform === "win32" ? "windows" : process.platform === "darwin" ? "osx" : "linux";
  const env: unknown = vscode.workspace.getConfiguration("terminal.integrated.env").get(platform);
  return typeof env === "object" && env !== null ? Object.keys(env) : [];
}

/** What the user set stays: in the configuration, or in the file of variables that it names. */
export async function addVariables(
  configuration: vscode.DebugConfiguration,
  variables: Variables | undefined,
): Promise<vscode.DebugConfiguration> {
  if (variables === undefined || configuration.request !== "launch") return configuration;
  const named = await readEnvFile(configuration["envFile"]);
  const wanted = Object.entries(variables).filter(([name]) => !named.has(name));
  if (ENV_TYPES.test(configuration.type)) {
    const own = (configuration["env"] ?? {}) as Record<string, unknown>;
    return { ...configuration, env: { ...Object.fromEntries(wanted), ...own } };
  }
  if (LIST_TYPES.test(configuration.type)) {
    const own = (configuration["environment"] ?? []) as readonly { readonly name?: unknown }[];
    const missing = wanted.filter(([name]) => !own.some(each => each.name === name));
    const environment = [...missing.map(([name, value]) => ({ name, value })), ...own];
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

/**
 * One switch: new terminals and debug sessions send their telemetry to the collector of this machine. It is remembered
 * for the workspace. While nothing receives, nothing is put there: a program must not be told to send to nobody.
 */

import * as vscode from "vscode";
import { Cell } from "../../base/cell.ts";
import { Owner, type Disposable } from "../../base/disposables.ts";
import { findHttpPort, type CollectorState } from "../../collector/collectorState.ts";
import { commands, contextKeys, settings } from "../../manifest.ts";
import { registerCommands, runCommand } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { setContextKey } from "../../platform/contextKeys.ts";
import { getSetting, watchSettings } from "../../platform/settings.ts";
import { addVariables, listVariables, type Variables } from "./variables.ts";

const KEY = "traceside.sendsTelemetryHere";

export class TelemetryEnvironment implements Disposable {
  /** Whether the switch is on. */
  readonly isOn: Cell<boolean>;
  readonly #owner = new Owner();
  readonly #memento: vscode.Memento;
  readonly #collection: vscode.EnvironmentVariableCollection;
  readonly #collector: Cell<CollectorState>;

  constructor(
    log: Log,
    context: Pick<vscode.ExtensionContext, "workspaceState" | "environmentVariableCollection">,
    collector: Cell<CollectorState>,
  ) {
    const memento = (this.#memento = context.workspaceState);
    this.#collection = context.environmentVariableCollection;
    this.#collector = collector;
    this.isOn = new Cell(memento.get(KEY, false));
    this.#owner.own(this.isOn.watch(() => this.#apply()));
    this.#owner.own(collector.watch(() => this.#apply()));
    this.#owner.own(watchSettings([settings.leaveOutAgents], () => this.#apply()));
    // After the debugger's own, which has read the user's files of variables by then.
    this.#owner.own(
      vscode.debug.registerDebugConfigurationProvider("*", {
        resolveDebugConfigurationWithSubstitutedVariables: (_folder, configuration) =>
          addVariables(configuration, this.#getVariables()),
      }),
    );
    this.#owner.own(
      registerCommands(log, {
        [commands.sendTelemetryHere]: () => this.set(true),
        [commands.stopSendingTelemetryHere]: () => this.set(false),
      }),
    );
    this.#apply();
  }

  /** Starts the collector too where nothing receives. */
  async set(isOn: boolean): Promise<void> {
    await this.#memento.update(KEY, isOn);
    this.isOn.set(isOn);
    if (isOn) await this.#startCollector();
  }

  /** The variables of one program, switch or not. Starts the collector where nothing receives, and waits for it. */
  async startReceiving(signal: AbortSignal): Promise<Variables | undefined> {
    await this.#startCollector();
    const port = await new Promise<number | undefined>(resolve => {
      const settle = (): void => {
        const found = findHttpPort(this.#collector.value);
        if (found === undefined && !signal.aborted) return;
        watching.dispose();
        signal.removeEventListener("abort", settle);
        resolve(found);
      };
      const watching = this.#collector.watch(settle);
      signal.addEventListener("abort", settle);
      settle();
    });
    return getVariables(port);
  }

  async #startCollector(): Promise<void> {
    const isOff = /^(?:stopped|failed)$/.test(this.#collector.value.phase.kind);
    if (isOff) await runCommand(commands.startCollector);
  }

  #getVariables(): Variables | undefined {
    return getVariables(this.isOn.value ? findHttpPort(this.#collector.value) : undefined);
  }

  #apply(): void {
    setContextKey(contextKeys.sendsTelemetryHere, this.isOn.value);
    // Until it is known where to, what stands there stays: terminals would else be told twice to start anew.
    if (this.isOn.value && this.#collector.value.phase.kind === "starting") return;
    const variables = this.#getVariables();
    const set = new Set(readUserVariables());
    const missing = Object.entries(variables ?? {}).filter(([name]) => !set.has(name));
    const isSame =
      missing.length === [...this.#collection].length &&
      missing.every(([name, value]) => this.#collection.get(name)?.value === value);
    if (isSame) return;
    this.#collection.clear();
    this.#collection.description = vscode.l10n.t("Sends telemetry to Traceside");
    for (const [name, value] of missing) this.#collection.replace(name, value);
  }

  dispose(): void {
    this.#owner.dispose();
  }
}

/** `undefined` where nobody receives. */
function getVariables(port: number | undefined): Variables | undefined {
  if (port === undefined) return undefined;
  return listVariables(port, process.env, getSetting(settings.leaveOutAgents));
}

/** The names that the user's settings give to terminals. */
function readUserVariables(): readonly string[] {
  const platform =
    process.platform === "win32" ? "windows" : process.platform === "darwin" ? "osx" : "linux";
  const env: unknown = vscode.workspace.getConfiguration("terminal.integrated.env").get(platform);
  return typeof env === "object" && env !== null ? Object.keys(env) : [];
}

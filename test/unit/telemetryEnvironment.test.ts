/** The variables that terminals, debug sessions and runs of tests get, as the settings say. */

import type * as vscode from "vscode";
import { expect, test, vi } from "vitest";
import { Cell } from "../../src/base/cell.ts";
import type { CollectorState } from "../../src/collector/collectorState.ts";
import { TelemetryEnvironment } from "../../src/features/telemetryEnvironment/telemetryEnvironment.ts";
import { settings } from "../../src/manifest.ts";
import type { Log } from "../../src/platform/log.ts";

let leavesOutAgents = false;
let onSettings: (event: unknown) => void = () => undefined;
const registered = { dispose: () => undefined };

vi.mock("vscode", () => ({
  commands: { registerCommand: () => registered, executeCommand: () => Promise.resolve() },
  debug: { registerDebugConfigurationProvider: () => registered },
  l10n: { t: (text: string) => text },
  workspace: {
    getConfiguration: () => ({
      get: (id: string) => (id === settings.leaveOutAgents ? leavesOutAgents : undefined),
    }),
    onDidChangeConfiguration: (watcher: (event: unknown) => void) => {
      onSettings = watcher;
      return registered;
    },
  },
}));

const receiving = {
  phase: { kind: "receiving" },
  receivers: [{ name: "otlpHttp", port: 4318, status: { kind: "listening" } }],
} as unknown as CollectorState;

test("the setting leaves coding agents out of terminals and of runs of tests", async () => {
  const variables = new Map<string, string>();
  const collection = {
    replace: (name: string, value: string) => variables.set(name, value),
    get: (name: string) => ({ value: variables.get(name) }),
    clear: () => {
      variables.clear();
    },
    [Symbol.iterator]: () => variables.entries(),
  };
  const context = {
    workspaceState: { get: () => true },
    environmentVariableCollection: collection,
  } as unknown as vscode.ExtensionContext;
  const telemetry = new TelemetryEnvironment({} as Log, context, new Cell(receiving));
  const listEndpoints = (names: Iterable<string>) =>
    [...names].filter(name => name.endsWith("_ENDPOINT")).sort();
  expect(listEndpoints(variables.keys())).toEqual(["OTEL_EXPORTER_OTLP_ENDPOINT"]);

  leavesOutAgents = true;
  onSettings({ affectsConfiguration: () => true });
  const alone = ["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
  expect(listEndpoints(variables.keys())).toEqual(alone);
  const ofTest = await telemetry.startReceiving(AbortSignal.timeout(5_000));
  expect(listEndpoints(Object.keys(ofTest ?? {}))).toEqual(alone);
  telemetry.dispose();
});

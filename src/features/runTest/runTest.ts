/**
 * Run Test and Open Trace: starts the test at the cursor with its own runner, as a task in a terminal, and opens the
 * trace that it sent. Its spans are known by an attribute of the run, which the runner hands on in its environment.
 */

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import type { Disposable } from "../../base/disposables.ts";
import { commands } from "../../manifest.ts";
import { SpanStatus } from "../../model/span.ts";
import type { TraceBrief } from "../../model/traceStore.ts";
import { registerCommands, runCommand } from "../../platform/commands.ts";
import type { Log } from "../../platform/log.ts";
import { showReport, type Action } from "../../platform/report.ts";
import { runInTerminal } from "../../platform/terminalTask.ts";
import { findTestAtLine, type TestAtLine } from "../../source/testAtLine.ts";
import type { LocalStore } from "../../stores/local/localStore.ts";
import { findTestProgram, type TestProgram } from "./testProgram.ts";

export interface RunTestServices {
  readonly log: Log;
  readonly local: LocalStore;
  readonly telemetry: {
    /** The variables that make a program send here, once somebody receives; `undefined` where nobody does. */
    startReceiving(signal: AbortSignal): Promise<Readonly<Record<string, string>> | undefined>;
  };
}

/** On every span of the run. */
const RUN_KEY = "traceside.run";
const RESOURCE = "OTEL_RESOURCE_ATTRIBUTES";
/** Exporters send what is left when a program ends; a store has it a moment later. */
const ARRIVE_MS = 5_000;
const LOOK_MS = 200;
const START_MS = 10_000;
/** More tests than one place of the code runs are not asked for. */
const MOST = 50;

export function registerRunTest(services: RunTestServices): Disposable {
  return registerCommands(services.log, { [commands.runTest]: () => runTest(services) });
}

async function runTest(services: RunTestServices): Promise<void> {
  const { t } = vscode.l10n;
  if (!vscode.workspace.isTrusted) {
    await inform(t("Tests are run in trusted workspaces only."));
    return;
  }
  const found = await findTest();
  if (found === undefined) {
    await inform(
      t("No test at the cursor that pytest, Vitest, Mocha, Playwright, Go or JUnit runs."),
    );
    return;
  }
  const variables = await services.telemetry.startReceiving(AbortSignal.timeout(START_MS));
  if (variables === undefined) {
    await inform(t("Nothing receives: the collector could not be started."), [
      { title: t("Show Log"), run: () => runCommand(commands.showLog) },
    ]);
    return;
  }
  const { test, program } = found;
  const run = randomUUID();
  await runInTerminal({
    ...{ name: test.name, type: "traceside.test", folder: program.folder },
    command: [...program.command, ...test.args],
    env: { ...variables, [RESOURCE]: addRun(run) },
  });
  const traces = await waitForTraces(services.local, run);
  const opened = traces.find(({ root }) => root.status === SpanStatus.error) ?? traces[0];
  if (opened === undefined) {
    await inform(t("“{0}” ran, and sent no trace.", test.name), [
      {
        title: t("Instrument Project"),
        run: () => runCommand(commands.instrumentProject),
      },
    ]);
    return;
  }
  await runCommand(commands.openTrace, { traceId: opened.traceId });
}

async function findTest(): Promise<
  { readonly test: TestAtLine; readonly program: TestProgram } | undefined
> {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.scheme !== "file") return undefined;
  const { document, selection } = editor;
  const program = await findTestProgram(document.uri);
  if (program === undefined) return undefined;
  await document.save();
  const file = {
    path: document.uri.path.slice(program.folder.path.length + 1),
    text: document.getText(),
  };
  const test = findTestAtLine(file, selection.active.line, program.runner);
  return test && { test, program };
}

/** The attributes that the user set stay: those of the run are added. */
function addRun(run: string): string {
  const inherited = process.env[RESOURCE] ?? "";
  return [...(inherited === "" ? [] : [inherited]), `${RUN_KEY}=${run}`].join(",");
}

async function waitForTraces(local: LocalStore, run: string): Promise<readonly TraceBrief[]> {
  const signal = AbortSignal.timeout(ARRIVE_MS + START_MS);
  const endMs = performance.now() + ARRIVE_MS;
  for (;;) {
    const { traces } = await local.searchTraces({ tags: { [RUN_KEY]: run }, limit: MOST }, signal);
    if (traces.length > 0 || performance.now() > endMs) return traces;
    await delay(LOOK_MS, undefined, { signal });
  }
}

async function inform(text: string, actions: readonly Action[] = []): Promise<void> {
  await showReport({ text, lines: [], actions }, "info");
}

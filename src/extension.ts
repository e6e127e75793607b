/** The only composition root: builds the parts, joins features that must not know each other, registers, owns. */

import * as vscode from "vscode";
import { WindowPalette } from "./analysis/groups.ts";
import { Owner } from "./base/disposables.ts";
import { AgentTools } from "./features/agentTools/agentTools.ts";
import { connectAgent } from "./features/agentTools/connectAgent.ts";
import { registerAddStore } from "./features/addStore/addStore.ts";
import { registerSpanBreakpoints } from "./features/breakpoints/spanBreakpoints.ts";
import { CodeRuns } from "./features/codeRuns/codeRuns.ts";
import { LocalCollector } from "./features/collector/localCollector.ts";
import { registerTraceCompose } from "./features/traceCompose/traceCompose.ts";
import { ContextDoctor } from "./features/contextLoss/contextDoctor.ts";
import { registerExportTrace } from "./features/exportTrace/exportTrace.ts";
import { IdsInText } from "./features/idsInText/idsInText.ts";
import { registerInstrumentProject } from "./features/instrumentProject.ts";
import { LineMarks } from "./features/lineMarks/lineMarks.ts";
import { SourceOpener } from "./features/openSource/openSource.ts";
import { TraceFileOpener } from "./features/openTraceFile.ts";
import { registerRunTest } from "./features/runTest/runTest.ts";
import { registerSampleTrace } from "./features/sampleTrace.ts";
import { registerSearchTraces } from "./features/searchTraces.ts";
import { StoresView } from "./features/storesView/storesView.ts";
import { TelemetryEnvironment } from "./features/telemetryEnvironment/telemetryEnvironment.ts";
import { registerTraceFileEditor } from "./features/traceFileEditor.ts";
import { registerSaveExpectations } from "./features/saveExpectations.ts";
import { registerCompareCommands } from "./features/tracePanel/compareCommands.ts";
import { createSessionRequest, registerOpenTrace } from "./features/tracePanel/openTraceCommand.ts";
import { RecentTraces } from "./features/tracePanel/recentTraces.ts";
import { registerSpanCommands } from "./features/tracePanel/spanCommands.ts";
import { TracePanels, type OpenedTrace } from "./features/tracePanel/tracePanels.ts";
import { registerTracesCommands } from "./features/tracesView/tracesCommands.ts";
import { TerminalRuns } from "./features/terminalRuns/terminalRuns.ts";
import { TraceLogs } from "./features/traceLogs/traceLogs.ts";
import { TracesView } from "./features/tracesView/tracesView.ts";
import { commands, type OpenTraceRequest } from "./manifest.ts";
import { registerCommands } from "./platform/commands.ts";
import { createLog, type OwnedLog } from "./platform/log.ts";
import { reportError } from "./platform/report.ts";
import { RunsOfCode } from "./services/runsOfCode.ts";
import { openWindowServices } from "./services/windowServices.ts";

/** The API that `activate` answers with, for tests and other extensions. */
export interface TracesideApi {
  readonly version: string;
  /** How long `activate` took, in milliseconds. */
  readonly activationMs: number;
  /** Opens a panel and settles when the trace is on the screen; rejects with a `TraceError`. */
  openTrace(request: string | OpenTraceRequest): Promise<OpenedTrace>;
}

/** VS Code hands nothing to `deactivate`, so what it must wait for stands here. */
let close: (() => Promise<unknown>) | undefined;

export async function deactivate(): Promise<void> {
  await close?.();
}

export async function activate(context: vscode.ExtensionContext): Promise<TracesideApi> {
  const startMs = performance.now();
  const log = createLog();
  context.subscriptions.push(log);
  try {
    const api = await start(context, log);
    return { ...api, activationMs: performance.now() - startMs };
  } catch (error) {
    // VS Code shows nothing when an extension fails to start.
    await reportError(error, "activation", log);
    throw error;
  }
}

async function start(
  context: vscode.ExtensionContext,
  log: OwnedLog,
): Promise<Omit<TracesideApi, "activationMs">> {
  const owner = new Owner();
  context.subscriptions.push(owner);
  const services = owner.own(await openWindowServices(context, log));
  const { extensionUri, inDist, local } = services;
  const palette = new WindowPalette();
  const source = owner.own(
    new SourceOpener({
      log,
      workerPath: inDist("indexWorker.cjs"),
      grammarsPath: inDist("grammars"),
      cachePath:
        context.storageUri && vscode.Uri.joinPath(context.storageUri, "symbolIndex.bin").fsPath,
    }),
  );
  const recentTraces = new RecentTraces(context.workspaceState);
  const panels = owner.own(
    new TracePanels({ ...services, palette, source, recentTraces, memento: context.globalState }),
  );
  const runs = owner.own(
    new RunsOfCode({
      source: local,
      watchStore: onChange => local.watch(onChange),
      findPlace: (operation, run, signal) => source.findRunPlace(run.detail, operation, signal),
      onError: error => log.warn(`runs of code: ${String(error)}`),
    }),
  );
  const { version } = context.extension.packageJSON as { readonly version: string };
  const agents: AgentTools = owner.own(
    new AgentTools({
      ...{ ...services, source, panels, runs, version, secrets: context.secrets },
      windowsFolder: vscode.Uri.joinPath(context.globalStorageUri, "windows").fsPath,
      // Both need the collector, which needs the tools.
      collector: () => collector,
      telemetry: () => telemetry,
      losses: () => doctor,
    }),
  );
  const localCollector = owner.own(
    new LocalCollector({ ...services, tools: agents, secrets: context.secrets }),
  );
  const collector = localCollector.control.state;
  agents.offerMcp(collector);
  const telemetry = owner.own(new TelemetryEnvironment(log, context, collector));
  const views = { ...services, collector, telemetry };
  const storesView = owner.own(new StoresView(views));
  const traces = owner.own(
    new TracesView({
      ...{ ...views, palette, memento: context.workspaceState },
      openTrace: (trace, isKept) => panels.openListed(trace, isKept),
      showFailed: count => storesView.showFailed(count),
    }),
  );
  close = () => Promise.all([localCollector.close(), traces.close()]);
  const logs = owner.own(new TraceLogs({ ...services, panels }));
  const files = owner.own(
    new TraceFileOpener({ ...services, showLogs: (name, page) => logs.showFile(name, page) }),
  );
  const parts = { ...views, source, panels, traces, files, recentTraces, runs };
  const lineMarks = owner.own(new LineMarks(parts));
  const doctor = owner.own(new ContextDoctor({ ...parts, lineMarks }));
  const publisher = "media/instrument/runAgain/publish_again.py";
  const registered = [
    new IdsInText(services),
    new TerminalRuns(parts),
    new CodeRuns(parts),
    registerSpanBreakpoints({
      ...parts,
      publisherScript: vscode.Uri.joinPath(extensionUri, publisher).fsPath,
    }),
    registerRunTest(parts),
    registerOpenTrace(parts),
    registerTraceFileEditor(parts),
    registerSampleTrace(parts),
    registerSearchTraces(parts),
    registerSpanCommands(parts),
    registerCompareCommands(parts),
    registerTracesCommands(traces, log),
    registerExportTrace({ ...parts, extension: context.extension }),
    registerSaveExpectations(parts),
    registerAddStore(services),
    registerInstrumentProject(parts),
    registerTraceCompose({ ...parts, token: localCollector.token }),
    registerCommands(log, {
      [commands.connectAgent]: client => connectAgent({ token: agents.token, collector }, client),
      [commands.goToFunction]: task => task && source.openFunction(task),
      [commands.copyId]: id => id && vscode.env.clipboard.writeText(id),
      [commands.openGuide]: () =>
        vscode.commands.executeCommand(
          "markdown.showPreview",
          vscode.Uri.joinPath(extensionUri, "docs/guide.md"),
        ),
      [commands.showLog]: () => log.show(),
    }),
  ];
  for (const each of registered) owner.own(each);
  return {
    version,
    openTrace: async request => panels.open(createSessionRequest(request)),
  };
}

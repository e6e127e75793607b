/** The only composition root: builds the parts, joins features that must not know each other, registers, owns. */

import { chmod } from "node:fs/promises";
import * as vscode from "vscode";
import { WindowPalette } from "./analysis/groups.ts";
import { Owner } from "./base/disposables.ts";
import {
  addStore,
  setStoreCredentials,
  type AddStoreServices,
} from "./features/addStore/addStore.ts";
import { LocalCollector } from "./features/collector/localCollector.ts";
import { AgentTools } from "./features/agentTools/agentTools.ts";
import { connectAgent } from "./features/agentTools/connectAgent.ts";
import { LineMarks } from "./features/lineMarks/lineMarks.ts";
import { CodeRuns } from "./features/codeRuns/codeRuns.ts";
import { ConfiguredStores } from "./services/configuredStores.ts";
import { RunsOfCode } from "./services/runsOfCode.ts";
import { exportTrace } from "./features/exportTrace/exportTrace.ts";
import { IdsInText } from "./features/idsInText/idsInText.ts";
import { instrumentProject } from "./features/instrumentProject.ts";
import { SourceOpener } from "./features/openSource/openSource.ts";
import { openTraceFile } from "./features/openTraceFile.ts";
import { importSampleTrace } from "./features/sampleTrace.ts";
import { searchTraces } from "./features/searchTraces.ts";
import { adviseIndexes, adviseOnUse, createIndexes } from "./services/storeAdvice.ts";
import { StoresView } from "./features/storesView/storesView.ts";
import { registerTraceFileEditor } from "./features/traceFileEditor.ts";
import { TelemetryEnvironment } from "./features/telemetryEnvironment/telemetryEnvironment.ts";
import { createSessionRequest, openTraceCommand } from "./features/tracePanel/openTraceCommand.ts";
import { registerSpanCommands } from "./features/tracePanel/spanCommands.ts";
import { registerTraceLinks } from "./features/tracePanel/traceLink.ts";
import { TracePanels, type OpenedTrace } from "./features/tracePanel/tracePanels.ts";
import { registerTracesCommands } from "./features/tracesView/tracesCommands.ts";
import { TracesView } from "./features/tracesView/tracesView.ts";
import { listIds } from "./logs/recogniseIds.ts";
import { commands, type OpenTraceRequest, type UriParts } from "./manifest.ts";
import type { DroppedFile } from "./model/droppedFile.ts";
import type { StoreConfig } from "./model/storeConfig.ts";
import { registerCommands } from "./platform/commands.ts";
import { createLog, type OwnedLog } from "./platform/log.ts";
import { reportError } from "./platform/report.ts";
import { StoreSecrets } from "./platform/secrets.ts";
import { openLocalStore } from "./stores/local/localStore.ts";
import type { TraceStore } from "./model/traceStore.ts";

/** What `activate` answers with, for tests and other extensions. */
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
  const { extensionUri, globalStorageUri } = context;
  await vscode.workspace.fs.createDirectory(globalStorageUri);
  // Traces hold what programs were given. Not every file system has modes.
  await chmod(globalStorageUri.fsPath, 0o700).catch(() => undefined);
  const inDist = (file: string): string => vscode.Uri.joinPath(extensionUri, "dist", file).fsPath;
  const storeFile = vscode.Uri.joinPath(globalStorageUri, "traces.db").fsPath;
  const localWorkerPath = inDist("localWorker.cjs");
  const local = openLocalStore({ name: "local", file: storeFile, workerPath: localWorkerPath });
  const secrets = new StoreSecrets(context.secrets);
  const openOne = (config: StoreConfig): Promise<TraceStore> => stores.openOne(config);
  const adviceServices = { memento: context.globalState, openOne };
  const reportAdvice = (error: unknown): Promise<void> => reportError(error, "index advice", log);
  const stores: ConfiguredStores = owner.own(
    new ConfiguredStores(local, secrets, log, inDist("fileWorker.cjs"), (config, store) => {
      adviseOnUse(config, store, adviceServices).catch(reportAdvice);
    }),
  );
  const source = owner.own(
    new SourceOpener({
      log,
      workerPath: inDist("indexWorker.cjs"),
      grammarsPath: inDist("grammars"),
      cachePath:
        context.storageUri && vscode.Uri.joinPath(context.storageUri, "symbolIndex.bin").fsPath,
    }),
  );
  const runsOfCode = owner.own(
    new RunsOfCode({
      source: local,
      watchStore: onChange => local.watch(onChange),
      findPlace: (operation, run, signal) => source.findRunPlace(run.detail, operation, signal),
      onError: error => log.warn(`runs of code: ${String(error)}`),
    }),
  );
  const palette = new WindowPalette();
  const panels: TracePanels = owner.own(
    new TracePanels(() => stores.get(), {
      log,
      palette,
      extensionUri,
      findSource: (detail, span, signal, readCallers) =>
        source.findCandidates(detail, span, signal, readCallers),
      openSource: (candidates, span, toSide) => source.open(candidates, span, toSide),
      openFrame: frame => source.openFrame(frame),
      openTrace: (traceId, span) =>
        void vscode.commands.executeCommand(commands.openTrace, { traceId, span }),
    }),
  );
  owner.own(
    new IdsInText({ log, stores: () => stores.get(), watchStores: run => stores.watch(run) }),
  );

  const storeServices: AddStoreServices = {
    secrets,
    openOne,
    reopen: () => stores.reopen(),
    advise: (config, health) => {
      adviseIndexes(config, health, adviceServices).catch(reportAdvice);
    },
  };
  const open = (request: string | OpenTraceRequest | undefined): Promise<OpenedTrace | undefined> =>
    openTraceCommand(request, listIds, asked => panels.open(asked));
  const importFile = (file?: UriParts | DroppedFile): Promise<string | undefined> =>
    openTraceFile({ workerPath: inDist("fileWorker.cjs"), storeFile }, file);
  owner.own(
    registerTraceFileEditor({
      log,
      importFile,
      show: (panel, traceId) => panels.adopt(panel, traceId),
    }),
  );

  const { version } = context.extension.packageJSON as { readonly version: string };
  const agents: AgentTools = owner.own(
    new AgentTools({
      log,
      version,
      secrets: context.secrets,
      runs: runsOfCode,
      stores: () => stores.get(),
      collector: () => collector,
      sendsTelemetryHere: () => telemetry.isOn.value,
      findSource: (detail, span, signal) => source.findCandidates(detail, span, signal),
      findFrames: stack => source.findFrames(stack),
      openTrace: (traceId, spanId) => panels.open({ ids: [traceId], isTraceId: true, spanId }),
      openSource: (traceId, spanId) => panels.openSureSource(traceId, spanId),
    }),
  );
  const localCollector = owner.own(
    new LocalCollector({
      tools: agents,
      log,
      file: storeFile,
      workerPath: inDist("collectorWorker.cjs"),
      localWorkerPath,
      stores: () => stores.get(),
    }),
  );
  const collector = localCollector.control.state;
  agents.offerMcp(collector);
  const telemetry = owner.own(
    new TelemetryEnvironment(
      context.workspaceState,
      context.environmentVariableCollection,
      collector,
    ),
  );
  const setTelemetryHere = async (isOn: boolean): Promise<void> => {
    await telemetry.set(isOn);
    const isOff = /^(?:stopped|failed)$/.test(collector.value.phase.kind);
    if (isOn && isOff) await vscode.commands.executeCommand(commands.startCollector);
  };
  const viewServices = {
    log,
    local,
    stores: () => stores.get(),
    watchStores: (run: () => void) => stores.watch(run),
    collector,
    sendsTelemetryHere: telemetry.isOn,
  };
  const traces = owner.own(
    new TracesView({
      ...viewServices,
      extensionUri,
      palette,
      memento: context.workspaceState,
      openTrace: (trace, isKept) => panels.openListed(trace, isKept),
    }),
  );
  close = () => Promise.all([localCollector.close(), traces.close()]);
  owner.own(registerTraceLinks(open));
  owner.own(
    registerSpanCommands({
      log,
      getActive: () => panels.getActive(),
      listTraces: filter => traces.filter(filter),
    }),
  );
  owner.own(
    new LineMarks({
      log,
      getShown: () => panels.getLatest(),
      watchShown: onChange => panels.watchLatest(onChange),
      findLines: (detail, span, signal) => source.findLines(detail, span, signal),
      readSymbols: uri => source.readSymbols(uri),
    }),
  );
  owner.own(
    new CodeRuns({
      log,
      runs: runsOfCode,
      readSymbols: uri => source.readSymbols(uri),
      listTraces: filter => traces.filter(filter),
    }),
  );
  owner.own(registerTracesCommands(traces, log, traceId => open({ traceId })));
  owner.own(
    new StoresView({
      ...viewServices,
      setTelemetryHere,
      createIndex: async (name, advice) => {
        const config = stores.findConfig(name);
        if (config !== undefined) await createIndexes(config, [advice], openOne);
      },
    }),
  );

  owner.own(
    registerCommands(log, {
      [commands.openTrace]: open,
      [commands.openTraceFromClipboard]: async () => {
        const text = await vscode.env.clipboard.readText();
        // What is no id is refused with its first letters; nothing at all is asked for.
        return open(text.trim() === "" ? undefined : text);
      },
      [commands.openSampleTrace]: async () => open(await importSampleTrace(local, extensionUri)),
      [commands.openTraceFile]: async file => {
        const traceId = await importFile(file);
        return traceId && open({ traceId });
      },
      [commands.exportTrace]: () =>
        exportTrace({ extension: context.extension, getOpenTrace: () => panels.getActiveTrace() }),
      [commands.searchTraces]: async text => {
        const chosen = await searchTraces(() => stores.get(), text);
        return chosen && open(chosen);
      },
      [commands.addStore]: () => addStore(storeServices),
      [commands.setStoreCredentials]: name =>
        setStoreCredentials(typeof name === "object" ? name.store : name, storeServices),
      [commands.instrumentProject]: kit => instrumentProject(extensionUri, kit),
      [commands.connectAgent]: client =>
        connectAgent({ token: agents.token, collector: () => collector.value }, client),
      [commands.goToFunction]: task => task && source.openFunction(task),
      [commands.copyId]: id => id && vscode.env.clipboard.writeText(id),
      [commands.sendTelemetryHere]: () => setTelemetryHere(true),
      [commands.stopSendingTelemetryHere]: () => setTelemetryHere(false),
      [commands.showLog]: () => log.show(),
    }),
  );

  return {
    version,
    openTrace: async request => panels.open(createSessionRequest(request, listIds)),
  };
}

/**
 * Every id that package.json contributes, with the types behind it: a command's arguments, a setting's value.
 * `test/unit/manifest.test.ts` holds this file and package.json against each other, both ways.
 */

import type { DroppedFile } from "./model/droppedFile.ts";
import type { StoreConfig } from "./model/storeConfig.ts";
import type { SpanIndex } from "./model/trace.ts";

export const extensionId = "traceside.traceside";

export const viewTypes = { trace: "traceside.trace" } as const;

/** Custom editors: the editor itself restores them. */
export const editors = {
  traceFile: "traceside.traceFile",
  /** A trace of the list in the side bar, which has no file. */
  listedTrace: "traceside.listedTrace",
} as const;

export const views = { traces: "traceside.traces", stores: "traceside.stores" } as const;

/** Servers of the Model Context Protocol that are offered to the editor. */
export const mcpServers = { traceside: "traceside.mcp" } as const;
/** The first minute: its steps are package.json's, and its pictures lie in `media/walkthrough`. */
export const walkthrough = "traceside.start";

export const commands = {
  openTrace: "traceside.openTrace",
  openTraceFromClipboard: "traceside.openTraceFromClipboard",
  openTraceFile: "traceside.openTraceFile",
  openSampleTrace: "traceside.openSampleTrace",
  searchTraces: "traceside.searchTraces",
  exportTrace: "traceside.exportTrace",
  compareWithRunBefore: "traceside.compareWithRunBefore",
  compareWithRunBeforeEdit: "traceside.compareWithRunBeforeEdit",
  compareTraces: "traceside.compareTraces",
  compareSelectedTraces: "traceside.compareSelectedTraces",
  saveExpectations: "traceside.saveExpectations",
  addStore: "traceside.addStore",
  setStoreCredentials: "traceside.setStoreCredentials",
  instrumentProject: "traceside.instrumentProject",
  startCollector: "traceside.startCollector",
  stopCollector: "traceside.stopCollector",
  goToFunction: "traceside.goToFunction",
  copyId: "traceside.copyId",
  openGuide: "traceside.openGuide",
  showLog: "traceside.showLog",
  sendTelemetryHere: "traceside.sendTelemetryHere",
  stopSendingTelemetryHere: "traceside.stopSendingTelemetryHere",
  pauseTraces: "traceside.pauseTraces",
  resumeTraces: "traceside.resumeTraces",
  refreshTraces: "traceside.refreshTraces",
  groupTraces: "traceside.groupTraces",
  groupTracesBySession: "traceside.groupTracesBySession",
  ungroupTraces: "traceside.ungroupTraces",
  clearTraces: "traceside.clearTraces",
  sortTraces: "traceside.sortTraces",
  chooseTracesStore: "traceside.chooseTracesStore",
  openListedTrace: "traceside.openListedTrace",
  pinTrace: "traceside.pinTrace",
  unpinTrace: "traceside.unpinTrace",
  deleteTrace: "traceside.deleteTrace",
  copyTraceId: "traceside.copyTraceId",
  copyTraceLink: "traceside.copyTraceLink",
  filterTraces: "traceside.filterTraces",
  searchInStore: "traceside.searchInStore",
  refreshStores: "traceside.refreshStores",
  openStoreSettings: "traceside.openStoreSettings",
  createIndex: "traceside.createIndex",
  goToSpanSource: "traceside.goToSpanSource",
  openSpanToSide: "traceside.openSpanToSide",
  filterByService: "traceside.filterByService",
  filterByOperation: "traceside.filterByOperation",
  showSubtree: "traceside.showSubtree",
  zoomToSpan: "traceside.zoomToSpan",
  expandBelow: "traceside.expandBelow",
  collapseBelow: "traceside.collapseBelow",
  findTracesLikeThis: "traceside.findTracesLikeThis",
  copySpanName: "traceside.copySpanName",
  copySpanId: "traceside.copySpanId",
  copySpanTraceId: "traceside.copySpanTraceId",
  copySpanLink: "traceside.copySpanLink",
  copySpanJson: "traceside.copySpanJson",
  copySpanMarkdown: "traceside.copySpanMarkdown",
  copySpanCurl: "traceside.copySpanCurl",
  connectAgent: "traceside.connectAgent",
  traceCompose: "traceside.traceCompose",
  copyCollectorToken: "traceside.copyCollectorToken",
  showRuns: "traceside.showRuns",
  nextStep: "traceside.nextStep",
  previousStep: "traceside.previousStep",
  showTraceLogs: "traceside.showTraceLogs",
  listLogTraces: "traceside.listLogTraces",
  openPrintedTrace: "traceside.openPrintedTrace",
  searchLogs: "traceside.searchLogs",
  showRunTraces: "traceside.showRunTraces",
  addBreakpointHere: "traceside.addBreakpointHere",
  addLogpointHere: "traceside.addLogpointHere",
  runTaskAgain: "traceside.runTaskAgain",
  runTest: "traceside.runTest",
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

/**
 * The request to open: text that holds an id of any kind (`id` is its name for other extensions), which is looked up,
 * or a trace whose id is known, which is read at once and verbatim.
 */
export type OpenTraceRequest = (
  { readonly text: string } | { readonly id: string } | { readonly traceId: string }
) & {
  /** Ask this store alone. */
  readonly store?: string;
  /** Select this span. */
  readonly span?: string;
};

/** The kits that a project can be instrumented with. */
export type InstrumentKit =
  "funboost" | "python" | "pytest" | "node" | "go" | "java" | "junit" | "run";

/** The parts that a uri is made of; every `Uri` of VS Code is one. */
export interface UriParts {
  readonly scheme: string;
  readonly authority?: string;
  readonly path: string;
}

/** A row of the view "Traces", as its page tells the menu. */
export interface TraceRowContext {
  readonly traceId: string;
  /** All that are selected, where the row is one of them. */
  readonly traceIds?: readonly string[];
}

/** A span of the trace panel, as its page tells the menu. */
export interface SpanContext {
  readonly span: SpanIndex;
}

/** A function of a file, by the names around it. */
export interface FunctionTarget {
  readonly path: string;
  readonly owner: string;
  readonly function: string;
}

/** A row of the view "Stores". */
export interface StoreRowContext {
  readonly store: string;
  /** An index that it lacks. */
  readonly advice?: unknown;
}

export interface CommandArguments {
  [commands.openTrace]: [request?: string | OpenTraceRequest];
  [commands.openTraceFromClipboard]: [];
  [commands.openTraceFile]: [file?: UriParts | DroppedFile];
  [commands.openSampleTrace]: [];
  [commands.searchTraces]: [text?: string];
  [commands.exportTrace]: [];
  [commands.compareWithRunBefore]: [row?: TraceRowContext];
  [commands.compareWithRunBeforeEdit]: [row?: TraceRowContext];
  [commands.compareTraces]: [];
  [commands.compareSelectedTraces]: [row?: TraceRowContext];
  [commands.saveExpectations]: [];
  [commands.addStore]: [];
  [commands.setStoreCredentials]: [store?: string | StoreRowContext];
  [commands.instrumentProject]: [kit?: InstrumentKit];
  [commands.startCollector]: [];
  [commands.stopCollector]: [];
  [commands.goToFunction]: [function_?: { readonly name: string; readonly queue?: string }];
  [commands.copyId]: [id?: string];
  [commands.openGuide]: [];
  [commands.showLog]: [];
  [commands.sendTelemetryHere]: [];
  [commands.stopSendingTelemetryHere]: [];
  [commands.pauseTraces]: [];
  [commands.resumeTraces]: [];
  [commands.refreshTraces]: [];
  [commands.groupTraces]: [];
  [commands.groupTracesBySession]: [];
  [commands.ungroupTraces]: [];
  [commands.clearTraces]: [];
  [commands.sortTraces]: [];
  [commands.chooseTracesStore]: [];
  [commands.openListedTrace]: [row?: TraceRowContext];
  [commands.pinTrace]: [row?: TraceRowContext];
  [commands.unpinTrace]: [row?: TraceRowContext];
  [commands.deleteTrace]: [row?: TraceRowContext];
  [commands.copyTraceId]: [row?: TraceRowContext];
  [commands.copyTraceLink]: [row?: TraceRowContext];
  [commands.filterTraces]: [];
  [commands.searchInStore]: [row?: StoreRowContext];
  [commands.refreshStores]: [row?: StoreRowContext];
  [commands.openStoreSettings]: [];
  [commands.createIndex]: [row?: StoreRowContext];
  [commands.goToSpanSource]: [context?: SpanContext];
  [commands.openSpanToSide]: [context?: SpanContext];
  [commands.filterByService]: [context?: SpanContext];
  [commands.filterByOperation]: [context?: SpanContext];
  [commands.showSubtree]: [context?: SpanContext];
  [commands.zoomToSpan]: [context?: SpanContext];
  [commands.expandBelow]: [context?: SpanContext];
  [commands.collapseBelow]: [context?: SpanContext];
  [commands.findTracesLikeThis]: [context?: SpanContext];
  [commands.copySpanName]: [context?: SpanContext];
  [commands.copySpanId]: [context?: SpanContext];
  [commands.copySpanTraceId]: [context?: SpanContext];
  [commands.copySpanLink]: [context?: SpanContext];
  [commands.copySpanJson]: [context?: SpanContext];
  [commands.copySpanMarkdown]: [context?: SpanContext];
  [commands.copySpanCurl]: [context?: SpanContext];
  [commands.connectAgent]: [client?: string];
  [commands.traceCompose]: [file?: UriParts];
  [commands.copyCollectorToken]: [];
  [commands.showRuns]: [function_?: FunctionTarget];
  [commands.nextStep]: [];
  [commands.previousStep]: [];
  [commands.showTraceLogs]: [];
  [commands.listLogTraces]: [file?: UriParts];
  [commands.openPrintedTrace]: [];
  [commands.searchLogs]: [row?: StoreRowContext];
  [commands.showRunTraces]: [];
  [commands.addBreakpointHere]: [context?: SpanContext];
  [commands.addLogpointHere]: [context?: SpanContext];
  [commands.runTaskAgain]: [context?: SpanContext];
  [commands.runTest]: [];
}

export const contextKeys = {
  /** The phase of the collector, one of `CollectorPhase`'s kinds. */
  collector: "traceside.collector",
  sendsTelemetryHere: "traceside.sendsTelemetryHere",
  tracesAreLive: "traceside.tracesAreLive",
  /** The list is folded by this, a `TraceGrouping`. */
  tracesGrouping: "traceside.tracesGrouping",
  /** A panel with a trace is open. */
  hasTrace: "traceside.hasTrace",
  /** A step of the walkthrough is done: the source of a span was opened, a program's trace was received. */
  hasOpenedSource: "traceside.hasOpenedSource",
  hasReceivedTrace: "traceside.hasReceivedTrace",
} as const;
export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

export interface PathMapping {
  readonly localRoot: string;
  readonly remoteRoot: string;
}

export const settings = {
  stores: "traceside.stores",
  storeTimeout: "traceside.storeTimeout",
  autoStart: "traceside.collector.autoStart",
  ports: "traceside.collector.ports",
  listenOn: "traceside.collector.listenOn",
  leaveOutAgents: "traceside.terminals.leaveOutAgents",
  maxStoreMegabytes: "traceside.collector.maxStoreMegabytes",
  pathMappings: "traceside.source.pathMappings",
  hover: "traceside.logs.hover",
  links: "traceside.logs.links",
  terminalLinks: "traceside.logs.terminalLinks",
  logFiles: "traceside.logs.files",
  logTimeZone: "traceside.logs.timeZone",
  queueWait: "traceside.timeline.queueWait",
  codeLens: "traceside.codeLens",
  lineMarks: "traceside.lineMarks",
  testCommands: "traceside.tests.commands",
} as const;
export type SettingId = (typeof settings)[keyof typeof settings];

export interface SettingValues {
  [settings.stores]: readonly StoreConfig[];
  /** Seconds. */
  [settings.storeTimeout]: number;
  [settings.autoStart]: boolean;
  /** Receiver to port, 0 for off; as the user wrote it. */
  [settings.ports]: Readonly<Record<string, unknown>>;
  /** Names of network interfaces, or addresses; as the user wrote it. */
  [settings.listenOn]: readonly unknown[];
  [settings.leaveOutAgents]: boolean;
  [settings.maxStoreMegabytes]: number;
  [settings.pathMappings]: readonly PathMapping[];
  [settings.hover]: boolean;
  [settings.links]: boolean;
  [settings.terminalLinks]: boolean;
  [settings.logFiles]: readonly string[];
  /** `local`, `UTC`, or what is added to UTC: `+02:00`. */
  [settings.logTimeZone]: string;
  [settings.queueWait]: boolean;
  [settings.codeLens]: "off" | "errors" | "all";
  [settings.lineMarks]: boolean;
  /** Runner to the words that start it; as the user wrote it. */
  [settings.testCommands]: Readonly<Record<string, unknown>>;
}

/** The questions that the list of traces in the side bar and the extension host ask of each other. Types only. */

import type { TraceFilter } from "../analysis/traceFilter.ts";
import type { WorkspaceCommit } from "../model/workspaceCommit.ts";
import type { DroppedFile } from "../model/droppedFile.ts";

/** How a trace is: the worst that its spans say. */
export type TraceState = "failed" | "ok" | "ended" | "running" | "silent" | "untimed";

/** The order of the list: the newest first, the longest, or what has most errors. */
export type TraceSort = "time" | "duration" | "errors";

/** The rows of the list are folded by it. */
export type TraceGrouping = "none" | "operation" | "session";

/** One row. */
export interface ListedTrace {
  readonly traceId: string;
  /** The uri that an editor group opens where the row is dropped on it. */
  readonly uri?: string;
  /** The root's operation, empty where it has none. */
  readonly name: string;
  readonly state: TraceState;
  /** The root's own first: the one that its name belongs to. */
  readonly services: readonly string[];
  /** The palette's slot of each of them, as everywhere in the window. */
  readonly slots?: readonly number[];
  readonly spanCount: number;
  readonly errorCount: number;
  readonly startUnixMs: number;
  /** Absent while it runs, and where nothing is known of its times. */
  readonly durationMs?: number;
  /** The session or conversation that it belongs to. */
  readonly session?: string;
  readonly isPinned: boolean;
  /** At which commit the workspace was when it came in; absent where nobody knows. */
  readonly commit?: WorkspaceCommit;
  /** How many expectations of the workspace it was held against, and how many it does not meet; absent for none. */
  readonly expectations?: { readonly checked: number; readonly broken: number } | undefined;
}

/** The facts that opening a row needs to know of it. */
export type OpenedRow = Pick<ListedTrace, "traceId" | "name" | "startUnixMs">;

export interface ListedPage {
  readonly traces: readonly ListedTrace[];
  /** Absent: this was the last page. */
  readonly cursor?: string;
}

/** One port of the collector. */
export interface ListedReceiver {
  /** `OTLP/HTTP`: the same in every language. */
  readonly label: string;
  readonly port: number;
  readonly status: "listening" | "taken" | "failed";
  /** Who has the port, or why it failed. */
  readonly note?: string;
}

export interface CollectorSummary {
  readonly phase: "stopped" | "starting" | "receiving" | "elsewhere" | "failed";
  readonly reason?: string;
  /** The receivers that are on. */
  readonly receivers: readonly ListedReceiver[];
  /** Where OTLP/HTTP and plain spans are taken, or would be. */
  readonly httpPort: number;
}

/** Everything about the view that is not a trace. */
export interface TracesSituation {
  /** The store that is listed. */
  readonly store: string;
  /** The embedded one, in which traces can be deleted and pinned. */
  readonly isLocal: boolean;
  /** It was chosen, and is no longer among the stores. */
  readonly isGone: boolean;
  readonly isLive: boolean;
  readonly grouping: TraceGrouping;
  readonly sort: TraceSort;
  /** How many traces Undo would bring back; 0 where nothing was deleted a moment ago. */
  readonly undoable: number;
  readonly collector: CollectorSummary;
  /** New terminals and debug sessions are told to send here. */
  readonly sendsTelemetryHere: boolean;
}

/** The actions of the view that have a command of their own. */
export type TracesAction =
  | "startCollector"
  | "openSample"
  | "addStore"
  | "instrumentProject"
  | "showLocal"
  | "openWalkthrough"
  | "openSettings"
  | "setCredentials"
  | "sendTelemetryHere"
  | "stopSendingTelemetryHere";

/** Kept over a reload. */
export interface PersistedTraces {
  readonly version: 1;
  readonly filter: string;
  /** The row that had the keyboard. */
  readonly selected?: string;
}

/** Everything the view may ask of the extension host. */
export type TracesHostApi = {
  /** First call: the host answers with what to show. `words` maps English to the display language. */
  ready(): Promise<{
    readonly situation: TracesSituation;
    readonly words: Readonly<Record<string, string>>;
    readonly language: string;
  }>;
  /** Newest first, from the start or a cursor on. A newer search ends an older one. */
  search(filter: TraceFilter, limit: number, cursor: string | undefined): Promise<ListedPage>;
  /** Nobody waits for the search any more. */
  cancelSearch(): Promise<void>;
  listServices(): Promise<readonly string[]>;
  /** Lists the operations of one service, or of all. */
  listOperations(service: string | undefined): Promise<readonly string[]>;
  /** Kept: in a tab of its own, with the keyboard; else in the one preview tab, and the keyboard stays in the list. */
  open(trace: OpenedRow, isKept: boolean): Promise<void>;
  /** Opens what was dropped on the page: its bytes, or its uri. */
  openFile(file: DroppedFile | string): Promise<void>;
  setPinned(traceIds: readonly string[], isPinned: boolean): Promise<void>;
  /** Answers whether the list leaves them out from now on; for a while `undoDelete` brings them back. */
  deleteTraces(traceIds: readonly string[]): Promise<boolean>;
  /** Brings back what was deleted last, and answers with it; with nothing where its time is over. */
  undoDelete(): Promise<readonly string[]>;
  run(action: TracesAction): Promise<void>;
  copy(text: string): Promise<void>;
  /** An error in the webview, for the log. */
  logError(message: string): Promise<void>;
};

/** Everything the extension host may tell the view. */
export type TracesViewApi = {
  show(situation: TracesSituation): Promise<void>;
  /** Traces came, grew or went, or are wanted anew: the list is asked for again. */
  refresh(): Promise<void>;
  /** The text becomes the filter. */
  filter(text: string): Promise<void>;
  /** The keyboard goes to the filter. */
  focusFilter(): Promise<void>;
};

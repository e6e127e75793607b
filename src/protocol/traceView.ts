/**
 * The questions that the trace panel's webview and the extension host may ask of each other. The host pushes whole
 * values only: a hidden view keeps no messages, so the last one must be enough.
 */

import type { GenAiSpans } from "../analysis/genAi/genAiUse.ts";
import type { LogMark } from "../analysis/traceLogs.ts";
import type { IndexArray } from "../base/indexArray.ts";
import type { StoreAnswer } from "../model/failure.ts";
import type { Problem } from "../model/problem.ts";
import type { SpanDetail } from "../model/spanDetail.ts";
import type { SpanIndex, TraceColumns, TraceSource } from "../model/trace.ts";
import type { WorkspaceCommit } from "../model/workspaceCommit.ts";
import type { NarrowColumns } from "../model/narrowColumns.ts";
import type { SpanAction } from "./spanMenu.ts";

/** How the panel keeps up with its trace. */
export interface LiveFacts {
  /** Stores that tell of news themselves. */
  readonly watched: readonly string[];
  /** Stores that are asked again while the trace is unfinished. */
  readonly polled: readonly string[];
  /** When the trace last changed after it was opened, in milliseconds since the Unix epoch. */
  readonly changedUnixMs?: number;
  /** The user asked for a reading, and it is under way. */
  readonly isReading: boolean;
}

/**
 * The summary of the trace that the panel is about; `revision` grows when the columns change, and the view then asks
 * for them again.
 */
export interface TraceSummary {
  readonly revision: number;
  readonly traceId: string;
  readonly problems: readonly Problem[];
  readonly answers: readonly StoreAnswer[];
  /** The part that each store gave. */
  readonly sources: readonly TraceSource[];
  readonly live: LiveFacts;
  /** Grows when details may have changed without the columns: a log came, a task went on. */
  readonly detailsRevision: number;
  /** The palette's slot of each service and queue, by name, as everywhere in the window; absent in an exported page. */
  readonly slots?: Readonly<Record<string, number>>;
  /** The runs that it is compared with; absent where the user asked for no comparison. */
  readonly comparison?: ComparisonSummary;
  /** At which commit the workspace was when the trace came in; absent where nobody knows. */
  readonly commit?: WorkspaceCommit;
  /** The span to select, when the trace was opened by the id of a task or span, or restored. */
  readonly focus?: SpanIndex;
}

/** The earlier runs that a trace is compared with: one, or several whose median counts. Newest first. */
export interface ComparisonSummary {
  /** Grows with each comparison; the view then asks for the columns of the earlier runs. */
  readonly revision: number;
  readonly runs: readonly { readonly traceId: string; readonly startUnixMs: number }[];
}

/** The content that the panel shows: exactly one of these. */
export type PanelContent =
  | { readonly kind: "loading"; readonly id: string; readonly answers: readonly StoreAnswer[] }
  /** In words, from `platform/report.ts`; each action runs by its index. */
  | {
      readonly kind: "failed";
      readonly id: string;
      readonly text: string;
      readonly lines: readonly string[];
      readonly actions: readonly string[];
    }
  | { readonly kind: "trace"; readonly summary: TraceSummary };

/** Kept by `setState` in the webview, given back after a window reload. Nothing derived. */
export interface PersistedView {
  readonly version: 1;
  readonly traceId: string;
  readonly spanId?: string;
  /** Nanoseconds from the trace's origin. */
  readonly viewport?: { readonly startNs: number; readonly endNs: number };
  readonly pane?: string;
  readonly graphMode?: "aggregated" | "spans";
  /** Ids of folded spans. */
  readonly folded?: readonly string[];
  /** Ids of members of the groups of alike siblings that are open. */
  readonly openGroups?: readonly string[];
  /** The user wants a row for each of alike siblings. */
  readonly isUngrouped?: boolean;
  /** A row in sight, and how far below the upper edge it stands. */
  readonly anchor?: { readonly spanId: string; readonly yPx: number };
  /** The graph's camera, where the user has moved it. */
  readonly camera?: { readonly x: number; readonly y: number; readonly scale: number };
  /** How the panes share the panel, names and bars the timeline, and which panes the user closed. */
  readonly shares?: { readonly left: number; readonly graph: number };
  readonly nameShare?: number;
  readonly closed?: readonly string[];
  readonly isSkewCorrected?: boolean;
  readonly timelineView?: "flame" | "table";
  readonly flameMode?: "paths";
  /** The id of a span of the call path that the flame view is zoomed to. */
  readonly flameRoot?: string;
}

/** A view of the trace that has a name: those of the timeline and of the detail share a pane each. */
export type PanelView = "timeline" | "flame" | "table" | "graph" | "overview" | "span";

/** Columns, and where spans of the columns before are in them. */
export interface TraceAnswer {
  readonly columns: NarrowColumns;
  /** For each span of the columns before: its index now, −1 where it is gone. Absent where the view has none. */
  readonly moved?: IndexArray<SpanIndex>;
}

/** How sure a source location is, in words and in order. */
export interface SourceCandidate {
  /** Workspace-relative, with `/`. */
  readonly path: string;
  readonly uri: string;
  /** Zero-based. */
  readonly line0: number;
  /** The rule that found it, a whole sentence for a person. */
  readonly reason: string;
  readonly isSure: boolean;
}

export type SourceAnswer =
  | { readonly kind: "opened"; readonly candidate: SourceCandidate }
  /** The user chose none of several. */
  | { readonly kind: "dismissed" }
  | { readonly kind: "none"; readonly tried: readonly string[] };

/** The spans that a chunk of a search found. */
export interface FoundSpans {
  /** In order. */
  readonly spans: readonly SpanIndex[];
  /** How many spans have been looked into so far, in whatever order; their count once all have been. */
  readonly next: number;
  /** So many of the chunk could not be. */
  readonly unread: number;
}

export type SqlTokenKind =
  "keyword" | "function" | "type" | "name" | "string" | "number" | "parameter" | "comment" | "text";

/** A piece of a statement; all pieces together are the statement, with its white space. */
export type SqlToken = readonly [kind: SqlTokenKind, text: string];

export interface TimelineSettings {
  /** Show the queue wait before the bar. */
  readonly queueWait: boolean;
  /** The user folded the answers, in this panel or another. */
  readonly areAnswersFolded: boolean;
}

/** Everything the webview may ask of the extension host. */
export type HostApi = {
  /**
   * First call: the host answers with what to show. `words` maps English to the display language. A view that was on
   * the screen before and went, as with a tab that was hidden, names the span that was selected. A trace that is there
   * comes along at once.
   */
  ready(selectedSpanId?: string): Promise<{
    readonly content: PanelContent;
    readonly trace?: TraceAnswer;
    readonly words: Readonly<Record<string, string>>;
    readonly language: string;
    readonly settings: TimelineSettings;
  }>;
  /** The columns of the revision shown last; `held` is the revision that the view has until now. */
  trace(held?: number): Promise<TraceAnswer>;
  /** The columns of the earlier runs that the trace is compared with now. */
  comparedRuns(): Promise<readonly TraceColumns[]>;
  /** Compares with the last run of another commit, or before the workspace was changed. */
  compareBeforeEdit(): Promise<void>;
  stopComparing(): Promise<void>;
  /** The ids of spans, to find them again after a reload. */
  spanIds(spans: readonly SpanIndex[]): Promise<readonly string[]>;
  /** −1 for those that are gone. */
  findSpanIds(spanIds: readonly string[]): Promise<readonly SpanIndex[]>;
  /** Reads the trace again from all stores. */
  refresh(): Promise<void>;
  spanDetail(span: SpanIndex): Promise<SpanDetail>;
  /** The spans that tell of language models, their tools and agents. */
  genAiSpans(): Promise<GenAiSpans>;
  /** Ranked, best first; empty where nothing was found. */
  sourceCandidates(span: SpanIndex): Promise<readonly SourceCandidate[]>;
  /** `chosen`: one of `sourceCandidates`; absent: the best, or the user is asked. */
  openSource(span: SpanIndex, toSide: boolean, chosen?: SourceCandidate): Promise<SourceAnswer>;
  /** Opens one frame of a stack trace, as text, where the workspace has its file. */
  openFrame(frame: string): Promise<SourceAnswer>;
  /** Spans whose id or detail holds the text, whatever their names; asked again from `next` on until that is their count. */
  findSpans(text: string, from: number): Promise<FoundSpans>;
  /** Has read ahead what `findSpans` looks into. */
  prepareFind(): Promise<void>;
  openTrace(traceId: string, spanId: string | undefined): Promise<void>;
  /** A row of the list of traces was dropped on the page. */
  openDropped(uri: string): Promise<void>;
  /** Opens the line of a log that `showLogs` told of. */
  openLog(index: number): Promise<void>;
  /** Opens the code of a loss that `showLosses` told of. */
  openLoss(index: number): Promise<void>;
  /** The span that is selected now, by whomever. */
  select(span: SpanIndex | undefined): Promise<void>;
  /** The user has changed the view: a tab that was a preview stays. */
  keep(): Promise<void>;
  /** Runs an action of `PanelContent` `failed`. */
  runAction(index: number): Promise<void>;
  /** The user folded or unfolded the answers: other panels do the same from now on. */
  foldAnswers(areFolded: boolean): Promise<void>;
  cancel(): Promise<void>;
  copy(text: string): Promise<void>;
  /** A statement laid out in the dialect of `system`, as OpenTelemetry names databases; "" where it is unknown. */
  readSql(text: string, system: string): Promise<readonly SqlToken[]>;
  /** Opens a value as a document of its own, in a language of VS Code. */
  openText(text: string, language: string): Promise<void>;
  /** The first picture of the trace was painted this long after the columns were asked for. */
  painted(revision: number, paintMs: number): Promise<void>;
  /** An error in the webview, for the log. */
  logError(message: string): Promise<void>;
};

/** Everything the extension host may tell the webview. */
export type ViewApi = {
  /** Opens this view's pane and shows it; answers with all views that are on the screen then. */
  bringToFront(view: PanelView): Promise<readonly PanelView[]>;
  show(content: PanelContent): Promise<void>;
  reveal(span: SpanIndex): Promise<void>;
  /** A command of a span's context menu that is the page's to do. */
  act(action: SpanAction, span: SpanIndex): Promise<void>;
  /** The logs of the trace, in the order of time; those before no longer count. */
  showLogs(logs: readonly LogMark[]): Promise<void>;
  /**
   * Where the context was lost, a sentence each, by the code, and where it was not looked for; those before no longer
   * count.
   */
  showLosses(losses: readonly string[], limit: string | undefined): Promise<void>;
  /** The spans of the function at the cursor of an editor. */
  mark(spans: readonly SpanIndex[]): Promise<void>;
  /** The settings have changed. */
  configure(settings: TimelineSettings): Promise<void>;
};

/**
 * The one state of the panel: what is shown, what is selected, what is in view. Graph, timeline, detail and header
 * watch its cells and set them; none of them talks to another. Knows no DOM.
 */

import { correctClockSkew, findClockSkew, type ClockSkew } from "../../src/analysis/clockSkew.ts";
import type { TraceComparison } from "../../src/analysis/compareTraces.ts";
import { buildPaletteSlots } from "../../src/analysis/groups.ts";
import type { FlameMode } from "../../src/analysis/flame.ts";
import type { LogMark } from "../../src/analysis/traceLogs.ts";
import { selectSpans, type SpanFilter } from "../../src/analysis/spanFilter.ts";
import { buildSelfTimes, getTraceEndNs, getTraceStartNs } from "../../src/analysis/times.ts";
import {
  buildSiblingGroups,
  listGroupsToOpen,
  type SiblingGroups,
} from "../../src/analysis/siblingGroups.ts";
import { buildTree, type TraceTree } from "../../src/analysis/tree.ts";
import { Cell } from "../../src/base/cell.ts";
import { NO_SPAN } from "../../src/model/span.ts";
import type { SpanIndex, TraceColumns } from "../../src/model/trace.ts";
import type { AnalysisResult } from "../../src/protocol/analysisWorker.ts";
import type {
  ComparisonSummary,
  PanelContent,
  TimelineSettings,
  TraceSummary,
} from "../../src/protocol/traceView.ts";

/** A trace and everything derived from it once, when it arrives. */
export interface LoadedTrace {
  readonly summary: TraceSummary;
  /** With its spans where they are drawn: moved for the skew of their clocks, if the user wants that. */
  readonly columns: TraceColumns;
  /** As the stores tell it. */
  readonly uncorrected: TraceColumns;
  readonly skew: ClockSkew;
  readonly isSkewCorrected: boolean;
  readonly tree: TraceTree;
  readonly groups: SiblingGroups;
  /** Nanoseconds from the origin. */
  readonly startNs: number;
  readonly endNs: number;
  readonly selfNs: Float64Array;
  /** Palette slot by string index of queue or service. */
  readonly slots: ReadonlyMap<number, number>;
}

/** The part of the time axis that is seen, nanoseconds from the origin. */
export interface Viewport {
  readonly startNs: number;
  readonly endNs: number;
}

/** The analysis that is derived from a trace off the page's main thread. */
export interface TraceAnalysis extends AnalysisResult {
  /** The columns that it is of: those of the trace, or older ones while it is made anew. */
  readonly columns: TraceColumns;
}

/** The trace against earlier runs. */
export interface ShownComparison {
  readonly summary: ComparisonSummary;
  /** The columns of the later trace. */
  readonly columns: TraceColumns;
  readonly result: TraceComparison;
}

export type Pane = "timeline" | "graph" | "detail";
/** The view that stands below the graph: bars over time, boxes that stand on what they call, or a row for each operation. */
export type TimelineView = "bars" | "flame" | "table";
/** The subject of the detail pane: the trace as a whole, or the selected span. */
export type DetailView = "overview" | "span";
export type GraphMode = "aggregated" | "spans";

/** Why a selection changed: the views scroll to a selection that they did not make themselves. */
export type SelectionSource =
  | "timeline"
  | "graph"
  | "detail"
  | "header"
  | "host"
  /** Nobody chose it anew: the trace grew, and the span has another index. */
  | "growth";

export interface Selection {
  readonly span: SpanIndex;
  readonly by: SelectionSource;
}

/** A row that is in sight, and how far below the upper edge of the rows it stands. */
export interface Anchor {
  readonly span: SpanIndex;
  readonly yPx: number;
  /** The timeline says where it is; the session says where it is to be. */
  readonly by: "timeline" | "session";
}

/** How the panes share the panel, each as a part of 1. */
export interface Shares {
  readonly left: number;
  readonly graph: number;
}

export const firstShares: Shares = { left: 0.68, graph: 0.42 };

/** The place that the graph's camera shows, where the user has moved it. */
export interface CameraPlace {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** How many spans have been looked into, and how many of these could not be. */
export interface SearchProgress {
  readonly looked: number;
  readonly count: number;
  readonly unread: number;
}

/** One for all, so that a cell which has it is set to it without telling anybody. */
const noSpans: ReadonlySet<SpanIndex> = new Set();

export function toSpanSet(spans: readonly SpanIndex[] = []): ReadonlySet<SpanIndex> {
  return spans.length === 0 ? noSpans : new Set(spans);
}

/** Self times of so many spans are summed within a few milliseconds, which is done once a second. */
const MOST_MOVED_SPANS = 50_000;

export class ViewState {
  readonly content = new Cell<PanelContent | undefined>(undefined);
  readonly trace = new Cell<LoadedTrace | undefined>(undefined);
  readonly selection = new Cell<Selection | undefined>(undefined);
  /** The id of the selected span, once its detail has been read: what a reload finds it again by. */
  readonly selectedSpanId = new Cell<string | undefined>(undefined);
  /** Where the context was lost, by the code: a sentence each. */
  readonly losses = new Cell<readonly string[]>([]);
  /** Where more of them may be, because it was not looked for there. */
  readonly lossLimit = new Cell<string | undefined>(undefined);
  /** The log lines of each span, in the order of time. */
  readonly logs = new Cell<ReadonlyMap<SpanIndex, readonly LogMark[]>>(new Map());
  /** The spans of the function at the cursor of an editor. */
  readonly marked = new Cell(noSpans);
  readonly hovered = new Cell<SpanIndex | undefined>(undefined);
  readonly viewport = new Cell<Viewport>({ startNs: 0, endNs: 1 });
  readonly folded = new Cell(noSpans);
  /** Five or more alike siblings are one row of the timeline. */
  readonly areAlikeGrouped = new Cell(true);
  /** Members of the groups of alike siblings that the user opened, so that each has a row. */
  readonly openGroups = new Cell(noSpans);
  /** The spans that the find box found, in order; `undefined` while nothing is sought. */
  readonly matches = new Cell<readonly SpanIndex[] | undefined>(undefined);
  /** How far the search has come; `undefined` while nothing is sought. */
  readonly search = new Cell<SearchProgress | undefined>(undefined);
  /** The pane in front where the panel is too narrow for all. */
  readonly pane = new Cell<Pane>("timeline");
  readonly detailView = new Cell<DetailView>("overview");
  readonly graphMode = new Cell<GraphMode>("aggregated");
  readonly settings = new Cell<TimelineSettings>({
    queueWait: true,
    areAnswersFolded: false,
  });
  /** The anchor that tells a place in a scrolled list of rows; `undefined` at its beginning. */
  readonly anchor = new Cell<Anchor | undefined>(undefined);
  readonly camera = new Cell<CameraPlace | undefined>(undefined);
  readonly shares = new Cell<Shares>(firstShares);
  /** The names' part of the timeline; `undefined`: as the panel's width asks for. */
  readonly nameShare = new Cell<number | undefined>(undefined);
  /** Panes that the user closed while the panel is wide. */
  readonly closed = new Cell<ReadonlySet<Pane>>(new Set());
  readonly isSkewCorrected = new Cell(false);
  /** Moments are written in UTC; else in the zone of the reader's machine. */
  readonly isUtc = new Cell(false);
  readonly analysis = new Cell<TraceAnalysis | undefined>(undefined);
  readonly comparison = new Cell<ShownComparison | undefined>(undefined);
  /** The user folded the answers above the panes. */
  readonly areAnswersFolded = new Cell(false);
  readonly timelineView = new Cell<TimelineView>("bars");
  readonly flameMode = new Cell<FlameMode>("time");
  /** A span of the call path that the flame view is zoomed to; `undefined`: all paths are seen. */
  readonly flameRoot = new Cell<SpanIndex | undefined>(undefined);
  readonly filter = new Cell<SpanFilter>({});
  /** The page's clock, while the trace is unfinished or has just changed, in milliseconds since the Unix epoch. */
  readonly nowUnixMs = new Cell<number | undefined>(undefined);
  /** The moment that running bars reach, in nanoseconds from the origin; `undefined` while nothing runs. */
  readonly clockNs = new Cell<number | undefined>(undefined);
  /** The window and the rows keep up with what runs, until the user looks elsewhere. */
  readonly isFollowing = new Cell(false);
  #isByItself = false;
  /** Whether the row of filters stands open though nothing is filtered. */
  readonly isFilterOpen = new Cell(false);
  /** 1 for each span that the filter lets through; `undefined` while it lets all through. */
  readonly passing = new Cell<Uint8Array | undefined>(undefined);

  constructor() {
    const select = (): void => {
      const trace = this.trace.value;
      this.passing.set(
        trace &&
          selectSpans(
            trace.columns,
            trace.tree,
            trace.endNs,
            this.filter.value,
            this.matches.value,
            this.getAnalysis()?.isCritical,
          ),
      );
    };
    const stopFollowing = (): void => {
      if (!this.#isByItself) this.isFollowing.set(false);
    };
    this.viewport.watch(stopFollowing);
    this.selection.watch(stopFollowing);
    this.trace.watch(select);
    this.filter.watch(select);
    this.matches.watch(() => {
      if (this.filter.value.isMatch) select();
    });
    this.analysis.watch(() => {
      if (this.filter.value.isCritical) select();
    });
  }

  /** The analysis of the trace that is shown; an older one's indices are of other spans. */
  getAnalysis(): TraceAnalysis | undefined {
    const analysis = this.analysis.value;
    return analysis?.columns === this.trace.value?.columns ? analysis : undefined;
  }

  setLogs(logs: readonly LogMark[]): void {
    this.logs.set(Map.groupBy(logs, ({ span }) => span));
  }

  getComparison(): ShownComparison | undefined {
    const comparison = this.comparison.value;
    return comparison?.columns === this.trace.value?.columns ? comparison : undefined;
  }

  /** Adds conditions to the filter; what is `undefined` goes. */
  filterBy(change: SpanFilter): void {
    this.filter.set({ ...this.filter.value, ...change });
  }

  /** Takes a condition that holds already away again. */
  toggleFilter<K extends keyof SpanFilter>(key: K, value: SpanFilter[K]): void {
    this.filterBy({ [key]: this.filter.value[key] === value ? undefined : value });
  }

  /** Moves the spans for the skew of their clocks, or back: the same rows, the same selection, other times. */
  correctSkew(isWanted: boolean): void {
    this.isSkewCorrected.set(isWanted);
    const trace = this.trace.value;
    if (trace === undefined || trace.isSkewCorrected === isWanted) return;
    const isWhole = isSameViewport(this.viewport.value, this.fullViewport());
    this.trace.set(loadTrace(trace.summary, trace.uncorrected, isWanted));
    if (isWhole) this.viewport.set(this.fullViewport());
  }

  /** Selects a span, which comes to the front in the detail, again too when it was selected before. */
  select(span: SpanIndex, by: SelectionSource): void {
    this.detailView.set("span");
    const before = this.selection.value;
    if (before?.span === span && before.by === by) return;
    this.selection.set({ span, by });
  }

  /** Selects a span, and sees to it that it has a row. */
  goTo(span: SpanIndex, by: SelectionSource): void {
    this.unfoldTo(span);
    this.select(span, by);
  }

  /** Opens every folded ancestor and every group around it, so that the span has a row. */
  unfoldTo(span: SpanIndex): void {
    const trace = this.trace.value;
    if (trace === undefined) return;
    const folded = new Set(this.folded.value);
    for (let above = trace.columns.parent[span] ?? NO_SPAN; above >= 0;) {
      folded.delete(above);
      above = trace.columns.parent[above] ?? NO_SPAN;
    }
    if (folded.size !== this.folded.value.size) this.folded.set(folded);
    const open = new Set(this.openGroups.value);
    for (const leader of listGroupsToOpen(span, trace.columns, trace.groups)) open.add(leader);
    if (open.size !== this.openGroups.value.size) this.openGroups.set(open);
  }

  /** Opens the groups of alike siblings whose first is the span or below it. */
  openGroupsBelow(span: SpanIndex): void {
    const { groups, tree } = this.trace.value ?? {};
    const end = tree?.subtreeEnd[span] ?? span;
    const below = [...(groups?.members.keys() ?? [])].filter(each => each >= span && each < end);
    if (below.length > 0) this.openGroups.set(new Set([...this.openGroups.value, ...below]));
  }

  fullViewport(): Viewport {
    const trace = this.trace.value;
    if (trace === undefined) return { startNs: 0, endNs: 1 };
    // A trace of no length still needs an axis.
    const endNs = Math.max(trace.endNs, trace.startNs + 1_000, this.clockNs.value ?? 0);
    return { startNs: trace.startNs, endNs };
  }

  /** Whether cells change because the trace grew or its clock moved on, and not because of the user. */
  get isByItself(): boolean {
    return this.#isByItself;
  }

  /** Runs a change of cells that no user made. */
  changeByItself(change: () => void): void {
    const before = this.#isByItself;
    this.#isByItself = true;
    try {
      change();
    } finally {
      this.#isByItself = before;
    }
  }

  setClock(clockNs: number | undefined): void {
    const before = this.viewport.value;
    const wasWhole = isSameViewport(before, this.fullViewport());
    this.changeByItself(() => {
      this.clockNs.set(clockNs);
      this.viewport.set(this.getKeptUp(before, wasWhole));
    });
  }

  #moved: { readonly of: LoadedTrace; readonly now: LoadedTrace } | undefined;

  /** The trace with its times up to the page's clock; as it was heard of where nothing runs, or it is too large. */
  getTraceNow(): LoadedTrace | undefined {
    const trace = this.trace.value;
    const nowNs = this.clockNs.value ?? 0;
    if (trace === undefined || nowNs <= trace.endNs) return trace;
    if (trace.columns.count > MOST_MOVED_SPANS) return trace;
    if (this.#moved?.of !== trace || this.#moved.now.endNs !== nowNs) {
      const selfNs = buildSelfTimes(trace.columns, trace.tree, trace.endNs, nowNs);
      this.#moved = { of: trace, now: { ...trace, endNs: nowNs, selfNs } };
    }
    return this.#moved.now;
  }

  /** Starts to follow what runs, or stops. */
  follow(isWanted: boolean): void {
    this.isFollowing.set(isWanted);
    this.changeByItself(() => this.viewport.set(this.getKeptUp(this.viewport.value, false)));
  }

  /** The window of a trace that is longer now: the whole stays whole, and one that follows ends where the trace does. */
  getKeptUp(window: Viewport, wasWhole: boolean): Viewport {
    const full = this.fullViewport();
    const shown = wasWhole ? full : window;
    // What ran has ended before the clock's last moment: nothing is to be seen beyond the trace.
    const isMoved = this.isFollowing.value || shown.endNs > full.endNs;
    const lengthNs = shown.endNs - shown.startNs;
    const next = isMoved
      ? { startNs: Math.max(full.startNs, full.endNs - lengthNs), endNs: full.endNs }
      : shown;
    return isSameViewport(next, window) ? window : next;
  }
}

export function isSameViewport(a: Viewport, b: Viewport): boolean {
  return a.startNs === b.startNs && a.endNs === b.endNs;
}

const noSkew: ClockSkew = {
  ...{ shiftNs: new Float64Array(0), reason: new Uint8Array(0) },
  ...{ skewed: [], moved: 0 },
};

/** Derives everything that the views share, in one place. */
export function loadTrace(
  summary: TraceSummary,
  uncorrected: TraceColumns,
  isSkewCorrected = false,
): LoadedTrace {
  const found = findClockSkew(uncorrected, summary.problems);
  const skew = found.moved + found.skewed.length === 0 ? noSkew : found;
  const columns =
    isSkewCorrected && skew.moved > 0
      ? correctClockSkew(uncorrected, skew, summary.problems)
      : uncorrected;
  const tree = buildTree(columns);
  const endNs = getTraceEndNs(columns);
  return {
    summary,
    columns,
    uncorrected,
    skew,
    isSkewCorrected,
    tree,
    groups: buildSiblingGroups(columns, tree),
    startNs: getTraceStartNs(columns),
    endNs,
    selfNs: buildSelfTimes(columns, tree, endNs),
    slots: buildPaletteSlots(columns, summary.slots),
  };
}

/**
 * The one state of the panel: what is shown, what is selected, what is in view. Graph, timeline, detail and header
 * watch its cells and set them; none of them talks to another. Knows no DOM.
 */

import { buildPaletteSlots } from "../src/analysis/groups.ts";
import { buildSelfTimes, getTraceEndNs, getTraceStartNs } from "../src/analysis/times.ts";
import { buildTree, type TraceTree } from "../src/analysis/tree.ts";
import { Cell } from "../src/base/cell.ts";
import type { SpanIndex, TraceColumns } from "../src/model/trace.ts";
import type { PanelContent, TimelineSettings, TraceSummary } from "../src/protocol/traceView.ts";

/** A trace and everything derived from it once, when it arrives. */
export interface LoadedTrace {
  readonly summary: TraceSummary;
  readonly columns: TraceColumns;
  readonly tree: TraceTree;
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

export type Pane = "timeline" | "graph" | "detail";
/** What the detail pane tells of: the trace as a whole, or the selected span. */
export type DetailView = "overview" | "span";
export type GraphMode = "aggregated" | "spans";

/** Why a selection changed: the views scroll to a selection that they did not make themselves. */
export type SelectionSource = "timeline" | "graph" | "detail" | "header" | "host";

export interface Selection {
  readonly span: SpanIndex;
  readonly by: SelectionSource;
}

export class ViewState {
  readonly content = new Cell<PanelContent | undefined>(undefined);
  readonly trace = new Cell<LoadedTrace | undefined>(undefined);
  readonly selection = new Cell<Selection | undefined>(undefined);
  /** The id of the selected span, once its detail has been read: what a reload finds it again by. */
  readonly selectedSpanId = new Cell<string | undefined>(undefined);
  readonly hovered = new Cell<SpanIndex | undefined>(undefined);
  readonly viewport = new Cell<Viewport>({ startNs: 0, endNs: 1 });
  readonly folded = new Cell<ReadonlySet<SpanIndex>>(new Set());
  /** What the find box found, in order; `undefined` while nothing is sought. */
  readonly matches = new Cell<readonly SpanIndex[] | undefined>(undefined);
  /** The pane in front where the panel is too narrow for all. */
  readonly pane = new Cell<Pane>("timeline");
  readonly detailView = new Cell<DetailView>("overview");
  readonly graphMode = new Cell<GraphMode>("aggregated");
  readonly settings = new Cell<TimelineSettings>({ queueWait: true });

  /** What is selected comes to the front in the detail, again too when it was selected before. */
  select(span: SpanIndex, by: SelectionSource): void {
    this.detailView.set("span");
    const before = this.selection.value;
    if (before?.span === span && before.by === by) return;
    this.selection.set({ span, by });
  }

  /** Opens every folded ancestor, so that the span has a row. */
  unfoldTo(span: SpanIndex): void {
    const trace = this.trace.value;
    if (trace === undefined) return;
    const folded = new Set(this.folded.value);
    for (let above = trace.columns.parent[span] ?? -1; above >= 0;) {
      folded.delete(above);
      above = trace.columns.parent[above] ?? -1;
    }
    if (folded.size !== this.folded.value.size) this.folded.set(folded);
  }

  fullViewport(): Viewport {
    const trace = this.trace.value;
    if (trace === undefined) return { startNs: 0, endNs: 1 };
    // A trace of no length still needs an axis.
    return { startNs: trace.startNs, endNs: Math.max(trace.endNs, trace.startNs + 1_000) };
  }
}

/** Derives everything that the views share, in one place. */
export function loadTrace(summary: TraceSummary, columns: TraceColumns): LoadedTrace {
  const tree = buildTree(columns);
  const endNs = getTraceEndNs(columns);
  return {
    summary,
    columns,
    tree,
    startNs: getTraceStartNs(columns),
    endNs,
    selfNs: buildSelfTimes(columns, tree, endNs),
    slots: buildPaletteSlots(columns),
  };
}

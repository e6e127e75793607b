/**
 * Follows what the host shows: asks for the columns of each new revision, keeps the user's place in a trace that grew,
 * and keeps that place over a reload. Knows no DOM; what a frame is it is told.
 */

import { listGroupsToOpen } from "../../src/analysis/siblingGroups.ts";
import { changeTogether } from "../../src/base/cell.ts";
import type { IndexArray } from "../../src/base/indexArray.ts";
import { Latest } from "../../src/base/latest.ts";
import { NO_SPAN } from "../../src/model/span.ts";
import type { SpanIndex, TraceColumns } from "../../src/model/trace.ts";
import { NS_PER_MS } from "../../src/model/units.ts";
import { widenColumns } from "../../src/model/narrowColumns.ts";
import type {
  PanelContent,
  PersistedView,
  TraceAnswer,
  TraceSummary,
} from "../../src/protocol/traceView.ts";
import type { Host } from "./host.ts";
import {
  firstShares,
  isSameViewport,
  loadTrace,
  toSpanSet,
  type Anchor,
  type CameraPlace,
  type LoadedTrace,
  type Pane,
  type Viewport,
  type ViewState,
} from "./state.ts";

const PANES: readonly string[] = ["timeline", "graph", "detail"] satisfies Pane[];
/** The editor keeps what a page gives it in memory; folds beyond this are forgotten. */
const MOST_KEPT = 500;

export class ViewSession {
  readonly #state: ViewState;
  readonly #host: Host;
  /** Resolves when the browser has painted what the state is now. */
  readonly #afterPaint: () => Promise<void>;
  /** Loads what the first picture does not need. */
  readonly #afterFirst: () => Promise<unknown>;
  readonly #latest = new Latest();
  /** The place of the last session, until the first trace has taken it. */
  #restored: PersistedView | undefined;
  #askedRevision: number | undefined;
  #newest: TraceSummary | undefined;

  constructor(
    state: ViewState,
    host: Host,
    afterPaint: () => Promise<void>,
    afterFirst: () => Promise<unknown>,
  ) {
    this.#state = state;
    this.#host = host;
    this.#afterPaint = afterPaint;
    this.#afterFirst = afterFirst;
    this.#restored = host.getPersisted();
  }

  /** Resolves when what is shown has been painted. `given`: its columns, where they came along. */
  async show(content: PanelContent, given?: TraceAnswer): Promise<void> {
    if (content.kind !== "trace") {
      this.#askedRevision = undefined;
      this.#latest.dispose();
      this.#state.content.set(content);
      return;
    }
    const { summary } = content;
    this.#newest = summary;
    if (this.#askedRevision === summary.revision) {
      // The same columns, but stores may have answered meanwhile.
      const current = this.#state.trace.value;
      if (current?.summary.revision === summary.revision) {
        this.#state.trace.set({ ...current, summary });
      }
      return;
    }
    this.#askedRevision = summary.revision;
    const askedAtMs = performance.now();
    const held = this.#state.trace.value?.summary;
    const answer = await this.#latest.run(
      async () =>
        given ??
        this.#host.remote.trace(held?.traceId === summary.traceId ? held.revision : undefined),
    );
    if (answer === undefined) return;
    const { moved } = answer;
    // While the columns were on their way a store may have answered.
    const newest = this.#newest.revision === summary.revision ? this.#newest : summary;
    const columns = widenColumns(answer.columns);
    const next = loadTrace(newest, columns, this.#state.isSkewCorrected.value);
    const before = this.#state.trace.value;
    if (before !== undefined && moved !== undefined) {
      this.#state.changeByItself(() => this.#grow(before, next, moved));
    } else await this.#start(next);
    this.#state.content.set(content);
    await this.#afterPaint();
    const announced = this.#host.remote.painted(summary.revision, performance.now() - askedAtMs);
    await Promise.all([announced, this.#afterFirst()]);
  }

  /** A trace that was not shown yet: everything is in view, or what was in view before a reload. */
  async #start(next: LoadedTrace): Promise<void> {
    const state = this.#state;
    const restored = this.#restored?.traceId === next.summary.traceId ? this.#restored : undefined;
    this.#restored = undefined;
    const placed = restored === undefined ? undefined : await this.#findPlaced(restored);
    changeTogether(() => {
      if (restored !== undefined) this.#restoreLayout(restored);
      state.trace.set(
        restored?.isSkewCorrected === true ? loadTrace(next.summary, next.uncorrected, true) : next,
      );
      state.hovered.set(undefined);
      state.matches.set(undefined);
      state.filter.set({});
      state.folded.set(placed?.folded ?? toSpanSet());
      state.openGroups.set(placed?.openGroups ?? toSpanSet());
      state.flameRoot.set(placed?.flameRoot);
      state.camera.set(readCamera(restored));
      state.viewport.set(readViewport(restored) ?? state.fullViewport());
      if (restored?.graphMode !== undefined) state.graphMode.set(restored.graphMode);
      state.selectedSpanId.set(undefined);
      state.selection.set(undefined);
      state.detailView.set("overview");
      state.anchor.set(undefined);
      selectFocus(state, next.summary);
    });
    // The rows are there now.
    if (placed?.anchor !== undefined) state.anchor.set(placed.anchor);
  }

  /** Where the spans of the last session are; those that are gone are left out. */
  async #findPlaced(view: PersistedView): Promise<{
    readonly folded: ReadonlySet<SpanIndex>;
    readonly openGroups: ReadonlySet<SpanIndex>;
    readonly anchor: Anchor | undefined;
    readonly flameRoot: SpanIndex | undefined;
  }> {
    const isText = (id: unknown): id is string => typeof id === "string";
    const { anchor, flameRoot } = view;
    const folded = (view.folded ?? []).filter(isText);
    const open = (view.openGroups ?? []).filter(isText);
    const ids = [anchor?.spanId ?? "", flameRoot ?? "", ...folded, ...open];
    const isAny = ids.some(id => id !== "");
    const spans = isAny ? await this.#host.remote.findSpanIds(ids) : [];
    const [first = NO_SPAN, root = NO_SPAN, ...others] = spans;
    const listFound = (from: number, to: number): ReadonlySet<SpanIndex> =>
      toSpanSet(others.slice(from, to).filter(span => span >= 0));
    return {
      flameRoot: root < 0 ? undefined : root,
      folded: listFound(0, folded.length),
      openGroups: listFound(folded.length, others.length),
      anchor:
        anchor === undefined || first < 0
          ? undefined
          : { span: first, yPx: anchor.yPx, by: "session" },
    };
  }

  /** Restores a layout; what another version of the extension kept may have any shape. */
  #restoreLayout(view: PersistedView): void {
    const { pane, shares, nameShare, closed, isSkewCorrected, timelineView, flameMode } = view;
    const state = this.#state;
    if (pane !== undefined && PANES.includes(pane)) state.pane.set(pane as Pane);
    if (isShare(shares?.left) && isShare(shares.graph)) state.shares.set(shares);
    if (isShare(nameShare)) state.nameShare.set(nameShare);
    const closedPanes: readonly unknown[] = Array.isArray(closed) ? closed : [];
    const shut = PANES.filter(pane => closedPanes.includes(pane));
    if (shut.length < PANES.length) state.closed.set(new Set(shut as Pane[]));
    state.isSkewCorrected.set(isSkewCorrected === true);
    state.areAlikeGrouped.set(view.isUngrouped !== true);
    const isKnown = timelineView === "table" || timelineView === "flame";
    state.timelineView.set(isKnown ? timelineView : "bars");
    state.flameMode.set(flameMode === "paths" ? "paths" : "time");
  }

  /** The same trace with more in it: the spans have moved, the user's eyes have not. */
  #grow(before: LoadedTrace, next: LoadedTrace, moved: IndexArray<SpanIndex>): void {
    const state = this.#state;
    const viewport = state.viewport.value;
    const wasWhole = isSameViewport(viewport, state.fullViewport());
    const selected = state.selection.value;
    const anchor = state.anchor.value;
    const { under, chosen } = state.filter.value;
    const find = (span: SpanIndex | undefined): SpanIndex | undefined => {
      const now = span === undefined ? NO_SPAN : (moved[span] ?? NO_SPAN);
      return now < 0 ? undefined : now;
    };
    const findAll = (spans: Iterable<SpanIndex>): SpanIndex[] =>
      [...spans].flatMap(span => find(span) ?? []);
    const span = find(selected?.span);
    // Calls that have become many must not hide the one that is read.
    const around = span === undefined ? [] : listGroupsToOpen(span, next.columns, next.groups);
    const shiftNs = getShiftNs(before.columns, next.columns);
    const shifted = { startNs: viewport.startNs - shiftNs, endNs: viewport.endNs - shiftNs };
    changeTogether(() => {
      state.trace.set(next);
      if (under !== undefined || chosen !== undefined) {
        state.filterBy({
          under: find(under),
          chosen: chosen && { ...chosen, spans: findAll(chosen.spans) },
        });
      }
      state.folded.set(toSpanSet(findAll(state.folded.value)));
      state.matches.set(state.matches.value && findAll(state.matches.value).sort((a, b) => a - b));
      state.hovered.set(find(state.hovered.value));
      state.flameRoot.set(find(state.flameRoot.value));
      state.viewport.set(state.getKeptUp(shifted, wasWhole));
      state.openGroups.set(toSpanSet([...findAll(state.openGroups.value), ...around]));
      if (span !== undefined) state.selection.set({ span, by: "growth" });
      else if (selected !== undefined) {
        state.selection.set(undefined);
        state.detailView.set("overview");
      }
    });
    const row = find(anchor?.span);
    // The rows are there now.
    state.anchor.set(
      anchor && row !== undefined ? { span: row, yPx: anchor.yPx, by: "session" } : undefined,
    );
  }

  /**
   * Returns the place that is kept over a reload; of a trace that is not there yet, or was not found, what was asked
   * for.
   */
  async getPlace(): Promise<PersistedView | undefined> {
    const state = this.#state;
    const { content, trace, viewport, selectedSpanId, nameShare, camera } = state;
    if (content.value !== undefined && content.value.kind !== "trace") {
      const { id } = content.value;
      // A page that is back before its trace is must not forget the place in it.
      return this.#restored?.traceId === id ? this.#restored : { version: 1, traceId: id };
    }
    if (trace.value === undefined) return undefined;
    const isWhole = isSameViewport(viewport.value, state.fullViewport());
    const anchor = state.anchor.value;
    const timelineView = state.timelineView.value;
    // Before the ids are asked for: what is kept is of one moment.
    const place: PersistedView = {
      version: 1,
      traceId: trace.value.summary.traceId,
      ...(selectedSpanId.value !== undefined && { spanId: selectedSpanId.value }),
      ...(!isWhole && { viewport: viewport.value }),
      pane: state.pane.value,
      graphMode: state.graphMode.value,
      ...(camera.value !== undefined && { camera: camera.value }),
      ...(state.shares.value !== firstShares && { shares: state.shares.value }),
      ...(nameShare.value !== undefined && { nameShare: nameShare.value }),
      ...(state.closed.value.size > 0 && { closed: [...state.closed.value] }),
      ...(state.isSkewCorrected.value && { isSkewCorrected: true }),
      ...(!state.areAlikeGrouped.value && { isUngrouped: true }),
      ...(timelineView !== "bars" && { timelineView }),
      ...(state.flameMode.value === "paths" && { flameMode: "paths" as const }),
    };
    const root = state.flameRoot.value;
    const marked = [anchor?.span, root].filter(span => span !== undefined);
    const foldedSpans = [...state.folded.value].slice(0, MOST_KEPT);
    const open = [...state.openGroups.value].slice(0, MOST_KEPT);
    const spans = [...marked, ...foldedSpans, ...open];
    if (spans.length === 0) return place;
    const ids = await this.#host.remote.spanIds(spans);
    const folded = ids.slice(marked.length, marked.length + foldedSpans.length);
    const openGroups = ids.slice(marked.length + foldedSpans.length);
    const flameRoot = root === undefined ? undefined : ids[marked.length - 1];
    const first = ids[0];
    return {
      ...place,
      ...(anchor !== undefined &&
        first !== undefined && { anchor: { spanId: first, yPx: anchor.yPx } }),
      ...(flameRoot !== undefined && { flameRoot }),
      ...(folded.length > 0 && { folded }),
      ...(openGroups.length > 0 && { openGroups }),
    };
  }
}

function selectFocus(state: ViewState, summary: TraceSummary): void {
  if (summary.focus === undefined) return;
  state.goTo(summary.focus, "host");
}

/** Restores a layout; what another version of the extension kept may have any shape. */
function readViewport(view: PersistedView | undefined): Viewport | undefined {
  const { startNs, endNs } = view?.viewport ?? { startNs: Number.NaN, endNs: Number.NaN };
  return startNs < endNs ? { startNs, endNs } : undefined;
}

function readCamera({ camera }: Partial<PersistedView> = {}): CameraPlace | undefined {
  const { x, y, scale } = camera ?? { x: Number.NaN, y: Number.NaN, scale: Number.NaN };
  return Number.isFinite(x + y + scale) && scale > 0 ? { x, y, scale } : undefined;
}

function isShare(share: number | undefined): share is number {
  return typeof share === "number" && share > 0 && share < 1;
}

/**
 * Returns the nanoseconds to add to a time of `after` to make it a time of `before`: an earlier span may have moved the
 * origin.
 */
function getShiftNs(before: TraceColumns, after: TraceColumns): number {
  return (after.originUnixMs - before.originUnixMs) * NS_PER_MS;
}

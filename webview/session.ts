/**
 * Follows what the host shows: asks for the columns of each new revision, keeps the user's place in a trace that grew,
 * and keeps that place over a reload. Knows no DOM; what a frame is it is told.
 */

import { Latest } from "../src/base/latest.ts";
import type { PanelContent, PersistedView, TraceSummary } from "../src/protocol/traceView.ts";
import { carryOver, getShiftNs } from "./carryOver.ts";
import type { Host } from "./host.ts";
import { loadTrace, type LoadedTrace, type Pane, type Viewport, type ViewState } from "./state.ts";

const PANES: readonly string[] = ["timeline", "graph", "detail"] satisfies Pane[];

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
  #wanted: number | undefined;

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

  /** Resolves when what is shown has been painted. */
  async show(content: PanelContent): Promise<void> {
    if (content.kind !== "trace") {
      this.#wanted = undefined;
      this.#latest.dispose();
      this.#state.content.set(content);
      return;
    }
    const { summary } = content;
    if (this.#wanted === summary.revision) {
      // The same columns, but stores may have answered meanwhile.
      const shown = this.#state.trace.value;
      if (shown?.summary.revision === summary.revision) {
        this.#state.trace.set({ ...shown, summary });
      }
      return;
    }
    this.#wanted = summary.revision;
    const askedAtMs = performance.now();
    const columns = await this.#latest.run(() => this.#host.remote.trace());
    if (columns === undefined) return;
    this.#adopt(loadTrace(summary, columns));
    this.#state.content.set(content);
    await this.#afterPaint();
    await this.#host.remote.painted(summary.revision, performance.now() - askedAtMs);
    await this.#afterFirst();
  }

  #adopt(next: LoadedTrace): void {
    const before = this.#state.trace.value;
    if (before?.columns.traceId === next.columns.traceId) {
      this.#grow(before, next);
    } else {
      this.#start(next);
    }
  }

  /** A trace that was not shown yet: everything is in view, or what was in view before a reload. */
  #start(next: LoadedTrace): void {
    const state = this.#state;
    const restored = this.#restored?.traceId === next.summary.traceId ? this.#restored : undefined;
    this.#restored = undefined;
    state.selection.set(undefined);
    state.selectedSpanId.set(undefined);
    state.detailView.set("overview");
    state.hovered.set(undefined);
    state.matches.set(undefined);
    state.folded.set(new Set());
    state.trace.set(next);
    state.viewport.set(readViewport(restored) ?? state.fullViewport());
    if (restored?.pane !== undefined && PANES.includes(restored.pane)) {
      state.pane.set(restored.pane as Pane);
    }
    if (restored?.graphMode !== undefined) state.graphMode.set(restored.graphMode);
    selectFocus(state, next.summary);
  }

  /** The same trace with more in it: the spans have moved, the user's eyes have not. */
  #grow(before: LoadedTrace, next: LoadedTrace): void {
    const state = this.#state;
    const seen = state.viewport.value;
    const wasWhole = isSame(seen, state.fullViewport());
    const selected = state.selection.value;
    const folded = state.folded.value;
    const found = carryOver(before.columns, next.columns, [
      ...folded,
      ...(selected === undefined ? [] : [selected.span]),
    ]);
    // Indices into the old columns must not meet the new ones.
    state.hovered.set(undefined);
    state.matches.set(undefined);
    state.selection.set(undefined);
    state.folded.set(new Set());
    state.trace.set(next);
    state.folded.set(new Set([...folded].flatMap(span => found.get(span) ?? [])));
    const shiftNs = getShiftNs(before.columns, next.columns);
    state.viewport.set(
      wasWhole
        ? state.fullViewport()
        : { startNs: seen.startNs - shiftNs, endNs: seen.endNs - shiftNs },
    );
    const span = selected === undefined ? undefined : found.get(selected.span);
    const { value: detailView } = state.detailView;
    // As the timeline's own: it then neither unfolds nor centres what the user has placed.
    if (span !== undefined) state.select(span, "timeline");
    state.detailView.set(span === undefined ? "overview" : detailView);
  }

  /** What is kept over a reload; of a trace that is not there yet, or was not found, what was asked for. */
  getPlace(): PersistedView | undefined {
    const { content, trace, viewport, pane, graphMode, selectedSpanId } = this.#state;
    if (content.value !== undefined && content.value.kind !== "trace") {
      const { id } = content.value;
      // A page that is back before its trace is must not forget the place in it.
      return this.#restored?.traceId === id ? this.#restored : { version: 1, traceId: id };
    }
    if (trace.value === undefined) return undefined;
    const isWhole = isSame(viewport.value, this.#state.fullViewport());
    return {
      version: 1,
      traceId: trace.value.summary.traceId,
      ...(selectedSpanId.value !== undefined && { spanId: selectedSpanId.value }),
      ...(!isWhole && { viewport: viewport.value }),
      pane: pane.value,
      graphMode: graphMode.value,
    };
  }
}

function selectFocus(state: ViewState, summary: TraceSummary): void {
  if (summary.focus === undefined) return;
  state.unfoldTo(summary.focus);
  state.select(summary.focus, "host");
}

/** What another version of the extension kept may have any shape. */
function readViewport(view: PersistedView | undefined): Viewport | undefined {
  const { startNs, endNs } = view?.viewport ?? { startNs: Number.NaN, endNs: Number.NaN };
  return startNs < endNs ? { startNs, endNs } : undefined;
}

function isSame(a: Viewport, b: Viewport): boolean {
  return a.startNs === b.startNs && a.endNs === b.endNs;
}

/**
 * The rows on the screen: which there are, where they stand, what is drawn of them and what the screen reader is told.
 * Watches the state and follows it; changes nothing but the window of time that it must to show a span.
 */

import { Owner, toDisposable } from "../../src/base/disposables.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { Anchor, LoadedTrace, Selection, Viewport, ViewState } from "../panel/state.ts";
import { prefersStillness, readTheme, watchTheme, type Theme } from "../kit/theme.ts";
import { describeChange } from "../words/changeText.ts";
import { fitCanvas } from "./fitCanvas.ts";
import { FrameScheduler } from "./frameScheduler.ts";
import { listen } from "./listen.ts";
import { MinimapView } from "./minimapView.ts";
import { Mirror } from "./mirror.ts";
import { Renderer } from "./renderer.ts";
import {
  AXIS_PX,
  BAR_INSET_PX,
  clampNameWidth,
  getIndentPx,
  hitTest,
  layOut,
  ROW_PX,
  ScrollScale,
  scrollToRow,
  type Hit,
  type RowLayout,
} from "./rowLayout.ts";
import { getTimelineData, type SpanEdge, type TimelineData } from "./timelineData.ts";
import { TimelineRows } from "./timelineRows.ts";
import { TimeScale, windowToSee } from "./timeScale.ts";
import type { PixelRange, TimeView } from "./windowGestures.ts";
import { NO_ROW, type RowIndex } from "../../src/analysis/treeSearch.ts";

/** The elements that it draws on and reads sizes from. */
export interface WaterfallElements {
  readonly body: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly minimapCanvas: HTMLCanvasElement;
  /** The focusable tree, which scrolls `spacer`. */
  readonly scroller: HTMLElement;
  readonly spacer: HTMLElement;
}

/** The screen reader's tree follows when scrolling pauses for this long. */
const MIRROR_PAUSE_MS = 80;
/** A longer way than this many screens is not scrolled but jumped. */
const SMOOTH_SCREENS = 3;

export class Waterfall extends Owner implements TimeView {
  readonly #elements: WaterfallElements;
  readonly #state: ViewState;
  readonly #onChange: () => void;
  readonly #ctx: CanvasRenderingContext2D;
  readonly #renderer: Renderer;
  readonly #minimap: MinimapView;
  readonly #mirror: Mirror;
  readonly #frames = this.own(new FrameScheduler(() => this.#draw()));
  #theme: Theme = readTheme();
  #data: TimelineData | undefined;
  #rows: TimelineRows;
  #matched: Uint8Array | undefined;
  #edges: readonly SpanEdge[] = [];
  #layout: RowLayout = layOut(0, 0, undefined, 0);
  /** The height of what is seen of the rows. */
  #viewPx = 0;
  #scroll = new ScrollScale(0, 0);
  /** The rows were scrolled to the selected one, and by no hand since: it stays in sight when the pane gets lower. */
  #isFollowing = false;
  #drawnRange: PixelRange | undefined;
  #mirrorTimer: ReturnType<typeof setTimeout> | undefined;
  #paintedTrace: LoadedTrace | undefined;
  #mustFollow = false;

  /** `onChange` is called after each frame. */
  constructor(
    elements: WaterfallElements,
    ctx: CanvasRenderingContext2D,
    state: ViewState,
    onChange: () => void,
  ) {
    super();
    this.#elements = elements;
    this.#state = state;
    this.#rows = new TimelineRows(undefined, state);
    this.#onChange = onChange;
    this.#ctx = ctx;
    this.#renderer = new Renderer(ctx);
    this.#mirror = new Mirror(elements.scroller, elements.spacer);
    this.#minimap = this.own(
      new MinimapView(
        elements.minimapCanvas,
        () => this.#minimapModel(),
        window => state.viewport.set(window),
      ),
    );
    const { request } = this.#frames;
    this.own(
      watchTheme(theme => {
        this.#theme = theme;
        request();
      }),
    );
    this.own(state.trace.watch(() => this.#takeTrace()));
    for (const cell of [state.folded, state.passing, state.openGroups, state.areAlikeGrouped]) {
      this.own(cell.watch(() => this.#takeRows(this.#getAnchor())));
    }
    for (const cell of [
      ...[state.analysis, state.comparison, state.viewport, state.hovered, state.logs],
      ...[state.settings, state.timelineView],
    ]) {
      this.own(cell.watch(request));
    }
    this.own(state.selection.watch(selection => this.#takeSelection(selection)));
    this.own(state.matches.watch(() => this.#takeMatches()));
    this.own(state.anchor.watch(anchor => this.#takeAnchor(anchor)));
    this.own(state.nameShare.watch(() => this.#resize()));
    this.own(state.clockNs.watch(() => this.#takeClock()));
    this.own(state.isFollowing.watch(() => this.#followSoon()));
    this.own(
      state.marked.watch(() => {
        request();
        this.#mirrorSoon();
      }),
    );
    const resizes = new ResizeObserver(() => {
      const wasHidden = this.#layout.heightPx === 0;
      const isInSight = this.#isFollowing || this.#getAnchor() !== undefined;
      this.#resize();
      // While its tab was behind another nothing could be scrolled; this does nothing while it still is.
      const span = state.selection.value?.span;
      if (span === undefined) return;
      if (wasHidden) this.#scrollTo(span, "centre");
      else if (isInSight) this.#scrollTo(span, "nearest");
    });
    resizes.observe(elements.body);
    this.own(toDisposable(() => resizes.disconnect()));
    for (const event of ["focus", "blur"] as const) {
      this.own(listen(elements.scroller, event, request));
    }
    // What the user does on the rows, scroll bar included: what is set here brings none of these.
    for (const event of ["wheel", "pointerdown"] as const) {
      this.own(
        listen(elements.scroller, event, () => {
          this.#isFollowing = false;
          state.isFollowing.set(false);
        }),
      );
    }
    this.own(
      listen(elements.scroller, "scroll", () => {
        request();
        this.#mirrorSoon();
        this.#tellAnchor();
      }),
    );
    this.own(toDisposable(() => clearTimeout(this.#mirrorTimer)));
    const placed = state.anchor.value;
    this.#takeTrace();
    // What a reload is to bring back was there before the rows were.
    this.#takeAnchor(placed);
  }

  get data(): TimelineData | undefined {
    return this.#data;
  }

  get rows(): TimelineRows {
    return this.#rows;
  }

  get layout(): RowLayout {
    return this.#layout;
  }

  /** How many rows are seen whole. */
  get pageRows(): number {
    return Math.floor(this.#viewPx / ROW_PX);
  }

  get scale(): TimeScale {
    const { nameWidthPx, widthPx } = this.#layout;
    return new TimeScale(
      this.#state.viewport.value,
      nameWidthPx + BAR_INSET_PX,
      widthPx - BAR_INSET_PX,
    );
  }

  /** `undefined`: back to the width that the panel asks for. */
  moveNames(byPx: number | undefined): void {
    const { widthPx, nameWidthPx } = this.#layout;
    const wantedPx = byPx === undefined ? undefined : clampNameWidth(nameWidthPx + byPx, widthPx);
    this.#state.nameShare.set(wantedPx && wantedPx / Math.max(1, widthPx));
  }

  drawRange(range: PixelRange | undefined): void {
    this.#drawnRange = range;
    this.#frames.request();
  }

  setWindow(change: (window: Viewport, full: Viewport) => Viewport): void {
    const before = this.#state.viewport.value;
    const after = change(before, this.#state.fullViewport());
    if (after.startNs !== before.startNs || after.endNs !== before.endNs) {
      this.#state.viewport.set(after);
    }
  }

  /** From the publishing of a task to its end. */
  getExtent(span: SpanIndex): readonly [fromNs: number, toNs: number] {
    const data = this.#data;
    if (data === undefined) return [0, 0];
    const { queuedNs, startNs } = data.trace.columns;
    const hasWait = this.#state.settings.value.queueWait && !Number.isNaN(queuedNs[span]);
    return [hasWait ? queuedNs[span]! : startNs[span]!, data.getEndNs(span)];
  }

  /** Unfolds to the span, brings its row to the middle and its bar into the window. */
  reveal(span: SpanIndex): void {
    if (this.#data === undefined) return;
    this.#state.unfoldTo(span);
    const [fromNs, toNs] = this.getExtent(span);
    this.setWindow((window, full) => windowToSee(window, fromNs, toNs, full));
    this.#scrollTo(span, "centre");
  }

  /** `yPx` counts from the first visible row. */
  hit(xPx: number, yPx: number): Hit | undefined {
    const data = this.#data;
    if (data === undefined || xPx >= this.#layout.widthPx) return undefined;
    const leastDepth = this.#rows.leastDepth(...this.#visibleRows());
    const { depth, maxDepth } = data.trace.tree;
    return hitTest(
      xPx,
      yPx,
      this.#scrollPx,
      this.#layout,
      this.#rows.spans,
      span => getIndentPx(this.#layout, depth[span]!, leastDepth, maxDepth),
      span => this.#rows.groupOf(span) !== undefined || data.hasChildren(span),
      span => this.#rows.openGroupOf(span) !== undefined,
    );
  }

  // What changes in the state.

  #takeTrace(): void {
    const trace = this.#state.trace.value;
    const before = this.#data?.trace;
    // Stores have answered meanwhile; the spans are the same.
    if (before !== undefined && trace?.columns === before.columns && trace.tree === before.tree) {
      return;
    }
    const isSame = trace?.columns.traceId === before?.columns.traceId;
    this.#data = trace && getTimelineData(trace);
    if (!isSame) this.#elements.scroller.scrollTop = 0;
    const { startNs, endNs } = this.#state.viewport.value;
    const full = this.#state.fullViewport();
    // The state begins with a window of one nanosecond: nothing was restored.
    if (endNs - startNs <= 1 || startNs >= full.endNs || endNs <= full.startNs) {
      this.#state.viewport.set(full);
    }
    this.#takeClock();
    this.#takeMatches();
    // The selection is of the new spans and the rows are of the old ones: the session says where the rows stand.
    this.#takeRows(undefined);
    this.#followSoon();
    const selection = this.#state.selection.value;
    if (!isSame && selection !== undefined) this.reveal(selection.span);
  }

  #takeRows(anchor: Pick<Anchor, "span" | "yPx"> | undefined): void {
    this.#rows = new TimelineRows(this.#data, this.#state);
    this.#resize();
    this.#takeEdges();
    if (anchor !== undefined) {
      const topPx = Math.max(0, this.#rows.rowOf(anchor.span) * ROW_PX - anchor.yPx);
      if (topPx !== this.#scrollPx) {
        this.#elements.scroller.scrollTop = this.#scroll.toScrollTop(topPx);
      }
    }
  }

  #takeClock(): void {
    this.#data?.setClock(this.#state.clockNs.value);
    this.#frames.request();
  }

  /** With the next frame: until then others put the rows where they were before the trace grew. */
  #followSoon(): void {
    this.#mustFollow = this.#state.isFollowing.value;
    if (this.#mustFollow) this.#frames.request();
  }

  /** Brings the row of the span that began last into sight. */
  #follow(): void {
    this.#mustFollow = false;
    const newest = this.#data?.findNewest();
    if (newest === undefined || !this.#state.isFollowing.value) return;
    const toPx = scrollToRow(this.#rows.rowOf(newest), this.#scrollPx, this.#viewPx, "nearest");
    if (toPx !== this.#scrollPx) this.#elements.scroller.scrollTop = this.#scroll.toScrollTop(toPx);
  }

  /** The selected row, where it is seen: folding elsewhere does not move it. */
  #getAnchor(): Pick<Anchor, "span" | "yPx"> | undefined {
    const span = this.#state.selection.value?.span;
    if (span === undefined || this.#rows.spans.length === 0) return undefined;
    const yPx = this.#rows.rowOf(span) * ROW_PX - this.#scrollPx;
    return yPx >= 0 && yPx < this.#viewPx ? { span, yPx } : undefined;
  }

  /** Says which row is where, so that it can be put there again when there are other rows. */
  #tellAnchor(): void {
    const span = this.#rows.spans[Math.ceil(this.#scrollPx / ROW_PX)];
    const first = span === undefined || this.#scrollPx === 0 ? undefined : { span, yPx: 0 };
    const row = this.#getAnchor() ?? first;
    this.#state.anchor.set(row && { ...row, by: "timeline" });
  }

  #takeAnchor(anchor: Anchor | undefined): void {
    if (anchor?.by !== "session") return;
    const topPx = Math.max(0, this.#rows.rowOf(anchor.span) * ROW_PX - anchor.yPx);
    this.#elements.scroller.scrollTop = this.#scroll.toScrollTop(topPx);
    this.#frames.request();
  }

  #takeSelection(selection: Selection | undefined): void {
    this.#tellAnchor();
    if (selection?.by === "growth") this.#frames.request();
    else if (selection?.by === "timeline") this.#scrollTo(selection.span, "nearest");
    else if (selection !== undefined) this.reveal(selection.span);
    this.#takeEdges();
    this.#updateMirror();
  }

  #takeEdges(): void {
    const span = this.#state.selection.value?.span;
    const all = span === undefined ? [] : (this.#data?.listEdges(span) ?? []);
    this.#edges = all.filter(({ from, to }) => this.#rows.has(from) && this.#rows.has(to));
    this.#frames.request();
  }

  #takeMatches(): void {
    const matches = this.#state.matches.value;
    this.#matched = undefined;
    if (matches !== undefined) {
      const matched = new Uint8Array(this.#data?.trace.columns.count ?? 0);
      for (const span of matches) matched[span] = 1;
      this.#matched = matched;
    }
    this.#frames.request();
  }

  // Where things are.

  #scrollTo(span: SpanIndex, place: "nearest" | "centre"): void {
    const row = this.#rows.rowOf(span);
    this.#isFollowing = true;
    const toPx = scrollToRow(row, this.#scrollPx, this.#viewPx, place);
    if (toPx === this.#scrollPx) return;
    const isNear = Math.abs(toPx - this.#scrollPx) < SMOOTH_SCREENS * this.#viewPx;
    const isSmooth = place === "centre" && isNear && !prefersStillness();
    this.#elements.scroller.scrollTo({
      top: this.#scroll.toScrollTop(toPx),
      behavior: isSmooth ? "smooth" : "instant",
    });
  }

  get #scrollPx(): number {
    return this.#scroll.toContent(this.#elements.scroller.scrollTop);
  }

  #visibleRows(): readonly [first: RowIndex, end: RowIndex] {
    const first = Math.max(0, Math.floor(this.#scrollPx / ROW_PX)) as RowIndex;
    const end = Math.ceil((this.#scrollPx + this.#viewPx) / ROW_PX);
    return [first, Math.min(this.#rows.spans.length, end) as RowIndex];
  }

  #minimapModel(): ReturnType<ConstructorParameters<typeof MinimapView>[1]> {
    const data = this.#data;
    if (data === undefined) return undefined;
    const selected = this.#state.selection.value?.span;
    return {
      data,
      full: this.#state.fullViewport(),
      window: this.#state.viewport.value,
      showQueueWait: this.#state.settings.value.queueWait,
      markNs: selected === undefined ? undefined : data.trace.columns.startNs[selected],
    };
  }

  /** Reads the sizes from the document. */
  #resize(): void {
    const { body, scroller, spacer } = this.#elements;
    const heightPx = body.clientHeight;
    const maxDepth = this.#data?.trace.tree.maxDepth ?? 0;
    this.#viewPx = Math.max(0, heightPx - AXIS_PX);
    this.#scroll = new ScrollScale(this.#rows.spans.length, this.#viewPx);
    spacer.style.height = `${this.#scroll.spacerPx}px`;
    // Read once the scroll bar of these rows has taken its room, so that nothing is drawn twice.
    const widthPx = scroller.clientWidth;
    this.#layout = layOut(widthPx, heightPx, this.#state.nameShare.value, maxDepth);
    this.#frames.request();
    this.#mirrorSoon();
  }

  // What is shown.

  #draw(): void {
    const { widthPx, heightPx, nameWidthPx } = this.#layout;
    if (widthPx === 0) return;
    if (this.#mustFollow) this.#follow();
    const fullWidthPx = this.#elements.body.clientWidth;
    fitCanvas(this.#ctx, fullWidthPx, heightPx);
    this.#ctx.fillStyle = this.#theme.background;
    this.#ctx.fillRect(0, 0, fullWidthPx, heightPx);
    const data = this.#data;
    // Boxes may cover the rows; the minimap stays.
    if (data !== undefined && this.#state.timelineView.value !== "flame") {
      const state = this.#state;
      const selected = state.selection.value?.span;
      this.#renderer.draw(
        {
          data,
          rows: this.#rows.spans,
          scrollPx: this.#scrollPx,
          layout: this.#layout,
          scale: this.scale,
          folded: state.folded.value,
          selected:
            selected === undefined ? undefined : this.#rows.spans[this.#rows.rowOf(selected)],
          hovered: state.hovered.value,
          logs: state.logs.value,
          marked: state.marked.value,
          groupOf: this.#rows.groupOf,
          openGroupOf: this.#rows.openGroupOf,
          matched: this.#matched,
          passing: state.passing.value,
          critical: state.getAnalysis()?.critical,
          changeOf: this.#listChanges(),
          isFocused: this.#elements.scroller.matches(":focus"),
          showQueueWait: state.settings.value.queueWait,
          edges: this.#edges,
          rowOf: this.#rows.rowOf,
          leastDepth: this.#rows.leastDepth(...this.#visibleRows()),
          drawnRange: this.#drawnRange,
        },
        this.#theme,
      );
    }
    const scrollBarPx = fullWidthPx - widthPx;
    this.#minimap.draw(
      this.#theme,
      fullWidthPx - nameWidthPx,
      BAR_INSET_PX,
      scrollBarPx + BAR_INSET_PX,
    );
    const isNewPicture = data !== undefined && data.trace !== this.#paintedTrace;
    this.#paintedTrace = data?.trace;
    // Behind the first picture much else is loaded and drawn: its rows do not wait for that.
    if (isNewPicture) this.#updateMirror();
    this.#onChange();
  }

  #listChanges(): (span: SpanIndex) => string {
    const result = this.#state.getComparison()?.result;
    if (result === undefined) return () => "";
    return span => {
      const row = result.rows[result.rowOfSpan[span] ?? -1];
      return row?.span === span ? describeChange(row) : "";
    };
  }

  #mirrorSoon(): void {
    clearTimeout(this.#mirrorTimer);
    this.#mirrorTimer = setTimeout(() => this.#updateMirror(), MIRROR_PAUSE_MS);
  }

  #updateMirror(): void {
    clearTimeout(this.#mirrorTimer);
    const data = this.#data;
    if (data === undefined) return;
    const [firstRow, endRow] = this.#visibleRows();
    const selected = this.#state.selection.value?.span;
    this.#mirror.update({
      data,
      rows: this.#rows.spans,
      folded: this.#state.folded.value,
      marked: this.#state.marked.value,
      groupOf: this.#rows.groupOf,
      activeRow: selected === undefined ? NO_ROW : this.#rows.rowOf(selected),
      firstRow,
      lastRow: endRow,
      topOf: row => this.#scroll.toScrollTop(row * ROW_PX),
    });
  }
}

/**
 * The boxes on the screen: which there are, what part of them is seen, what is drawn and what the screen reader is told.
 * Watches the state and follows it.
 */

import { buildCallPaths, type CallPaths } from "../../src/analysis/callGraphPaths.ts";
import {
  gatherFlags,
  layOutByPath,
  layOutByTime,
  sumInOrder,
  type FlameBox,
  type FlameLayout,
} from "../../src/analysis/flame.ts";
import { findFirst } from "../../src/base/binarySearch.ts";
import { Owner, toDisposable } from "../../src/base/disposables.ts";
import { isRunning } from "../../src/analysis/times.ts";
import { SpanStatus } from "../../src/model/span.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { readTheme, watchTheme, type Theme } from "../kit/theme.ts";
import type { LoadedTrace, Selection, Viewport, ViewState } from "../panel/state.ts";
import { fitCanvas } from "../timeline/fitCanvas.ts";
import { FrameScheduler } from "../timeline/frameScheduler.ts";
import { listen } from "../timeline/listen.ts";
import { AXIS_PX } from "../timeline/rowLayout.ts";
import { getTimelineData, type TimelineData } from "../timeline/timelineData.ts";
import { clampWindow, TimeScale, windowToSee } from "../timeline/timeScale.ts";
import type { TimeView } from "../timeline/windowGestures.ts";
import type { FlameFlags, FlameFrame, FlameSums } from "./flameFrame.ts";
import { FlameMirror } from "./flameMirror.ts";
import { FlamePainter, LANE_PX } from "./flamePainter.ts";
import { describeBoxAloud } from "./flameWords.ts";

export interface FlameElements {
  readonly body: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** The focusable tree, which scrolls `spacer`. */
  readonly scroller: HTMLElement;
  readonly spacer: HTMLElement;
}

/** A box may be missed by so much: many are narrower than a pointer is steady. */
const REACH_PX = 2;

export class FlameChart extends Owner implements TimeView {
  readonly #elements: FlameElements;
  readonly #state: ViewState;
  readonly #ctx: CanvasRenderingContext2D;
  readonly #painter: FlamePainter;
  readonly #mirror: FlameMirror;
  readonly #onChange: () => void;
  readonly #frames = this.own(new FrameScheduler(() => this.#draw()));
  #theme: Theme = readTheme();
  #made:
    | {
        readonly trace: LoadedTrace;
        readonly data: TimelineData;
        readonly layout: FlameLayout;
        readonly paths: CallPaths | undefined;
      }
    | undefined;
  #flags: FlameFlags | undefined;
  #sums: FlameSums | undefined;
  /** The box that Escape leads back to, of this trace and mode. */
  #before: (Viewport | undefined)[] = [];
  #drawnRange: FlameFrame["drawnRange"];

  constructor(
    elements: FlameElements,
    ctx: CanvasRenderingContext2D,
    state: ViewState,
    onChange: () => void,
  ) {
    super();
    this.#elements = elements;
    this.#state = state;
    this.#ctx = ctx;
    this.#onChange = onChange;
    this.#painter = new FlamePainter(ctx);
    this.#mirror = this.own(new FlameMirror(elements.scroller, elements.spacer));
    const { request } = this.#frames;
    this.own(
      watchTheme(theme => {
        this.#theme = theme;
        request();
      }),
    );
    for (const cell of [state.trace, state.flameMode]) {
      this.own(cell.watch(() => this.#takeTrace()));
    }
    for (const cell of [state.passing, state.matches, state.analysis]) {
      this.own(cell.watch(() => this.#takeFlags()));
    }
    this.own(state.clockNs.watch(() => this.#takeClock()));
    for (const cell of [state.viewport, state.flameRoot, state.hovered]) {
      this.own(cell.watch(request));
    }
    this.own(state.selection.watch(selection => this.#takeSelection(selection)));
    const resizes = new ResizeObserver(() => {
      request();
      // The lane of the selection could not be scrolled to before there was a height.
      this.#takeSelection(state.selection.value);
    });
    resizes.observe(elements.body);
    this.own(toDisposable(() => resizes.disconnect()));
    for (const event of ["focus", "blur", "scroll"] as const) {
      this.own(listen(elements.scroller, event, request));
    }
    this.#takeTrace();
  }

  get data(): TimelineData | undefined {
    return this.#made?.data;
  }

  get layout(): FlameLayout | undefined {
    return this.#made?.layout;
  }

  /** The paths that the boxes stand for; `undefined` over time. */
  get paths(): CallPaths | undefined {
    return this.#made?.paths;
  }

  get selected(): FlameBox | undefined {
    const span = this.#state.selection.value?.span;
    return span === undefined ? undefined : this.layout?.boxOfSpan[span];
  }

  get isZoomed(): boolean {
    const { startNs, endNs } = this.#window;
    const full = this.#full;
    return startNs !== full.startNs || endNs !== full.endNs;
  }

  get scale(): TimeScale {
    return new TimeScale(this.#window, 0, this.#elements.scroller.clientWidth);
  }

  drawRange(range: FlameFrame["drawnRange"]): void {
    this.#drawnRange = range;
    this.#frames.request();
  }

  setWindow(change: (window: Viewport, full: Viewport) => Viewport): void {
    if (this.layout?.mode === "time") {
      this.#state.viewport.set(change(this.#state.viewport.value, this.#full));
    }
  }

  zoomTo(box: FlameBox): void {
    const { layout } = this;
    if (layout === undefined) return;
    const before = this.isZoomed ? this.#window : undefined;
    if (layout.mode === "paths") this.#state.flameRoot.set(layout.spanOf[box]);
    else {
      const window = { startNs: layout.from[box]!, endNs: layout.to[box]! };
      this.#state.viewport.set(clampWindow(window, this.#full));
    }
    const { startNs, endNs } = this.#window;
    const was = before ?? this.#full;
    if (startNs !== was.startNs || endNs !== was.endNs) this.#before.push(before);
  }

  back(): void {
    const before = this.#before.pop();
    if (this.layout?.mode === "time") this.#state.viewport.set(before ?? this.#full);
    else this.#state.flameRoot.set(before === undefined ? undefined : this.#findRoot(before));
  }

  /** To the whole. */
  fit(): void {
    this.#before = [];
    this.back();
  }

  /** `yPx` counts from the first visible lane. */
  hit(xPx: number, yPx: number): FlameBox | undefined {
    const { layout, scale } = this;
    const { scrollTop } = this.#elements.scroller;
    const lane = Math.floor((yPx + scrollTop) / LANE_PX);
    if (layout === undefined || yPx < 0 || lane >= layout.laneCount) return undefined;
    const { order, laneStart, from, to } = layout;
    const start = laneStart[lane]!;
    const count = laneStart[lane + 1]! - start;
    const leastNs = scale.toNs(xPx);
    const at = findFirst(count, i => to[order[start + i]!]! >= leastNs);
    const near = [at, at - 1].filter(i => i >= 0 && i < count).map(i => order[start + i]!);
    const distance = (box: FlameBox): number =>
      Math.max(0, scale.toPx(from[box]!) - xPx, xPx - scale.toPx(to[box]!));
    near.sort((a, b) => distance(a) - distance(b));
    const [box] = near;
    return box !== undefined && distance(box) <= REACH_PX ? box : undefined;
  }

  // What changes in the state.

  #takeTrace(): void {
    const trace = this.#state.trace.value;
    const mode = this.#state.flameMode.value;
    const before = this.#made;
    if (trace === undefined) {
      this.#before = [];
      this.#made = undefined;
      return;
    }
    const data = getTimelineData(trace);
    const { columns, selfNs, startNs, endNs } = trace;
    const isOtherMode = before !== undefined && before.layout.mode !== mode;
    if (before?.trace.columns === columns && !isOtherMode) {
      // Other stores have answered; the boxes stand, and the way back to them.
      this.#made = { ...before, trace, data };
      this.#frames.request();
      return;
    }
    this.#before = [];
    const isSame = before?.trace.columns.traceId === columns.traceId;
    const paths =
      mode === "paths" ? buildCallPaths(columns, selfNs, endNs, "aggregated") : undefined;
    const layout =
      paths === undefined ? layOutByTime(columns, startNs, endNs) : layOutByPath(columns, paths);
    this.#made = { trace, data, layout, paths };
    this.#takeClock();
    this.#elements.spacer.style.height = `${layout.laneCount * LANE_PX}px`;
    if (!isSame) this.#elements.scroller.scrollTop = 0;
    this.#takeFlags();
    if (!isSame || isOtherMode) this.#takeSelection(this.#state.selection.value);
  }

  /** A running box is the last of its lane, so it may become longer without a new layout. */
  #takeClock(): void {
    const { layout, data } = this.#made ?? {};
    if (layout?.mode !== "time" || data === undefined) return;
    const { columns } = data.trace;
    data.setClock(this.#state.clockNs.value);
    layout.spanOf.forEach((span, box) => {
      if (isRunning(columns, span)) layout.to[box] = data.getEndNs(span);
    });
    this.#frames.request();
  }

  #takeFlags(): void {
    const made = this.#made;
    if (made === undefined) return;
    const { layout, trace } = made;
    const { passing, matches } = this.#state;
    const { count, status } = trace.columns;
    let lit: Uint8Array | undefined = passing.value?.length === count ? passing.value : undefined;
    if (matches.value !== undefined) {
      const found = new Uint8Array(count);
      for (const span of matches.value) found[span] = lit?.[span] ?? 1;
      lit = found;
    }
    const failed = Uint8Array.from(status, each => (each === SpanStatus.error ? 1 : 0));
    const critical = this.#state.getAnalysis()?.isCritical;
    const flags: FlameFlags = {
      failed: gatherFlags(layout, failed),
      lit: lit && gatherFlags(layout, lit),
      critical: critical && gatherFlags(layout, critical),
    };
    this.#flags = flags;
    this.#sums = {
      failed: sumInOrder(layout, flags.failed),
      lit: flags.lit && sumInOrder(layout, flags.lit),
    };
    this.#frames.request();
  }

  #takeSelection(selection: Selection | undefined): void {
    this.#frames.request();
    const { layout, selected: box } = this;
    if (selection === undefined || selection.by === "growth") return;
    if (layout === undefined || box === undefined) return;
    const { scroller } = this.#elements;
    const top = layout.lane[box]! * LANE_PX;
    const roomPx = scroller.clientHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + LANE_PX > scroller.scrollTop + roomPx) {
      scroller.scrollTop = top + LANE_PX - roomPx;
    }
    const window = this.#window;
    const [from, to] = [layout.from[box]!, layout.to[box]!];
    if (layout.mode === "time") {
      this.#state.viewport.set(windowToSee(window, from, to, this.#full));
    } else if (to < window.startNs || from > window.endNs) {
      this.#state.flameRoot.set(undefined);
    }
  }

  // Where things are.

  get #full(): Viewport {
    const { layout } = this;
    if (layout?.mode !== "paths") return this.#state.fullViewport();
    return { startNs: 0, endNs: Math.max(1, layout.endNs) };
  }

  get #window(): Viewport {
    const { layout } = this;
    if (layout?.mode !== "paths") return this.#state.viewport.value;
    const root = layout.boxOfSpan[this.#state.flameRoot.value ?? -1];
    if (root === undefined) return this.#full;
    const [startNs, endNs] = [layout.from[root]!, layout.to[root]!];
    // A path without any time would leave nothing to see.
    return endNs > startNs ? { startNs, endNs } : this.#full;
  }

  /** The outermost path that stands exactly there. */
  #findRoot({ startNs, endNs }: Viewport): SpanIndex | undefined {
    const { from, to, spanOf } = this.layout!;
    const box = from.findIndex((ns, i) => ns === startNs && to[i] === endNs);
    return spanOf[box];
  }

  #draw(): void {
    const { body, scroller } = this.#elements;
    const { clientWidth: widthPx, scrollTop: scrollPx } = scroller;
    const [fullWidthPx, heightPx] = [body.clientWidth, body.clientHeight];
    const made = this.#made;
    if (widthPx === 0 || made === undefined || !this.#flags || !this.#sums) return;
    fitCanvas(this.#ctx, fullWidthPx, heightPx);
    this.#ctx.fillStyle = this.#theme.background;
    this.#ctx.fillRect(0, 0, fullWidthPx, heightPx);
    const { layout, data, paths, trace } = made;
    const state = this.#state;
    const readable = this.#painter.draw(
      {
        data,
        layout,
        flags: this.#flags,
        sums: this.#sums,
        scale: this.scale,
        zeroNs: layout.mode === "time" ? trace.startNs : 0,
        widthPx,
        heightPx,
        scrollPx,
        selected: this.selected,
        hovered: layout.boxOfSpan[state.hovered.value ?? -1],
        isFocused: scroller.matches(":focus"),
        critical: state.getAnalysis()?.critical,
        drawnRange: this.#drawnRange,
      },
      this.#theme,
    );
    this.#mirror.updateSoon({
      readable,
      layout,
      selected: this.selected,
      describe: box => describeBoxAloud(data, layout, paths, box),
      depthOf: box => (layout.mode === "time" ? trace.tree.depth[box]! : layout.lane[box]!),
    });
    this.#onChange();
  }

  /** The height of the axis, above which no lane is. */
  get topPx(): number {
    return AXIS_PX;
  }
}

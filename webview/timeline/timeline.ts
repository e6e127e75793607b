/**
 * `<traceside-timeline>`: the waterfall of a trace. Holds the parts together: watches the state's cells, draws through
 * one scheduler, turns keys and gestures into changes of state. What a frame looks like is renderer.ts's, where time
 * becomes pixels timeScale.ts's.
 */

import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { createRef, ref, type Ref } from "lit/directives/ref.js";

import { findError, findNext, findRow, listParents } from "../../src/analysis/treeSearch.ts";
import { buildRows } from "../../src/analysis/tree.ts";
import { findFirst } from "../../src/base/binarySearch.ts";
import { Owner, toDisposable } from "../../src/base/disposables.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { Host } from "../host.ts";
import type { LoadedTrace, Selection, Viewport, ViewState } from "../state.ts";
import { prefersStillness, readTheme, watchTheme, type Theme } from "../theme.ts";
import { t } from "../words.ts";
import "./divider.ts";
import "./findBox.ts";
import "./toolbar.ts";
import type { TimelineDivider } from "./divider.ts";
import type { TimelineFind } from "./findBox.ts";
import { Finder } from "./finder.ts";
import { FrameScheduler } from "./frameScheduler.ts";
import { RangeGesture, RowGestures } from "./gestures.ts";
import { readKey, type TreeAction } from "./keyboard.ts";
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
import { timelineStyles } from "./styles.ts";
import { TimelineData, type SpanEdge } from "./timelineData.ts";
import { panWindow, TimeScale, windowAround, windowToSee, zoomWindow } from "./timeScale.ts";
import type { TimelineToolbar, ToolbarCommand } from "./toolbar.ts";
import { Tooltip } from "./tooltip.ts";

/** Names get this share of the width until the divider is moved. */
const NAME_SHARE = 0.32;
const MINIMAP_PX = 48;
/** The screen reader's tree follows when scrolling pauses for this long. */
const MIRROR_PAUSE_MS = 80;
/** A longer way than this many screens is not scrolled but jumped. */
const SMOOTH_SCREENS = 3;

export class Timeline extends LitElement {
  static override styles = timelineStyles;
  static override properties = { state: { attribute: false }, host: { attribute: false } };
  declare state: ViewState;
  declare host: Host;

  readonly #canvas: Ref<HTMLCanvasElement> = createRef();
  readonly #minimapCanvas: Ref<HTMLCanvasElement> = createRef();
  readonly #body: Ref<HTMLElement> = createRef();
  readonly #axis: Ref<HTMLElement> = createRef();
  readonly #scroller: Ref<HTMLElement> = createRef();
  readonly #spacer: Ref<HTMLElement> = createRef();
  readonly #tooltipElement: Ref<HTMLElement> = createRef();
  readonly #countElement: Ref<HTMLElement> = createRef();
  readonly #divider: Ref<TimelineDivider> = createRef();
  readonly #find: Ref<TimelineFind> = createRef();
  readonly #toolbar: Ref<TimelineToolbar> = createRef();

  #owner = new Owner();
  #parts:
    | {
        readonly ctx: CanvasRenderingContext2D;
        readonly renderer: Renderer;
        readonly minimap: MinimapView;
        readonly mirror: Mirror;
        readonly tooltip: Tooltip;
        readonly finder: Finder;
      }
    | undefined;
  readonly #frames = new FrameScheduler(() => this.#draw());
  #theme: Theme | undefined;
  #data: TimelineData | undefined;
  #rows: Int32Array = new Int32Array(0);
  #matched: Uint8Array | undefined;
  #edges: readonly SpanEdge[] = [];
  #layout: RowLayout = layOut(0, 0, NAME_SHARE, 0);
  #scroll = new ScrollScale(0, 0);
  #nameShare = NAME_SHARE;
  #mirrorTimer: ReturnType<typeof setTimeout> | undefined;
  #drawnRange: { readonly fromPx: number; readonly toPx: number } | undefined;
  #paintedTrace: LoadedTrace | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#owner.dispose();
    this.#parts = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Moved within the document: the elements are there already, and nothing is rendered anew.
    if (this.hasUpdated) this.#connect();
  }

  protected override firstUpdated(): void {
    this.#connect();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("state") && changed.get("state") !== undefined) this.#connect();
  }

  protected override render(): TemplateResult {
    return html`
      <div class="strip">
        <traceside-timeline-toolbar ${ref(this.#toolbar)}></traceside-timeline-toolbar>
        <canvas
          class="minimap"
          role="img"
          aria-label=${t("The whole trace; drag to choose a range, double-click to show all")}
          ${ref(this.#minimapCanvas)}
        ></canvas>
      </div>
      <div class="body" ${ref(this.#body)}>
        <canvas class="rows" aria-hidden="true" ${ref(this.#canvas)}></canvas>
        <div class="count" ${ref(this.#countElement)}></div>
        <div class="axis" ${ref(this.#axis)}></div>
        <div
          class="scroller"
          role="tree"
          tabindex="0"
          aria-label=${t("Spans")}
          ${ref(this.#scroller)}
        >
          <div class="spacer" role="presentation" ${ref(this.#spacer)}></div>
        </div>
        <traceside-timeline-divider ${ref(this.#divider)}></traceside-timeline-divider>
        <traceside-timeline-find ${ref(this.#find)}></traceside-timeline-find>
        <div class="tooltip" aria-hidden="true" hidden ${ref(this.#tooltipElement)}></div>
      </div>
    `;
  }

  /** Puts the keyboard on the rows. */
  override focus(): void {
    this.#scroller.value?.focus();
  }

  #connect(): void {
    this.#owner.dispose();
    const owner = new Owner();
    this.#owner = owner;
    const canvas = this.#canvas.value;
    const minimapCanvas = this.#minimapCanvas.value;
    const scroller = this.#scroller.value;
    const spacer = this.#spacer.value;
    const body = this.#body.value;
    const axis = this.#axis.value;
    const tooltipElement = this.#tooltipElement.value;
    const ctx = canvas?.getContext("2d", { alpha: false });
    if (!ctx || !minimapCanvas || !scroller || !spacer || !body || !axis || !tooltipElement) return;
    const { state } = this;
    spacer.replaceChildren();
    this.#parts = {
      ctx,
      renderer: new Renderer(ctx),
      minimap: owner.own(
        new MinimapView(
          minimapCanvas,
          () => this.#minimapModel(),
          window => state.viewport.set(window),
        ),
      ),
      mirror: new Mirror(scroller, spacer),
      tooltip: owner.own(new Tooltip(tooltipElement)),
      finder: owner.own(new Finder(state, text => this.host.remote.findSpans(text))),
    };
    owner.own(this.#frames);
    owner.own(toDisposable(() => clearTimeout(this.#mirrorTimer)));
    this.#theme = readTheme();
    owner.own(
      watchTheme(theme => {
        this.#theme = theme;
        this.#frames.request();
      }),
    );
    owner.own(state.trace.watch(() => this.#takeTrace()));
    owner.own(state.folded.watch(() => this.#takeRows()));
    owner.own(state.selection.watch(selection => this.#takeSelection(selection)));
    owner.own(state.matches.watch(() => this.#takeMatches()));
    for (const cell of [state.viewport, state.hovered, state.settings]) {
      owner.own((cell as typeof state.hovered).watch(this.#frames.request));
    }
    const resizes = new ResizeObserver(() => this.#resize());
    resizes.observe(body);
    owner.own(toDisposable(() => resizes.disconnect()));
    this.#listenToRows(owner, scroller, axis);
    this.#wireWidgets();
    this.#takeTrace();
  }

  #listenToRows(owner: Owner, scroller: HTMLElement, axis: HTMLElement): void {
    owner.own(
      new RowGestures(scroller, {
        click: (x, y, event) => this.#click(this.#hit(x, y), event),
        doubleClick: (x, y) => {
          const hit = this.#hit(x, y);
          if (hit !== undefined && hit.zone !== "chevron") this.#openSource(hit.span, false);
        },
        hover: (x, y) => {
          const hit = this.#hit(x, y);
          this.state.hovered.set(hit?.span);
          scroller.style.cursor = hit === undefined ? "" : "pointer";
          if (hit === undefined || this.#data === undefined) this.#parts?.tooltip.hide();
          else this.#parts?.tooltip.rest(this.#data, hit.span, x, y + AXIS_PX);
        },
        leave: () => {
          this.state.hovered.set(undefined);
          this.#parts?.tooltip.hide();
        },
        canPan: x => x > this.#layout.nameWidthPx,
        panByPx: px =>
          this.#setWindow((window, full) => panWindow(window, full, px / this.#scale().pxPerNs)),
        zoomAtPx: (x, factor) => {
          const aroundNs = this.#scale().toNs(x);
          this.#setWindow((window, full) => zoomWindow(window, full, aroundNs, factor));
        },
      }),
    );
    owner.own(
      new RangeGesture(axis, {
        draw: range => {
          const shift = this.#layout.nameWidthPx;
          this.#drawnRange = range && { fromPx: range.fromPx + shift, toPx: range.toPx + shift };
          this.#frames.request();
        },
        choose: (fromPx, toPx) => {
          const scale = this.#scale();
          const shift = this.#layout.nameWidthPx;
          const [startNs, endNs] = [scale.toNs(fromPx + shift), scale.toNs(toPx + shift)];
          this.#setWindow((_, full) => zoomWindow({ startNs, endNs }, full, startNs, 1));
        },
      }),
    );
    const own = <K extends keyof HTMLElementEventMap>(
      target: HTMLElement,
      type: K,
      run: (event: HTMLElementEventMap[K]) => void,
    ): void => {
      target.addEventListener(type, run);
      owner.own(toDisposable(() => target.removeEventListener(type, run)));
    };
    own(axis, "dblclick", () => this.state.viewport.set(this.state.fullViewport()));
    own(scroller, "keydown", event => this.#press(event));
    own(scroller, "focus", this.#frames.request);
    own(scroller, "blur", this.#frames.request);
    own(scroller, "scroll", () => {
      this.#parts?.tooltip.hide();
      this.#frames.request();
      this.#mirrorSoon();
    });
  }

  #wireWidgets(): void {
    const divider = this.#divider.value;
    const find = this.#find.value;
    const toolbar = this.#toolbar.value;
    if (divider === undefined || find === undefined || toolbar === undefined) return;
    divider.onMove = xPx => {
      const { widthPx } = this.#layout;
      this.#nameShare = clampNameWidth(xPx, widthPx) / Math.max(1, widthPx);
      this.#resize();
    };
    find.onText = text => void this.#seek(text);
    find.onStep = step => this.#act({ kind: "nextMatch", step });
    find.onClose = () => this.#act({ kind: "closeFind" });
    toolbar.onCommand = (command, event) => this.#runCommand(command, event);
  }

  // What changes in the state.

  #takeTrace(): void {
    const trace = this.state.trace.value;
    const isSame = trace?.columns.traceId === this.#data?.trace.columns.traceId;
    this.#data = trace && new TimelineData(trace);
    const scroller = this.#scroller.value;
    if (!isSame && scroller !== undefined) scroller.scrollTop = 0;
    const { startNs, endNs } = this.state.viewport.value;
    const full = this.state.fullViewport();
    // The state begins with a window of one nanosecond: nothing was restored.
    if (endNs - startNs <= 1 || startNs >= full.endNs || endNs <= full.startNs) {
      this.state.viewport.set(full);
    }
    this.#parts?.tooltip.hide();
    this.#takeMatches();
    this.#takeRows();
    const selection = this.state.selection.value;
    if (!isSame && selection !== undefined) this.#takeSelection(selection);
  }

  #takeRows(): void {
    const anchor = this.#anchor();
    const trace = this.#data?.trace;
    this.#rows =
      trace === undefined
        ? new Int32Array(0)
        : buildRows(trace.columns.count, trace.tree, this.state.folded.value);
    this.#resize();
    this.#takeEdges();
    const scroller = this.#scroller.value;
    if (anchor !== undefined && scroller !== undefined) {
      const topPx = findRow(this.#rows, anchor.span) * ROW_PX - anchor.yPx;
      if (topPx !== this.#scrollPx)
        scroller.scrollTop = this.#scroll.toScrollTop(Math.max(0, topPx));
    }
  }

  /** The selected row, where it is seen: folding elsewhere does not move it. */
  #anchor(): { readonly span: SpanIndex; readonly yPx: number } | undefined {
    const span = this.state.selection.value?.span;
    if (span === undefined || this.#rows.length === 0) return undefined;
    const yPx = findRow(this.#rows, span) * ROW_PX - this.#scrollPx;
    return yPx >= 0 && yPx < this.#viewPx ? { span, yPx } : undefined;
  }

  #takeSelection(selection: Selection | undefined): void {
    if (selection !== undefined) {
      const isOwn = selection.by === "timeline";
      if (!isOwn) this.#bringIntoView(selection.span);
      else this.#scrollTo(selection.span, "nearest");
    }
    this.#takeEdges();
    this.#mirrorNow();
  }

  #takeEdges(): void {
    const span = this.state.selection.value?.span;
    const all = span === undefined ? [] : (this.#data?.listEdges(span) ?? []);
    const hasRow = (each: SpanIndex): boolean => this.#rows[findRow(this.#rows, each)] === each;
    this.#edges = all.filter(({ from, to }) => hasRow(from) && hasRow(to));
    this.#frames.request();
  }

  #takeMatches(): void {
    const matches = this.state.matches.value;
    const count = this.#data?.trace.columns.count ?? 0;
    this.#matched = matches && new Uint8Array(count);
    for (const span of matches ?? []) if (this.#matched !== undefined) this.#matched[span] = 1;
    this.#frames.request();
  }

  // What the user does.

  #press(event: KeyboardEvent): void {
    const trace = this.#data?.trace;
    if (trace === undefined || event.defaultPrevented || event.isComposing) return;
    const action = readKey(
      {
        key: event.key,
        shiftKey: event.shiftKey,
        altKey: event.altKey,
        modKey: event.ctrlKey || event.metaKey,
      },
      {
        rows: this.#rows,
        parent: trace.columns.parent,
        childCount: trace.tree.childCount,
        folded: this.state.folded.value,
        selected: this.state.selection.value?.span,
        pageRows: Math.floor(this.#viewPx / ROW_PX),
        hasMatches: this.state.matches.value !== undefined,
      },
    );
    if (action === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#act(action);
  }

  #act(action: TreeAction): void {
    const trace = this.#data?.trace;
    if (trace === undefined) return;
    const { state } = this;
    const selected = state.selection.value?.span;
    switch (action.kind) {
      case "select":
        state.select(action.span, "timeline");
        return;
      case "fold":
      case "unfold":
        this.#toggle([action.span], action.kind === "fold");
        return;
      case "foldBelow":
      case "unfoldBelow": {
        const end = trace.tree.subtreeEnd[action.span]!;
        this.#toggle(
          listParents(trace.tree.childCount, action.span, end),
          action.kind === "foldBelow",
        );
        return;
      }
      case "open":
        if (selected !== undefined) this.#openSource(selected, action.toSide);
        return;
      case "find":
        this.#find.value?.open(action.text);
        return;
      case "closeFind":
        this.#find.value?.close();
        void this.#seek("");
        this.focus();
        return;
      case "nextMatch":
        this.#goTo(findNext(state.matches.value ?? [], selected ?? -1, action.step));
        return;
      case "nextError":
        this.#goTo(findError(trace.columns, selected ?? -1, action.step));
        return;
      case "zoom": {
        const { startNs, endNs } = state.viewport.value;
        const middleNs = (startNs + endNs) / 2;
        this.#setWindow((window, full) => zoomWindow(window, full, middleNs, action.factor));
        return;
      }
      case "zoomToSelection": {
        if (selected === undefined) return;
        const [fromNs, toNs] = this.#extentOf(selected);
        this.#setWindow((_, full) => windowAround(fromNs, toNs, full));
        return;
      }
      case "fit":
        state.viewport.set(state.fullViewport());
        return;
      case "pan":
        this.#setWindow((window, full) =>
          panWindow(window, full, action.share * (window.endNs - window.startNs)),
        );
        return;
    }
  }

  #runCommand(command: ToolbarCommand, event: MouseEvent): void {
    const trace = this.#data?.trace;
    if (trace === undefined) return;
    switch (command) {
      case "find":
        this.#act({ kind: "find", text: "" });
        return;
      case "nextError":
        this.#act({ kind: "nextError", step: event.shiftKey ? -1 : 1 });
        return;
      case "unfoldAll":
        this.state.folded.set(new Set());
        return;
      case "foldAll":
        this.state.folded.set(new Set(listParents(trace.tree.childCount, 0, trace.columns.count)));
        return;
      case "zoomToSelection":
      case "fit":
        this.#act({ kind: command });
        return;
    }
  }

  #click(hit: Hit | undefined, event: MouseEvent): void {
    if (hit === undefined) return;
    this.#parts?.tooltip.hide();
    if (hit.zone === "chevron") {
      const isFolded = this.state.folded.value.has(hit.span);
      if (event.altKey) this.#act({ kind: isFolded ? "unfoldBelow" : "foldBelow", span: hit.span });
      else this.#toggle([hit.span], !isFolded);
      return;
    }
    this.state.select(hit.span, "timeline");
    if (event.ctrlKey || event.metaKey || event.altKey) this.#openSource(hit.span, event.altKey);
  }

  #toggle(spans: readonly SpanIndex[], fold: boolean): void {
    const folded = new Set(this.state.folded.value);
    for (const span of spans) {
      if (fold) folded.add(span);
      else folded.delete(span);
    }
    this.state.folded.set(folded);
  }

  async #seek(text: string): Promise<void> {
    const { state } = this;
    try {
      const done = this.#parts?.finder.seek(text);
      // The first match at or after the selection is shown at once; what the host adds later moves nothing.
      const from = state.selection.value?.span ?? 0;
      const first = findNext(state.matches.value ?? [], from - 1, 1);
      this.#goTo(first);
      await done;
      if (first === undefined) this.#goTo(findNext(state.matches.value ?? [], from - 1, 1));
    } catch (error) {
      // The host could not seek in attributes; what names gave stays.
      void this.host.remote.logError(String(error));
    }
  }

  #openSource(span: SpanIndex, toSide: boolean): void {
    this.host.remote
      .openSource(span, toSide)
      .catch((error: unknown) => this.host.remote.logError(String(error)));
  }

  #goTo(span: SpanIndex | undefined): void {
    if (span === undefined) return;
    this.state.select(span, "timeline");
    this.#bringIntoView(span);
  }

  // Where things are.

  #bringIntoView(span: SpanIndex): void {
    if (this.#data === undefined) return;
    this.state.unfoldTo(span);
    const [fromNs, toNs] = this.#extentOf(span);
    this.#setWindow((window, full) => windowToSee(window, fromNs, toNs, full));
    this.#scrollTo(span, "centre");
  }

  #scrollTo(span: SpanIndex, place: "nearest" | "centre"): void {
    const scroller = this.#scroller.value;
    if (scroller === undefined) return;
    const row = findRow(this.#rows, span);
    const toPx = scrollToRow(row, this.#scrollPx, this.#viewPx, place);
    if (toPx === this.#scrollPx) return;
    const isNear = Math.abs(toPx - this.#scrollPx) < SMOOTH_SCREENS * this.#viewPx;
    const isSmooth = place === "centre" && isNear && !prefersStillness();
    scroller.scrollTo({
      top: this.#scroll.toScrollTop(toPx),
      behavior: isSmooth ? "smooth" : "instant",
    });
  }

  /** From the publishing of a task to its end. */
  #extentOf(span: SpanIndex): readonly [number, number] {
    const data = this.#data;
    if (data === undefined) return [0, 0];
    const { queuedNs, startNs } = data.trace.columns;
    const hasWait = this.state.settings.value.queueWait && !Number.isNaN(queuedNs[span]);
    return [hasWait ? queuedNs[span]! : startNs[span]!, data.getEndNs(span)];
  }

  #setWindow(change: (window: Viewport, full: Viewport) => Viewport): void {
    const before = this.state.viewport.value;
    const after = change(before, this.state.fullViewport());
    if (after.startNs !== before.startNs || after.endNs !== before.endNs) {
      this.state.viewport.set(after);
    }
  }

  get #scrollPx(): number {
    return this.#scroll.toContent(this.#scroller.value?.scrollTop ?? 0);
  }

  /** The height of what is seen of the rows. */
  get #viewPx(): number {
    return Math.max(0, this.#layout.heightPx - AXIS_PX);
  }

  #scale(): TimeScale {
    const { nameWidthPx, widthPx } = this.#layout;
    return new TimeScale(
      this.state.viewport.value,
      nameWidthPx + BAR_INSET_PX,
      widthPx - BAR_INSET_PX,
    );
  }

  #hit(xPx: number, yPx: number): Hit | undefined {
    const data = this.#data;
    if (data === undefined || xPx >= this.#layout.widthPx) return undefined;
    const leastDepth = this.#leastDepth();
    const { depth, maxDepth } = data.trace.tree;
    return hitTest(
      xPx,
      yPx,
      this.#scrollPx,
      this.#layout,
      this.#rows,
      span => getIndentPx(this.#layout, depth[span]!, leastDepth, maxDepth),
      span => data.hasChildren(span),
    );
  }

  #visibleRows(): readonly [number, number] {
    const first = Math.max(0, Math.floor(this.#scrollPx / ROW_PX));
    const last = Math.ceil((this.#scrollPx + this.#viewPx) / ROW_PX);
    return [first, Math.min(this.#rows.length, last)];
  }

  #leastDepth(): number {
    const depth = this.#data?.trace.tree.depth;
    const [first, last] = this.#visibleRows();
    let least = Number.POSITIVE_INFINITY;
    for (let row = first; row < last; row += 1)
      least = Math.min(least, depth?.[this.#rows[row]!] ?? 0);
    return Number.isFinite(least) ? least : 0;
  }

  #minimapModel(): ReturnType<ConstructorParameters<typeof MinimapView>[1]> {
    const data = this.#data;
    if (data === undefined) return undefined;
    const selected = this.state.selection.value?.span;
    return {
      data,
      full: this.state.fullViewport(),
      window: this.state.viewport.value,
      showQueueWait: this.state.settings.value.queueWait,
      markNs: selected === undefined ? undefined : data.trace.columns.startNs[selected],
    };
  }

  // What is drawn.

  /** Reads the sizes from the document: the only place, and never while drawing. */
  #resize(): void {
    const scroller = this.#scroller.value;
    const body = this.#body.value;
    const spacer = this.#spacer.value;
    if (scroller === undefined || body === undefined || spacer === undefined) return;
    const maxDepth = this.#data?.trace.tree.maxDepth ?? 0;
    const heightPx = body.clientHeight;
    this.#layout = layOut(scroller.clientWidth, heightPx, this.#nameShare, maxDepth);
    this.#scroll = new ScrollScale(this.#rows.length, heightPx - AXIS_PX);
    spacer.style.height = `${this.#scroll.spacerPx}px`;
    const { nameWidthPx } = this.#layout;
    this.#divider.value?.place(nameWidthPx, this.#layout.widthPx);
    if (this.#toolbar.value !== undefined) this.#toolbar.value.style.width = `${nameWidthPx}px`;
    if (this.#axis.value !== undefined) this.#axis.value.style.left = `${nameWidthPx}px`;
    if (this.#countElement.value !== undefined) {
      this.#countElement.value.style.width = `${nameWidthPx - 16}px`;
      this.#countElement.value.textContent = this.#describeCount();
    }
    this.#frames.request();
    this.#mirrorSoon();
  }

  #describeCount(): string {
    const count = this.#data?.trace.columns.count;
    if (count === undefined) return "";
    if (count === 0) return t("This trace has no spans.");
    const all = count.toLocaleString("en-US");
    const rows = this.#rows.length;
    if (rows < count) return t("{0} of {1} spans", rows.toLocaleString("en-US"), all);
    return count === 1 ? t("1 span") : t("{0} spans", all);
  }

  #draw(): void {
    const canvas = this.#canvas.value;
    const parts = this.#parts;
    const theme = this.#theme;
    const { widthPx, heightPx, nameWidthPx } = this.#layout;
    if (canvas === undefined || parts === undefined || theme === undefined || widthPx === 0) return;
    const ratio = devicePixelRatio;
    const fullWidthPx = this.#body.value?.clientWidth ?? widthPx;
    const width = Math.round(fullWidthPx * ratio);
    const height = Math.round(heightPx * ratio);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const data = this.#data;
    const { ctx } = parts;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.fillStyle = theme.background;
    ctx.fillRect(0, 0, fullWidthPx, heightPx);
    if (data === undefined) return;
    const { state } = this;
    const selected = state.selection.value?.span;
    parts.renderer.draw(
      {
        data,
        rows: this.#rows,
        scrollPx: this.#scrollPx,
        layout: this.#layout,
        scale: this.#scale(),
        folded: state.folded.value,
        selected: selected === undefined ? undefined : this.#rows[findRow(this.#rows, selected)],
        hovered: state.hovered.value,
        matched: this.#matched,
        isFocused: this.shadowRoot?.activeElement === this.#scroller.value,
        showQueueWait: state.settings.value.queueWait,
        edges: this.#edges,
        rowOf: span => findRow(this.#rows, span),
        leastDepth: this.#leastDepth(),
        drawnRange: this.#drawnRange,
      },
      theme,
    );
    parts.minimap.draw(
      theme,
      fullWidthPx - nameWidthPx,
      MINIMAP_PX,
      BAR_INSET_PX,
      fullWidthPx - widthPx + BAR_INSET_PX,
    );
    this.#updateWidgets(selected);
    this.#reportPaint(data.trace);
  }

  /** Lit compares: what is the same costs nothing. */
  #updateWidgets(selected: SpanIndex | undefined): void {
    const find = this.#find.value;
    const toolbar = this.#toolbar.value;
    if (find !== undefined && !find.hidden) {
      const matches = this.state.matches.value;
      find.total = matches?.length;
      const isMatch = selected !== undefined && this.#matched?.[selected] === 1;
      find.place =
        isMatch && matches !== undefined
          ? findFirst(matches.length, i => matches[i]! >= selected) + 1
          : 0;
    }
    if (toolbar === undefined) return;
    const disabled = new Set<ToolbarCommand>();
    if (this.#data?.countErrors() === 0) disabled.add("nextError");
    if (selected === undefined) disabled.add("zoomToSelection");
    if (disabled.size !== toolbar.disabledCommands.size) toolbar.disabledCommands = disabled;
  }

  /** Tells the page, once for each trace, that its picture stands: `traceside-painted`. */
  #reportPaint(trace: LoadedTrace): void {
    if (this.#paintedTrace === trace) return;
    this.#paintedTrace = trace;
    this.dispatchEvent(new CustomEvent("traceside-painted", { bubbles: true, composed: true }));
  }

  #mirrorSoon(): void {
    clearTimeout(this.#mirrorTimer);
    this.#mirrorTimer = setTimeout(() => this.#mirrorNow(), MIRROR_PAUSE_MS);
  }

  #mirrorNow(): void {
    const data = this.#data;
    if (data === undefined) return;
    const [firstRow, lastRow] = this.#visibleRows();
    const selected = this.state.selection.value?.span;
    this.#parts?.mirror.update({
      data,
      rows: this.#rows,
      folded: this.state.folded.value,
      activeRow: selected === undefined ? -1 : findRow(this.#rows, selected),
      firstRow,
      lastRow,
      topOf: row => this.#scroll.toScrollTop(row * ROW_PX),
    });
  }
}

customElements.define("traceside-timeline", Timeline);

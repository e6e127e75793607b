/**
 * The call graph's pane: draws what the model shows, and turns mouse and keys into wishes and selections. Watches the
 * state and sets it; knows no other view.
 */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { Owner } from "../../src/base/disposables.ts";
import type { CallNode } from "../../src/analysis/callGraph.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { CallGraphs } from "../panel/callGraphs.ts";
import type { Host } from "../panel/host.ts";
import { markSpan } from "../panel/spanMenu.ts";
import type { GraphMode, ViewState } from "../panel/state.ts";
import { t } from "../words/words.ts";
import { pan, zoomAt } from "./camera.ts";
import { createElkWorker } from "./elkWorker.ts";
import { placeFarLabels } from "./farLabels.ts";
import { drawFarLabels, drawGraph } from "./graphDrawing.ts";
import { findNeighbour, readGraphKey, type GraphDeed } from "./graphKeys.ts";
import { centerOn, drawMinimap } from "./graphMinimap.ts";
import { DrawingSteps } from "./drawingSteps.ts";
import { GraphLayout } from "./graphLayout.ts";
import { GraphModel, type ShownGraph } from "./graphModel.ts";
import { baseStyles } from "../kit/styles.ts";
import { graphStyles } from "./graphStyles.ts";
import { farStyles } from "./farStyles.ts";
import { startPan, turnWheel, type CameraWishes } from "./graphGestures.ts";
import { drawBar, drawEmpty, drawNotes, drawStatus } from "./graphBar.ts";
import { measureFonts, type DrawingFonts } from "../kit/fitText.ts";
import { FAR_SCALE, GraphSight } from "./graphSight.ts";
import { WatchCells } from "../kit/watchCells.ts";
import { advanceGraph } from "../../src/analysis/callGraphClock.ts";
import { GraphMarks } from "./graphMarks.ts";

/** Only what is far too much for ELK takes so long: a plain tree is drawn meanwhile and stays. */
const LAYOUT_DEADLINE_MS = 10_000;
const ZOOM_STEP = 1.25;

export class GraphView extends LitElement {
  static override properties = {
    state: { attribute: false },
    host: { attribute: false },
    callGraphs: { attribute: false },
  };
  static override styles = [baseStyles, graphStyles, farStyles];

  declare state: ViewState;
  declare host: Host | undefined;
  declare callGraphs: CallGraphs;

  readonly #model = new GraphModel(new GraphLayout(createElkWorker, LAYOUT_DEADLINE_MS), {
    open: (...asked) => this.callGraphs.open(...asked),
    fold: (...asked) => this.callGraphs.fold(...asked),
  });
  #owner = new Owner();
  readonly #sight = new GraphSight(this, this.#model, () => this.#anchor);
  readonly #steps = new DrawingSteps(() => this.requestUpdate());
  #focused = "";
  #anchor = "";
  #before: ShownGraph | undefined;
  #fonts: DrawingFonts | undefined;
  #marks: GraphMarks | undefined;
  #selectTimer = 0;
  #hasFocusRequest = false;

  constructor() {
    super();
    new WatchCells(this, () => {
      const { hovered, passing, analysis, comparison, clockNs } = this.state;
      return [
        this.#model.shown,
        this.#model.status,
        hovered,
        passing,
        analysis,
        comparison,
        clockNs,
      ];
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#owner = new Owner();
    const observer = new ResizeObserver(() => this.#sight.resize());
    void this.updateComplete.then(() => {
      const stage = this.stage;
      if (stage !== undefined) observer.observe(stage);
    });
    // The worker's code is loaded while the trace is still on its way.
    const idle = requestIdleCallback(() => this.#model.warm());
    this.#owner.own({
      dispose: () => {
        cancelIdleCallback(idle);
        observer.disconnect();
        clearTimeout(this.#selectTimer);
        this.#sight.camera.stop();
        this.#steps.stop();
      },
    });
    if (this.hasUpdated) this.#watchState();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#owner.dispose();
    this.#model.dispose();
  }

  override firstUpdated(): void {
    this.#watchState();
  }

  #watchState(): void {
    const { state } = this;
    this.#owner.own(state.trace.watch(() => this.#loadSoon()));
    this.#owner.own(state.graphMode.watch(() => this.#loadSoon()));
    this.#owner.own(
      state.selection.watch(selection => {
        this.requestUpdate();
        clearTimeout(this.#selectTimer);
        // Held arrow keys elsewhere pass over many spans; only where they rest is worth a layout.
        this.#selectTimer = window.setTimeout(
          () => {
            const isPlaced = selection?.by === "graph" || selection?.by === "growth";
            this.#model.select(selection?.span, isPlaced);
            if (!isPlaced) this.#sight.reveal(this.#model.findNode(selection?.span));
          },
          selection?.by === "graph" ? 0 : 100,
        );
      }),
    );
    this.#load();
  }

  /** After the next frame, so that the timeline is painted first. */
  #loadSoon(): void {
    this.requestUpdate();
    requestAnimationFrame(() => {
      setTimeout(() => {
        if (this.isConnected) this.#load();
      });
    });
  }

  #load(): void {
    const { trace, graphMode, selection } = this.state;
    this.#model.setTrace(trace.value, graphMode.value, selection.value?.span);
    this.requestUpdate();
  }

  override render(): TemplateResult {
    const { state } = this;
    const shown = this.#model.shown.value;
    const selectedSpan = state.selection.value?.span;
    const trace = shown?.trace ?? state.trace.value;
    const groupName = (group: number): string => trace?.columns.strings[group] ?? "";
    const slotOf = (group: number): number => trace?.slots.get(group) ?? 0;
    return html`
      ${drawBar({
        mode: state.graphMode.value,
        direction: shown?.picture.direction ?? "right",
        isEnabled: shown !== undefined && shown.graph.nodes.length > 0,
        onMode: (mode: GraphMode) => {
          this.#sight.forget();
          state.graphMode.set(mode);
        },
        onTurn: () => {
          this.#sight.forget();
          this.#model.turn();
        },
        onZoom: out => this.#sight.zoom(out ? 1 / ZOOM_STEP : ZOOM_STEP),
        onActualSize: () => this.#sight.zoom(1 / this.#sight.camera.goal.scale),
        onFit: () => this.#sight.fit(),
      })}
      <div
        class="stage"
        @focusin=${this.#onFocusIn}
        @pointerdown=${this.#onPointerDown}
        @wheel=${{ handleEvent: (event: WheelEvent) => this.#onWheel(event), passive: false }}
      >
        <svg
          role="tree"
          aria-label=${t("Call graph")}
          @click=${this.#onClick}
          @dblclick=${this.#onDoubleClick}
          @contextmenu=${this.#onContextMenu}
          @keydown=${this.#onKeyDown}
          @pointerover=${this.#onPointerOver}
          @pointerleave=${() => state.hovered.set(undefined)}
        >
          <g class="camera">
            ${
              shown === undefined
                ? nothing
                : [
                    drawGraph(
                      this.#getNow(shown),
                      this.#listMarks(shown),
                      this.#getFonts(),
                      groupName,
                      slotOf,
                    ),
                    this.#drawLabels(shown),
                  ]
            }
          </g>
        </svg>
        ${
          shown === undefined
            ? nothing
            : guard([shown], () =>
                drawMinimap(shown, slotOf, at => {
                  const { value, pane } = this.#sight.camera;
                  this.#sight.move(centerOn(value, at, pane));
                }),
              )
        }
        ${trace !== undefined && trace.columns.count === 0 ? drawEmpty() : nothing}
        ${drawStatus({
          status: this.#model.status.value,
          canFoldMore: this.#model.canFoldMore,
          place: this.#findPlace(selectedSpan),
          onFoldMore: () => this.#model.foldMore(),
          onRetry: () => this.#model.arrange(),
          onStep: by => this.#step(by),
        })}
      </div>
      ${drawNotes(shown?.graph)}
    `;
  }

  override updated(): void {
    const shown = this.#model.shown.value;
    if (shown !== this.#before) {
      this.#sight.follow(this.#before, shown);
      this.#before = shown;
    }
    if (this.#hasFocusRequest) this.#focusNode();
    this.#sight.apply();
    this.#steps.next(shown?.graph.nodes.length ?? 0);
  }

  #listMarks(shown: ShownGraph): ReturnType<GraphMarks["list"]> {
    const { graph, trace } = shown;
    return (this.#marks ??= new GraphMarks(this.state)).list(
      shown,
      span => this.#model.findNode(span),
      this.#focused,
      this.#steps.count(`${trace.summary.traceId} ${graph.mode}`, graph.nodes.length),
    );
  }

  /** Its durations run on with the page's clock. */
  #getNow(shown: ShownGraph): ShownGraph {
    const { trace, source } = shown;
    const now = this.state.getTraceNow();
    if (now?.columns !== trace.columns) return shown;
    return { ...shown, graph: advanceGraph(shown.graph, source.paths, source.columns, trace, now) };
  }

  #drawLabels({ graph, picture }: ShownGraph): unknown {
    const { scale } = this.#sight.camera.value;
    this.#sight.labelScale = scale;
    if (scale >= FAR_SCALE) return nothing;
    const selected = this.#model.findNode(this.state.selection.value?.span);
    const labels = placeFarLabels(graph, picture, scale, selected, this.#getFonts().times);
    return drawFarLabels(labels, scale);
  }

  #getFonts(): DrawingFonts {
    return (this.#fonts ??= measureFonts(this));
  }

  // Selecting

  #findPlace(span: SpanIndex | undefined): { place: number; of: number } | undefined {
    const node = this.#nodeAt(this.#model.findNode(span));
    if (node === undefined || span === undefined || node.calls < 2) return undefined;
    const place = this.#model.listSpans(node).indexOf(span);
    return place < 0 ? undefined : { place: place + 1, of: node.calls };
  }

  /** Selects the slowest span of a node; where one of its spans is selected already, the one so many further. */
  #selectIn(node: CallNode, by: number): void {
    const spans = this.#model.listSpans(node);
    const selected = this.state.selection.value?.span;
    const at = selected === undefined ? -1 : spans.indexOf(selected);
    const span = spans[at < 0 ? 0 : (at + by + spans.length) % spans.length];
    this.#focused = node.key;
    if (span !== undefined) this.state.select(span, "graph");
    this.requestUpdate();
  }

  #step(by: number): void {
    const node = this.#nodeAt(this.#model.findNode(this.state.selection.value?.span));
    if (node !== undefined) this.#selectIn(node, by);
  }

  #openSource(node: CallNode, toSide: boolean): void {
    this.#selectIn(node, 0);
    const span = this.state.selection.value?.span;
    if (span === undefined || this.host === undefined || node.kind === "more") return;
    // The host tells the user what it found; a failure of the call itself goes to the log.
    this.host.remote.openSource(span, toSide).catch(this.host.report);
  }

  #toggle(node: CallNode): void {
    this.#anchor = this.#focused = node.key;
    if (node.kind === "more" || (node.hasCalls && node.children.length === 0)) {
      if (node.kind === "more") {
        const parent = this.#nodeAt(node.parent);
        this.#anchor = this.#focused = parent?.key ?? "";
      }
      this.#hasFocusRequest = (this.shadowRoot?.activeElement ?? undefined) !== undefined;
      this.#model.unfold(node);
    } else if (node.hasCalls) {
      this.#model.fold(node);
    }
  }

  // The mouse

  #nodeAt(index: number): CallNode | undefined {
    return this.#model.shown.value?.graph.nodes[index];
  }

  #nodeOf(event: Event): CallNode | undefined {
    const element = event.target instanceof Element ? event.target.closest("[data-node]") : null;
    return element === null ? undefined : this.#nodeAt(Number(element.getAttribute("data-node")));
  }

  #onClick(event: MouseEvent): void {
    const node = this.#nodeOf(event);
    if (node === undefined) return;
    const isFold = (event.target as Element).closest("[data-fold]") !== null;
    if (isFold || node.kind === "more") {
      this.#toggle(node);
    } else {
      // The second half of a double click does not step on.
      this.#selectIn(node, event.detail > 1 ? 0 : 1);
    }
  }

  #onDoubleClick(event: MouseEvent): void {
    const node = this.#nodeOf(event);
    const isFold = (event.target as Element).closest("[data-fold]") !== null;
    if (node !== undefined && !isFold) this.#openSource(node, event.altKey);
  }

  #onContextMenu(event: MouseEvent): void {
    const node = this.#nodeOf(event);
    const isCalls = node !== undefined && node.kind !== "more";
    if (isCalls) this.#selectIn(node, 0);
    markSpan(
      event.currentTarget as Element,
      isCalls ? this.state.selection.value?.span : undefined,
    );
  }

  #onPointerOver(event: PointerEvent): void {
    const node = this.#nodeOf(event);
    this.state.hovered.set(node && this.#model.listSpans(node)[0]);
  }

  #onPointerDown(event: PointerEvent): void {
    const stage = this.stage;
    if (stage !== undefined) startPan(event, stage, this.#wishes);
  }

  #onWheel(event: WheelEvent): void {
    const stage = this.stage;
    if (stage !== undefined) turnWheel(event, stage, this.#wishes);
  }

  readonly #wishes: CameraWishes = {
    pan: (dxPx, dyPx) => this.#sight.move(pan(this.#sight.camera.value, dxPx, dyPx)),
    zoomAt: (at, factor) => this.#sight.move(zoomAt(this.#sight.camera.value, at, factor)),
  };

  // The keyboard

  #onFocusIn(event: FocusEvent): void {
    const node = this.#nodeOf(event);
    if (node === undefined || node.key === this.#focused) return;
    this.#focused = node.key;
    this.requestUpdate();
  }

  #onKeyDown(event: KeyboardEvent): void {
    const shown = this.#model.shown.value;
    const node = this.#nodeOf(event);
    if (shown === undefined || node === undefined || event.ctrlKey || event.metaKey) return;
    const deed = readGraphKey(event, node);
    if (deed !== undefined) {
      if (deed !== "nothing") this.#act(node, deed);
    } else {
      const next = findNeighbour(
        shown.graph,
        shown.picture,
        shown.graph.nodes.indexOf(node),
        event.key,
      );
      const neighbour = next === undefined ? undefined : this.#nodeAt(next);
      if (next === undefined || neighbour === undefined) return;
      this.#focused = neighbour.key;
      this.#hasFocusRequest = true;
      this.#selectIn(neighbour, 0);
      this.#sight.reveal(next);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #act(node: CallNode, deed: GraphDeed): void {
    switch (deed.kind) {
      case "toggle":
        this.#toggle(node);
        return;
      case "open":
        this.#openSource(node, deed.toSide);
        return;
      case "step":
        this.#selectIn(node, deed.by);
        return;
      case "fit":
        this.#sight.fit();
        return;
      case "zoom":
        this.#sight.zoom(deed.isOut ? 1 / ZOOM_STEP : ZOOM_STEP);
        return;
    }
  }

  #focusNode(): void {
    this.#hasFocusRequest = false;
    const index = this.#model.shown.value?.graph.nodes.findIndex(
      node => node.key === this.#focused,
    );
    this.renderRoot
      .querySelector<SVGElement>(`[data-node="${index ?? -1}"]`)
      ?.focus({ preventScroll: true });
  }

  // The camera

  get stage(): HTMLElement | undefined {
    return this.renderRoot.querySelector<HTMLElement>(".stage") ?? undefined;
  }
}

customElements.define("traceside-graph", GraphView);

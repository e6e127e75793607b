/**
 * `<traceside-flame>`: the trace as boxes that stand on what they call, over time or by call path. A child of the
 * timeline that lies over its rows, and shares its tool bar, minimap, find box and keys.
 */

import { html, nothing, type TemplateResult } from "lit";
import { createRef, ref } from "lit/directives/ref.js";
import type { FlameBox, FlameMode } from "../../src/analysis/flame.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import type { Owner } from "../../src/base/disposables.ts";
import { toKeyPress } from "../kit/keyPress.ts";
import { moveFocus } from "../kit/moveFocus.ts";
import { renderRadioButton } from "../kit/radioButton.ts";
import type { TimelineActions } from "../timeline/actions.ts";
import { ChartElement } from "../timeline/chartElement.ts";
import { readCommandKey } from "../timeline/keyboard.ts";
import { listen } from "../timeline/listen.ts";
import { baseStyles } from "../kit/styles.ts";
import { timelineStyles } from "../timeline/styles.ts";
import type { Timeline, TimelineOverlay } from "../timeline/timeline.ts";
import type { ToolbarCommand } from "../timeline/toolbar.ts";
import { chooseRange } from "../timeline/windowGestures.ts";
import { countOf } from "../words/localText.ts";
import { t } from "../words/words.ts";
import { FlameChart } from "./flameChart.ts";
import { readFlameKey } from "./flameKeys.ts";
import { flameStyles } from "./flameStyles.ts";
import { describeBoxCard } from "./flameWords.ts";

export class Flame extends ChartElement implements TimelineOverlay {
  static override styles = [baseStyles, timelineStyles, flameStyles];
  static override properties = {
    mode: { state: true },
    isZoomed: { state: true },
    count: { state: true },
  };
  declare mode: FlameMode;
  declare isZoomed: boolean;
  /** How many boxes there are. */
  declare count: number;
  readonly #body = createRef<HTMLElement>();
  readonly #canvas = createRef<HTMLCanvasElement>();
  readonly #scroller = createRef<HTMLElement>();
  readonly #spacer = createRef<HTMLElement>();
  readonly #axis = createRef<HTMLElement>();
  readonly #tooltip = createRef<HTMLElement>();
  #chart: FlameChart | undefined;

  get #actions(): TimelineActions | undefined {
    return this.closest<Timeline>("traceside-timeline")?.actions;
  }

  constructor() {
    super(() => []);
    this.mode = "time";
    this.isZoomed = false;
    this.count = 0;
  }

  /** Puts the keyboard on the boxes. */
  override focus(): void {
    this.#scroller.value?.focus({ preventScroll: true });
  }

  /** Whether a button of the timeline means something of its own here. */
  runCommand(command: ToolbarCommand): boolean {
    const chart = this.#chart;
    if (chart === undefined) return false;
    if (command === "fit") chart.fit();
    else if (command === "zoomToSelection") {
      if (chart.selected !== undefined) chart.zoomTo(chart.selected);
    } else return false;
    return true;
  }

  protected override render(): TemplateResult {
    const { count, mode } = this;
    const counted =
      count === 0
        ? t("This trace has no spans.")
        : mode === "time"
          ? countOf(count, t("1 span"), t("{0} spans"))
          : countOf(count, t("1 call path"), t("{0} call paths"));
    return html`
      <div class="bar">
        <div class="switch" role="radiogroup" aria-label=${t("Boxes")} @keydown=${moveFocus}>
          ${this.#renderMode("time", t("Over time"), t("Every span is a box, where it ran"))}
          ${this.#renderMode(
            "paths",
            t("By call path"),
            t("Calls of one path are one box, as wide as their self time and that of all below"),
          )}
        </div>
        <span class="note" role="status">${counted}</span>
        ${
          this.isZoomed
            ? html`<button
                class="back quiet"
                title=${t("Back (Escape)")}
                @click=${() => this.#back()}
              >
                ${t("Back")}
              </button>`
            : nothing
        }
      </div>
      <div class="body" ${ref(this.#body)}>
        <canvas class="rows" aria-hidden="true" ${ref(this.#canvas)}></canvas>
        <div class="axis" ?hidden=${mode !== "time"} ${ref(this.#axis)}></div>
        <div
          class="scroller"
          role="tree"
          tabindex="0"
          aria-label=${mode === "time" ? t("Spans") : t("Call paths")}
          ${ref(this.#scroller)}
        >
          <div class="spacer" role="presentation" ${ref(this.#spacer)}></div>
        </div>
        <div class="tooltip" aria-hidden="true" hidden ${ref(this.#tooltip)}></div>
      </div>
    `;
  }

  #renderMode(mode: FlameMode, text: string, title: string): TemplateResult {
    return renderRadioButton(text, title, this.mode === mode, () => this.state.flameMode.set(mode));
  }

  /** The button goes with the zoom, and the keyboard must not go with it. */
  #back(): void {
    this.#chart?.back();
    this.focus();
  }

  protected override connect(owner: Owner): void {
    const { value: body } = this.#body;
    const { value: canvas } = this.#canvas;
    const { value: scroller } = this.#scroller;
    const { value: spacer } = this.#spacer;
    const { value: axis } = this.#axis;
    const { value: card } = this.#tooltip;
    const ctx = canvas?.getContext("2d", { alpha: false });
    if (!body || !canvas || !scroller || !spacer || !axis || !card || !ctx) return;
    const chart = owner.own(
      new FlameChart({ body, canvas, scroller, spacer }, ctx, this.state, () => {
        this.mode = this.state.flameMode.value;
        this.isZoomed = chart.isZoomed;
        this.count = chart.layout?.count ?? 0;
      }),
    );
    this.#chart = chart;
    const { state } = this;
    this.listenTo<FlameBox>(owner, scroller, card, {
      view: chart,
      topPx: chart.topPx,
      hit: (x, y) => chart.hit(x, y),
      spanOf: box => this.#spanOf(chart, box),
      describe: box => {
        const { data, layout, paths } = chart;
        return data && layout && describeBoxCard(data, layout, paths, box);
      },
      click: (box, event) => {
        this.#select(chart, box);
        const span = state.selection.value?.span;
        if (span !== undefined && (event.ctrlKey || event.metaKey || event.altKey)) {
          this.#actions?.openSource(span, event.altKey);
        }
      },
      doubleClick: box => chart.zoomTo(box),
      canPan: () => this.mode === "time",
      press: event => this.#press(event, chart),
    });
    owner.own(chooseRange(axis, chart, () => 0));
    owner.own(listen(axis, "dblclick", () => chart.fit()));
  }

  /** Any span of the box that is selected already stays. */
  #spanOf(chart: FlameChart, box: FlameBox): SpanIndex | undefined {
    return box === chart.selected ? this.state.selection.value?.span : chart.layout?.spanOf[box];
  }

  #select(chart: FlameChart, box: FlameBox): void {
    const span = this.#spanOf(chart, box);
    if (span !== undefined) this.state.select(span, "timeline");
  }

  #press(event: KeyboardEvent, chart: FlameChart): boolean {
    const { layout, selected, isZoomed, data } = chart;
    if (layout === undefined || data === undefined) return false;
    const press = toKeyPress(event);
    const { tree } = data.trace;
    const action = readFlameKey(press, { layout, tree, selected, isZoomed });
    if (action === undefined) {
      const command = readCommandKey(press, this.state.matches.value !== undefined);
      if (command === undefined) return false;
      const { kind } = command;
      const isOwn = (kind === "fit" || kind === "zoomToSelection") && this.runCommand(kind);
      // By call path there is no window of time to move.
      const isOfTime = kind === "zoom" || kind === "pan";
      if (!isOwn && !(isOfTime && this.mode === "paths")) this.#actions?.run(command);
    } else if (action.kind === "select") this.#select(chart, action.box);
    else if (action.kind === "zoomIn") chart.zoomTo(action.box);
    else chart.back();
    return true;
  }
}

customElements.define("traceside-flame", Flame);

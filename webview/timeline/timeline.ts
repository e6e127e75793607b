/**
 * `<traceside-timeline>`: the waterfall of a trace. Only puts its parts together: the rows are waterfall.ts's, what keys
 * and buttons do actions.ts's, where time becomes pixels timeScale.ts's.
 */

import { html, type TemplateResult } from "lit";
import { createRef, ref, type Ref } from "lit/directives/ref.js";

import { findFirst } from "../../src/base/binarySearch.ts";
import type { Owner } from "../../src/base/disposables.ts";
import { toKeyPress } from "../kit/keyPress.ts";
import "../kit/sash.ts";
import type { Sash } from "../kit/sash.ts";
import { countOf, formatCount } from "../words/localText.ts";
import { t } from "../words/words.ts";
import { TimelineActions } from "./actions.ts";
import { ChartElement } from "./chartElement.ts";
import "./findBox.ts";
import type { TimelineFind } from "./findBox.ts";
import { readKey } from "./keyboard.ts";
import { describeGroupCard } from "./groupFacts.ts";
import { listen } from "./listen.ts";
import { AXIS_PX, type Hit } from "./rowLayout.ts";
import { baseStyles } from "../kit/styles.ts";
import { timelineStyles } from "./styles.ts";
import { createRuler } from "./ruler.ts";
import "./toolbar.ts";
import type { TimelineToolbar, ToolbarCommand } from "./toolbar.ts";
import { describeSpanCard } from "./tooltip.ts";
import { Waterfall } from "./waterfall.ts";
import { chooseRange } from "./windowGestures.ts";
import { NO_ROW } from "../../src/analysis/treeSearch.ts";

interface Elements {
  readonly body: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly minimapCanvas: HTMLCanvasElement;
  readonly scroller: HTMLElement;
  readonly spacer: HTMLElement;
  readonly axis: HTMLElement;
  readonly count: HTMLElement;
  readonly ruler: HTMLElement;
  readonly tooltip: HTMLElement;
  readonly divider: Sash;
  readonly find: TimelineFind;
  readonly toolbar: TimelineToolbar;
}

type ElementRefs = { readonly [K in keyof Elements]: Ref<Elements[K]> };

/** A view that lies over the rows, and means something of its own by some buttons. It is the timeline's only child. */
export interface TimelineOverlay extends HTMLElement {
  /** Answers whether the command was its own. */
  runCommand(command: ToolbarCommand): boolean;
}

export class Timeline extends ChartElement {
  static override styles = [baseStyles, timelineStyles];

  readonly #refs: ElementRefs = {
    body: createRef(),
    canvas: createRef(),
    minimapCanvas: createRef(),
    scroller: createRef(),
    spacer: createRef(),
    axis: createRef(),
    count: createRef(),
    ruler: createRef(),
    tooltip: createRef(),
    divider: createRef(),
    find: createRef(),
    toolbar: createRef(),
  };
  #actions: TimelineActions | undefined;

  constructor() {
    super(({ timelineView }) => [timelineView]);
  }

  /** `undefined` until the rows are there. */
  get actions(): TimelineActions | undefined {
    return this.#actions;
  }

  get #overlay(): TimelineOverlay | undefined {
    return (this.firstElementChild as TimelineOverlay | null) ?? undefined;
  }

  /** Puts the keyboard on the rows, or the boxes that cover them. */
  override focus(): void {
    const overlay = this.#overlay;
    if (overlay === undefined) this.#refs.scroller.value?.focus({ preventScroll: true });
    else overlay.focus();
  }

  protected override render(): TemplateResult {
    const refs = this.#refs;
    const isFlame = this.state.timelineView.value === "flame";
    return html`
      <div class="strip">
        <traceside-timeline-toolbar ${ref(refs.toolbar)}></traceside-timeline-toolbar>
        <canvas
          class="minimap"
          role="img"
          aria-label=${t("The whole trace; drag to choose a range, double-click to show all")}
          ${ref(refs.minimapCanvas)}
        ></canvas>
      </div>
      <div class="body" ${ref(refs.body)}>
        <canvas class="rows" aria-hidden="true" ${ref(refs.canvas)}></canvas>
        <div class="count" ${ref(refs.count)}></div>
        <div class="axis" ${ref(refs.axis)}></div>
        <div
          class="scroller"
          role="tree"
          ?data-covered=${isFlame}
          tabindex="0"
          aria-label=${t("Spans")}
          ${ref(refs.scroller)}
        >
          <div class="spacer" role="presentation" ${ref(refs.spacer)}></div>
        </div>
        <traceside-sash
          ?hidden=${isFlame}
          .direction=${"vertical"}
          .share=${0}
          .label=${t("Width of the names")}
          ${ref(refs.divider)}
        ></traceside-sash>
        <slot></slot>
        <traceside-timeline-find ${ref(refs.find)}></traceside-timeline-find>
        <div class="ruler" aria-hidden="true" hidden ${ref(refs.ruler)}></div>
        <div class="tooltip" aria-hidden="true" hidden ${ref(refs.tooltip)}></div>
      </div>
    `;
  }

  protected override connect(owner: Owner): void {
    const elements = this.#getElements();
    const ctx = elements?.canvas.getContext("2d", { alpha: false }) ?? undefined;
    // Lit types the properties as given; a parent may set them later than it makes the element.
    const { state, host } = this as Partial<Pick<Timeline, "state" | "host">>;
    if (elements === undefined || ctx === undefined || !state || !host) return;
    elements.spacer.replaceChildren();
    const waterfall = owner.own(
      new Waterfall(elements, ctx, state, () => this.#updateWidgets(elements, waterfall)),
    );
    const actions = owner.own(
      new TimelineActions(state, host, waterfall, elements.find, () => this.focus()),
    );
    this.#actions = actions;
    const ruler = createRuler(elements.ruler, waterfall, () => state.trace.value);
    this.listenTo<Hit>(owner, elements.scroller, elements.tooltip, {
      view: waterfall,
      topPx: AXIS_PX,
      hit: (x, y) => waterfall.hit(x, y),
      spanOf: ({ span }) => span,
      describe: ({ span }) => {
        const { data, rows } = waterfall;
        const group = rows.groupOf(span);
        if (data === undefined) return undefined;
        return group === undefined ? describeSpanCard(data, span) : describeGroupCard(data, group);
      },
      click: (hit, event) => this.#click(hit, event, waterfall, actions),
      doubleClick: ({ zone, span }) => {
        if (zone === "name" || zone === "bars") actions.openSource(span, false);
      },
      canPan: x => x > waterfall.layout.nameWidthPx,
      press: event => this.#press(event, waterfall, actions),
      point: x => (x === undefined ? ruler.hide() : ruler.point(x)),
    });
    const getLeftPx = (): number => waterfall.layout.nameWidthPx;
    const { axis } = elements;
    owner.own(chooseRange(axis, waterfall, getLeftPx, range => ruler.measure(range)));
    owner.own(
      listen(axis, "pointermove", event => {
        if (event.buttons === 0) ruler.point(event.offsetX + getLeftPx());
      }),
    );
    owner.own(listen(axis, "pointerleave", () => ruler.hide()));
    owner.own(listen(axis, "dblclick", () => actions.run({ kind: "fit" })));
    elements.divider.onMove = byPx => waterfall.moveNames(byPx);
    elements.find.onText = text => void actions.seek(text);
    elements.find.onStep = step => actions.run({ kind: "nextMatch", step });
    elements.find.onClose = () => actions.run({ kind: "closeFind" });
    elements.find.onLeave = () => this.focus();
    elements.toolbar.onCommand = (command, event) => {
      if (this.#overlay?.runCommand(command) !== true) {
        actions.runCommand(command, event.shiftKey);
      }
    };
  }

  #getElements(): Elements | undefined {
    const entries = Object.entries(this.#refs).map(([name, each]) => [name, each.value] as const);
    if (entries.some(([, element]) => element === undefined)) return undefined;
    return Object.fromEntries(entries) as unknown as Elements;
  }

  #click(
    { span, zone }: Hit,
    event: MouseEvent,
    { rows }: Waterfall,
    actions: TimelineActions,
  ): void {
    if (zone === "group") actions.run({ kind: "closeGroup", span });
    else if (zone !== "chevron") {
      this.state.select(span, "timeline");
      if (event.ctrlKey || event.metaKey || event.altKey) actions.openSource(span, event.altKey);
    } else if (rows.groupOf(span) !== undefined) actions.run({ kind: "openGroup", span });
    else {
      const fold = this.state.folded.value.has(span) ? "unfold" : "fold";
      actions.run({ kind: event.altKey ? `${fold}Below` : fold, span });
    }
  }

  #press(event: KeyboardEvent, waterfall: Waterfall, actions: TimelineActions): boolean {
    const { state } = this;
    const trace = state.trace.value;
    if (trace === undefined) return false;
    const { rows } = waterfall;
    const selected = state.selection.value?.span;
    const action = readKey(toKeyPress(event), {
      rows: rows.spans,
      parent: trace.columns.parent,
      childCount: trace.tree.childCount,
      folded: state.folded.value,
      row: selected === undefined ? NO_ROW : rows.rowOf(selected),
      isGroup: span => rows.groupOf(span) !== undefined,
      findOpenLeader: rows.findOpenLeader,
      pageRows: waterfall.pageRows,
      hasMatches: state.matches.value !== undefined,
    });
    if (action !== undefined) actions.run(action);
    return action !== undefined;
  }

  /** After each frame; what is the same costs nothing. */
  #updateWidgets(elements: Elements, waterfall: Waterfall): void {
    const { divider, toolbar, axis, count, find } = elements;
    const { nameWidthPx, widthPx } = waterfall.layout;
    const { state } = this;
    const selected = state.selection.value?.span;
    const width = `${nameWidthPx}px`;
    if (toolbar.style.width !== width) {
      divider.style.left = width;
      divider.share = widthPx === 0 ? 0 : nameWidthPx / widthPx;
      toolbar.style.width = width;
      axis.style.left = width;
      count.style.width = `${nameWidthPx - 16}px`;
    }
    // What a filter lets through is told beside the filter; the rows that lead there are no count worth reading.
    const words =
      state.passing.value === undefined
        ? describeCount(waterfall.data?.trace.columns.count, waterfall.rows.spans.length)
        : "";
    if (count.textContent !== words) count.textContent = words;
    const matches = state.matches.value;
    find.total = matches?.length;
    find.progress = state.search.value;
    find.place = 0;
    if (matches !== undefined && selected !== undefined) {
      const at = findFirst(matches.length, i => matches[i]! >= selected);
      if (matches[at] === selected) find.place = at + 1;
    }
    const disabled = new Set<ToolbarCommand>();
    if (waterfall.data?.countErrors() === 0) disabled.add("nextError");
    if (selected === undefined) disabled.add("zoomToSelection");
    if (state.passing.value !== undefined || state.trace.value?.groups.members.size === 0) {
      disabled.add("groupAlike");
    }
    toolbar.hasRows = state.timelineView.value !== "flame";
    toolbar.isGrouped = state.areAlikeGrouped.value;
    if (!hasSame(disabled, toolbar.disabledCommands)) toolbar.disabledCommands = disabled;
  }
}

function hasSame<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return a.size === b.size && [...a].every(each => b.has(each));
}

function describeCount(count: number | undefined, rows: number): string {
  if (count === undefined) return "";
  if (count === 0) return t("This trace has no spans.");
  return rows < count
    ? t("{0} of {1} spans", formatCount(rows), formatCount(count))
    : countOf(count, t("1 span"), t("{0} spans"));
}

customElements.define("traceside-timeline", Timeline);

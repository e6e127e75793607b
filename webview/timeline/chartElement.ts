/** The element of a chart on a canvas: its life, and what pointer, wheel, menu and keyboard do on rows and boxes alike. */

import type { PropertyValues } from "lit";
import { Owner } from "../../src/base/disposables.ts";
import type { SpanIndex } from "../../src/model/trace.ts";
import { PanelElement } from "../panel/panelElement.ts";
import { chooseMenuSpan } from "../panel/spanMenu.ts";
import { RowGestures } from "./gestures.ts";
import { listen } from "./listen.ts";
import { Tooltip, type Card } from "./tooltip.ts";
import { moveWindow, type TimeView } from "./windowGestures.ts";

/** A chart whose marks stand for spans. */
export interface PointedChart<Mark> {
  readonly view: TimeView;
  /** The height of the axis, which lies above the marks. */
  readonly topPx: number;
  hit(xPx: number, yPx: number): Mark | undefined;
  spanOf(mark: Mark): SpanIndex | undefined;
  describe(mark: Mark): Card | undefined;
  click(mark: Mark, event: MouseEvent): void;
  doubleClick(mark: Mark): void;
  canPan(xPx: number): boolean;
  /** Answers whether the key was its own. */
  press(event: KeyboardEvent): boolean;
  /** The pointer is over the chart, or `undefined`: it is no longer, or moves the window. */
  point?(xPx: number | undefined): void;
}

export abstract class ChartElement extends PanelElement {
  #owner = new Owner();

  /** Joins the parts to the elements, as soon as these are there. */
  protected abstract connect(owner: Owner): void;

  override connectedCallback(): void {
    super.connectedCallback();
    // Moved within the document: the elements are there already, and nothing is rendered anew.
    if (this.hasUpdated) this.#connect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#owner.dispose();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("state") || changed.has("host")) this.#connect();
  }

  #connect(): void {
    this.#owner.dispose();
    this.#owner = new Owner();
    this.connect(this.#owner);
  }

  protected listenTo<Mark>(
    owner: Owner,
    scroller: HTMLElement,
    card: HTMLElement,
    chart: PointedChart<Mark>,
  ): void {
    const { state } = this;
    const tooltip = owner.own(new Tooltip(card));
    const hide = (): void => tooltip.hide();
    const leave = (): void => {
      hide();
      chart.point?.(undefined);
    };
    const find = (xPx: number, yPx: number): SpanIndex | undefined => {
      const mark = chart.hit(xPx, yPx);
      return mark === undefined ? undefined : chart.spanOf(mark);
    };
    owner.own(
      new RowGestures(scroller, {
        click: (x, y, event) => {
          hide();
          const mark = chart.hit(x, y);
          if (mark !== undefined) chart.click(mark, event);
        },
        doubleClick: (x, y) => {
          const mark = chart.hit(x, y);
          if (mark !== undefined) chart.doubleClick(mark);
        },
        hover: (x, y) => {
          chart.point?.(x);
          const mark = chart.hit(x, y);
          const span = mark === undefined ? undefined : chart.spanOf(mark);
          state.hovered.set(span);
          scroller.style.cursor = span === undefined ? "" : "pointer";
          if (mark === undefined || span === undefined) hide();
          else tooltip.rest(span, () => chart.describe(mark), x, y + chart.topPx);
        },
        leave: () => {
          state.hovered.set(undefined);
          leave();
        },
        canPan: x => chart.canPan(x),
        ...moveWindow(chart.view, leave),
      }),
    );
    owner.own(
      listen(scroller, "contextmenu", event => {
        hide();
        chooseMenuSpan(event, scroller, state, find);
      }),
    );
    owner.own(listen(scroller, "scroll", hide));
    owner.own(
      listen(scroller, "keydown", event => {
        hide();
        if (event.defaultPrevented || event.isComposing || !chart.press(event)) return;
        event.preventDefault();
        event.stopPropagation();
      }),
    );
  }
}

/**
 * `<traceside-app>`: the frame of the panel. Wide: the graph above the timeline, the detail beside them. Narrow: one of
 * them, chosen by tabs. Before there is a trace: how the search goes, or why it failed.
 */

import { html, LitElement, nothing, type TemplateResult } from "lit";
import { appStyles } from "./appStyles.ts";
import type { StoreAnswer } from "../../src/model/failure.ts";
import { shortId } from "../../src/model/ids.ts";
import type { PanelContent, PanelView } from "../../src/protocol/traceView.ts";
import "../answers/answers.ts";
import "../answers/comparisonBar.ts";
import "../detail/detail.ts";
import "../flame/flame.ts";
import { elementStyle } from "../kit/elementStyle.ts";
import "./filterBar.ts";
import "./header.ts";
import type { CallGraphs } from "./callGraphs.ts";
import type { Host } from "./host.ts";
import { icons } from "../kit/icons.ts";
import "../kit/sash.ts";
import "./keysOverlay.ts";
import type { KeysOverlay } from "./keysOverlay.ts";
import { bringToFront, viewOf } from "./frontView.ts";
import { takeSpanMenu } from "./spanMenu.ts";
import { firstShares, type Pane, type Shares, type TimelineView, type ViewState } from "./state.ts";
import { describeAnswer, explainAnswer } from "../words/storeAnswers.ts";
import { baseStyles } from "../kit/styles.ts";
import "../kit/tabs.ts";
import "../table/table.ts";
import { WatchCells } from "../kit/watchCells.ts";
import { watchSize } from "../kit/watchSize.ts";
import { t } from "../words/words.ts";

/** Narrower than this, one pane at a time. */
const WIDE_PX = 900;
/** Narrower than this, a line of the answers takes two. */
const TIGHT_PX = 600;
/** The width of a queue or service in the header. */
const GROUP_PX = 160;
const LEAST_SHARE = 0.15;

const PANES: readonly Pane[] = ["graph", "timeline", "detail"];

export class App extends LitElement {
  static override styles = [baseStyles, appStyles];
  static override properties = {
    state: { attribute: false },
    host: { attribute: false },
    callGraphs: { attribute: false },
    narrow: { state: true },
    isTight: { state: true },
    groupsInSight: { state: true },
    hasDetail: { attribute: false },
    hasGraph: { state: true },
  };
  declare state: ViewState | undefined;
  declare host: Host;
  declare callGraphs: CallGraphs;
  declare narrow: boolean;
  declare isTight: boolean;
  declare groupsInSight: number;
  /** The detail comes after the first picture of the timeline. */
  declare hasDetail: boolean;
  /** The graph is defined after that. */
  declare hasGraph: boolean;

  constructor() {
    super();
    this.#measure(window.innerWidth);
    watchSize(this, () => this.#measure(this.clientWidth));
    this.hasDetail = false;
    this.hasGraph = false;
    new WatchCells(this, () =>
      this.state === undefined
        ? []
        : [
            ...[this.state.content, this.state.trace, this.state.pane, this.state.detailView],
            ...[this.state.closed, this.state.shares, this.state.timelineView],
          ],
    );
    void customElements.whenDefined("traceside-graph").then(() => {
      this.hasGraph = true;
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("contextmenu", this.#onContextMenu);
    this.addEventListener("keydown", this.#onKeyDown);
  }

  #measure(widthPx: number): void {
    this.narrow = widthPx < WIDE_PX;
    this.isTight = widthPx < TIGHT_PX;
    this.groupsInSight = Math.floor(widthPx / GROUP_PX);
  }

  override render(): TemplateResult | typeof nothing {
    const content = this.state?.content.value;
    if (this.state === undefined || content === undefined) return nothing;
    switch (content.kind) {
      case "loading":
        return this.#renderLoading(content);
      case "failed":
        return this.#renderFailed(content);
      case "trace":
        return this.state.trace.value === undefined ? nothing : this.#renderTrace(this.state);
    }
  }

  #renderLoading({ id, answers }: Extract<PanelContent, { kind: "loading" }>): TemplateResult {
    return html`<main class="message" aria-busy="true">
      <h1>
        <vscode-progress-ring></vscode-progress-ring>
        <span>${t("Looking for")} <span class="mono" title=${id}>${shortId(id)}</span></span>
      </h1>
      ${this.#renderAnswers(answers)}
      <div class="actions">
        <vscode-button appearance="secondary" @click=${this.#cancel}>${t("Cancel")}</vscode-button>
      </div>
    </main>`;
  }

  #renderAnswers(answers: readonly StoreAnswer[]): TemplateResult {
    return html`<div class="answers" role="status">
      ${answers.map(
        answer =>
          html`<span>${answer.store}</span>
            <span class="muted"
              >${answer.kind === "failed" ? explainAnswer(answer) : describeAnswer(answer)}</span
            >`,
      )}
    </div>`;
  }

  #renderFailed(content: Extract<PanelContent, { kind: "failed" }>): TemplateResult {
    return html`<main class="message failed">
      <div role="alert">
        <h1><span class="failure">${icons.warning}</span><span>${content.text}</span></h1>
        ${
          content.lines.length === 0
            ? nothing
            : html`<ul class="muted">
                ${content.lines.map(each => html`<li>${each}</li>`)}
              </ul>`
        }
      </div>
      <div class="actions">
        ${content.actions.map(
          (title, index) =>
            html`<vscode-button
              appearance=${index === 0 ? "primary" : "secondary"}
              @click=${() => this.host.remote.runAction(index).catch(this.host.report)}
              >${title}</vscode-button
            >`,
        )}
      </div>
    </main>`;
  }

  #renderTrace(state: ViewState): TemplateResult {
    const { narrow, isTight } = this;
    return html`<traceside-header
        .state=${state}
        .host=${this.host}
        .narrow=${narrow}
        .groupsInSight=${this.groupsInSight}
      >
        ${narrow ? nothing : this.#renderToggles(state)}
      </traceside-header>
      <traceside-comparison .state=${state} .host=${this.host}></traceside-comparison>
      <traceside-answers .state=${state} .host=${this.host} .narrow=${isTight}></traceside-answers>
      <traceside-span-filter .state=${state}></traceside-span-filter>
      <traceside-keys></traceside-keys>
      ${narrow ? this.#renderNarrow(state) : this.#renderWide(state)}`;
  }

  #renderToggles({ closed }: ViewState): TemplateResult {
    return html`<span class="toggles" role="group" aria-label=${t("Panes")}>
      ${PANES.map(pane => {
        const isOpen = !closed.value.has(pane);
        const label = nameOf(pane);
        return html`<button
          class="icon toggle"
          aria-pressed=${isOpen ? "true" : "false"}
          aria-label=${label}
          title=${isOpen ? t("Hide: {0}", label) : t("Show: {0}", label)}
          @click=${() => this.#toggle(pane)}
        >
          ${icons[pane]}
        </button>`;
      })}
    </span>`;
  }

  /** One strip of tabs for all: the two views of the detail are tabs beside the other panes. */
  #renderNarrow(state: ViewState): TemplateResult {
    const pane = state.pane.value;
    const tabs: readonly { readonly id: PanelView; readonly label: string }[] = [
      { id: "timeline", label: nameOf("timeline") },
      { id: "flame", label: t("Flame") },
      { id: "table", label: t("Table") },
      { id: "graph", label: nameOf("graph") },
      { id: "overview", label: t("Overview") },
      { id: "span", label: t("Span") },
    ];
    return html`<traceside-tabs
        .tabs=${tabs}
        .selected=${viewOf(state, pane)}
        .label=${t("Panes")}
        .onSelect=${(id: string) => bringToFront(state, id as PanelView)}
      ></traceside-tabs>
      <div class="panes narrow">
        ${PANES.map(each => this.#renderPane(state, each, each === pane, 1))}
      </div>`;
  }

  #renderWide(state: ViewState): TemplateResult {
    const isOpen = (pane: Pane): boolean => !state.closed.value.has(pane);
    const hasLeft = isOpen("graph") || isOpen("timeline");
    const { left, graph } = state.shares.value;
    return html`<div class="panes">
      <div class="left" ?hidden=${!hasLeft} ${elementStyle(grow(left))}>
        ${this.#renderPane(state, "graph", isOpen("graph"), graph)}
        <traceside-sash
          ?hidden=${!isOpen("graph") || !isOpen("timeline")}
          .direction=${"horizontal"}
          .share=${graph}
          .label=${t("Height of the graph")}
          .onMove=${(byPx: number | undefined) => this.#move("graph", byPx)}
        ></traceside-sash>
        ${this.#renderPane(state, "timeline", isOpen("timeline"), 1 - graph)}
      </div>
      <traceside-sash
        ?hidden=${!hasLeft || !isOpen("detail")}
        .direction=${"vertical"}
        .share=${left}
        .label=${t("Width of the detail")}
        .onMove=${(byPx: number | undefined) => this.#move("left", byPx)}
      ></traceside-sash>
      ${this.#renderPane(state, "detail", isOpen("detail"), 1 - left)}
    </div>`;
  }

  #renderPane(state: ViewState, pane: Pane, isShown: boolean, share: number): TemplateResult {
    return html`<section
      class="pane"
      aria-label=${nameOf(pane)}
      ?hidden=${!isShown}
      ${elementStyle(grow(share))}
    >
      ${this.#renderView(state, pane, isShown)}
    </section>`;
  }

  #renderView(state: ViewState, pane: Pane, isShown: boolean): TemplateResult | typeof nothing {
    switch (pane) {
      case "graph":
        return this.hasGraph
          ? html`<traceside-graph
              .state=${state}
              .host=${this.host}
              .callGraphs=${this.callGraphs}
            ></traceside-graph>`
          : nothing;
      case "timeline":
        return this.#renderTimeline(state, isShown);
      case "detail":
        return this.hasDetail
          ? html`<traceside-detail
              .state=${state}
              .host=${this.host}
              .hasTabs=${!this.narrow}
            ></traceside-detail>`
          : nothing;
    }
  }

  /** Bars, flame or table: what the one shows is not lost while the other is in front. */
  #renderTimeline(state: ViewState, isShown: boolean): TemplateResult {
    const isTable = state.timelineView.value === "table";
    // The flame view lays its boxes out as soon as it is there, which a hidden pane needs not.
    const isFlame = isShown && state.timelineView.value === "flame";
    return html`<div class="views">
      <traceside-tabs
        ?hidden=${this.narrow}
        .tabs=${[
          { id: "bars", label: t("Timeline") },
          { id: "flame", label: t("Flame") },
          { id: "table", label: t("Table") },
        ]}
        .selected=${state.timelineView.value}
        .label=${t("Timeline")}
        .onSelect=${(id: string) => state.timelineView.set(id as TimelineView)}
      ></traceside-tabs>
      <traceside-timeline ?hidden=${isTable} .state=${state} .host=${this.host}
        >${isFlame ? html`<traceside-flame .state=${state}></traceside-flame>` : nothing}</traceside-timeline
      >
      ${
        isTable
          ? html`<traceside-table .state=${state} .host=${this.host}></traceside-table>`
          : nothing
      }
    </div>`;
  }

  #move(which: keyof Shares, byPx: number | undefined): void {
    const panes = this.renderRoot.querySelector<HTMLElement>(".panes");
    const shares = this.state?.shares;
    if (panes === null || shares === undefined) return;
    const wholePx = which === "left" ? panes.clientWidth : panes.clientHeight;
    const share =
      byPx === undefined || wholePx === 0
        ? firstShares[which]
        : shares.value[which] + byPx / wholePx;
    shares.set({
      ...shares.value,
      [which]: Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, share)),
    });
  }

  /** The last open pane stays: an empty panel helps nobody. */
  #toggle(pane: Pane): void {
    const cell = this.state?.closed;
    const closed = new Set(cell?.value);
    if (!closed.delete(pane)) closed.add(pane);
    if (closed.size < PANES.length) cell?.set(closed);
  }

  /** Keys work as soon as the panel has the keyboard, without a click. */
  focusRows(): void {
    this.renderRoot.querySelector<HTMLElement>("traceside-timeline")?.focus();
  }

  readonly #onContextMenu = (event: MouseEvent): void => {
    if (this.state !== undefined) takeSpanMenu(event, this.state);
  };

  /** Views and fields take the keys that are theirs; this one is nobody's, but for what is typed. */
  readonly #onKeyDown = (event: KeyboardEvent): void => {
    const isTyped = event.composedPath()[0] instanceof HTMLInputElement;
    if (event.key !== "?" || isTyped || event.defaultPrevented) return;
    event.preventDefault();
    this.renderRoot.querySelector<KeysOverlay>("traceside-keys")?.open();
  };

  readonly #cancel = (): void => {
    this.host.remote.cancel().catch(this.host.report);
  };

  protected override updated(): void {
    this.dataset["content"] = this.state?.content.value?.kind ?? "";
  }
}

/** In percent: shares that sum to less than 1 would leave a part of the panel empty. */
function grow(share: number): Readonly<Record<string, string>> {
  return { "flex-grow": String(share * 100) };
}

function nameOf(pane: Pane): string {
  switch (pane) {
    case "graph":
      return t("Graph");
    case "timeline":
      return t("Timeline");
    case "detail":
      return t("Detail");
  }
}

customElements.define("traceside-app", App);

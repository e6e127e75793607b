/** The graph's tool bar, and the words over the picture. Knows no layout and no state. */

import { html, nothing, svg, type TemplateResult } from "lit";
import type { CallGraph } from "../../src/analysis/callGraph.ts";
import { countOf, formatCount } from "../words/localText.ts";
import { moveFocus } from "../kit/moveFocus.ts";
import { renderRadioButton } from "../kit/radioButton.ts";
import type { GraphMode } from "../panel/state.ts";
import { describeEdge } from "../words/spanFacts.ts";
import { t } from "../words/words.ts";
import type { GraphStatus } from "./graphModel.ts";
import type { Direction } from "./picture.ts";

export interface BarContent {
  readonly mode: GraphMode;
  readonly direction: Direction;
  readonly isEnabled: boolean;
  readonly onMode: (mode: GraphMode) => void;
  readonly onTurn: () => void;
  readonly onZoom: (out: boolean) => void;
  readonly onActualSize: () => void;
  readonly onFit: () => void;
}

export function drawBar(bar: BarContent): TemplateResult {
  const { isEnabled } = bar;
  const turn =
    bar.direction === "right" ? t("Draw from top to bottom") : t("Draw from left to right");
  return html`<div class="bar">
    <div class="tools">
      <div class="switch" role="radiogroup" aria-label=${t("Nodes")} @keydown=${moveFocus}>
        ${drawMode(bar, "aggregated", t("Aggregated"), t("Calls of one path are one node"))}
        ${drawMode(bar, "spans", t("Every span"), t("Every span is a node"))}
      </div>
      <span class="grow"></span>
      <div role="toolbar" class="view" aria-label=${t("View")} @keydown=${moveFocus}>
        ${drawTool(bar.direction === "right" ? icons.down : icons.right, turn, turn, bar.onTurn, bar)}
        ${drawTool(icons.out, t("Zoom out"), t("Zoom out (Shift+Z)"), () => bar.onZoom(true), bar)}
        <button
          class="percent"
          tabindex="-1"
          title=${t("Actual size")}
          ?disabled=${!isEnabled}
          @click=${bar.onActualSize}
        ></button>
        ${drawTool(icons.in, t("Zoom in"), t("Zoom in (Z)"), () => bar.onZoom(false), bar)}
        ${drawTool(icons.fit, t("Show the whole graph"), t("Show the whole graph (F)"), bar.onFit, bar)}
      </div>
    </div>
  </div>`;
}

/** A sign alone: its label is read aloud, its title tells the key as well. In the tool bar arrows lead from one to the next. */
function drawTool(
  sign: TemplateResult,
  label: string,
  title: string,
  run: () => void,
  bar?: BarContent,
): TemplateResult {
  return html`<button
    tabindex=${bar === undefined || run === bar.onTurn ? "0" : "-1"}
    title=${title}
    aria-label=${label}
    ?disabled=${bar?.isEnabled === false}
    @click=${run}
  >
    ${sign}
  </button>`;
}

function drawMode(bar: BarContent, mode: GraphMode, text: string, title: string): TemplateResult {
  return renderRadioButton(text, title, bar.mode === mode, () => bar.onMode(mode));
}

export interface StatusContent {
  readonly status: GraphStatus;
  readonly canFoldMore: boolean;
  /** Which span of the node is selected, where it has several. */
  readonly place: { readonly place: number; readonly of: number } | undefined;
  readonly onFoldMore: () => void;
  readonly onRetry: () => void;
  readonly onStep: (by: number) => void;
}

/**
 * Draws the notes on what is not drawn, and on the meaning of the lines: they stand below the picture, so that they
 * cover no node.
 */
export function drawNotes(graph: CallGraph | undefined): TemplateResult | typeof nothing {
  const keys = drawKeys(graph);
  const notes = [
    ...(graph !== undefined && graph.shownCalls < graph.allCalls
      ? [
          t(
            "{0} of {1} calls shown, the rest folded",
            formatCount(graph.shownCalls),
            formatCount(graph.allCalls),
          ),
        ]
      : []),
    ...(graph !== undefined && graph.hiddenCauses > 0
      ? [countOf(graph.hiddenCauses, t("1 link not drawn"), t("{0} links not drawn"))]
      : []),
  ];
  if (notes.length === 0 && keys === nothing) return nothing;
  return html`<div class="notes">
    ${notes.length > 0 ? html`<div>${notes.join(" · ")}</div>` : nothing} ${keys}
  </div>`;
}

export function drawStatus(content: StatusContent): TemplateResult {
  const { place, status } = content;
  return html`<div class="status">
    ${drawProblem(content)}
    ${status.kind === "working" ? html`<div class="working">${t("Arranging…")}</div>` : nothing}
    ${
      place === undefined
        ? nothing
        : html`<div class="spans">
            ${drawTool(icons.previous, t("Next slower call"), t("Next slower call ([)"), () => content.onStep(-1))}
            <span aria-live="polite">
              ${t("{0} of {1}", formatCount(place.place), formatCount(place.of))}
            </span>
            ${drawTool(icons.next, t("Next faster call"), t("Next faster call (])"), () => content.onStep(1))}
          </div>`
    }
  </div>`;
}

/** Draws the meaning of the dashed lines, where there are any. */
function drawKeys(graph: CallGraph | undefined): TemplateResult | typeof nothing {
  const kinds = [...new Set(graph?.causes.map(cause => cause.kind))].sort();
  if (kinds.length === 0) return nothing;
  return html`<div>
    ${kinds.map(
      kind =>
        html`<span class="key">
          <svg aria-hidden="true">
            <g class="cause kind${kind}">
              <path class="line" d="M0 5H16"></path>
              <path class="arrow" d="M22 5l-7-3v6Z"></path>
            </g>
          </svg>
          ${describeEdge(kind)}
        </span>`,
    )}
  </div>`;
}

function drawProblem(content: StatusContent): TemplateResult | undefined {
  const { status } = content;
  if (status.kind !== "late" && status.kind !== "failed") return undefined;
  const text =
    status.kind === "late"
      ? t("This graph is drawn as a plain tree: arranging it took too long.")
      : t("This graph could not be arranged: {0}", status.message);
  return html`<div class="warning" role="alert">
    <span>${text}</span>
    ${
      content.canFoldMore
        ? html`<button class="link" @click=${content.onFoldMore}>${t("Fold more")}</button>`
        : nothing
    }
    <button class="link" @click=${content.onRetry}>${t("Try Again")}</button>
  </div>`;
}

export function drawEmpty(): TemplateResult {
  return html`<div class="empty">${t("This trace has no spans.")}</div>`;
}

const icon = (path: string): TemplateResult =>
  html`<svg viewBox="0 0 16 16" aria-hidden="true">${svg`<path d=${path}></path>`}</svg>`;

const icons = {
  right: icon("M2 8h11M9.5 4.5 13 8l-3.5 3.5"),
  down: icon("M8 2v11M4.5 9.5 8 13l3.5-3.5"),
  out: icon("M3 8h10"),
  in: icon("M3 8h10M8 3v10"),
  fit: icon("M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10"),
  previous: icon("M10 3.5 5.5 8l4.5 4.5"),
  next: icon("M6 3.5 10.5 8 6 12.5"),
};

/**
 * `<traceside-table>`: a row for each operation of the trace, or for each call path of a comparison. Sorted by its headings, moved in by arrows, copied as Markdown
 * or CSV; only the rows in sight are in the page. A row leads to its longest span.
 */

import { css, html, nothing, type TemplateResult } from "lit";
import { advance, type OperationRow } from "../../src/analysis/operations.ts";
import { renderCopy } from "../kit/copyButton.ts";
import { elementStyle } from "../kit/elementStyle.ts";
import { middleCutStyles, renderMiddleCut } from "../kit/middleCut.ts";
import { baseStyles, paletteStyles } from "../kit/styles.ts";
import { watchSize } from "../kit/watchSize.ts";
import { PanelElement } from "../panel/panelElement.ts";
import type { LoadedTrace } from "../panel/state.ts";
import { countOf } from "../words/localText.ts";
import { t } from "../words/words.ts";
import { tabulateComparison } from "./comparedColumns.ts";
import {
  sortRows,
  tabulateOperations,
  type TableColumn,
  type TableContent,
} from "./tableColumns.ts";
import { writeCsv, writeMarkdown } from "./tableText.ts";

const ROW_PX = 24;
/** Rows beyond the edges, so that a quick scroll shows no hole. */
const MARGIN_ROWS = 8;
/** The least widths of the first column, of other words and of numbers. */
const WIDTHS_PX = { first: 130, words: 120, number: 76 } as const;
/** A heading's padding, and the arrow of the one that the rows are sorted by. */
const HEADING_EXTRA_PX = 26;
/** Bold letters are about so wide; those of East Asia are as wide as they are high. */
const LETTER_PX = { latin: 8, wide: 14 } as const;
/** Where the table is wider than its pane, names take no more of what is seen. */
const NAMES_SHARE = 0.4;

export class Table extends PanelElement {
  static override styles = [
    baseStyles,
    paletteStyles,
    middleCutStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
      }
      .bar {
        display: flex;
        flex: none;
        align-items: center;
        gap: var(--space-2);
        padding: var(--space-1) var(--space-5);
      }
      .bar .count {
        flex: 1;
      }
      .scroller {
        flex: 1;
        min-height: 0;
        overflow: auto;
        outline: none;
      }
      .row {
        display: grid;
        grid-template-columns: var(--columns);
        width: max(100%, var(--least-width));
        height: ${ROW_PX}px;
        line-height: ${ROW_PX}px;
      }
      .head {
        position: sticky;
        top: 0;
        z-index: 2;
        background: var(--vscode-editor-background);
        border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
      }
      .row > * {
        padding: 0 var(--space-3);
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .body .row > :first-child {
        display: flex;
        align-items: center;
        gap: var(--space-3);
      }
      .row > :first-child {
        position: sticky;
        left: 0;
        z-index: 1;
        padding-inline-start: var(--space-5);
        background:
          linear-gradient(var(--row, transparent), var(--row, transparent)),
          var(--vscode-editor-background);
      }
      .number {
        text-align: end;
      }
      .head button {
        width: 100%;
        font-weight: 600;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .head .number button {
        text-align: end;
      }
      .body {
        position: relative;
        min-width: var(--least-width);
        outline: none;
      }
      .body .row {
        position: absolute;
        left: 0;
        background: var(--row);
        cursor: pointer;
      }
      .body .row:hover {
        --row: var(--vscode-list-hoverBackground);
      }
      .body .row.active {
        --row: var(--vscode-list-inactiveSelectionBackground);
      }
      /* Above the first cell, which covers what scrolls below it. */
      .body .row.active::after {
        content: "";
        position: absolute;
        inset: 0;
        z-index: 2;
        border: 1px solid var(--vscode-contrastActiveBorder, transparent);
        pointer-events: none;
      }
      .scroller:focus-visible .row.active::after {
        border-color: var(--vscode-focusBorder);
      }
      .failed {
        color: var(--vscode-traceside-error);
      }
      .note {
        padding: var(--space-4) var(--space-5);
      }
    `,
  ];
  static override properties = {
    sortedBy: { state: true },
    isDescending: { state: true },
    active: { state: true },
    renderedRows: { state: true },
    widthPx: { state: true },
  };
  declare sortedBy: string;
  declare isDescending: boolean;
  /** The row that the keyboard is on. */
  declare active: number;
  /** The rows in sight. */
  declare renderedRows: { readonly from: number; readonly to: number };
  declare widthPx: number;

  constructor() {
    super(({ analysis, clockNs, comparison, trace }) => [analysis, clockNs, comparison, trace]);
    this.sortedBy = "";
    this.isDescending = true;
    this.active = 0;
    this.renderedRows = { from: 0, to: 60 };
    this.widthPx = 0;
    watchSize(this, () => this.#measure());
  }

  #made:
    | { readonly of: object; readonly trace: LoadedTrace; readonly content: TableContent }
    | undefined;

  /** Made once for each analysis, second of what runs, or comparison. */
  #getContent(): TableContent | undefined {
    const trace = this.state.getTraceNow();
    const comparison = this.state.getComparison()?.result;
    const of = comparison ?? this.state.getAnalysis();
    if (trace === undefined || of === undefined) return undefined;
    if (this.#made?.of !== of || this.#made.trace !== trace) {
      const content: TableContent =
        comparison === undefined
          ? tabulateOperations(trace, this.#listRows(trace))
          : tabulateComparison(trace, comparison);
      this.#made = { of, trace, content };
    }
    return this.#made.content;
  }

  #listRows(trace: LoadedTrace): readonly OperationRow[] {
    const rows = this.state.getAnalysis()?.rows ?? [];
    const latest = this.state.trace.value;
    return latest === undefined || latest === trace
      ? rows
      : advance(rows, trace.columns, latest, trace);
  }

  protected override render(): TemplateResult {
    const content = this.#getContent();
    if (content === undefined) {
      return html`<p class="note muted" role="status">${t("Counting…")}</p>`;
    }
    if (content.rows.length === 0) {
      return html`<p class="note muted">${t("This trace has no spans.")}</p>`;
    }
    const rows = this.#sort(content);
    const columns = this.#chooseColumns(content);
    const layout = layOut(columns, rows, this.widthPx);
    const copyAs = (label: string, what: string, write: () => string): TemplateResult =>
      renderCopy(this.host, write, what, label);
    const count = this.state.getComparison()
      ? countOf(rows.length, t("1 call path"), t("{0} call paths"))
      : countOf(rows.length, t("1 operation"), t("{0} operations"));
    return html`<div class="bar">
        <span class="count muted cut">${count}</span>
        ${copyAs("Markdown", t("Copy as Markdown"), () => writeMarkdown(content.columns, rows))}
        ${copyAs("CSV", t("Copy as CSV"), () => writeCsv(content.columns, rows))}
      </div>
      <div
        class="scroller"
        role="grid"
        tabindex="0"
        aria-label=${t("Operations")}
        aria-rowcount=${rows.length + 1}
        aria-activedescendant="row${this.active}"
        @scroll=${() => this.#measure()}
        @keydown=${(event: KeyboardEvent) => this.#press(event, content, rows)}
        ${elementStyle({
          "--columns": layout.tracks,
          "--least-width": `${layout.leastPx}px`,
        })}
      >
        <div class="row head" role="row">
          ${columns.map(column => this.#renderHeading(content, column))}
        </div>
        <div
          class="body"
          role="presentation"
          ${elementStyle({ height: `${rows.length * ROW_PX}px` })}
        >
          ${rows
            .slice(this.renderedRows.from, this.renderedRows.to)
            .map((row, i) =>
              this.#renderRow(content, columns, rows, row, this.renderedRows.from + i),
            )}
        </div>
      </div>`;
  }

  #renderHeading(
    content: TableContent,
    { id, label, note, isNumber }: TableColumn<unknown>,
  ): TemplateResult {
    const { column, isDescending } = this.#getOrder(content);
    const isSorted = column?.id === id;
    const order = !isSorted ? "none" : isDescending ? "descending" : "ascending";
    return html`<div role="columnheader" class=${isNumber ? "number" : ""} aria-sort=${order}>
      <button
        title="${label}: ${note}"
        @click=${() => {
          this.isDescending = isSorted ? !isDescending : isNumber;
          this.sortedBy = id;
          this.active = 0;
        }}
      >
        ${label}${isSorted ? (isDescending ? " ↓" : " ↑") : ""}
      </button>
    </div>`;
  }

  #renderRow(
    content: TableContent,
    columns: TableContent["columns"],
    rows: readonly unknown[],
    row: unknown,
    index: number,
  ): TemplateResult {
    const isActive = index === this.active;
    return html`<div
      class="row slot${content.slotOf(row)} ${isActive ? "active" : ""}"
      id="row${index}"
      role="row"
      aria-rowindex=${index + 2}
      aria-selected=${isActive ? "true" : "false"}
      data-span=${content.spanOf(row) ?? nothing}
      ${elementStyle({ transform: `translateY(${index * ROW_PX}px)` })}
      @click=${() => this.#go(content, rows, index)}
    >
      ${columns.map((column, place) => {
        const text = column.text(row);
        const classes = [
          ...(column.isNumber ? ["number"] : []),
          ...(content.isBad(row, column.id) ? ["failed"] : []),
        ].join(" ");
        return html`<span role="gridcell" class=${classes} title=${text.trim()}
          >${place === 0 ? html`<span class="dot"></span>` : nothing}${
            column.isNumber ? text : renderMiddleCut(text)
          }</span
        >`;
      })}
    </div>`;
  }

  /** A row's colour tells its service too: that column goes first where not all have room. */
  #chooseColumns({ columns }: TableContent): TableContent["columns"] {
    const isCut = this.widthPx > 0 && this.widthPx < sumWidths(columns);
    return isCut ? columns.filter(({ id }) => id !== "group") : columns;
  }

  /** The user's order where the table has that column, else its own. */
  #getOrder({ columns, sortedBy }: Pick<TableContent, "columns" | "sortedBy">): {
    readonly column: TableColumn<unknown> | undefined;
    readonly isDescending: boolean;
  } {
    const chosen = columns.find(({ id }) => id === this.sortedBy);
    if (chosen !== undefined) return { column: chosen, isDescending: this.isDescending };
    const first = columns.find(({ id }) => id === sortedBy);
    return { column: first, isDescending: first?.isNumber === true };
  }

  #order:
    | { readonly of: object | undefined; readonly key: string; readonly places: readonly number[] }
    | undefined;

  /** Once for each order and analysis: no row moves away from the pointer because what it counts still runs. */
  #sort({ rows, ...content }: TableContent): readonly unknown[] {
    const { column, isDescending } = this.#getOrder(content);
    const of = this.#made?.of;
    const key = `${column?.id ?? ""} ${String(isDescending)}`;
    if (this.#order?.of !== of || this.#order?.key !== key) {
      const placeOf = new Map(rows.map((row, place) => [row, place]));
      const sorted = column === undefined ? rows : sortRows(rows, column, isDescending);
      this.#order = { of, key, places: sorted.map(row => placeOf.get(row) ?? 0) };
    }
    return this.#order.places.map(place => rows[place]);
  }

  /** A span of the row, in all panes; the table stays where it is. */
  #go(content: TableContent, rows: readonly unknown[], index: number): void {
    this.active = index;
    const span = index < rows.length ? content.spanOf(rows[index]) : undefined;
    if (span === undefined) return;
    this.state.goTo(span, "header");
  }

  #press(event: KeyboardEvent, content: TableContent, rows: readonly unknown[]): void {
    if (event.composedPath()[0] !== this.#scroller) return;
    const page = Math.max(1, this.renderedRows.to - this.renderedRows.from - 2 * MARGIN_ROWS);
    const goals: Readonly<Record<string, number>> = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: rows.length - 1,
    };
    const goal = goals[event.key];
    if (event.key === "Enter" || event.key === " ") this.#go(content, rows, this.active);
    else if (goal !== undefined) {
      this.active = Math.max(0, Math.min(rows.length - 1, goal));
      this.#reveal();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  override focus(): void {
    this.#scroller?.focus({ preventScroll: true });
  }

  get #scroller(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(".scroller");
  }

  #reveal(): void {
    const scroller = this.#scroller;
    if (scroller === null) return;
    const top = this.active * ROW_PX;
    // The heading covers the first row's height.
    const roomPx = scroller.clientHeight - ROW_PX;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + ROW_PX > scroller.scrollTop + roomPx) {
      scroller.scrollTop = top + ROW_PX - roomPx;
    }
  }

  #measure(): void {
    const scroller = this.#scroller;
    if (scroller === null) return;
    this.widthPx = scroller.clientWidth;
    const from = Math.max(0, Math.floor(scroller.scrollTop / ROW_PX) - MARGIN_ROWS);
    const to = Math.ceil((scroller.scrollTop + scroller.clientHeight) / ROW_PX) + MARGIN_ROWS;
    if (from !== this.renderedRows.from || to !== this.renderedRows.to) {
      this.renderedRows = { from, to };
    }
  }

  protected override updated(): void {
    this.#measure();
  }
}

function leastWidth({ isNumber, label }: TableColumn<unknown>, place: number): number {
  if (place === 0) return WIDTHS_PX.first;
  if (!isNumber) return WIDTHS_PX.words;
  let headingPx = HEADING_EXTRA_PX;
  for (const letter of label) headingPx += letter > "\u2e7f" ? LETTER_PX.wide : LETTER_PX.latin;
  return Math.max(WIDTHS_PX.number, headingPx);
}

function sumWidths(columns: TableContent["columns"]): number {
  return columns.reduce((sum, column, place) => sum + leastWidth(column, place), 0);
}

/** Words share the width that numbers leave, by their lengths. */
function layOut(
  columns: TableContent["columns"],
  rows: readonly unknown[],
  widthPx: number,
): { readonly tracks: string; readonly leastPx: number } {
  const leastPx = sumWidths(columns);
  const isCut = widthPx > 0 && widthPx < leastPx;
  const lengths = columns.map(column => (column.isNumber ? 0 : findLongest(column, rows)));
  const names = Math.min(NAMES_SHARE * widthPx, (lengths[0] ?? 0) * LETTER_PX.latin);
  const grownPx = isCut ? Math.max(0, Math.ceil(names) - WIDTHS_PX.first) : 0;
  const tracks = columns.map((column, place) => {
    const least = leastWidth(column, place) + (place === 0 ? grownPx : 0);
    return column.isNumber ? `${least}px` : `minmax(${least}px, ${lengths[place] ?? 1}fr)`;
  });
  return { tracks: tracks.join(" "), leastPx: leastPx + grownPx };
}

/** In letters, with the padding and the dot. */
function findLongest(column: TableColumn<unknown>, rows: readonly unknown[]): number {
  return rows.reduce((most: number, row) => Math.max(most, column.text(row).length), 0) + 5;
}

customElements.define("traceside-table", Table);

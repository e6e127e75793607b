/** The styles of the list of traces. Colours are VS Code's variables only. */

import { css } from "lit";
import { middleCutStyles } from "../kit/middleCut.ts";

/** The heights that the list counts with; the styles below draw them. */
export const ROW_PX = { twoLines: 46, oneLine: 26 } as const;
export const PILL_PX = 26;

export const traceListStyles = css`
  ${middleCutStyles}
  :host {
    position: relative;
    display: flex;
    flex-direction: column;
    min-height: 0;
    overflow: clip;
    container-type: inline-size;
  }
  .scroll {
    flex: 1;
    min-height: 0;
    overflow: hidden auto;
    /* The list keeps the reader's place itself. */
    overflow-anchor: none;
  }
  /* The row that has the keyboard shows it. */
  .scroll:focus-visible {
    outline: none;
  }
  .rows {
    position: relative;
    overflow: clip;
  }
  .row {
    position: absolute;
    inset-inline: 0;
    height: 46px;
    display: grid;
    /* Of two lines: the facts below take no width from the name, since they span a column that has no width of its own. */
    grid-template:
      "state name name actions duration" 22px
      "state services facts facts facts" 18px / 16px minmax(0, 1.4fr) minmax(0, 1fr)
      max-content max-content;
    align-content: start;
    align-items: center;
    column-gap: var(--space-3);
    padding: var(--space-1) var(--space-5) 0;
    line-height: 20px;
    cursor: pointer;
    user-select: none;
  }
  .row.inner {
    padding-inline-start: calc(16px + var(--space-5));
  }
  .row:hover {
    background: var(--vscode-list-hoverBackground);
    color: var(--vscode-list-hoverForeground, inherit);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .row[aria-selected="true"] {
    background: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-list-inactiveSelectionForeground, inherit);
    outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
    /* Some light themes give the background of the side bar and this one nearly the same colour. */
    box-shadow: inset 2px 0 var(--vscode-focusBorder);
  }
  .scroll:focus .row[aria-selected="true"] {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground, inherit);
    box-shadow: none;
  }
  .scroll:focus .row.active {
    outline: 1px solid
      var(
        --vscode-list-focusAndSelectionOutline,
        var(--vscode-list-focusOutline, var(--vscode-focusBorder))
      );
    outline-offset: -1px;
  }
  .scroll:focus .row[aria-selected="true"] .muted,
  .scroll:focus .row[aria-selected="true"] .state:not(.failed),
  .scroll:focus .row[aria-selected="true"] .icon {
    color: inherit;
  }
  /* On these backgrounds the quiet colour would be too quiet, and red words too dark. */
  .row:is(:hover, .arrived, [aria-selected="true"]) :is(.muted, .services .cut, .facts .failure) {
    color: inherit;
  }
  .facts .failure svg {
    color: var(--vscode-traceside-error);
  }
  .state,
  .twisty {
    grid-area: state;
    align-self: start;
    margin-top: calc((22px - 16px) / 2);
  }
  .state .hole {
    stroke: var(--vscode-sideBar-background, var(--vscode-editor-background));
  }
  .twisty {
    color: var(--vscode-icon-foreground);
  }
  .twisty.open {
    transform: rotate(90deg);
  }
  .name {
    grid-area: name;
    display: flex;
    min-width: 0;
  }
  .session {
    flex: none;
    white-space: pre;
  }
  /* Groups have no actions. */
  .group .name {
    grid-column: name-start / actions-end;
  }
  .actions {
    grid-area: actions;
    display: flex;
    margin-inline-end: calc(-1 * var(--space-1));
  }
  .actions .icon {
    width: 20px;
    height: 20px;
  }
  .actions .onHover {
    display: none;
  }
  .row:hover .onHover,
  .scroll:focus .row.active .onHover {
    display: inline-flex;
  }
  .duration {
    grid-area: duration;
    text-align: end;
    white-space: nowrap;
  }
  .services {
    grid-area: services;
    display: flex;
    align-items: center;
    gap: var(--space-4);
    min-width: 0;
    overflow: hidden;
  }
  .service,
  .dots {
    display: inline-flex;
    align-items: center;
    gap: var(--space-3);
    min-width: 0;
  }
  .service {
    flex: 0 1 auto;
  }
  .dots {
    flex: none;
    gap: var(--space-2);
  }
  .services,
  .facts {
    font-size: var(--font-small);
  }
  .services .cut {
    color: var(--vscode-descriptionForeground);
  }
  .dot {
    width: 8px;
    height: 8px;
  }
  .facts {
    grid-area: facts;
    display: flex;
    justify-content: flex-end;
    align-items: center;
    gap: var(--space-4);
    white-space: nowrap;
  }
  .errors,
  .expectations,
  .spans {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
  }
  .track {
    position: absolute;
    inset-inline: 34px 12px;
    bottom: 2px;
    height: 2px;
  }
  .row.inner .track {
    inset-inline-start: 50px;
  }
  .bar {
    display: block;
    height: 100%;
    border-radius: var(--radius-small);
    background: var(--slot);
    opacity: 0.65;
  }
  .bar.failed {
    background: var(--vscode-traceside-error);
  }
  :host-context(.vscode-high-contrast) .bar,
  :host-context(.vscode-high-contrast-light) .bar {
    opacity: 1;
  }

  :host([wide]) .row {
    height: 26px;
    grid-template:
      "state name actions services facts track duration" 26px / 16px minmax(120px, 1fr)
      max-content minmax(0, 220px) 170px minmax(40px, 0.5fr) 76px;
    padding-block: 0;
    column-gap: var(--space-5);
  }
  :host([wide]) .state,
  :host([wide]) .twisty {
    align-self: center;
    margin-top: 0;
  }
  :host([wide]) .track {
    grid-area: track;
    position: static;
    height: 4px;
  }
  :host([wide]) .services,
  :host([wide]) .facts {
    font-size: inherit;
  }
  :host([wide]) .spans {
    min-width: 6ch;
    justify-content: flex-end;
  }
  :host([wide]) .ago {
    min-width: 64px;
    text-align: end;
  }

  .row.arrived {
    animation: arrived 1.6s ease-out;
  }
  @keyframes arrived {
    from {
      background: var(--vscode-list-inactiveSelectionBackground);
    }
  }

  .end {
    display: flex;
    align-items: center;
    gap: var(--space-4);
    min-height: 30px;
    padding: var(--space-2) var(--space-5) var(--space-4)
      calc(16px + var(--space-5) + var(--space-3));
  }
  .pill {
    flex: none;
    display: flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    height: 26px;
    border-block: 1px solid var(--vscode-contrastBorder, transparent);
    color: var(--vscode-button-foreground);
    background: var(--vscode-button-background);
    white-space: nowrap;
  }
  .pill[hidden] {
    display: none;
  }
  .pill:hover {
    background: var(--vscode-button-hoverBackground);
  }
  .pill:focus-visible {
    outline-offset: -3px;
  }

  /* A narrow side bar: the name keeps the whole first line, and numbers go as far as there is room for them. */
  @container (max-width: 260px) {
    .row {
      grid-template:
        "state name actions" 22px
        "state facts facts" 18px / 16px minmax(0, 1fr) max-content;
      padding-inline: var(--space-4);
    }
    .row.inner {
      padding-inline-start: var(--space-6);
    }
    .services,
    .failedWord,
    .group .ago {
      display: none;
    }
    .facts {
      justify-content: flex-start;
      min-width: 0;
      overflow: hidden;
      /* The duration stands in the same line, so that no number takes room from the name. */
      padding-inline-end: 10ch;
    }
    .duration {
      grid-area: facts;
      font-size: var(--font-small);
    }
    .row .actions {
      margin-inline-start: calc(-1 * var(--space-3));
    }
  }
  @container (max-width: 190px) {
    .ago {
      display: none;
    }
  }
`;

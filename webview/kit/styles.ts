/**
 * The styles that every view shares: the scales of type, space and radius, rows, chips, small buttons. Colours are VS
 * Code's variables only.
 */

import { css, unsafeCSS } from "lit";
import { countSlits, PALETTE_SIZE, SLOT_COUNT } from "../../src/analysis/groups.ts";
import { middleCutStyles } from "./middleCut.ts";

/** Outlines of a box with one slit and with two, whose parts hang together by a line of no width. */
const slits = [
  "none",
  "polygon(0 0, 100% 0, 100% 40%, 0 40%, 0 60%, 100% 60%, 100% 100%, 0 100%)",
  "polygon(0 0, 100% 0, 100% 22%, 0 22%, 0 39%, 100% 39%, 100% 61%, 0 61%, 0 78%, 100% 78%, 100% 100%, 0 100%)",
];

/** `.slot0` … `.slot29` give the colour of a queue or service as `--slot`, and the outline of what has it as `--slits`. */
export const slotStyles = unsafeCSS(
  Array.from({ length: SLOT_COUNT }, (_, slot) => {
    const colour = `var(--vscode-traceside-palette${(slot % PALETTE_SIZE) + 1})`;
    return `.slot${slot} { --slot: ${colour}; --slits: ${slits[countSlits(slot)]}; }`;
  }).join("\n"),
);

export const paletteStyles = css`
  ${slotStyles}
  .dot {
    display: inline-block;
    flex: none;
    width: 9px;
    height: 9px;
    border-radius: var(--radius-small);
    background: var(--slot);
    clip-path: var(--slits);
  }
`;

export const baseStyles = css`
  /* The three sizes of the type, of which one is the editor's own; the steps of space, each about half again; two radii. */
  :host {
    --font-small: calc(var(--vscode-font-size, 13px) - 2px);
    --font-title: calc(var(--vscode-font-size, 13px) + 2px);
    --space-1: 2px;
    --space-2: 4px;
    --space-3: 6px;
    --space-4: 8px;
    --space-5: 12px;
    --space-6: 16px;
    --space-7: 24px;
    --radius-small: 2px;
    --radius: 4px;
    --radius-round: 99px;
    box-sizing: border-box;
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size, 13px);
    line-height: 22px;
    color: var(--vscode-foreground);
    font-variant-numeric: tabular-nums;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  /* Stillness, where the user asked the editor or the system for it: what moves is at its end at once. */
  :host-context(.vscode-reduce-motion) *,
  :host-context(.vscode-reduce-motion) *::after {
    animation-duration: 0s !important;
    animation-iteration-count: 1 !important;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::after {
      animation-duration: 0s !important;
      animation-iteration-count: 1 !important;
    }
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
    font-size: inherit;
    font-weight: inherit;
    list-style: none;
  }
  svg {
    display: block;
    flex: none;
  }
  .muted {
    color: var(--vscode-descriptionForeground);
  }
  .mono {
    font-family: var(--vscode-editor-font-family, monospace);
    font-size: var(--vscode-editor-font-size, 12px);
  }
  .cut {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  button {
    font: inherit;
    font-variant-numeric: inherit;
    color: inherit;
    text-align: start;
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    cursor: pointer;
  }
  button:focus-visible,
  summary:focus-visible,
  [tabindex]:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .icon {
    display: inline-flex;
    flex: none;
    align-items: center;
    justify-content: center;
    width: 22px;
    height: 22px;
    border-radius: var(--radius);
    color: var(--vscode-icon-foreground, inherit);
  }
  .icon:hover:not([aria-disabled="true"]),
  .quiet:hover {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  button:is([aria-disabled="true"], :disabled) {
    opacity: 0.4;
    cursor: default;
  }
  .quiet,
  .lineRow {
    border-radius: var(--radius);
  }
  .lineRow:hover {
    background: var(--vscode-list-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .toggle:is([aria-pressed="true"], [aria-selected="true"]) {
    background: var(--vscode-inputOption-activeBackground);
    color: var(--vscode-inputOption-activeForeground, inherit);
    outline: 1px solid var(--vscode-inputOption-activeBorder, transparent);
    outline-offset: -1px;
  }
  .toggle:is([aria-pressed="true"], [aria-selected="true"]):focus-visible {
    outline-color: var(--vscode-focusBorder);
  }
  .link {
    color: var(--vscode-textLink-foreground);
  }
  .link:hover {
    color: var(--vscode-textLink-activeForeground);
    text-decoration: underline;
  }
  .state {
    display: inline-flex;
    flex: none;
    color: var(--vscode-descriptionForeground);
  }
  .state.failed,
  .failure {
    color: var(--vscode-traceside-error);
  }
  .state .hole {
    stroke: var(--vscode-editor-background);
  }
  .state.running,
  .state.queued,
  .state.silent {
    color: var(--vscode-foreground);
  }
`;

/** Fields that are typed into or chosen from. */
export const inputStyles = css`
  :is(input, select) {
    box-sizing: border-box;
    height: 24px;
    padding: 0 var(--space-3);
    font: inherit;
    color: var(--vscode-input-foreground);
    background: var(--vscode-input-background);
    border: 1px solid var(--vscode-input-border, var(--vscode-panel-border));
    border-radius: var(--radius-small);
  }
  input::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
  :is(input, select):focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
`;

/** A row that leads to a span: sign, colour, name, and a number at the end. */
export const spanRowStyles = css`
  ${middleCutStyles}
  .spanRow {
    position: relative;
    display: flex;
    align-items: center;
    gap: var(--space-3);
    width: 100%;
    min-width: 0;
    height: 22px;
    padding: 0 var(--space-3);
  }
  .spanRow .number {
    margin-inline-start: auto;
    padding-inline-start: var(--space-4);
  }
  .spanRow .number {
    flex: none;
    white-space: nowrap;
  }
  /* Before the name gives way, what follows the count goes to a second line, which is not seen. */
  .spanRow .count {
    flex: 0 99 auto;
    min-width: 4ch;
    height: 22px;
    overflow: hidden;
  }
`;

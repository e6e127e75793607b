/** The styles that the parts of the detail pane share: sections, facts, values. */

import { css } from "lit";

export const detailStyles = css`
  :host {
    display: block;
  }
  .section {
    padding: var(--space-4) var(--space-5);
    border-top: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
  }
  .heading {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-height: 22px;
    margin-bottom: var(--space-1);
  }
  .heading h2,
  summary {
    font-size: var(--font-small);
    font-weight: 600;
    letter-spacing: 0.03em;
    text-transform: uppercase;
    color: var(--vscode-sideBarSectionHeader-foreground, var(--vscode-foreground));
  }
  .heading .end {
    margin-inline-start: auto;
  }
  details > summary {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-height: 22px;
    margin-inline-start: calc(-1 * var(--space-2));
    cursor: pointer;
    list-style: none;
  }
  details > summary::-webkit-details-marker {
    display: none;
  }
  details > summary::before {
    content: "";
    flex: none;
    width: 5px;
    height: 5px;
    margin: 0 calc((16px - 5px) / 2);
    border: solid currentColor;
    border-width: 0 1.2px 1.2px 0;
    transform: rotate(-45deg);
  }
  details[open] > summary::before {
    transform: translateY(-2px) rotate(45deg);
  }
  .grid {
    display: grid;
    grid-template-columns: minmax(72px, max-content) minmax(0, 1fr);
    align-items: baseline;
    column-gap: var(--space-5);
  }
  .grid > dt {
    color: var(--vscode-descriptionForeground);
  }
  .grid > dd {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-width: 0;
  }
  .wrap {
    overflow-wrap: anywhere;
    line-height: 18px;
  }
  .plain {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .rows {
    margin: 0 calc(-1 * var(--space-3));
  }
  .more {
    padding: 0 var(--space-3);
  }
  .note {
    color: var(--vscode-descriptionForeground);
    line-height: 18px;
  }
`;

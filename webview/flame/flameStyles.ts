/** The flame view's styles; what it shares with the waterfall is timeline/styles.ts's. */

import { css } from "lit";

export const flameStyles = css`
  :host {
    position: absolute;
    inset: 0;
    z-index: 1;
  }
  .bar {
    display: flex;
    flex: none;
    align-items: center;
    gap: 8px;
    height: 24px;
    padding: 0 8px;
    overflow: hidden;
    white-space: nowrap;
  }
  .bar .note {
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--vscode-descriptionForeground);
  }
  .switch {
    display: flex;
    flex: none;
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
    border-radius: 5px;
  }
  .bar button {
    flex: none;
    width: auto;
    height: 20px;
    padding: 0 8px;
    font: inherit;
    color: var(--vscode-descriptionForeground);
  }
  .bar button[aria-checked="true"] {
    background: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-foreground);
  }
  .bar .back {
    margin-inline-start: auto;
    color: var(--vscode-textLink-foreground);
  }
  :host-context(.vscode-high-contrast) .bar button[aria-checked="true"] {
    outline: 1px solid var(--vscode-contrastActiveBorder, var(--vscode-contrastBorder));
    outline-offset: -1px;
    font-weight: 600;
  }
  .axis {
    left: 0;
  }
  [role="treeitem"] {
    right: auto;
    height: 20px;
  }
`;

/** The styles of the overview of a trace. */

import { css } from "lit";

export const overviewStyles = css`
  .section:first-of-type {
    border-top: 0;
  }
  .bar {
    display: flex;
    gap: 1px;
    height: 10px;
    margin: var(--space-3) 0;
    border-radius: var(--radius-small);
    overflow: hidden;
  }
  .bar > * {
    flex: 1 1 0;
    min-width: 1px;
    background: var(--slot);
    clip-path: var(--slits);
  }
  .legend {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) max-content max-content;
    column-gap: var(--space-4);
    align-items: center;
    line-height: 20px;
  }
  .right {
    text-align: end;
  }
  h3 {
    margin-top: var(--space-4);
    color: var(--vscode-descriptionForeground);
  }
  /* Below the words and not behind them, where it would take their contrast. */
  .share {
    position: absolute;
    bottom: 0;
    left: var(--space-3);
    max-width: calc(100% - 2 * var(--space-3));
    height: 2px;
    border-radius: var(--radius-small);
    background: var(--slot);
  }
  .failure.message {
    padding: 0 var(--space-3) var(--space-2) calc(16px + 2 * var(--space-3));
  }
`;

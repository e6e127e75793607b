/** The styles of the header. */

import { css } from "lit";

export const headerStyles = css`
  :host {
    display: block;
    flex: none;
    padding: var(--space-3) var(--space-5);
    border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
  }
  .title,
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    column-gap: var(--space-6);
    min-width: 0;
  }
  .title {
    flex-wrap: nowrap;
    column-gap: var(--space-4);
    min-height: 24px;
  }
  h1 {
    min-width: 0;
    font-size: var(--font-title);
    font-weight: 600;
  }
  .total {
    flex: none;
    font-size: var(--font-title);
    white-space: nowrap;
  }
  .end {
    display: inline-flex;
    align-items: center;
    gap: var(--space-3);
    margin-inline-start: auto;
    flex: none;
  }
  .live {
    display: inline-flex;
    align-items: center;
    gap: var(--space-3);
    color: var(--vscode-descriptionForeground);
  }
  .live.changed {
    color: var(--vscode-foreground);
  }
  .pulse {
    width: 7px;
    height: 7px;
    border-radius: var(--radius-round);
    background: var(--vscode-charts-green, currentColor);
  }
  .refresh {
    display: inline-flex;
  }
  .pulse {
    animation: pulse 2s ease-in-out infinite;
  }
  .turning {
    animation: turn 1s linear infinite;
  }
  @keyframes pulse {
    50% {
      opacity: 0.35;
    }
  }
  @keyframes turn {
    to {
      transform: rotate(360deg);
    }
  }
  .fact,
  .chips {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    min-width: 0;
    white-space: nowrap;
    color: var(--vscode-descriptionForeground);
  }
  button.fact {
    gap: var(--space-2);
    margin: 0 calc(-1 * var(--space-2));
    padding: 0 var(--space-2);
    color: var(--vscode-foreground);
  }
  button.fact.failure {
    color: var(--vscode-traceside-error);
  }
  .chips {
    flex-wrap: wrap;
    column-gap: var(--space-5);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: var(--space-3);
    max-width: 200px;
    margin: 0 calc(-1 * var(--space-2));
    padding: 0 var(--space-2);
    color: var(--vscode-foreground);
  }
  :host(.narrow) .facts {
    column-gap: var(--space-5);
  }
  traceside-copy {
    margin-inline: calc(-1 * var(--space-2));
  }
  .problems {
    max-height: 32vh;
    margin: var(--space-2) calc(-1 * var(--space-5)) 0;
    padding: var(--space-3) var(--space-5) var(--space-1);
    overflow: auto;
    border-top: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
  }
  .problem {
    display: flex;
    gap: var(--space-4);
    width: 100%;
    padding: var(--space-2) var(--space-3);
    margin: 0 calc(-1 * var(--space-3));
    line-height: 18px;
  }
  .problem svg {
    margin-top: calc((18px - 16px) / 2);
    color: var(--vscode-descriptionForeground);
  }
`;

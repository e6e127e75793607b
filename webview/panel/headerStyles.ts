/** The styles of the header. */

import { css } from "lit";

export const headerStyles = css`
  :host {
    display: block;
    flex: none;
    padding: 6px 12px 5px;
    border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
  }
  .title,
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    column-gap: 16px;
    min-width: 0;
  }
  .title {
    flex-wrap: nowrap;
    column-gap: 8px;
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
    gap: 6px;
    margin-inline-start: auto;
    flex: none;
  }
  .live {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    color: var(--vscode-descriptionForeground);
  }
  .live.changed {
    color: var(--vscode-foreground);
  }
  .pulse {
    width: 7px;
    height: 7px;
    border-radius: 50%;
    background: var(--vscode-charts-green, currentColor);
  }
  .refresh {
    display: inline-flex;
  }
  @media (prefers-reduced-motion: no-preference) {
    .live .pulse {
      animation: pulse 2s ease-in-out infinite;
    }
    .refresh.turning {
      animation: turn 1s linear infinite;
    }
  }
  :host-context(.vscode-reduce-motion) :is(.pulse, .turning) {
    animation: none;
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
    gap: 4px;
    min-width: 0;
    white-space: nowrap;
    color: var(--vscode-descriptionForeground);
  }
  button.fact {
    gap: 4px;
    border-radius: 4px;
    margin: 0 -4px;
    padding: 0 4px;
    color: var(--vscode-foreground);
  }
  button.fact.toggle[aria-pressed="true"] {
    background: var(--vscode-inputOption-activeBackground);
    color: var(--vscode-inputOption-activeForeground, inherit);
    outline: 1px solid var(--vscode-inputOption-activeBorder, transparent);
    outline-offset: -1px;
  }
  button.fact.failure {
    color: var(--vscode-traceside-error);
  }
  .chips {
    flex-wrap: wrap;
    column-gap: 12px;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    max-width: 200px;
    margin: 0 -4px;
    padding: 0 4px;
    color: var(--vscode-foreground);
  }
  .chip[aria-pressed="true"] {
    background: var(--vscode-inputOption-activeBackground);
    color: var(--vscode-inputOption-activeForeground, inherit);
    outline: 1px solid var(--vscode-inputOption-activeBorder, transparent);
    outline-offset: -1px;
  }
  :host(.narrow) .facts {
    column-gap: 12px;
  }
  traceside-copy {
    margin-inline: -3px -4px;
  }
  .problems {
    max-height: 32vh;
    margin: 4px -12px 0;
    padding: 6px 12px 2px;
    overflow: auto;
    border-top: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
  }
  .problem {
    display: flex;
    gap: 8px;
    width: 100%;
    padding: 3px 6px;
    margin: 0 -6px;
    border-radius: 4px;
    line-height: 18px;
  }
  button.problem:hover {
    background: var(--vscode-list-hoverBackground);
  }
  .problem svg {
    margin-top: 1px;
    color: var(--vscode-descriptionForeground);
  }
`;

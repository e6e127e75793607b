/** The styles of a conversation. */

import { css } from "lit";

export const conversationStyles = css`
  .heading .end {
    display: flex;
    align-items: center;
    gap: var(--space-4);
  }
  .grid {
    margin-bottom: var(--space-3);
  }
  .message {
    margin-top: var(--space-4);
    padding: var(--space-1) 0 var(--space-2) var(--space-4);
    border-inline-start: 2px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
    content-visibility: auto;
    contain-intrinsic-size: auto 80px;
  }
  .message.user {
    border-inline-start-color: var(--vscode-charts-blue, var(--vscode-focusBorder));
  }
  .message.assistant {
    border-inline-start-color: var(--vscode-charts-green, var(--vscode-focusBorder));
  }
  .message.tool {
    border-inline-start-color: var(--vscode-charts-yellow, var(--vscode-focusBorder));
  }
  .role {
    font-size: var(--font-small);
    font-weight: 600;
    letter-spacing: 0.03em;
  }
  .text {
    white-space: pre-wrap;
  }
  .card {
    margin: var(--space-2) 0;
    padding: var(--space-1) var(--space-4) var(--space-2);
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
    border-radius: var(--radius);
    overflow-x: auto;
  }
  /* The signs of a tree's branches stand before their keys. */
  .card traceside-value {
    padding-inline-start: var(--space-5);
  }
  .cardHead {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: var(--space-4);
  }
  .reasoning summary {
    text-transform: none;
    font-weight: 400;
  }
`;

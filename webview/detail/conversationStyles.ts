/** The styles of a conversation. */

import { css } from "lit";

export const conversationStyles = css`
  :host {
    display: block;
  }
  .heading .end {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .grid {
    margin-bottom: 6px;
  }
  .message {
    margin-top: 8px;
    padding: 2px 0 4px 10px;
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
    margin: 4px 0;
    padding: 2px 8px 4px;
    border: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
    border-radius: 4px;
    overflow-x: auto;
  }
  /* The signs of a tree's branches stand before their keys. */
  .card traceside-value {
    padding-inline-start: 10px;
  }
  .cardHead {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 8px;
  }
  .reasoning summary {
    text-transform: none;
    font-weight: 400;
  }
`;
